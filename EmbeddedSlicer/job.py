"""What the child process is asked to write, as one value that travels as JSON. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class SceneJob:
    """The files of one detection. All images are on the scan's grid.

    Args:
        result: folder to write into.
        scan: NIfTI of the scan; read, never copied.
        labels: NIfTI label map of the findings, 0 outside.
        anomaly: NIfTI of the anomaly map.
        cord: NIfTI mask of the cord, 0 and 1.
        findings: one mapping a finding, with at least label, score, centre, extent, volume, mean, peak, level.
        epistemic: NIfTI of the epistemic uncertainty, None where there is none.
        aleatoric: NIfTI of the aleatoric uncertainty, None where there is none.
        note: what must be known of the result, one line under the title of the overview; empty for none.
    """

    result: str
    scan: str
    labels: str
    anomaly: str
    cord: str
    findings: tuple[dict, ...] = ()
    epistemic: str | None = None
    aleatoric: str | None = None
    note: str = ""

    def to_json(self) -> str:
        """The job as one line of JSON; numpy's numbers become plain ones."""
        return json.dumps(asdict(self), default=lambda number: number.item())

    @classmethod
    def from_json(cls, text: str) -> SceneJob:
        """The job of :meth:`to_json`.

        Raises:
            ValueError: if the text is no JSON object with exactly these fields.
        """
        values = json.loads(text)
        unknown = set(values) - {field.name for field in fields(cls)} if isinstance(values, dict) else {"no object"}
        if unknown:
            msg = f"expected a scene job, got {sorted(unknown)}"
            raise ValueError(msg)
        try:
            return cls(**{**values, "findings": tuple(values.get("findings", ()))})
        except TypeError as error:
            msg = f"expected a scene job: {error}"
            raise ValueError(msg) from error
