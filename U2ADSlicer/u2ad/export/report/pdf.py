"""The report as PDF: A4, its letters inside, the research-use line and the page on every sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Image,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from u2ad.export.report import fonts
from u2ad.export.report.content import Content, Entry, Note, Picture, Saying
from u2ad.export.report.curve import drawing_of
from u2ad.export.report.fonts import markup
from u2ad.export.report.words import HEADINGS, OUTLINES

SIDE, TOP, BOTTOM = 15 * mm, 19 * mm, 16 * mm
WIDTH = A4[0] - 2 * SIDE
TALLEST = 100 * mm
"""Of the overview; the curve then stands on the same page."""
GUTTER = 2 * mm
PADDING = 6
"""Points that reportlab's frame keeps free by itself."""
INK, SOFT, RULE, PALE = HexColor("#1a1a1a"), HexColor("#555555"), HexColor("#c8c8c8"), HexColor("#f2f2f2")
COLUMNS = (10, 25, 17, 21, 34, 20, 14, 16, 23)
"""mm; of :data:`u2ad.export.report.words.HEADINGS`."""


def _style(name: str, size: float, **changed: Any) -> ParagraphStyle:
    settings = {"fontName": fonts.PLAIN, "textColor": INK, "leading": 1.32 * size, "splitLongWords": 1, **changed}
    return ParagraphStyle(name, fontSize=size, **settings)


TITLE = _style("title", 17, fontName=fonts.BOLD, spaceAfter=2 * mm)
HEADING = _style("heading", 12, fontName=fonts.BOLD, spaceBefore=4 * mm, spaceAfter=1.5 * mm, keepWithNext=1)
ENTRY = _style("entry", 10.5, fontName=fonts.BOLD, spaceAfter=1 * mm)
TEXT = _style("text", 9.5, spaceAfter=1 * mm)
SMALL = _style("small", 8, textColor=SOFT, spaceAfter=1 * mm)
CELL = _style("cell", 8.5)
CELL_RIGHT = _style("figure", 8.5, alignment=TA_RIGHT)
HEAD, HEAD_RIGHT = _style("head", 8, fontName=fonts.BOLD), _style("headr", 8, fontName=fonts.BOLD, alignment=TA_RIGHT)
FIGURES = (5, 6, 7, 8)
"""Columns of numbers, set to the right."""


def pdf_of(content: Content) -> bytes:
    """The report as the bytes of a PDF; the same bytes for the same content."""
    fonts.use()
    rl_config.useA85 = 0  # pictures as they are, not as letters: a quarter smaller, and seconds faster
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=SIDE - PADDING,
        rightMargin=SIDE - PADDING,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        title=f"U2AD: {content.headline}",
        author="U2ADSlicer",
        lang="en",
        invariant=1,
    )
    document.build(list(_story(content)), canvasmaker=lambda *a, **k: _Numbered(content.research_use, *a, **k))
    return file.getvalue()


