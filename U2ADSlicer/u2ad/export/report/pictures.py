"""The pictures of the report: each finding sagittal and axial, plain and outlined, and the whole cord."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from u2ad.export.report.content import Picture
from u2ad.export.report.drawing import DARK, FINE, LIGHT, Pen
from u2ad.export.report.planes import Cuts, Frame, Plane, Window, sampled
from u2ad.review.case import Case
from u2ad.review.decision import Decision
from u2ad.review.listing import Listed
from u2ad.scan import SagittalView, Scan

SAGITTAL_MM, AXIAL_MM, OVERVIEW_MM = 64.0, 32.0, 90.0
"""Height and width of a finding's cuts, width of the overview."""
SIDE = 360
"""Pixels of a finding's pictures: 210 dots an inch where four stand side by side on A4."""
OVERVIEW_SCALE, TALLEST = 6.0, 1200.0
"""Pixels a mm, and pixels."""
LETTER = 22
QUALITY = 92
IN_FRONT = 14.0
"""mm from the middle of the cord to the end of a level's name."""
BESIDE = 28.0
"""mm in front of the cord and behind it that the overview shows."""
MARGIN = 10.0
"""mm above and below the cord in the overview."""


class Painter:
    """Draws the pictures of one review, all with the same window of grey.

    Args:
        image: the scan.
        case: with its cord and levels.
        findings: all of them.
    """

    def __init__(self, image: Scan, case: Case, findings: Sequence[Listed]) -> None:
        self._case, self._findings = case, {one.number: one for one in findings}
        self._view = SagittalView.from_grid(image.grid)
        cord = np.zeros(image.grid.shape, bool) if case.cord is None else case.cord.mask
        self._cord = self._view.apply(cord)
        self._cuts = Cuts(self._view, image.array, {one.number: one.voxels.kji for one in findings})
        self._window = Window.around(self._view.apply(image.array), self._cord, self._view.grid.spacing)

    def finding(self, finding: Listed) -> tuple[Picture, ...]:
        """Sagittal plain and outlined, axial plain and outlined, through the largest cut of a finding."""
        left, down, back = self._largest_cut(finding)
        sagittal, axial = self._cuts.sagittal(left), self._cuts.axial(down)
        name = f"Finding {finding.number}"
        return (
            *self._pair(
                sagittal,
                Frame((down, back), (SAGITTAL_MM, SAGITTAL_MM), SIDE / SAGITTAL_MM),
                finding,
                f"{name} sagittal",
            ),
            *self._pair(axial, Frame((back, left), (AXIAL_MM, AXIAL_MM), SIDE / AXIAL_MM), finding, f"{name} axial"),
        )

    def overview(self) -> tuple[Picture, ...]:
        """The sagittal cut through the middle of the cord: plain, with its mask and levels, and with all findings."""
        inside = np.argwhere(self._cord)
        if not len(inside):
            return ()
        low, high = inside.min(axis=0), inside.max(axis=0)
        left = round(float(np.median(inside[:, 0])))
        plane = self._cuts.projected(left)
        margin = MARGIN / plane.spacing[0]
        top, bottom = max(0, low[1] - margin), min(plane.values.shape[0] - 1, high[1] + margin)
        height = (bottom - top) * plane.spacing[0]
        wanted = max(OVERVIEW_MM, (high[2] - low[2]) * plane.spacing[1] + 2 * BESIDE)
        width = min(wanted, plane.values.shape[1] * plane.spacing[1])
        middle = ((top + bottom) / 2, (low[2] + high[2]) / 2)
        frame = Frame(middle, (height, width), min(OVERVIEW_SCALE, TALLEST / height))
        blank = self._blank(plane, frame)
        cord = self._cord[left]
        plain = _drawn(blank, plane, frame, "The middle of the cord")
        masked = _drawn(blank, plane, frame, "Its mask and levels", lambda pen: self._levels(pen, plane, frame, cord))
        if not self._findings:
            return plain, masked
        return plain, masked, _drawn(blank, plane, frame, "All findings", lambda pen: self._numbers(pen, plane, frame))

    def _pair(self, plane: Plane, frame: Frame, finding: Listed, name: str) -> tuple[Picture, Picture]:
        def outlined(pen: Pen) -> None:
            for number, places in plane.places.items():
                if not pen.shows(places):
                    continue
                own = number == finding.number
                pen.outline(places, self._findings[number].judgement.decision, 2.4 if own else 1.2)
                pen.number(places, number, LETTER if own else LETTER - 6)

        blank = self._blank(plane, frame)
        return (
            _drawn(blank, plane, frame, f"{name}, plain"),
            _drawn(blank, plane, frame, f"{name}, outlined", outlined),
        )

    def _blank(self, plane: Plane, frame: Frame) -> Image.Image:
        """A cut in grey, as fine as lines are drawn."""
        height, width = frame.pixels
        grey = Image.fromarray(self._window.grey(sampled(plane, frame)))
        return grey.resize((width * FINE, height * FINE), Image.Resampling.BILINEAR).convert("RGB")

    def _levels(self, pen: Pen, plane: Plane, frame: Frame, cord: np.ndarray) -> None:
        """The outline of the cord's mask, and names of the vertebrae in front of it."""
        pen.outline(np.argwhere(cord), Decision.CONFIRMED, 1.0)
        line = self._case.line
        if line is None:
            return
        for body in self._case.levels.bodies:
            _, down, back = self._view.grid.to_kji(line.point_at(body.along))
            ((x, y),) = frame.to_pixels(np.array([[down, back]]), plane.spacing)
            if 0 < y < frame.pixels[0]:
                pen.text(body.name, (max(x - IN_FRONT * frame.scale, 2.5 * LETTER), y), "rm", LETTER)

    def _numbers(self, pen: Pen, plane: Plane, frame: Frame) -> None:
        """Outlines of all findings, and their numbers behind the cord, none on top of another."""
        ends = []
        for number, places in plane.places.items():
            pen.outline(places, self._findings[number].judgement.decision, 1.8)
            ends.append((number, pen.behind(places)[0]))
        ends.sort(key=lambda one: one[1][1])
        heights = _apart(np.array([end[1] for _, end in ends]), LETTER + 3, frame.pixels[0] - LETTER)
        x = frame.pixels[1] - 40
        for (number, end), y in zip(ends, heights, strict=True):
            leader = np.array([end + np.array([3, 0]), [x - 24, y]])
            pen.line(leader, DARK, 2.4)
            pen.line(leader, LIGHT, 1.0)
            pen.text(str(number), (x, y), "rm", LETTER)

    def _largest_cut(self, finding: Listed) -> tuple[int, int, int]:
        """Where the finding fills most of a sagittal and of an axial cut, and its middle from front to back."""
        places = self._cuts.places[finding.number]
        left, down = (_commonest(places[:, axis]) for axis in (0, 1))
        return left, down, round(float(places[:, 2].mean()))


