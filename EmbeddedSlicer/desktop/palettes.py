"""Light and dark, as Slicer's two styles: colours of Qt's own palette, no style sheets."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import QtGui, QtWidgets

LIGHT = {
    "Window": "#efefef",
    "WindowText": "#000000",
    "Base": "#ffffff",
    "AlternateBase": "#f5f5f5",
    "Text": "#000000",
    "Button": "#efefef",
    "ButtonText": "#000000",
    "ToolTipBase": "#ffffdc",
    "ToolTipText": "#000000",
    "Highlight": "#308cc6",
    "HighlightedText": "#ffffff",
    "Link": "#0000c0",
    "PlaceholderText": "#777777",
}
DARK = {
    "Window": "#353535",
    "WindowText": "#ffffff",
    "Base": "#2a2a2a",
    "AlternateBase": "#424242",
    "Text": "#ffffff",
    "Button": "#353535",
    "ButtonText": "#ffffff",
    "ToolTipBase": "#ffffff",
    "ToolTipText": "#353535",
    "Highlight": "#2a82da",
    "HighlightedText": "#ffffff",
    "Link": "#56a5e8",
    "PlaceholderText": "#a0a0a0",
}
DISABLED = {"WindowText": "#8c8c8c", "Text": "#8c8c8c", "ButtonText": "#8c8c8c", "HighlightedText": "#8c8c8c"}


def usePalette(dark: bool) -> None:
    """Recolours the whole application."""
    palette = QtGui.QPalette(QtGui.QColor((DARK if dark else LIGHT)["Window"]))
    for name, color in (DARK if dark else LIGHT).items():
        palette.setColor(QtGui.QPalette.ColorRole[name], QtGui.QColor(color))
    for name, color in DISABLED.items():
        palette.setColor(QtGui.QPalette.ColorGroup.Disabled, QtGui.QPalette.ColorRole[name], QtGui.QColor(color))
    QtWidgets.QApplication.setPalette(palette)
