"""How a finding is drawn: by what the reader decided, and by whether it is the one being looked at.

Slicer draws all outlines of a segmentation with one thickness, and none dashed. So a decision is told by fill, hue and
whether the finding is drawn at all, which reads without colour vision, and the selected finding by the others' fading:

========== ====================================================
undecided  outline in the finding's colour
confirmed  the same, and a veil through which grey values show
unsure     black outline, darker than every finding and map
rejected   not drawn, faded while it is selected
========== ====================================================
"""

from __future__ import annotations

from dataclasses import dataclass

from u2ad.review.decision import Decision
from U2ADSlicerLib.scene.colors import Rgb

FADED = 0.6
"""Opacity of outlines beside the selected one: still seen on the cord's grey."""
VEIL = 0.2
"""Opacity of a fill; four fifths of the contrast beneath stay."""
UNSURE_COLOR: Rgb = (0.0, 0.0, 0.0)
"""Lesions, CSF and the strong end of every map are bright."""
NO_COLOR: Rgb = (-1.0, -1.0, -1.0)
"""What vtkMRMLSegmentationDisplayNode has where a segment is drawn in its own colour."""


@dataclass(frozen=True)
class Look:
    """What the display node is told of one segment.

    Args:
        outline: opacity of its outline, 0 to 1.
        fill: whether it is filled.
        color: that it is drawn in, :data:`NO_COLOR` for its own.
    """

    outline: float
    fill: bool
    color: Rgb

    @classmethod
    def of(cls, decision: Decision, faded: bool) -> Look:
        """The look of a finding.

        Args:
            decision: the reader's.
            faded: whether another finding is selected.
        """
        return cls(
            outline=FADED if faded or decision is Decision.REJECTED else 1.0,
            fill=decision is Decision.CONFIRMED,
            color=UNSURE_COLOR if decision is Decision.UNSURE else NO_COLOR,
        )

    def apply(self, display, segmentId: str) -> None:
        """Tells the display node, which overlooks what it knows already."""
        display.SetSegmentOpacity2DOutline(segmentId, self.outline)
        display.SetSegmentVisibility2DFill(segmentId, self.fill)
        display.SetSegmentOpacity2DFill(segmentId, VEIL)
        display.SetSegmentOverrideColor(segmentId, *self.color)


def showFilled(display) -> None:
    """Lets single segments be filled; a node that hides all fills would win over them."""
    display.SetVisibility2DFill(True)
    display.SetOpacity2DFill(1.0)
