"""Lines and letters on grey pictures: light with a dark rim, so that they are seen on everything, in print too."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from u2ad.export.report.planes import Frame, Letters, Plane
from u2ad.review.decision import Decision

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

LIGHT, DARK = (255, 214, 10), (0, 0, 0)
"""A yellow that prints as light grey."""
FINE = 2
"""Pictures are drawn so many times larger and scaled down, for smooth lines."""
DASHES = {
    Decision.CONFIRMED: (),
    Decision.UNDECIDED: (9.0, 6.0),
    Decision.UNSURE: (2.5, 5.0),
    Decision.REJECTED: (12.0, 5.0, 2.5, 5.0),
}
"""Pixels drawn and left out by turns."""
BAR = 10.0
"""mm of the scale bar."""


def font_file(bold: bool = False) -> Path:
    """DejaVu Sans, which matplotlib brings along: Latin, Greek, Cyrillic, Hebrew and Arabic letters."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Bold letters of so many pixels."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file(bold=True)), size)


class Pen:
    """Draws on a picture.

    Args:
        draw: Pillow's, of a picture that is ``FINE`` times larger.
        frame: what the picture shows.
        plane: of which cut.
    """

    def __init__(self, draw: ImageDraw.ImageDraw, frame: Frame, plane: Plane) -> None:
        self._draw, self._frame, self._plane = draw, frame, plane

    def outline(self, places: np.ndarray, decision: Decision, width: float) -> None:
        """The border of a finding, dashed by its decision."""
        contoured = contours(places) if len(places) else []
        lines = [line for contour in contoured for line in dashed(self._at(contour), DASHES[decision])]
        for color, more in ((DARK, 2.0), (LIGHT, 0.0)):
            for line in lines:
                self.line(line, color, width + more)

    def shows(self, places: np.ndarray) -> bool:
        """Whether any of these voxels lies in the picture."""
        (left, top), (right, bottom) = self._at(np.array([places.min(axis=0), places.max(axis=0)]))
        height, width = self._frame.pixels
        return bool(right >= 0 and bottom >= 0 and left <= width and top <= height)

    def number(self, places: np.ndarray, number: int, size: int) -> None:
        """The number of a finding, right of it."""
        ((x, y),) = self.behind(places)
        self.text(str(number), (x + 5, y), "lm", size)

    def behind(self, places: np.ndarray) -> np.ndarray:
        """Pixels (x, y) of the right end of a finding at half its height, (1, 2)."""
        return self._at(np.array([[places[:, 0].mean(), places[:, 1].max() + 0.5]]))

    def line(self, places: np.ndarray, color: tuple[int, int, int], width: float) -> None:
        """A line through pixels (x, y)."""
        points = [tuple(point) for point in (places * FINE).tolist()]
        self._draw.line(points, fill=color, width=max(1, round(width * FINE)), joint="curve")

    def letters(self, letters: Letters, size: int) -> None:
        """Patient's directions at the edges."""
        height, width = self._frame.pixels
        self.text(letters.left, (4, height / 2), "lm", size)
        self.text(letters.right, (width - 4, height / 2), "rm", size)
        self.text(letters.top, (width / 2, 3), "mt", size)
        self.text(letters.bottom, (width / 2, height - 3), "mb", size)

    def scale_bar(self, size: int) -> None:
        """Ten millimetres, at the lower right."""
        height, width = self._frame.pixels
        length, bottom = BAR * self._frame.scale, height - 10
        ends = np.array([[width - 10 - length, bottom], [width - 10, bottom]])
        self.line(ends + np.array([[-1.5, 0], [1.5, 0]]), DARK, 6)
        self.line(ends, (255, 255, 255), 3)
        self.text(f"{BAR:.0f} mm", (width - 10 - length / 2, bottom - 6), "mb", round(0.8 * size))

    def text(self, text: str, place: tuple[float, float], anchor: str, size: int, color=(255, 255, 255)) -> None:
        """Words with a dark rim; ``anchor`` as in Pillow."""
        x, y = (value * FINE for value in place)
        self._draw.text(
            (x, y), text, color, font(size * FINE), anchor=anchor, stroke_width=2 * FINE - 1, stroke_fill=DARK
        )

    def _at(self, places: np.ndarray) -> np.ndarray:
        return self._frame.to_pixels(places, self._plane.spacing)


def contours(places: np.ndarray) -> list[np.ndarray]:
    """The borders of voxels (row, column) as closed lines, half-way to those around them; (N, 2) to (M, 2) each."""
    import contourpy  # comes with matplotlib

    corner = places.min(axis=0) - 1
    mask = np.zeros(places.max(axis=0) - corner + 2)
    mask[tuple((places - corner).T)] = 1
    lines = contourpy.contour_generator(z=mask).lines(0.5)
    return [np.asarray(line)[:, ::-1] + corner for line in lines]


def dashed(line: np.ndarray, pattern: tuple[float, ...]) -> Iterator[np.ndarray]:
    """The pieces of a line that a pattern leaves to be drawn; lines and pattern in pixels."""
    if not pattern:
        yield line
        return
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(steps)])
    start, turn = 0.0, 0
    while start < along[-1]:
        end = min(start + pattern[turn % len(pattern)], float(along[-1]))
        if turn % 2 == 0:
            inside = along[(along > start) & (along < end)]
            at = np.concatenate([[start], inside, [end]])
            yield np.stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])], axis=1)
        start, turn = end, turn + 1
