"""How each map is coloured: one fixed window and one scale a quantity, so that scans can be compared by eye.

Brightness rises with the value in every scale, which also reads without colour vision; anomaly is warm and the
uncertainties are cool, so that they are never taken for each other. Values below ``hideBelow`` are not drawn:
slice views do not honour a graded transparency of the colour table.
"""

from __future__ import annotations

from dataclasses import dataclass

import slicer
import vtk

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class MapStyle:
    """The look of one quantity.

    Args:
        name: of the colour node.
        title: of the legend.
        meaning: what a high value says, in a reader's words.
        unit: of the numbers on the legend.
        lower: value of the darkest colour.
        upper: value of the brightest colour; higher ones look the same.
        hideBelow: values below are not drawn.
        scale: colours from lower to upper, evenly spaced, RGB 0 to 1.
    """

    name: str
    title: str
    meaning: str
    unit: str
    lower: float
    upper: float
    hideBelow: float
    scale: tuple[Rgb, ...]


ANOMALY = MapStyle(
    name="U2AD anomaly",
    title="Anomaly",
    meaning="brighter than expected",
    unit="robust SD",
    lower=2.0,
    upper=8.0,
    hideBelow=2.0,
    scale=((0.50, 0.05, 0.05), (0.84, 0.19, 0.10), (0.99, 0.55, 0.20), (1.00, 0.80, 0.40), (1.00, 0.96, 0.75)),
)
EPISTEMIC = MapStyle(
    name="U2AD epistemic uncertainty",
    title="Epistemic uncertainty",
    meaning="the model is unsure",
    unit="share of cord-to-CSF contrast",
    lower=0.05,
    upper=0.30,
    hideBelow=0.05,
    scale=((0.05, 0.20, 0.45), (0.10, 0.42, 0.72), (0.25, 0.65, 0.85), (0.55, 0.85, 0.92), (0.88, 0.98, 1.00)),
)
ALEATORIC = MapStyle(
    name="U2AD aleatoric uncertainty",
    title="Aleatoric uncertainty",
    meaning="scan and expectation differ",
    unit="share of cord-to-CSF contrast",
    lower=0.05,
    upper=0.30,
    hideBelow=0.05,
    scale=((0.26, 0.09, 0.40), (0.48, 0.22, 0.65), (0.68, 0.42, 0.82), (0.85, 0.65, 0.92), (0.97, 0.90, 1.00)),
)

STYLES = {"anomaly": ANOMALY, "epistemic": EPISTEMIC, "aleatoric": ALEATORIC}
"""The look of each map by its role."""


def colorNode(style: MapStyle):
    """The scene's colour node of a style; made at the first call, saved with the scene."""
    found = slicer.mrmlScene.GetFirstNode(style.name, "vtkMRMLProceduralColorNode")
    if found is not None:
        return found
    function = vtk.vtkDiscretizableColorTransferFunction()
    step = (style.upper - style.lower) / (len(style.scale) - 1)
    for position, color in enumerate(style.scale):
        function.AddRGBPoint(style.lower + position * step, *color)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLProceduralColorNode", style.name)
    node.SetAndObserveColorTransferFunction(function)
    node.SetHideFromEditors(False)
    node.SetAttribute("Category", "U2AD")
    return node