def _commonest(values: np.ndarray) -> int:
    """The value that is there most often; of several the one nearest to their mean."""
    names, counts = np.unique(values, return_counts=True)
    best = names[counts == counts.max()]
    return int(best[np.abs(best - values.mean()).argmin()])


def _apart(wanted: np.ndarray, least: float, bottom: float) -> np.ndarray:
    """Ascending heights, as near to those wanted as they can be with so much between them."""
    heights = wanted.copy()
    for n in range(1, len(heights)):
        heights[n] = max(heights[n], heights[n - 1] + least)
    limit = bottom
    for n in reversed(range(len(heights))):
        heights[n] = min(heights[n], limit)
        limit = heights[n] - least
    return heights


def _drawn(
    blank: Image.Image, plane: Plane, frame: Frame, caption: str, more: Callable[[Pen], None] | None = None
) -> Picture:
    """A cut with letters, scale bar and more."""
    fine = blank.copy()
    pen = Pen(ImageDraw.Draw(fine), frame, plane)
    if more is not None:
        more(pen)
    pen.letters(plane.letters, LETTER)
    pen.scale_bar(LETTER)
    done = fine.reduce(FINE)
    return _stored(done if more is not None else done.convert("L"), caption)


def _stored(image: Image.Image, caption: str) -> Picture:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, subsampling=0)
    return Picture(file.getvalue(), image.width, image.height, caption)
