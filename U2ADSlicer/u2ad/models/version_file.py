"""A version of the network as one file, to be carried to another site: weights and manifest in a ZIP archive."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from u2ad.errors import OutputError, U2ADError
from u2ad.models.versions import FILES

LARGEST = 256 * 2**20
"""Bytes that a file in the archive may unfold to: eighty times our weights."""


def pack(folder: Path, file: Path) -> Path:
    """Write the version in a folder as one file.

    Raises:
        OutputError: if the file is there already or cannot be written.
    """
    file = Path(file)
    part = file.with_name(f".{file.name}.part")
    if file.exists():
        raise OutputError("There is a file of that name already.", "Choose another name.")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in FILES:
                archive.write(folder / name, name)
        part.replace(file)
    except OSError as error:
        raise OutputError(
            "The model cannot be written there.", "Check that the folder exists, may be written to and has free space."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return file


@contextmanager
def unpacked(file: Path) -> Iterator[Path]:
    """A temporary folder with what :func:`pack` has put into a file; whether it is sound, the store finds out.

    Raises:
        U2ADError: if the file is no such archive.
    """
    with tempfile.TemporaryDirectory(prefix="u2ad-") as folder:
        try:
            with zipfile.ZipFile(file) as archive:
                for name in FILES:
                    if archive.getinfo(name).file_size > LARGEST:
                        raise zipfile.BadZipFile
                    (Path(folder) / name).write_bytes(archive.read(name))
        except (OSError, KeyError, EOFError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
            raise U2ADError(
                "The file is no version of the model, or a damaged one.", "Export it again at the other site."
            ) from error
        yield Path(folder)
