"""The names of the shown volumes in a slice view's corner, as Slicer's slice annotations have them."""

from __future__ import annotations

import vtk

LAYERS = (("B", "Background", None), ("F", "Foreground", "GetForegroundOpacity"), ("L", "Label", "GetLabelOpacity"))
FONT_SIZE = 14
LOWER_LEFT = vtk.vtkCornerAnnotation.LowerLeft


class CornerText:
    """Keeps the lower left corner of a slice view up to date.

    Args:
        renderer: of the view.
        sliceLogic: whose layers are named.
    """

    def __init__(self, renderer: vtk.vtkRenderer, sliceLogic) -> None:
        self._logic = sliceLogic
        self.annotation = vtk.vtkCornerAnnotation()
        self.annotation.SetMaximumFontSize(FONT_SIZE)
        self.annotation.SetNonlinearFontScaleFactor(0.4)  # about the same size in small views and in large ones
        self.annotation.GetTextProperty().ShadowOn()
        renderer.AddViewProp(self.annotation)
        self.update()

    def update(self) -> None:
        """Reads the layers anew."""
        composite = self._logic.GetSliceCompositeNode()
        lines = [] if composite is None else [self._line(composite, *layer) for layer in LAYERS]
        self.annotation.SetText(LOWER_LEFT, "\n".join(line for line in lines if line))

    @staticmethod
    def _line(composite, letter: str, layer: str, opacityGetter: str | None) -> str:
        identifier = getattr(composite, f"Get{layer}VolumeID")()
        node = composite.GetScene().GetNodeByID(identifier) if identifier and composite.GetScene() else None
        if node is None:
            return ""
        percent = f" ({getattr(composite, opacityGetter)():.0%})" if opacityGetter else ""
        return f"{letter}: {node.GetName()}{percent}"
