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
SCRIPTS = {
    frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}): JAPANESE,
    frozenset({"HANGUL"}): KOREAN,
    frozenset({"CJK", "FULLWIDTH", "IDEOGRAPHIC"}): CHINESE,
}
"""Words with which Unicode's names of letters begin, the first or the second word, and who has them."""

LAST_IN_PLANE = 0xFFFF
"""The viewers' fonts are addressed by two bytes a letter; rare signs beyond have none."""

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


def shows(text: str) -> bool:
    """Whether there is a font for all letters of a text, in the file or in the viewer."""
    use()
    return all(_has(letter) or letter.isspace() or _script_of(letter) for letter in unicodedata.normalize("NFC", text))


def _line(text: str) -> str:
    east = _east_asian(text)
    runs = ((name, "".join(run)) for name, run in groupby(_ordered(text), key=lambda letter: _font_of(letter, east)))
    return "".join(_run(name, run) for name, run in runs)


def _east_asian(text: str) -> str:
    """The font for signs that three scripts share: that of the kana or Hangul beside them, else the Chinese one."""
    scripts = {_script_of(letter) for letter in text}
    return next((name for name in (JAPANESE, KOREAN) if name in scripts), CHINESE)


def _run(name: str, text: str) -> str:
    if name == PLAIN:
        return escape("".join(letter if _has(letter) else UNKNOWN for letter in text))
    return f'<font name="{name}">{escape(text)}</font>'


def _font_of(letter: str, east_asian: str) -> str:
    if _has(letter):
        return PLAIN
    script = _script_of(letter)
    return east_asian if script == CHINESE else script or PLAIN


def _script_of(letter: str) -> str:
    """The font of the viewer that has a letter, the Chinese one for those that several have; empty where none has."""
    if ord(letter) > LAST_IN_PLANE:
        return ""
    words = set(unicodedata.name(letter, "").split(" ")[:2])
    for names, font in SCRIPTS.items():
        if words & names:
            return font
    return ""


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
