"""What the worker is asked to send, as one value that travels as JSON. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from u2ad.worker.job import checked

KIND = "send"


@dataclass(frozen=True)
class SendJob:
    """Sending the DICOM objects of an export, once.

    Args:
        folder: that the export has written; nothing in it is changed.
        destination: name that the site has given it.
        output: folder that is made, empty, when all objects are stored.
        stop: file whose appearance asks the worker to stop.
        owner: process whose end ends the worker too.
    """

    folder: str
    destination: str
    output: str
    stop: str
    owner: int

    def to_json(self) -> str:
        """The job as JSON text."""
        return json.dumps({"kind": KIND, **asdict(self)}, indent=1)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> SendJob:
        """The job of :meth:`to_json`, from its values without the kind.

        Raises:
            ValueError: if they are no such job.
        """
        try:
            return cls(**checked(values, cls))
        except (AttributeError, TypeError, ValueError) as error:
            msg = f"expected a job of sending: {error}"
            raise ValueError(msg) from error

    @property
    def part(self) -> Path:
        """Where an output would be prepared."""
        return Path(f"{self.output}.part")
