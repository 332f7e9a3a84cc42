"""Evidence made by hand."""

from collections.abc import Callable, Sequence

import pytest

from u2ad.findings import Finding
from u2ad.recalibration.evidence import Evidence


@pytest.fixture
def make_evidence() -> Callable[..., Evidence]:
    """``make_evidence([9, 4])``: a lesion-free thick scan whose candidates reach 9 and 4."""

    def make(
        reach: Sequence[float],
        touched: Sequence[tuple[int, ...]] | None = None,
        *,
        given: bool = False,
        slices: float = 3.3,
        certainty: Sequence[float] | None = None,
        anomaly: dict[str, float] | None = None,
    ) -> Evidence:
        certainty = certainty or [0.9] * len(reach)
        touched = tuple(touched or [()] * len(reach))
        found = tuple(
            Finding(1, 5 * value, (0, 0, 0), 50, (8, 4, 3), 60, value / 2, value, 0.03, 0.1, "C5", sure)
            for value, sure in zip(reach, certainty, strict=True)
        )
        lesions = len({label for labels in touched for label in labels})
        return Evidence("case", given, slices, lesions, found, tuple(reach), touched, anomaly or {})

    return make
