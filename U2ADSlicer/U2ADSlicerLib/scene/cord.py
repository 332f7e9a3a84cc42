"""The spinal cord as a segmentation of its own, apart from the findings."""

from __future__ import annotations

from U2ADSlicerLib.scene.segmentations import SegmentLook, addSegmentation
from U2ADSlicerLib.scene.terminology import CORD_ENTRY

CORD_COLOR = (0.957, 0.839, 0.192)


def addCord(labelMap, scan):
    """A segmentation node with the cord mask, its label 1.

    Raises:
        SceneError: if the mask is empty or holds other values than 0 and 1.
    """
    look = SegmentLook(1, "spinal-cord", "Spinal cord", CORD_COLOR, CORD_ENTRY)
    node = addSegmentation(labelMap, scan, "U2AD cord", (look,))
    node.GetDisplayNode().SetSliceIntersectionThickness(1)
    return node
