"""One picture of a sheet: a grabbed view with what a radiologist expects on it (directions, scale, numbers)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Color = tuple[int, int, int]

WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)
EDGE = 8  # pixels between text and border
LETTER_SIZE = 18
SCALE_LENGTHS_MM = (50, 20, 10, 5)
LARGEST_SCALE_SHARE = 0.3  # of the panel's width


@dataclass(frozen=True)
class Mark:
    """A short text beside something in the picture.

    Args:
        column: pixels from the left, where the text starts.
        row: pixels from the top, its middle.
        text: such as a finding's number.
        color: RGB 0 to 255.
    """

    column: float
    row: float
    text: str
    color: Color


@dataclass(frozen=True, eq=False)
class Panel:
    """A grabbed slice view and how to read it.

    Args:
        caption: what is shown.
        pixels: uint8 RGB, shape (height, width, 3), first row on top.
        mm_per_pixel: size of a pixel.
        letters: anatomical directions at the left, right, top and bottom edge.
        marks: texts beside findings.
    """

    caption: str
    pixels: np.ndarray
    mm_per_pixel: float
    letters: tuple[str, str, str, str]
    marks: tuple[Mark, ...] = ()


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font: the same on every computer."""
    return ImageFont.load_default(size)


def draw_panel(panel: Panel) -> Image.Image:
    """The panel's picture with direction letters, scale bar and marks on it."""
    image = Image.fromarray(panel.pixels)
    draw = ImageDraw.Draw(image)
    _draw_letters(draw, panel.letters, image.size)
    _draw_scale(draw, panel.mm_per_pixel, image.size)
    for mark in panel.marks:
        _outlined(draw, (mark.column, mark.row), mark.text, "lm", mark.color)
    return image


def _outlined(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, anchor: str, color: Color) -> None:
    """Text that can be read on any grey."""
    draw.text(place, text, color, font(LETTER_SIZE), anchor, stroke_width=2, stroke_fill=BLACK)


def _draw_letters(draw: ImageDraw.ImageDraw, letters: tuple[str, str, str, str], size: tuple[int, int]) -> None:
    width, height = size
    left, right, top, bottom = letters
    _outlined(draw, (EDGE, height / 2), left, "lm", WHITE)
    _outlined(draw, (width - EDGE, height / 2), right, "rm", WHITE)
    _outlined(draw, (width / 2, EDGE), top, "mt", WHITE)
    _outlined(draw, (width / 2, height - EDGE), bottom, "mb", WHITE)


def _draw_scale(draw: ImageDraw.ImageDraw, mm_per_pixel: float, size: tuple[int, int]) -> None:
    width, height = size
    fitting = [mm for mm in SCALE_LENGTHS_MM if mm / mm_per_pixel <= LARGEST_SCALE_SHARE * width]
    millimetres = fitting[0] if fitting else SCALE_LENGTHS_MM[-1]
    right, row = width - 2 * EDGE, height - 2 * EDGE
    left = right - millimetres / mm_per_pixel
    for thickness, color in ((6, BLACK), (3, WHITE)):
        draw.line((left, row, right, row), color, thickness)
    _outlined(draw, (right, row - EDGE), f"{millimetres} mm", "rb", WHITE)
