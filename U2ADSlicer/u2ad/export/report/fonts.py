"""Letters for print: DejaVu Sans inside the file, and for Chinese, Japanese and Korean those of the viewer."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from u2ad.export.report.drawing import font_file

PLAIN, BOLD = "U2AD", "U2AD-Bold"
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"
"""Adobe's names for letters that every viewer of PDF brings along (ISO 32000-1, 9.7.5.2)."""
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


@cache
def use() -> None:
    """Make the letters known to reportlab; once is enough."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont(PLAIN, str(font_file())))
    pdfmetrics.registerFont(TTFont(BOLD, str(font_file(bold=True))))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    for name in (CHINESE, JAPANESE, KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def markup(text: str) -> str:
    """Any text as reportlab's markup, each letter in a font that has it; lines stay lines.

    Hebrew and Arabic are turned into the order in which they are printed, letter by letter: Arabic letters are not
    joined, and a text of several lines keeps its lines in the order of printing.
    """
    use()
    lines = (_line(unicodedata.normalize("NFC", line)) for line in text.splitlines())
    return "<br/>".join(lines)


def carries(text: str) -> bool:
    """Whether the file brings along all letters of a text."""
    if text.isascii():
        return True
    use()
    return all(_has(letter) or letter.isspace() for letter in unicodedata.normalize("NFC", text))


def _line(text: str) -> str:
    runs = ((name, "".join(run)) for name, run in groupby(_ordered(text), key=_font_of))
    return "".join(_run(name, run) for name, run in runs)


def _run(name: str, text: str) -> str:
    if name == PLAIN:
        return escape("".join(letter if _has(letter) else UNKNOWN for letter in text))
    return f'<font name="{name}">{escape(text)}</font>'


def _font_of(letter: str) -> str:
    if _has(letter):
        return PLAIN
    word = unicodedata.name(letter, "").partition(" ")[0]
    if word in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}:
        return JAPANESE
    if word == "HANGUL":
        return KOREAN
    return CHINESE if word in {"CJK", "FULLWIDTH", "IDEOGRAPHIC"} else PLAIN


def _has(letter: str) -> bool:
    return letter == " " or ord(letter) in _letters()


@cache
def _letters() -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics

    face: Any = pdfmetrics.getFont(PLAIN)
    return frozenset(face.face.charToGlyph)


def _ordered(text: str) -> str:
    """What is written from right to left turned round, with the blanks inside; digits keep their order."""
    out: list[str] = []
    for backwards, run in groupby(text.split(" "), key=_is_backwards):
        words = list(run)
        out += [word[::-1] for word in reversed(words)] if backwards else words
    return " ".join(out)


def _is_backwards(word: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in word)
