"""Writing a DICOM object as a file."""

from __future__ import annotations

from io import BytesIO
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
    whole = BytesIO()  # pydicom hides why a disk refuses, such as that it is full
    dataset.save_as(whole, enforce_file_format=True)
    with in_words():
        path.write_bytes(whole.getbuffer())
