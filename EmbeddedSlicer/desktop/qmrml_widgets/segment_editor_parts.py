"""Parts of the Segment Editor that do nothing here, and are there because modules hide them by their object names."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import QtWidgets

TABLE_FRAME = "SegmentsTableResizableFrame"
TABLE = "SegmentsTableView"
PARTS = ("AddSegmentButton", "RemoveSegmentButton", "Show3DButton", "SwitchToSegmentationsButton", TABLE_FRAME)
"""As in Slicer's qMRMLSegmentEditorWidget.ui."""

TABLE_HEIGHT = 120


def makeParts(editor: QtWidgets.QWidget) -> tuple[QtWidgets.QWidget, ...]:
    """One frame a part; the table's stays as high as it is where only the table in it is hidden."""
    parts = tuple(QtWidgets.QFrame(editor) for _ in PARTS)
    for part, name in zip(parts, PARTS, strict=True):
        part.setObjectName(name)
    frame = parts[PARTS.index(TABLE_FRAME)]
    frame.setMinimumHeight(TABLE_HEIGHT)
    QtWidgets.QWidget(frame).setObjectName(TABLE)
    return parts
