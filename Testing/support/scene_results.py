"""Detections in a tube of cord, computed by the real detector, as a worker would hand them over."""

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from types import SimpleNamespace

import numpy as np
from cord_tube import Tube, make_tube, with_spot

from u2ad.cord import MaskSource
from u2ad.cord.levels import Levels
from u2ad.detection import Anatomy, detect, find_cord
from u2ad.detectors.local_z import LocalZ
from u2ad.findings import CandidateSettings
from u2ad.progress import Silent
from u2ad.result.document import document_of
from u2ad.result.provenance import Provenance
from u2ad.scan import Scan, check_form

SPOTS = (30.0, -20.0)
"""Heights in mm of the bright spots."""
MARKED = {"C2": 52.0, "T1": -53.0}
"""Heights in mm of the marked vertebrae."""
RIGHT_HANDED = (-1, 1, 1)
"""Slices from left to right: as in every volume that Slicer has read."""


@dataclass(frozen=True)
class Detected:
    """A scan and what was detected in it."""

    tube: Tube
    scan: Scan
    anatomy: Anatomy
    findings: object
    result: SimpleNamespace


def level_points(tube: Tube, marked=MARKED) -> dict:
    return {name: tuple(float(x) for x in tube.middle(np.array(height))) for name, height in marked.items()}


def detected(spots=SPOTS, marked=MARKED, model=True, noise=12.0, **shape) -> Detected:
    """Run the detector that needs no weights; ``model`` adds uncertainty maps, made of its anomaly.

    Args:
        spots: heights of the bright spots in mm.
        marked: heights of marked vertebrae by name.
        model: whether there are uncertainty maps.
        noise: of the scan.
        shape: of the tube, see :func:`cord_tube.make_tube`.
    """
    tube = make_tube(**{"flips": RIGHT_HANDED, **shape})
    scan = tube.scan
    for index, superior in enumerate(spots):
        tube_now = Tube(scan, tube.cord, tube.bend)
        scan = with_spot(tube_now, superior, 400.0, noise=0.0 if index else noise)
    cord, line = find_cord(scan, tube.cord.fraction, Silent())
    cord = replace(cord, source=MaskSource.AUTOMATIC, seen_by_person=False)
    levels = Levels.from_points(level_points(tube, marked), line) if marked else Levels.unknown()
    anatomy = Anatomy(cord, line, levels)
    detection = detect(scan, anatomy, LocalZ(), Silent())
    maps = detection.maps
    if model:
        maps = replace(maps, epistemic=maps.anomaly * np.float32(0.03), aleatoric=maps.anomaly * np.float32(0.05))
    document = document_of(cord, detection.findings, check_form(scan), _provenance(scan), levels)
    return Detected(tube, scan, anatomy, detection.findings, SimpleNamespace(document=document, maps=maps, cord=cord))


def _provenance(scan: Scan) -> Provenance:
    return Provenance(
        detector="local_z",
        detector_settings={},
        candidate_settings=CandidateSettings(threshold=LocalZ().threshold),
        grid_digest=scan.grid.digest,
        scan_digest=scan.digest,
        started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        seconds=1.0,
        weights=(),
        seed=None,
        draws=None,
        threads=1,
    )
