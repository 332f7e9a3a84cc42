"""Stand-in for ``slicer.i18n``: the names, no translation."""

from pathlib import Path


def translate(context: str, text: str) -> str:
    """The text as it is: nothing is translated here."""
    return text


def tr(text: str) -> str:
    """As :func:`translate`, in the context of the calling file."""
    return text


def getContext(sourceFile: str) -> str:
    """Translation context of a Python file: its name."""
    return Path(sourceFile).stem
