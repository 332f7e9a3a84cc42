"""``report.html``: one file, nothing outside it, that a radiologist reads in a minute."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING

from u2ad.result import words
from u2ad.result.chart import chart_of
from u2ad.result.document import Document
from u2ad.result.files import FINDINGS, OVERVIEW, REPORT, picture_of
from u2ad.result.text import write_text

if TYPE_CHECKING:
    import jinja2

PNG = b"\x89PNG\r\n\x1a\n"


def write_report(folder: Path, problems: tuple[str, ...] = ()) -> Path:
    """Write the report of a result folder from its ``findings.json`` and its pictures.

    Args:
        folder: holds ``findings.json`` and, as far as they could be drawn, ``overview.png`` and
            ``pictures/finding-<label>.png``. A picture that is missing is told in its place.
        problems: sentences on what could not be made and what to do about it; shown on top.

    Returns:
        The report.

    Raises:
        OutputError: if it cannot be written.
    """
    document = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
    pictures = {finding["label"]: _inline(folder / picture_of(finding["label"])) for finding in document["findings"]}
    return write_text(folder / REPORT, report_of(document, _inline(folder / OVERVIEW), pictures, problems))


def report_of(
    document: Document, overview: str | None, pictures: dict[int, str | None], problems: tuple[str, ...]
) -> str:
    """The report as HTML text; pictures are data URIs, None where there is none."""
    return (
        _templates()
        .get_template("report.html.jinja")
        .render(
            document=document,
            headline=words.headline(document),
            summary=words.summary(document),
            weighted=words.WEIGHTED,
            warnings=words.warnings(document),
            adapted=words.adapted(document),
            cord_flag=words.cord_flag(document["cord"]),
            confidence=words.confidence,
            levels_flag=words.LEVELS[document["levels_source"]],
            uncertainty=words.uncertainty,
            place=words.place,
            centre=words.centre,
            chart=chart_of(document),
            overview=overview,
            pictures=pictures,
            problems=problems,
        )
    )


def _templates() -> jinja2.Environment:
    import jinja2  # where detections run, in desktop Slicer, nothing needs it

    return jinja2.Environment(
        loader=jinja2.PackageLoader("u2ad", "result"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inline(picture: Path) -> str | None:
    """A picture as a data URI; None where it is missing, or was cut off before its first byte."""
    content = picture.read_bytes() if picture.is_file() else b""
    if not content.startswith(PNG):
        return None
    return f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
