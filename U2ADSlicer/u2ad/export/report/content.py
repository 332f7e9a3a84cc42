"""What a report says, in its order, before it is laid out; both layouts show the same."""

from __future__ import annotations

from dataclasses import dataclass

from u2ad.result.chart import Chart
from u2ad.review.decision import Decision


@dataclass(frozen=True)
class Picture:
    """One picture.

    Args:
        data: of its file, a JPEG: pictures of a report are looked at, not measured.
        width: pixels.
        height: pixels.
        caption: under it, and what a screen reader says.
    """

    data: bytes
    width: int
    height: int
    caption: str


@dataclass(frozen=True)
class Note:
    """Something that must be known before the rest is read.

    Args:
        fact: one sentence or two.
        remedy: what to do; empty for nothing.
        grave: whether the result cannot be relied on.
    """

    fact: str
    remedy: str = ""
    grave: bool = False


@dataclass(frozen=True)
class Saying:
    """What a reader has written of the whole scan.

    Args:
        title: such as "Assessment".
        verdict: the reading in one word.
        words: the reader's own; may be empty.
        by: who, when, and how.
    """

    title: str
    verdict: str
    words: str
    by: str


@dataclass(frozen=True)
class Entry:
    """One finding.

    Args:
        number: in every file of the export.
        place: level, or distance along the cord.
        decision: the reader's verdict.
        decided: verdict, reason, reader and time in one line.
        comment: the reader's own words; may be empty.
        figures: name and value of what was measured.
        row: the cells of the table, as :data:`u2ad.export.report.words.HEADINGS` names them.
        pictures: sagittal plain and outlined, axial plain and outlined; empty where the scan is not at hand.
    """

    number: int
    place: str
    decision: Decision
    decided: str
    comment: str
    figures: tuple[tuple[str, str], ...]
    row: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Content:
    """The whole report.

    Args:
        research_use: the line on top of each page.
        headline: the result in one line.
        summary: the sentences under it: score, reference, what it is not.
        notes: warnings, the gravest first.
        sayings: of the whole scan.
        overview: the cord plain and with all findings; empty where the scan is not at hand.
        chart: the curve; None where there is no cord.
        chart_note: how to read it.
        marks: how the number of each finding is drawn in the chart.
        entries: the findings by falling score.
        table_note: how to read the table.
        provenance: name and value of how it came about.
    """

    research_use: str
    headline: str
    summary: str
    notes: tuple[Note, ...]
    sayings: tuple[Saying, ...]
    overview: tuple[Picture, ...]
    chart: Chart | None
    chart_note: str
    marks: dict[int, Decision]
    entries: tuple[Entry, ...]
    table_note: str
    provenance: tuple[tuple[str, str], ...]
