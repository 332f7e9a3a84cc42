"""The pictures of a result, drawn by Slicer's slice views: the overview and one a finding."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from EmbeddedSlicer.framing import frameCord, nearestToMiddle
from EmbeddedSlicer.panel import Color, Mark, Panel
from EmbeddedSlicer.runtime import EmbeddedRuntime
from EmbeddedSlicer.sheet import Legend, Line, compose, panel_width
from EmbeddedSlicer.views import SliceView
from u2ad.cord.levels import UNKNOWN
from U2ADSlicerLib.scene.colors import ALEATORIC, ANOMALY, EPISTEMIC, MapStyle, Rgb
from U2ADSlicerLib.scene.findings import FindingRow
from U2ADSlicerLib.scene.volumes import pointsIn

OVERVIEW_HEIGHT = 800
FINDING_VIEW_MM = 70.0
MARK_DISTANCE_MM = 7.0  # beside the cord rather than on it
MARK_WIDTH = 26  # pixels
MAP_OPACITY = 0.6
LISTED_FINDINGS = 8
WEIGHTED = "Peak and score count the rim of the cord less: the map may show more there."


@dataclass(frozen=True, eq=False)
class ResultNodes:
    """The nodes of one detection.

    Args:
        scan: volume node.
        labels: label map node of the findings.
        cord: label map node of the cord mask.
        findings: segmentation node.
        cordOutline: segmentation node, None where the mask is empty.
        anomaly: volume node.
        epistemic: volume node, or None.
        aleatoric: volume node, or None.
    """

    scan: object
    labels: object
    cord: object
    findings: object
    cordOutline: object | None
    anomaly: object
    epistemic: object | None = None
    aleatoric: object | None = None


class Pictures:
    """Draws the pictures of one result.

    Args:
        runtime: the running core.
        nodes: what to show.
        rows: the findings in order of rank.

    Raises:
        NoGraphicsError: if this computer has no library to draw with.
    """

    def __init__(self, runtime: EmbeddedRuntime, nodes: ResultNodes, rows: Sequence[FindingRow]) -> None:
        self._nodes = nodes
        self._rows = rows
        self._uncertainties = [
            (volume, style)
            for volume, style in ((nodes.epistemic, EPISTEMIC), (nodes.aleatoric, ALEATORIC))
            if volume is not None
        ]
        overviewSize = (panel_width(3 + len(self._uncertainties)), OVERVIEW_HEIGHT)
        findingSize = (panel_width(4), panel_width(4))
        self._overview = SliceView(runtime, "Overview", "Sagittal", overviewSize)
        self._sagittal = SliceView(runtime, "Sagittal", "Sagittal", findingSize)
        self._axial = SliceView(runtime, "Axial", "Axial", findingSize)

    def close(self) -> None:
        """Gives the windows back."""
        for view in (self._overview, self._sagittal, self._axial):
            view.close()

    def overview(self, note: str = "") -> Image.Image:
        """The sagittal slice through the first finding, or through the middle of the cord where there is none.

        Args:
            note: what must be known of the result, below the title.
        """
        self._frameOverview()
        marks = self._marks()

        def grab(caption: str, volume=None, **shown) -> Panel:
            return self._grab(self._overview, caption, volume, **shown)

        panels = [
            (grab("Scan"), None),
            (grab(ANOMALY.title, self._nodes.anomaly), legendOf(ANOMALY)),
            (grab("Findings (numbered) and cord", outlines=True, cord=True, marks=marks), None),
        ]
        panels += [(grab(style.title, volume, outlines=True), legendOf(style)) for volume, style in self._uncertainties]
        return compose("Candidate hyperintensities of the spinal cord", panels, self._lines(marks), note)

    def finding(self, row: FindingRow) -> Image.Image:
        """Sagittal and axial slice through a finding's centre, plain beside heat map and outline."""
        panels = []
        for view, plane in ((self._sagittal, "Sagittal"), (self._axial, "Axial")):
            view.show(self._nodes.scan)
            view.jump(row.centre)
            view.zoom(FINDING_VIEW_MM)
            panels.append((self._grab(view, plane), None))
            mapped = self._grab(view, f"{plane}, anomaly", self._nodes.anomaly, outlines=True)
            panels.append((mapped, legendOf(ANOMALY)))
        return compose(row.name, panels, [Line(describe(row), toBytes(row.color)), Line(WEIGHTED)])

    def _frameOverview(self) -> None:
        self._overview.show(self._nodes.scan)
        cord = pointsIn(self._nodes.cord)
        if self._rows:
            frameCord(self._overview, self._nodes.scan, cord, np.array(self._rows[0].centre))
        elif len(cord):
            frameCord(self._overview, self._nodes.scan, cord, nearestToMiddle(cord))

    def _grab(
        self,
        view: SliceView,
        caption: str,
        volume=None,
        *,
        outlines: bool = False,
        cord: bool = False,
        marks: tuple[Mark, ...] = (),
    ) -> Panel:
        view.overlay(volume, MAP_OPACITY)
        self._nodes.findings.GetDisplayNode().SetVisibility(outlines)
        if self._nodes.cordOutline is not None:
            self._nodes.cordOutline.GetDisplayNode().SetVisibility(cord)
        return Panel(caption, view.grab(), view.mmPerPixel, view.letters, marks)

    def _marks(self) -> tuple[Mark, ...]:
        """Numbers to the right of the findings that the overview's slice goes through."""
        view = self._overview
        marks = []
        for row in self._rows:
            points = pointsIn(self._nodes.labels, row.label)
            shown = points[np.abs(view.distanceOf(points)) <= view.sliceSpacing / 2]
            if len(shown):
                pixels = view.pixelOf(shown)
                column = min(pixels[:, 0].max() + MARK_DISTANCE_MM / view.mmPerPixel, view.size[0] - MARK_WIDTH)
                marks.append(Mark(column, pixels[:, 1].mean(), str(row.label), toBytes(row.color)))
        return tuple(marks)

    def _lines(self, marks: tuple[Mark, ...]) -> list[Line]:
        if not self._rows:
            return [Line("No finding above the threshold.")]
        here = {mark.text for mark in marks}
        lines = [
            Line(describe(row) + ("" if str(row.label) in here else "  (on another slice)"), toBytes(row.color))
            for row in itertools.islice(self._rows, LISTED_FINDINGS)
        ]
        more = len(self._rows) - LISTED_FINDINGS
        return [*lines, *([Line(f"and {more} more")] if more > 0 else []), Line(WEIGHTED)]


def describe(row: FindingRow) -> str:
    """One line on a finding: number, level, size, score."""
    level = "level unknown" if row.level == UNKNOWN else row.level
    size = " x ".join(f"{millimetres:.0f}" for millimetres in row.extent)
    return f"{row.label}   {level}   {size} mm   {row.volume:.0f} mm3   score {row.score:.1f}   peak {row.peak:.1f}"


def legendOf(style: MapStyle) -> Legend:
    """The legend of a map as the sheet draws it."""
    colors = tuple(toBytes(color) for color in style.scale)
    return Legend(colors, f"{style.lower:g} (less is not shown)", f"{style.upper:g} or more", style.meaning, style.unit)


def toBytes(color: Rgb) -> Color:
    """RGB 0 to 1 as RGB 0 to 255."""
    red, green, blue = (round(255 * part) for part in color)
    return red, green, blue
