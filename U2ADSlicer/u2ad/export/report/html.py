"""The report as one HTML file with everything in it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from u2ad.export.report import words
from u2ad.export.report.content import Content, Picture

if TYPE_CHECKING:
    import jinja2


def html_of(content: Content) -> str:
    """The report as HTML text; pictures are data URIs, nothing outside is referred to."""
    template = _templates().get_template("review.html.jinja")
    return template.render(
        content=content,
        chart=content.chart,
        looks={number: decision.value for number, decision in content.marks.items()},
        headings=words.HEADINGS,
        outlines=words.OUTLINES,
        inline=_inline,
    )


def _templates() -> jinja2.Environment:
    import jinja2  # in desktop Slicer, nothing but an export needs it

    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader("u2ad.export", "report"), jinja2.PackageLoader("u2ad", "result")]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inline(picture: Picture) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.data).decode('ascii')}"
