"""Composes panels, colour legends and lines of text into one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from EmbeddedSlicer.panel import Color, Panel, draw_panel, font

WIDTH = 1600
MARGIN = 24
GAP = 12
BACKGROUND: Color = (18, 18, 20)
TEXT: Color = (235, 235, 235)
QUIET: Color = (165, 165, 170)
AMBER: Color = (255, 191, 0)
TITLE_SIZE, CAPTION_SIZE, TEXT_SIZE, SMALL_SIZE = 28, 20, 19, 16
HEAD_HEIGHT = 56
CAPTION_HEIGHT = 32
LEGEND_HEIGHT = 88
LEGEND_BAR_HEIGHT = 14
LINE_HEIGHT = 30
NOTE_HEIGHT = 32
NOTICE = "Research use only"


@dataclass(frozen=True)
class Legend:
    """How to read the colours of a map.

    Args:
        colors: from low to high, evenly spaced, RGB 0 to 255.
        lower: text at the low end, such as "2".
        upper: text at the high end, such as "8 or more".
        meaning: what a high value says.
        unit: of the numbers.
    """

    colors: tuple[Color, ...]
    lower: str
    upper: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class Line:
    """A line of text below the panels, with a coloured square before it where a colour is given."""

    text: str
    color: Color | None = None


def panel_width(count: int) -> int:
    """Pixels that each of ``count`` panels in a row may be wide."""
    return (WIDTH - 2 * MARGIN - GAP * (count - 1)) // count


def compose(
    title: str, panels: Sequence[tuple[Panel, Legend | None]], lines: Sequence[Line], note: str = ""
) -> Image.Image:
    """A sheet of panels side by side, each with its legend below, then the lines, two abreast.

    Args:
        title: above all.
        panels: of one height, from left to right.
        lines: below all.
        note: in amber below the title, cut to the width of the sheet; takes no room where it is empty.
    """
    panel_height = panels[0][0].pixels.shape[0]
    top = MARGIN + HEAD_HEIGHT + (NOTE_HEIGHT if note else 0)
    below = top + CAPTION_HEIGHT + panel_height
    legends = LEGEND_HEIGHT if any(legend for _, legend in panels) else 0
    text_top = below + legends + GAP
    height = text_top + LINE_HEIGHT * ((len(lines) + 1) // 2) + MARGIN
    sheet = Image.new("RGB", (WIDTH, height), BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    _draw_head(draw, title, note)
    left = MARGIN
    for panel, legend in panels:
        draw.text((left, top), panel.caption, TEXT, font(CAPTION_SIZE))
        sheet.paste(draw_panel(panel), (left, top + CAPTION_HEIGHT))
        if legend is not None:
            _draw_legend(draw, legend, (left, below + GAP), panel.pixels.shape[1])
        left += panel.pixels.shape[1] + GAP
    _draw_lines(draw, lines, text_top)
    return sheet


def _draw_head(draw: ImageDraw.ImageDraw, title: str, note: str) -> None:
    draw.text((MARGIN, MARGIN), title, TEXT, font(TITLE_SIZE))
    draw.text((WIDTH - MARGIN, MARGIN + 6), NOTICE, QUIET, font(SMALL_SIZE), anchor="ra")
    draw.text((MARGIN, MARGIN + HEAD_HEIGHT - 12), _cut(note, WIDTH - 2 * MARGIN), AMBER, font(CAPTION_SIZE))


def _cut(text: str, width: int) -> str:
    """As much of a note as fits into so many pixels; three dots where something is left out."""
    letters = font(CAPTION_SIZE)
    if letters.getlength(text) <= width:
        return text
    fitting = (text[:end].rstrip() + "..." for end in range(len(text) - 1, -1, -1))
    return next(shorter for shorter in fitting if letters.getlength(shorter) <= width)


def _draw_legend(draw: ImageDraw.ImageDraw, legend: Legend, corner: tuple[int, int], width: int) -> None:
    left, top = corner
    for column in range(width):
        draw.line((left + column, top, left + column, top + LEGEND_BAR_HEIGHT), _blend(legend.colors, column / width))
    row = top + LEGEND_BAR_HEIGHT + 6
    draw.text((left, row), legend.lower, TEXT, font(SMALL_SIZE))
    draw.text((left + width, row), legend.upper, TEXT, font(SMALL_SIZE), anchor="ra")
    draw.text((left, row + 20), legend.meaning, TEXT, font(SMALL_SIZE))
    draw.text((left, row + 40), legend.unit, QUIET, font(SMALL_SIZE))


def _blend(colors: tuple[Color, ...], share: float) -> Color:
    """The colour at a share, 0 to 1, of the way through evenly spaced colours."""
    position = share * (len(colors) - 1)
    index = min(int(position), len(colors) - 2)
    rest = position - index
    red, green, blue = (round(a + rest * (b - a)) for a, b in zip(colors[index], colors[index + 1], strict=True))
    return red, green, blue


def _draw_lines(draw: ImageDraw.ImageDraw, lines: Sequence[Line], top: int) -> None:
    per_column = (len(lines) + 1) // 2
    for number, line in enumerate(lines):
        column, row = divmod(number, per_column)
        left = MARGIN + column * (WIDTH // 2 - MARGIN)
        middle = top + row * LINE_HEIGHT + LINE_HEIGHT // 2
        if line.color is not None:
            draw.rectangle((left, middle - 7, left + 14, middle + 7), line.color)
            left += 26
        draw.text((left, middle), line.text, TEXT, font(TEXT_SIZE), anchor="lm")
