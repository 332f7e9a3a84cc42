"""Keeps a result beside the journal of its scan: the new one takes the place of the former in one move."""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from u2ad.scan.output import in_words


def keepResult(result: Path, keep: Path) -> None:
    """Moves a result folder to its place for good, and the former result away.

    A computer that fails in between leaves either the former result, or the new one, or the former under a hidden name
    beside it, from where :func:`restoreKept` brings it back.

    Args:
        result: the folder; it may lie on another disk.
        keep: where it shall be; replaced, parents are made.

    Raises:
        OutputError: if it cannot be written there; a former result is still in its place.
    """
    restoreKept(keep)
    part, old = _beside(keep, "part"), _beside(keep, "old")
    try:
        with in_words():
            keep.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(result, part)
            if keep.exists():
                keep.rename(old)
            part.rename(keep)
    except BaseException:
        if old.exists() and not keep.exists():
            old.rename(keep)
        raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def restoreKept(keep: Path) -> None:
    """Brings a former result back that a failing computer left under a hidden name, and removes what is unfinished."""
    with suppress(OSError):
        for old in keep.parent.glob(f".{keep.name}.old-*"):
            if keep.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(keep)
        for part in keep.parent.glob(f".{keep.name}.part-*"):
            shutil.rmtree(part, ignore_errors=True)


def _beside(keep: Path, kind: str) -> Path:
    return keep.with_name(f".{keep.name}.{kind}-{secrets.token_hex(4)}")
