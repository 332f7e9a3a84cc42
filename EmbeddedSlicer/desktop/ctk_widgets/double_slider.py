"""ctkDoubleSlider: a slider over real numbers."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Property, Qt, QtWidgets, Signal
from EmbeddedSlicer.desktop.registry import parentOf, standIn


@standIn
class ctkDoubleSlider(QtWidgets.QWidget):
    """Qt's slider whose steps are ``singleStep`` wide, counted from the minimum."""

    valueChanged = Signal(float)
    sliderMoved = Signal(float)
    sliderPressed = Signal()
    sliderReleased = Signal()
    rangeChanged = Signal(float, float)

    def __init__(self, *arguments: Qt.Orientation | QtWidgets.QWidget | None) -> None:
        super().__init__(parentOf(arguments))
        self._minimum, self._maximum, self._value = 0.0, 99.0, 0.0
        self._singleStep, self._pageStep = 1.0, 10.0
        self._slider = QtWidgets.QSlider(Qt.Horizontal)
        self._slider.setRange(0, 99)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider)
        self._slider.valueChanged.connect(self._onSteps)
        self._slider.sliderMoved.connect(lambda steps: self.sliderMoved.emit(self._atSteps(steps)))
        self._slider.sliderPressed.connect(self.sliderPressed)
        self._slider.sliderReleased.connect(self.sliderReleased)
        self.setFocusProxy(self._slider)
        if arguments and isinstance(arguments[0], Qt.Orientation):
            self.setOrientation(arguments[0])

    def _atSteps(self, steps: int) -> float:
        return min(self._minimum + steps * self._singleStep, self._maximum)

    def _onSteps(self, steps: int) -> None:
        self._take(self._atSteps(steps))

    def _take(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self.valueChanged.emit(value)

    def _fitSlider(self) -> None:
        self._slider.blockSignals(True)
        self._slider.setRange(0, round((self._maximum - self._minimum) / self._singleStep))
        self._slider.setPageStep(max(1, round(self._pageStep / self._singleStep)))
        self._slider.setValue(round((self._value - self._minimum) / self._singleStep))
        self._slider.blockSignals(False)

    def _setRange(self, minimum: float, maximum: float) -> None:
        self._minimum, self._maximum = minimum, max(minimum, maximum)
        self._fitSlider()
        self.rangeChanged.emit(self._minimum, self._maximum)
        self.setValue(self._value)

    def _setMinimum(self, minimum: float) -> None:
        self._setRange(minimum, max(self._maximum, minimum))

    def _setMaximum(self, maximum: float) -> None:
        self._setRange(min(self._minimum, maximum), maximum)

    def setValue(self, value: float) -> None:
        value = min(max(value, self._minimum), self._maximum)
        self._slider.blockSignals(True)
        self._slider.setValue(round((value - self._minimum) / self._singleStep))
        self._slider.blockSignals(False)
        self._take(value)

    def _setSingleStep(self, step: float) -> None:
        self._singleStep = step
        self._fitSlider()

    def _setPageStep(self, step: float) -> None:
        self._pageStep = step
        self._fitSlider()

    def setOrientation(self, orientation: Qt.Orientation) -> None:
        self._slider.setOrientation(orientation)

    def _setTracking(self, tracking: bool) -> None:
        self._slider.setTracking(tracking)

    def _setTickInterval(self, interval: float) -> None:
        self._slider.setTickInterval(round(interval / self._singleStep))

    minimum = Property(float, lambda self: self._minimum, _setMinimum)
    maximum = Property(float, lambda self: self._maximum, _setMaximum)
    value = Property(float, lambda self: self._value, setValue)
    singleStep = Property(float, lambda self: self._singleStep, _setSingleStep)
    pageStep = Property(float, lambda self: self._pageStep, _setPageStep)
    orientation = Property(Qt.Orientation, lambda self: self._slider.orientation, setOrientation)
    tracking = Property(bool, lambda self: self._slider.tracking, _setTracking)
    tickInterval = Property(float, lambda self: self._slider.tickInterval * self._singleStep, _setTickInterval)

    def isSliderDown(self) -> bool:
        return self._slider.isSliderDown()
