"""What was made for a scan goes where the scan goes."""

from __future__ import annotations

import numpy as np

from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.matrices import asMatrix
from U2ADSlicerLib.scene.placement import follow, localMatrixOf
from U2ADSlicerLib.scene.volumes import affineOf

ON_THE_VOXELS = (
    "anomaly",
    "epistemic",
    "aleatoric",
    "certainty",
    "reconstruction",
    "cordFraction",
    "acceptedFraction",
    "anomalyBefore",
    "anomalyAfter",
    "anomalyBands",
    "epistemicBands",
    "aleatoricBands",
)
DRAWN = ("findings", "cord", "cordPoints", "cordPreview", "levels", "levelNames")


def followScan(nodes: CaseNodes) -> None:
    """Moves all that was made for a scan to where the scan is now: its transform was changed, hardened or removed.

    Maps lie voxel on voxel; outlines and points are moved as the maps have to move.
    """
    moved = _movement(nodes)
    for role in (*ON_THE_VOXELS, *DRAWN):
        node = getattr(nodes, role)
        if node is None:
            continue
        if moved is not None and role in DRAWN:
            node.ApplyTransformMatrix(asMatrix(moved))
        elif moved is not None:
            node.SetIJKToRASMatrix(localMatrixOf(nodes.volume))
        if node.GetParentTransformNode() is not nodes.volume.GetParentTransformNode():
            follow(node, nodes.volume)


def _movement(nodes: CaseNodes) -> np.ndarray | None:
    """(4, 4) matrix in the scan's own RAS from where the maps lie to where the scan lies; None where that is one."""
    if nodes.anomaly is None:
        return None
    moved = affineOf(nodes.volume) @ np.linalg.inv(affineOf(nodes.anomaly))
    return None if np.allclose(moved, np.eye(4), atol=1e-6) else moved
