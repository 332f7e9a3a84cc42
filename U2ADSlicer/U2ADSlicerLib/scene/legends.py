"""The legend of a map: its name, what a high value says, and the unit, in the one view that shows it."""

from __future__ import annotations

from textwrap import wrap

import slicer

from U2ADSlicerLib.scene.bands import edgesOf
from U2ADSlicerLib.scene.colors import MapStyle

LINE = 21
"""Letters a line: what fits beside the cord."""
POSITION = (0.99, 0.03)
"""Of the legend in the free part of the view, as a share of it: at the right, low, where the back of the neck is."""
SIZE = (0.06, 0.34)
"""Width and height as a share of the view. VTK chooses the size of the letters by the width, whatever is asked for."""


def showLegend(volume, style: MapStyle, sliceNode) -> None:
    """Shows the legend of a map in one slice view only.

    It is made anew every time: Slicer's views draw only legends that are added to the scene after the view.

    Args:
        volume: the map's volume node, in the colours of its style.
        style: what it says.
        sliceNode: of the view.
    """
    logic = slicer.modules.colors.logic()
    former = logic.GetColorLegendDisplayNode(volume)
    if former is not None:
        slicer.mrmlScene.RemoveNode(former)
    legend = logic.AddDefaultColorLegendDisplayNode(volume)
    with slicer.util.NodeModify(legend):
        legend.SetTitleText("\n".join(linesOf(style)))
        legend.SetNumberOfLabels(len(edgesOf(style)))
        legend.SetLabelFormat("%.1f" if style.upper >= 1 else "%.2f")
        legend.SetPosition(*POSITION)
        legend.SetSize(*SIZE)
        for text in (legend.GetTitleTextProperty(), legend.GetLabelTextProperty()):
            text.SetColor(1.0, 1.0, 1.0)
            text.ShadowOn()
        legend.SetViewNodeIDs((sliceNode.GetID(),))


def linesOf(style: MapStyle) -> list[str]:
    """What a legend says above its colours: name, meaning and unit, in short lines."""
    return [line for text in (style.title, style.meaning, f"({style.unit})") for line in wrap(text, LINE)]


def setLegendVisible(volume, visible: bool) -> None:
    """Shows or hides the legend of a map, if it has one."""
    legend = slicer.modules.colors.logic().GetColorLegendDisplayNode(volume)
    if legend is not None:
        legend.SetVisibility(visible)
