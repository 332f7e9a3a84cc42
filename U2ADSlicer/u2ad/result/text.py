"""Writing text into a result folder: whole or not at all."""

from __future__ import annotations

from pathlib import Path

from u2ad.errors import OutputError


def write_text(path: Path, text: str) -> Path:
    """Write ``text`` as UTF-8 under a temporary name, then rename it; returns ``path``.

    Raises:
        OutputError: if the folder is missing, full or may not be written to.
    """
    unfinished = path.with_name(f".part-{path.name}")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        raise OutputError(
            "A result file cannot be written.", "Check that the folder exists, may be written to and has free space."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path
