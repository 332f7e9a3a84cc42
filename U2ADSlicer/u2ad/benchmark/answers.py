"""What a detector said of one case, and the file in which answers are kept until all are there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

EDGES = np.geomspace(1e-2, 1e3, 400)
"""Borders of the bins in which voxels are counted by their anomaly: 3 % apart. What is below the first is in bin 0."""

BINS = len(EDGES) + 1


@dataclass(frozen=True)
class Question:
    """What is asked: which detector, on which case, with which cord mask.

    Args:
        detector: name of the variant.
        version: fingerprint of its weights; with others it is another question.
        masks: "given" or "automatic".
        case: name of the case.
    """

    detector: str
    version: str
    masks: str
    case: str


@dataclass(frozen=True)
class Hit:
    """What became of one lesion.

    Args:
        contrast: added signal as a share of the cord-to-CSF contrast.
        length: mm along the cord.
        score: best score among the candidates on it, 0 where there is none.
    """

    contrast: float
    length: float
    score: float


@dataclass(frozen=True)
class Segment:
    """One segment of the spine, from the middle of a vertebra to the middle of the next.

    Args:
        name: its disc, such as "C4/C5".
        lesion: whether the middle of a lesion lies in it.
        score: best score among the candidates in it, 0 where there is none.
    """

    name: str
    lesion: bool
    score: float


@dataclass(frozen=True)
class Answer:
    """What a detector said of one case.

    Args:
        question: what was asked.
        kind: isotropic, thick or hard.
        source: "simulated", or "person 1".
        seed: of the case.
        reference: whether the case only serves to choose a cut of the patient's score.
        hits: the lesions.
        alarms: scores of the candidates on no lesion.
        patient_score: highest score of a candidate, 0 where there is none.
        candidates: how many there are at the detector's own threshold.
        segments: of C2 to T1, none where levels are unknown.
        lesion_voxels: (bin of the anomaly, count) of the cord's voxels in a lesion.
        other_voxels: the same of all others, in scans with lesions.
        ssim: structural similarity of reconstruction and scan in the cord's core away from lesions.
        restored: share of the lesions' added signal that the reconstruction leaves out.
        refused: whether no cord was found.
        seconds: that the detector took, without cord mask and straightening.
    """

    question: Question
    kind: str
    source: str
    seed: int
    reference: bool
    hits: tuple[Hit, ...]
    alarms: tuple[float, ...]
    patient_score: float
    candidates: int
    segments: tuple[Segment, ...]
    lesion_voxels: tuple[tuple[int, int], ...]
    other_voxels: tuple[tuple[int, int], ...]
    ssim: float | None
    restored: float | None
    refused: bool
    seconds: float

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Answer:
        """The answer of :meth:`to_json`.

        Raises:
            ValueError: if the line is none, as when its writing was interrupted.
        """
        try:
            told = json.loads(line)
            told["question"] = Question(**told["question"])
            told["hits"] = tuple(Hit(**hit) for hit in told["hits"])
            told["segments"] = tuple(Segment(**segment) for segment in told["segments"])
            told["alarms"] = tuple(told["alarms"])
            for voxels in ("lesion_voxels", "other_voxels"):
                told[voxels] = tuple((place, count) for place, count in told[voxels])
            return cls(**told)
        except (KeyError, TypeError) as error:
            msg = f"expected an answer, got {line[:80]!r}"
            raise ValueError(msg) from error


class AnswerFile:
    """Answers in a file of JSON lines, which outlasts an interrupted run.

    Args:
        file: where they are kept; made with the first answer.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> list[Answer]:
        """All whole answers; one that was being written when a run ended is left out."""
        if not self._file.is_file():
            return []
        answers = []
        for line in self._file.read_text(encoding="utf-8").splitlines():
            try:
                answers.append(Answer.from_json(line))
            except ValueError:
                continue
        return answers

    def append(self, answers: Iterable[Answer]) -> None:
        """Add answers, each on a line of its own."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{answer.to_json()}\n" for answer in answers)
        started = not self._file.is_file() or self._file.read_bytes()[-1:] in {b"", b"\n"}
        with self._file.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text if started else f"\n{text}")


def counted(values: np.ndarray) -> tuple[tuple[int, int], ...]:
    """(bin, count) of anomalies, for the bins that hold any."""
    places, counts = np.unique(np.searchsorted(EDGES, values, side="right"), return_counts=True)
    return tuple((int(place), int(count)) for place, count in zip(places, counts, strict=True))
