"""The names of the shown volumes in a slice view's corner, as Slicer's slice annotations have them."""

from __future__ import annotations

from functools import lru_cache

import vtk

LAYERS = (("B", "Background", None), ("F", "Foreground", "GetForegroundOpacity"), ("L", "Label", "GetLabelOpacity"))
FONT_SIZE = 12
MARGIN = 10  # pixels beside the text, left and right together
SHORTEST = 8  # letters of a name that is cut
DOTS_PER_INCH = 72  # what VTK takes where a window does not say
LOWER_LEFT = vtk.vtkCornerAnnotation.LowerLeft


class CornerText:
    """Keeps the lower left corner of a slice view up to date.

    Args:
        renderer: of the view.
        sliceLogic: whose layers are named.
    """

    def __init__(self, renderer: vtk.vtkRenderer, sliceLogic) -> None:
        self._renderer = renderer
        self._logic = sliceLogic
        self.annotation = vtk.vtkCornerAnnotation()
        self.annotation.SetMaximumFontSize(FONT_SIZE)
        self.annotation.SetLinearFontScaleFactor(FONT_SIZE)
        self.annotation.SetNonlinearFontScaleFactor(0)  # the same size in small views and in large ones
        self.annotation.GetTextProperty().ShadowOn()
        renderer.AddViewProp(self.annotation)
        self.update()

    def update(self) -> None:
        """Reads the layers and the view's width anew."""
        composite = self._logic.GetSliceCompositeNode()
        lines = [] if composite is None else [self._line(composite, *layer) for layer in LAYERS]
        self.annotation.SetText(LOWER_LEFT, "\n".join(line for line in lines if line))

    def _line(self, composite, letter: str, layer: str, opacityGetter: str | None) -> str:
        identifier = getattr(composite, f"Get{layer}VolumeID")()
        node = composite.GetScene().GetNodeByID(identifier) if identifier and composite.GetScene() else None
        if node is None:
            return ""
        percent = f" ({getattr(composite, opacityGetter)():.0%})" if opacityGetter else ""
        return fitted(f"{letter}: ", node.GetName(), percent, self._renderer.GetSize()[0] - MARGIN)


@lru_cache(maxsize=256)
def fitted(before: str, name: str, after: str, width: int) -> str:
    """A line with a name in it, cut in the middle where it would be wider than so many pixels.

    The end of a name tells a map from the next one, the beginning tells whose it is.
    """
    text = before + name + after
    kept = len(name)
    while kept > SHORTEST and widthOf(text) > width:
        kept -= 1
        text = f"{before}{name[: kept // 2]}...{name[-(kept - kept // 2) :]}{after}"
    return text


def widthOf(text: str) -> int:
    """In pixels, in the font of the corner."""
    look = vtk.vtkTextProperty()
    look.SetFontSize(FONT_SIZE)
    box = [0, 0, 0, 0]
    vtk.vtkTextRenderer.GetInstance().GetBoundingBox(look, text, box, DOTS_PER_INCH)
    left, right = box[:2]
    return right - left + 1