class _Numbered(Canvas):
    """A canvas that knows at its end how many pages there are.

    Args:
        line: on top of every page.
    """

    def __init__(self, line: str, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._line, self._pages = line, []

    def showPage(self) -> None:  # noqa: N802, reportlab's name
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # reportlab's own recipe for page totals

    def save(self) -> None:
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._frame(number, len(self._pages))
            super().showPage()
        super().save()

    def _frame(self, number: int, total: int) -> None:
        self.setFillColor(INK)
        self.setStrokeColor(INK)
        self.setLineWidth(0.7)
        self.rect(SIDE, A4[1] - TOP + 3 * mm, WIDTH, 6.5 * mm)
        self.setFont(fonts.PLAIN, 7.6)
        self.drawString(SIDE + 2 * mm, A4[1] - TOP + 5.2 * mm, self._line)
        self.setFillColor(SOFT)
        self.drawString(SIDE, BOTTOM - 7 * mm, "U2ADSlicer")
        self.drawRightString(A4[0] - SIDE, BOTTOM - 7 * mm, f"Page {number} of {total}")


def _story(content: Content) -> Iterator[Flowable]:
    yield _paragraph(content.headline, TITLE)
    yield _paragraph(content.summary, TEXT)
    for saying in content.sayings:
        yield from _saying(saying)
    for note in content.notes:
        yield _note(note)
    if content.overview:
        yield KeepTogether([_paragraph("Overview", HEADING), *_overview(content)])
    if content.chart is not None:
        yield KeepTogether(
            [
                _paragraph("Anomaly along the cord", HEADING),
                drawing_of(content.chart, content.marks, WIDTH),
                _paragraph(content.chart_note, SMALL),
            ]
        )
    if content.entries:
        yield from _table(content)
        first, *others = content.entries
        yield from _entry(first, [_paragraph("Each finding", HEADING)])
        for entry in others:
            yield from _entry(entry, [])
    yield from _provenance(content)


def _saying(saying: Saying) -> Iterator[Flowable]:
    words = f"<b>{markup(saying.title)}:</b> {markup(saying.verdict)}"
    yield Paragraph(f"{words}. {markup(saying.words)}" if saying.words else f"{words}.", TEXT)
    yield _paragraph(saying.by, SMALL)


def _note(note: Note) -> Flowable:
    sign = "✕" if note.grave else "!"
    text = Paragraph(f"<b>{markup(note.fact)}</b> {markup(note.remedy)}", TEXT)
    style = [
        ("LINEBEFORE", (0, 0), (0, -1), 2.4 if note.grave else 1.2, INK),
        ("BACKGROUND", (0, 0), (-1, -1), PALE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    mark = _paragraph(sign, _style("sign", 11, fontName=fonts.BOLD))
    return Table([[mark, text]], [8 * mm, WIDTH - 8 * mm], style=style, spaceBefore=1 * mm, spaceAfter=1 * mm)


def _overview(content: Content) -> list[Flowable]:
    """The pictures side by side, with what they are and how outlines are drawn beneath."""
    width = WIDTH / len(content.overview) - GUTTER
    shown = _side_by_side([_image(picture, width, TALLEST) for picture in content.overview])
    captions = "; ".join(picture.caption for picture in content.overview)
    outlines = f" {OUTLINES}" if content.entries else ""
    return [shown, _paragraph(f"{captions}.{outlines}", SMALL)]


def _table(content: Content) -> Iterator[Flowable]:
    heads = [_paragraph(text, HEAD_RIGHT if n in FIGURES else HEAD) for n, text in enumerate(HEADINGS)]
    rows = [
        [_paragraph(text, CELL_RIGHT if n in FIGURES else CELL) for n, text in enumerate(entry.row)]
        for entry in content.entries
    ]
    style = [
        ("LINEBELOW", (0, 0), (-1, 0), 1.2, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    yield CondPageBreak(50 * mm)
    yield _paragraph("Findings, the most suspicious first", HEADING)
    yield Table([heads, *rows], [width * mm for width in COLUMNS], style=style, repeatRows=1)
    yield Spacer(1, 1 * mm)
    yield _paragraph(content.table_note, SMALL)


def _entry(entry: Entry, heading: list[Flowable]) -> Iterator[Flowable]:
    """A finding; all of it on one page but a long comment, which may run on to the next."""
    head = [*heading, _paragraph(f"{entry.number} · {entry.place}", ENTRY), _paragraph(entry.decided, TEXT)]
    if entry.pictures:
        width = WIDTH / 4 - GUTTER
        head += [_side_by_side([_image(picture, width, width) for picture in entry.pictures]), Spacer(1, 1 * mm)]
    figures = "  ·  ".join(f"{name}: {value}" for name, value in entry.figures)
    yield KeepTogether([*head, _paragraph(figures, SMALL)])
    if entry.comment:
        yield Paragraph(f"<b>Comment:</b> {markup(entry.comment)}", TEXT)
    yield Spacer(1, 3 * mm)


def _provenance(content: Content) -> Iterator[Flowable]:
    rows = [[_paragraph(name, SMALL), _paragraph(value, SMALL)] for name, value in content.provenance]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
    yield CondPageBreak(45 * mm)
    yield _paragraph("Provenance", HEADING)
    yield Table(rows, [32 * mm, WIDTH - 32 * mm], style=style)


def _side_by_side(pictures: Sequence[Image]) -> Flowable:
    style = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
    widths = [picture.drawWidth + GUTTER for picture in pictures]
    return Table([list(pictures)], widths, style=style, hAlign="LEFT")


def _image(picture: Picture, widest: float, highest: float) -> Image:
    scale = min(widest / picture.width, highest / picture.height)
    return Image(io.BytesIO(picture.data), picture.width * scale, picture.height * scale)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(markup(text), style)
