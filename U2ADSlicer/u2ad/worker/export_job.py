"""What the worker is asked to export, as one value that travels as JSON. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from u2ad.worker.job import checked

KIND = "export"


@dataclass(frozen=True)
class ExportJob:
    """One export.

    Args:
        review: folder with the review, as :func:`u2ad.worker.review.write_review` writes it.
        output: folder to be made; it appears whole or not at all. Whoever asked puts it where the reader wants it.
        stop: file whose appearance asks the worker to stop.
        owner: process whose end ends the worker too.
        formats: words of :class:`u2ad.export.formats.Format`; the usual ones, as far as possible, where empty.
        all_findings: all findings with their decision rather than the confirmed ones alone.
        deidentify: leave out of DICOM objects what identifies the patient.
        subject: label of the subject in names of NIfTI files.
        scene: file of the scene as Slicer has saved it, which the export takes away; None without one.
    """

    review: str
    output: str
    stop: str
    owner: int
    formats: tuple[str, ...] = ()
    all_findings: bool = False
    deidentify: bool = False
    subject: str = "01"
    scene: str | None = None

    def to_json(self) -> str:
        """The job as JSON text."""
        return json.dumps({"kind": KIND, **asdict(self)}, indent=1)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ExportJob:
        """The job of :meth:`to_json`, from its values without the kind.

        Raises:
            ValueError: if they are no such job.
        """
        try:
            told = checked(values, cls)
            return cls(**{**told, "formats": tuple(told.get("formats", ()))})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            msg = f"expected an export job: {error}"
            raise ValueError(msg) from error

    @property
    def part(self) -> Path:
        """Where the output is prepared."""
        return Path(f"{self.output}.part")
