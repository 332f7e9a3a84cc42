"""The anomaly curve as a drawing for print, from the same layout as the one for a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from u2ad.export.report import fonts
from u2ad.result.chart import MARK_RADIUS, Chart, Mark
from u2ad.review.decision import Decision

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing, Rect

INK, SOFT, PAPER = "#1a1a1a", "#555555", "#ffffff"
BAND, GAP, GRID = "#ececec", "#f8f8f8", "#d0d0d0"
LINE = "#0072b2"
"""Blue of Okabe and Ito."""
LETTERS = 14


def drawing_of(chart: Chart, marks: dict[int, Decision], width: float) -> Drawing:
    """The chart as wide as asked, in points.

    Args:
        chart: laid out; its y runs down.
        marks: decision on each numbered finding.
        width: points.
    """
    from reportlab.graphics.shapes import Drawing

    pen = _Pen(chart)
    pen.frame()
    for mark in chart.marks:
        pen.stem(mark)
    for line in chart.lines:
        pen.curve(line)
    pen.threshold()
    for mark in chart.marks:
        pen.mark(mark, marks[mark.label])
    scale = width / chart.width
    drawing = Drawing(width, chart.height * scale)
    pen.group.transform = (scale, 0, 0, scale, 0, 0)
    drawing.add(pen.group)
    return drawing


class _Pen:
    """Adds the parts of a chart to a group whose y runs up."""

    def __init__(self, chart: Chart) -> None:
        from reportlab.graphics.shapes import Group

        fonts.use()
        self._chart = chart
        self.group = Group()

    def frame(self) -> None:
        chart = self._chart
        for n, stretch in enumerate(chart.stretches):
            self._band(stretch.start, stretch.end, GAP if n % 2 else BAND)
            self._text(stretch.middle, chart.base + 33, stretch.name, "middle", bold=True)
        for gap in chart.gaps:
            self._hatched(gap.start, gap.end)
        for tick in chart.up:
            self._line(chart.left, tick.at, chart.right, tick.at, GRID, 0.7)
            self._text(chart.left - 7, tick.at + 4, tick.text, "end")
        for tick in chart.across:
            self._line(tick.at, chart.base, tick.at, chart.base + 4)
            self._text(tick.at, chart.base + 16, tick.text, "middle")
        self._line(chart.left, chart.base, chart.right, chart.base)
        self._text(chart.left, chart.base + 51, "← head", "start")
        self._text((chart.left + chart.right) / 2, chart.base + 51, "mm along the cord", "middle")
        self._text(chart.right, chart.base + 51, "feet →", "end")

    def curve(self, points: str) -> None:
        from reportlab.graphics.shapes import PolyLine

        places = [float(value) for pair in points.split() for value in pair.split(",")]
        places[1::2] = [self._up(y) for y in places[1::2]]
        self.group.add(PolyLine(places, strokeColor=_color(LINE), strokeWidth=2, strokeLineJoin=1))

    def threshold(self) -> None:
        chart = self._chart
        self._line(chart.left, chart.threshold, chart.right, chart.threshold, width=1.3, dashes=(7, 5))
        self._text(chart.right - 4, chart.threshold - 5, "threshold", "end")

    def stem(self, mark: Mark) -> None:
        self._line(mark.x, mark.y + MARK_RADIUS, mark.x, mark.foot, SOFT, 1, (2, 3))

    def mark(self, mark: Mark, decision: Decision) -> None:
        """Filled, hollow or dashed circle, or a square."""
        from reportlab.graphics.shapes import Circle

        filled = decision is Decision.CONFIRMED
        fill, ink = (INK, PAPER) if filled else (PAPER, INK)
        shape = self._square(mark) if decision is Decision.REJECTED else Circle(mark.x, self._up(mark.y), MARK_RADIUS)
        shape.fillColor, shape.strokeColor = _color(fill), _color(INK)
        shape.strokeWidth = 1.4
        if decision is Decision.UNSURE:
            shape.strokeDashArray = (3, 2.5)
        self.group.add(shape)
        self._text(mark.x, mark.y + 4.2, str(mark.label), "middle", bold=True, color=ink, size=12)

    def _square(self, mark: Mark) -> Rect:
        from reportlab.graphics.shapes import Rect

        return Rect(mark.x - MARK_RADIUS, self._up(mark.y) - MARK_RADIUS, 2 * MARK_RADIUS, 2 * MARK_RADIUS)

    def _band(self, start: float, end: float, color: str) -> None:
        from reportlab.graphics.shapes import Rect

        chart = self._chart
        height = chart.base - chart.top
        band = Rect(start, self._up(chart.base), end - start, height)
        band.fillColor, band.strokeColor = _color(color), None
        self.group.add(band)

    def _hatched(self, start: float, end: float) -> None:
        """Where nothing was searched: oblique lines, which print."""
        chart, step = self._chart, 8.0
        self._band(start, end, PAPER)
        place = start
        while place < end:
            self._line(place, chart.base, min(place + step, end), chart.top, GRID, 0.8)
            place += step

    def _line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        color: str = INK,
        width: float = 1,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        from reportlab.graphics.shapes import Line

        line = Line(x1, self._up(y1), x2, self._up(y2), strokeColor=_color(color), strokeWidth=width)
        if dashes is not None:
            line.strokeDashArray = dashes
        self.group.add(line)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: Literal["start", "middle", "end"],
        *,
        bold: bool = False,
        color: str = INK,
        size: float = LETTERS,
    ) -> None:
        from reportlab.graphics.shapes import String

        name = fonts.BOLD if bold else fonts.PLAIN
        string = String(x, self._up(y), text, fontName=name, fontSize=size, fillColor=_color(color), textAnchor=anchor)
        self.group.add(string)

    def _up(self, y: float) -> float:
        return self._chart.height - y


def _color(code: str):
    from reportlab.lib.colors import HexColor

    return HexColor(code)
