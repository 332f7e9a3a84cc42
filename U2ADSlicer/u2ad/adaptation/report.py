"""``adaptation.html``: what an adaptation has brought, in one file that is read in a minute."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2

from u2ad.adaptation.document import Document
from u2ad.adaptation.keeping import REPORT
from u2ad.result.text import write_text

PAGE = "adaptation.html"
WIDTH, HEIGHT = 720.0, 160.0


def write_report(folder: Path) -> Path:
    """Write the page of a folder from its ``adaptation.json``.

    Raises:
        OutputError: if it cannot be written.
    """
    document = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return write_text(folder / PAGE, report_of(document))


def report_of(document: Document) -> str:
    """The page as HTML text."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("u2ad", "adaptation"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("report.html.jinja").render(
        document=document,
        loss=_line([(point["step"], point["loss"]) for point in document["curve"]]),
        residual=_line([(point["step"], point["residual"]) for point in document["curve"] if point["residual"]]),
        width=WIDTH,
        height=HEIGHT,
    )


def _line(points: list[tuple[int, float]]) -> str:
    """Points of an SVG polyline, scaled from its own lowest to its own highest value."""
    if not points:
        return ""
    last, values = points[-1][0], [value for _, value in points]
    low, reach = min(values), (max(values) - min(values)) or 1.0
    return " ".join(f"{WIDTH * step / last:.1f},{HEIGHT * (1 - (value - low) / reach):.1f}" for step, value in points)
