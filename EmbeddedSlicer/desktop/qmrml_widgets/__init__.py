"""Slicer's widgets on a real MRML scene: documented properties, methods and signals; looks of our own.

Only what PythonQt reaches is there: properties, slots and invokable methods.
"""

from __future__ import annotations

from EmbeddedSlicer.desktop.qmrml_widgets.markups_place_widget import qSlicerMarkupsPlaceWidget
from EmbeddedSlicer.desktop.qmrml_widgets.mrml_widget import qMRMLWidget, qSlicerWidget
from EmbeddedSlicer.desktop.qmrml_widgets.node_combo_box import qMRMLNodeComboBox
from EmbeddedSlicer.desktop.qmrml_widgets.segment_editor_widget import qMRMLSegmentEditorWidget
from EmbeddedSlicer.desktop.qmrml_widgets.table_view import qMRMLTableView

WIDGETS = (
    qMRMLNodeComboBox,
    qMRMLSegmentEditorWidget,
    qMRMLTableView,
    qMRMLWidget,
    qSlicerMarkupsPlaceWidget,
    qSlicerWidget,
)
"""What is to be found in the module ``slicer``."""
