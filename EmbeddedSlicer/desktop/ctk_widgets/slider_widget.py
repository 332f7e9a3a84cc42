"""ctkSliderWidget: a slider and a spin box that show the same number."""

from __future__ import annotations

from EmbeddedSlicer.desktop.ctk_widgets.double_slider import ctkDoubleSlider
from EmbeddedSlicer.desktop.native import Property, Qt, QtWidgets, Signal
from EmbeddedSlicer.desktop.registry import parentOf, standIn


@standIn
class ctkSliderWidget(QtWidgets.QWidget):
    """Emits ``valueChanged`` while it is dragged; without tracking ``valueIsChanging``, and the other at the end.

    Values are rounded to the spin box's decimals.
    """

    valueChanged = Signal(float)
    valueIsChanging = Signal(float)

    def __init__(self, *arguments: QtWidgets.QWidget | None) -> None:
        super().__init__(parentOf(arguments))
        self._slider = ctkDoubleSlider(Qt.Horizontal, self)
        self._spinBox = QtWidgets.QDoubleSpinBox(self)
        self._tracking, self._dragged = True, False
        self._valueBefore = 0.0
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._spinBox)
        self._slider.valueChanged.connect(self._onSlider)
        self._slider.sliderPressed.connect(self._startDrag)
        self._slider.sliderReleased.connect(self._endDrag)
        self._spinBox.valueChanged.connect(self._onSpinBox)
        self.setFocusProxy(self._slider)

    def slider(self) -> ctkDoubleSlider:
        return self._slider

    def spinBox(self) -> QtWidgets.QDoubleSpinBox:
        return self._spinBox

    def _startDrag(self) -> None:
        self._dragged = True
        self._valueBefore = self._spinBox.value

    def _endDrag(self) -> None:
        self._dragged = False
        if not self._tracking and self._spinBox.value != self._valueBefore:
            self.valueChanged.emit(self._spinBox.value)

    def _onSlider(self, value: float) -> None:
        self._spinBox.setValue(value)

    def _onSpinBox(self, value: float) -> None:
        self._slider.blockSignals(True)
        self._slider.setValue(value)
        self._slider.blockSignals(False)
        if self._dragged and not self._tracking:
            self.valueIsChanging.emit(value)
        else:
            self.valueChanged.emit(value)

    def setValue(self, value: float) -> None:
        self._spinBox.setValue(value)

    def reset(self) -> None:
        self.setValue(0.0)

    def _setRange(self, minimum: float, maximum: float) -> None:
        self._slider.blockSignals(True)
        self._slider._setRange(minimum, maximum)
        self._slider.blockSignals(False)
        self._spinBox.setRange(minimum, maximum)

    def _setMinimum(self, minimum: float) -> None:
        self._setRange(minimum, max(minimum, self._spinBox.maximum))

    def _setMaximum(self, maximum: float) -> None:
        self._setRange(min(self._spinBox.minimum, maximum), maximum)

    def _setSingleStep(self, step: float) -> None:
        self._slider._setSingleStep(step)
        self._spinBox.setSingleStep(step)

    def _setPageStep(self, step: float) -> None:
        self._slider._setPageStep(step)

    def setDecimals(self, decimals: int) -> None:
        self._spinBox.setDecimals(decimals)

    def _setPrefix(self, prefix: str) -> None:
        self._spinBox.setPrefix(prefix)

    def _setSuffix(self, suffix: str) -> None:
        self._spinBox.setSuffix(suffix)

    def _setTracking(self, tracking: bool) -> None:
        self._tracking = tracking

    def setSpinBoxVisible(self, visible: bool) -> None:
        self._spinBox.setVisible(visible)

    def _setTickInterval(self, interval: float) -> None:
        self._slider._setTickInterval(interval)

    value = Property(float, lambda self: self._spinBox.value, setValue)
    minimum = Property(float, lambda self: self._spinBox.minimum, _setMinimum)
    maximum = Property(float, lambda self: self._spinBox.maximum, _setMaximum)
    singleStep = Property(float, lambda self: self._spinBox.singleStep, _setSingleStep)
    pageStep = Property(float, lambda self: self._slider.pageStep, _setPageStep)
    decimals = Property(int, lambda self: self._spinBox.decimals, setDecimals)
    prefix = Property(str, lambda self: self._spinBox.prefix, _setPrefix)
    suffix = Property(str, lambda self: self._spinBox.suffix, _setSuffix)
    tracking = Property(bool, lambda self: self._tracking, _setTracking)
    spinBoxVisible = Property(bool, lambda self: not self._spinBox.isHidden(), setSpinBoxVisible)
    tickInterval = Property(float, lambda self: self._slider.tickInterval, _setTickInterval)
