"""What the worker is asked to do, as one value that travels as JSON. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

Row = tuple[float, float, float, float]
Point = tuple[float, float, float]


@dataclass(frozen=True)
class DetectJob:
    """One detection. All files lie in the folder of the job, which nobody else reads.

    Args:
        scan: ``.npy`` of the voxels, KJI.
        affine: (4, 4) matrix from voxel indices (i, j, k, 1) to RAS millimetres, row by row.
        output: folder to be made; it appears whole or not at all.
        stop: file whose appearance asks the worker to stop.
        owner: process whose end ends the worker too.
        facts: the fields of :class:`u2ad.scan.scan.Facts` that are known.
        remarks: what was odd about the scan while it was read, each the fields of a :class:`u2ad.scan.Check`.
        cord: ``.npy`` of the reader's cord fraction on the scan's grid, KJI; None to mark the cord automatically.
        cord_seen: whether a person has looked at that mask.
        levels: RAS millimetres of marked vertebrae or discs by name, one or more; None to find them in the scan.
        detector: name of the detector.
        seed: of the Monte-Carlo masks.
        draws: how often each patch of cord is rebuilt.
        threads: of PyTorch; None for its own choice.
        anyway: run in spite of refusals that can be overridden.
        model: version of the network, "starter" or the site's; the active one of the site where None.
    """

    scan: str
    affine: tuple[Row, Row, Row, Row]
    output: str
    stop: str
    owner: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[Mapping[str, Any], ...] = ()
    cord: str | None = None
    cord_seen: bool = True
    levels: Mapping[str, Point] | None = None
    detector: str = "u2ad"
    seed: int = 0
    draws: int = 10
    threads: int | None = None
    anyway: bool = False
    model: str | None = None

    def to_json(self) -> str:
        """The job as JSON text.

        Raises:
            ValueError: if a number is not finite.
        """
        return json.dumps(asdict(self), indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> DetectJob:
        """The job of :meth:`to_json`.

        Raises:
            ValueError: if the text is no such job.
        """
        try:
            values = checked(json.loads(text), cls)
            values["affine"] = rows_of(values["affine"])
            values["remarks"] = tuple(values.get("remarks", ()))
            levels = values.get("levels")
            values["levels"] = None if levels is None else {name: point_of(ras) for name, ras in levels.items()}
            return cls(**values)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            msg = f"expected a detection job: {error}"
            raise ValueError(msg) from error

    @property
    def part(self) -> Path:
        """Where the output is prepared."""
        return Path(f"{self.output}.part")


def checked(values: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """The values of a dataclass, if it has a field for each of them.

    Raises:
        ValueError: if it has not.
    """
    unknown = set(values) - {field.name for field in fields(kind)}
    if unknown:
        msg = f"unknown fields {sorted(unknown)}"
        raise ValueError(msg)
    return dict(values)


def rows_of(given: Any) -> tuple[Row, Row, Row, Row]:
    """The rows of an affine; a ValueError if there are not 4 x 4 numbers."""
    one, two, three, four = (tuple(float(number) for number in row) for row in given)
    if {len(one), len(two), len(three), len(four)} != {4}:
        msg = "expected an affine of 4 x 4 numbers"
        raise ValueError(msg)
    return one, two, three, four  # type: ignore[return-value]


def point_of(given: Any) -> Point:
    """A point of three numbers."""
    right, anterior, superior = (float(number) for number in given)
    return right, anterior, superior
