"""Writing a DICOM object as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from u2ad.scan.output import in_words

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def save(dataset: Dataset, path: Path) -> None:
    """Write one file of DICOM PS3.10.

    Raises:
        OutputError: if the disk refuses it.
    """
    with in_words():
        dataset.save_as(path, enforce_file_format=True)
