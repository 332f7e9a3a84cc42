"""Findings of a result folder as segments of one label map; those of a review are :mod:`findings_view`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from u2ad.export.segments import terminology_of
from U2ADSlicerLib.scene.colors import Rgb
from U2ADSlicerLib.scene.errors import SceneError
from U2ADSlicerLib.scene.finding_segment import FindingFacts, describe
from U2ADSlicerLib.scene.segmentations import SegmentLook, addSegmentation


@dataclass(frozen=True)
class FindingRow:
    """One finding as the result folder tells it; ``findings.json`` explains the figures.

    Args:
        label: value in the label map, from 1, in order of rank.
        score: what it is ranked by.
        centre: RAS in mm.
        extent: size along the cord, antero-posterior and right-left in mm.
        volume: mm3.
        mean: mean anomaly.
        peak: highest anomaly.
        level: vertebral level, such as "C4", or "unknown".
        epistemic: mean epistemic uncertainty, None where the detector has none.
        aleatoric: mean aleatoric uncertainty, None where the detector has none.
    """

    label: int
    score: float
    centre: tuple[float, float, float]
    extent: tuple[float, float, float]
    volume: float
    mean: float
    peak: float
    level: str
    epistemic: float | None = None
    aleatoric: float | None = None

    @classmethod
    def fromMapping(cls, values: Mapping) -> FindingRow:
        """A row of a mapping as read from JSON; what it holds beyond these fields is left aside.

        Raises:
            SceneError: if a field is missing.
        """
        try:
            known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
            return cls(**{**known, "centre": tuple(values["centre"]), "extent": tuple(values["extent"])})
        except (KeyError, TypeError) as error:
            msg = f"A finding lacks what its segment needs: {error}"
            raise SceneError(msg) from error

    @property
    def segmentId(self) -> str:
        """Identifier of its segment, which stays when the segment is renamed."""
        return f"finding-{self.label}"

    @property
    def facts(self) -> FindingFacts:
        """What its segment says: a finding of the model that nobody has judged yet."""
        return FindingFacts(self.label, self)

    @property
    def name(self) -> str:
        """What a reader sees: "Finding 1 - C4"."""
        return self.facts.name

    @property
    def color(self) -> Rgb:
        """By rank, so that the first finding looks the same in every scan."""
        return self.facts.color


def addFindings(labelMap, scan, rows: Sequence[FindingRow]):
    """The segmentation node "U2AD findings": one segment a row, in order of rank, all undecided.

    Args:
        labelMap: label map node of the findings, on the scan's grid.
        scan: the scan's volume node.
        rows: one for every label that the map holds.

    Raises:
        SceneError: if rows and labels do not agree.
    """
    looks = tuple(SegmentLook(row.label, row.segmentId, row.name, row.color, terminology_of(row.level)) for row in rows)
    node = addSegmentation(labelMap, scan, "U2AD findings", looks)
    for row in rows:
        describe(node.GetSegmentation().GetSegment(row.segmentId), row.facts)
    return node
