"""Findings as segments: names, colours, terms, status, and tags that carry the figures and the reader's decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from U2ADSlicerLib.scene.colors import Rgb
from U2ADSlicerLib.scene.errors import SceneError
from U2ADSlicerLib.scene.segmentations import SegmentLook, addSegmentation
from U2ADSlicerLib.scene.terminology import FINDING_ENTRY

# Okabe and Ito's hues for colour-blind readers, brighter than theirs because they are thin lines on grey, and
# without the reds and oranges of the heat map.
PALETTE: tuple[Rgb, ...] = (
    (0.25, 0.80, 1.00),
    (0.15, 0.90, 0.60),
    (0.95, 0.60, 0.85),
    (0.94, 0.89, 0.26),
    (0.40, 0.55, 1.00),
)
UNKNOWN_LEVEL = "unknown"


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
    def name(self) -> str:
        """What a reader sees: "Finding 1 - C4"."""
        return f"Finding {self.label}" + ("" if self.level == UNKNOWN_LEVEL else f" - {self.level}")

    @property
    def color(self) -> Rgb:
        """By rank, so that the first finding looks the same in every scan."""
        return PALETTE[(self.label - 1) % len(PALETTE)]

    @property
    def tags(self) -> dict[str, str]:
        """The segment's own tags, figures as text with a decimal point."""
        figures = {
            "U2AD.Score": self.score,
            "U2AD.Peak": self.peak,
            "U2AD.Mean": self.mean,
            "U2AD.VolumeMm3": self.volume,
            "U2AD.ExtentAlongCordMm": self.extent[0],
            "U2AD.ExtentAnteroPosteriorMm": self.extent[1],
            "U2AD.ExtentRightLeftMm": self.extent[2],
            "U2AD.Epistemic": self.epistemic,
            "U2AD.Aleatoric": self.aleatoric,
        }
        texts = {"U2AD.Level": self.level, "U2AD.Decision": "undecided"}
        return texts | {key: f"{value:.6g}" for key, value in figures.items() if value is not None}


def addFindings(labelMap, scan, rows: Sequence[FindingRow]):
    """The segmentation node "U2AD findings": one segment a row, in order of rank, all undecided.

    Their status in Slicer's segment table is "not started", which is what a segment without status tag has.

    Args:
        labelMap: label map node of the findings, on the scan's grid.
        scan: the scan's volume node.
        rows: one for every label that the map holds.

    Raises:
        SceneError: if rows and labels do not agree.
    """
    looks = tuple(SegmentLook(row.label, row.segmentId, row.name, row.color, FINDING_ENTRY) for row in rows)
    node = addSegmentation(labelMap, scan, "U2AD findings", looks)
    for row in rows:
        segment = node.GetSegmentation().GetSegment(row.segmentId)
        for key, value in row.tags.items():
            segment.SetTag(key, tagValue(value))
    return node


def tagValue(text: str) -> str:
    """Percent-encodes what would break Slicer's ``key:value|key:value`` (bars, line breaks, percent signs)."""
    return quote(text, safe=" /,.;:+-_()<>=")
