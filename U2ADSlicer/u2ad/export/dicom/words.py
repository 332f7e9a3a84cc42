"""Free text in the forms that DICOM lets stand (PS3.5 6.2)."""

from __future__ import annotations

LONG = 64
"""Characters of a Long String (LO), and of a person's name."""


def person_name(text: str) -> str:
    """A name as somebody typed it, as a value of PN: a family name alone, since nobody knows its parts.

    A caret at the end says that the single part is meant so (PS3.5 6.2.1.2); a name with carets is taken as it is.
    """
    plain = _printable(text.replace("=", " "))[: LONG - 1].strip()
    return plain if not plain or "^" in plain else f"{plain}^"


def long_string(text: str) -> str:
    """As a value of LO: no backslash, no control characters, at most 64 characters."""
    return _printable(text)[:LONG].strip()


def free_text(text: str) -> str:
    """As a value of UT or of a text item: line breaks stay, other control characters go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\r\n".join("".join(letter for letter in line if letter.isprintable()) for line in lines).strip()


def _printable(text: str) -> str:
    told = text.replace("\\", " ")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in told).split())
