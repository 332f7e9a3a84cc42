"""How large the Segment Editor's brush is: a slider and a spin box, as its Paint and Erase effects have them."""

from __future__ import annotations

from EmbeddedSlicer.desktop.ctk_widgets.slider_widget import ctkSliderWidget
from EmbeddedSlicer.desktop.native import QtWidgets

SMALLEST, LARGEST, FIRST = 0.5, 30.0, 4.0  # diameter in mm
GROWTH = 1.2  # for each notch of the wheel, as in Slicer


class BrushSize(QtWidgets.QWidget):
    """The brush's diameter in mm."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.diameter = ctkSliderWidget(self)
        self.diameter.minimum, self.diameter.maximum, self.diameter.value = SMALLEST, LARGEST, FIRST
        self.diameter.singleStep = 0.5
        self.diameter.suffix = " mm"
        self.diameter.setToolTip("In a slice view: Shift and the mouse wheel")
        form = QtWidgets.QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Diameter:", self.diameter)

    @property
    def radius(self) -> float:
        """In mm."""
        return self.diameter.value / 2

    def grow(self, notches: int) -> None:
        """Larger by so many notches of a mouse wheel, smaller where negative."""
        self.diameter.setValue(self.diameter.value * GROWTH**notches)
