"""Keeping the patient's name out of free text that somebody typed at the scanner."""

from __future__ import annotations

import hashlib
import re

TELLING = 4
"""Letters from which a part of a name is struck out inside longer words too; "Li" would take "lipid" apart."""


def without_patient(text: str, stated: str) -> str:
    """``text`` without any word of ``stated``, whatever their case.

    Args:
        text: what somebody typed.
        stated: PatientName (0010,0010), PatientID (0010,0020) and other words that tell who it is. Parts of a name are
            divided as in DICOM PS3.5 6.2.1 (``^`` and ``=``), and by commas and spaces.
    """
    words = sorted({word for word in re.split(r"[\^=,\s]+", stated) if word}, key=len, reverse=True)
    if not words or not text:
        return text
    left = re.sub("|".join(map(_pattern, words)), " ", text, flags=re.IGNORECASE)
    return " ".join(left.split()).strip(" ^=,_-")


def digest_of(stated: str) -> str:
    """What tells two patients of one folder apart without naming either; it is kept nowhere."""
    return hashlib.sha256(stated.encode(errors="replace")).hexdigest()[:16]


def _pattern(word: str) -> str:
    if len(word) >= TELLING:
        return re.escape(word)
    return rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
