"""A cord that another tool has marked is taken as it is."""

from __future__ import annotations

import numpy as np
from slicer.i18n import tr as _

from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.scene.other_segments import otherSegments, segmentOnScan


class CordSegmentSection:
    """Chooses a segment of the scene and makes it the cord of the next detection."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self._segments: tuple = ()
        ui.segmentUseButton.connect("clicked()", self.onUse)
        ui.segmentSection.connect("contentsCollapsed(bool)", self.onCollapsed)

    def refresh(self) -> None:
        segments = otherSegments()
        if segments != self._segments:
            self._segments = segments
            self.ui.segmentCombo.clear()
            self.ui.segmentCombo.addItems([segment.name for segment in segments])
        usable = self.workspace.session is not None and bool(segments)
        self.ui.segmentCombo.setEnabled(usable)
        self.ui.segmentUseButton.setEnabled(usable)
        self.ui.segmentUseButton.setToolTip(
            _("The next detection uses this segment as the cord. Then look at its outline and say whether it is right.")
            if usable
            else _("Load a segmentation of the cord first, such as one by TotalSpineSeg or the Spinal Cord Toolbox.")
        )

    def onCollapsed(self, _collapsed) -> None:
        """Segments may have come while nobody looked."""
        self.refresh()

    def onUse(self) -> None:
        with toldToReader():
            segment = self._segments[self.ui.segmentCombo.currentIndex]
            mask = segmentOnScan(segment, self.workspace.volume)
            self.workspace.session.acceptCord(mask.astype(np.float32), seen=False)
        self.workspace.changed()
