"""From answers to the table: one section for every set, cord mask and source of cases."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from u2ad.benchmark.answers import Answer
from u2ad.benchmark.intervals import Estimate, difference, drawn, estimate
from u2ad.benchmark.measures import MEASURES, Sample
from u2ad.benchmark.variants import METHOD, VARIANTS

TOGETHER = "simulated and real people together"

COMPARED = ("found at 1 FA/scan", "found at 2 FA/scan", "voxel AP", "AUC, 4 lesions", "AUC, 1 lesion", "faint, at 1")
"""Measures of which paired differences are shown."""


@dataclass(frozen=True)
class Row:
    """The figures of one detector.

    Args:
        detector: its name.
        figures: by measure.
        behind: how much higher the method's figures are, by measure (paired).
        refused: in how many scans no cord was found.
        seconds: median that it took for a scan.
    """

    detector: str
    figures: Mapping[str, Estimate]
    behind: Mapping[str, Estimate]
    refused: int
    seconds: float


@dataclass(frozen=True)
class Section:
    """All detectors on the same cases.

    Args:
        kind: isotropic, thick or hard.
        masks: "given" or "automatic".
        source: "simulated", "person 1", or all of them together.
        lesions: how many.
        faint: how many of them are faint.
        with_lesions: scans with lesions.
        free: scans without.
        people: how many real people they are of.
        rows: one a detector, the method first.
        best: by measure, the control with the highest figure, and how much higher the method's is.
    """

    kind: str
    masks: str
    source: str
    lesions: int
    faint: int
    with_lesions: int
    free: int
    people: int
    rows: tuple[Row, ...]
    best: Mapping[str, tuple[str, Estimate]]

    @property
    def title(self) -> str:
        """One line that says what it is about."""
        return (
            f"{self.kind}, masks {self.masks}, {self.source}: {self.lesions} lesions ({self.faint} faint) in "
            f"{self.with_lesions} scans, {self.free} scans without"
        )

    @property
    def interval(self) -> str:
        """What the intervals are over."""
        if self.source.startswith("person"):
            return "Intervals: 95 % bootstrap over scans of one person; they do not tell how people differ."
        if self.source == TOGETHER and self.people == 1:
            return "Intervals: 95 % bootstrap over simulated people and over scans of one real person."
        return "Intervals: 95 % bootstrap over people."

    @property
    def name(self) -> str:
        """Good for a file."""
        source = "together" if self.source == TOGETHER else self.source.replace(" ", "")
        return f"{self.kind}-{self.masks}-{source}"

    @property
    def single(self) -> bool:
        """Whether it is about one source of cases alone."""
        return self.source != TOGETHER

    def of(self, answers: Sequence[Answer]) -> list[Answer]:
        """Those of a run's answers that the section is about, reference cases among them."""
        return _about(self.kind, self.masks, self.source, answers)


def _about(kind: str, masks: str, source: str, answers: Sequence[Answer]) -> list[Answer]:
    return [
        answer
        for answer in answers
        if answer.kind == kind
        and answer.question.masks == masks
        and (answer.reference or source in {TOGETHER, answer.source})
    ]


def sections_of(answers: Sequence[Answer]) -> Iterator[Section]:
    """The sections of a run."""
    kinds = dict.fromkeys(answer.kind for answer in answers)
    masks = dict.fromkeys(answer.question.masks for answer in answers)
    sources = list(dict.fromkeys(answer.source for answer in answers if not answer.reference))
    for kind in kinds:
        for mask in masks:
            for source in [TOGETHER, *sources] if len(sources) > 1 else sources:
                about = _about(kind, mask, source, answers)
                if any(not answer.reference for answer in about):
                    yield _section(kind, mask, source, about)


def samples_of(answers: Sequence[Answer]) -> dict[str, Sample]:
    """The answers of each detector, in the order of the variants."""
    present = {answer.question.detector for answer in answers}
    return {
        name: Sample.of([a for a in answers if a.question.detector == name]) for name in VARIANTS if name in present
    }


def markdown(sections: Sequence[Section]) -> str:
    """The tables as Markdown."""
    return "\n".join(line for section in sections for line in _markdown(section)) + "\n"


def comma_separated(sections: Sequence[Section]) -> str:
    """One line for every figure."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["set", "masks", "source", "detector", "measure", "value", "low", "high"])
    for section in sections:
        for row in section.rows:
            place = [section.kind, section.masks, section.source, row.detector]
            for prefix, figures in (("", row.figures), (f"{METHOD} minus it: ", row.behind)):
                for measure, figure in figures.items():
                    writer.writerow([*place, f"{prefix}{measure}", *_rounded(figure)])
    return out.getvalue()


def as_json(sections: Sequence[Section]) -> str:
    """All figures, as JSON; what could not be measured is null."""
    told = [
        {
            "set": section.kind,
            "masks": section.masks,
            "source": section.source,
            "lesions": section.lesions,
            "faint": section.faint,
            "scans with lesions": section.with_lesions,
            "scans without": section.free,
            "detectors": {row.detector: _told(row) for row in section.rows},
            "best control": {
                measure: {"name": control, f"{METHOD} minus it": _rounded(figure)}
                for measure, (control, figure) in section.best.items()
            },
        }
        for section in sections
    ]
    return json.dumps(told, indent=1, allow_nan=False)


def _section(kind: str, masks: str, source: str, answers: Sequence[Answer]) -> Section:
    samples = samples_of(answers)
    method = samples[METHOD]
    weights = drawn(method.clusters)
    seconds = {name: [a.seconds for a in answers if a.question.detector == name and not a.refused] for name in samples}
    rows = tuple(
        Row(
            detector=name,
            figures={title: estimate(measure, sample, weights) for title, measure in MEASURES.items()},
            behind={
                title: difference(MEASURES[title], method, sample, weights) for title in COMPARED if name != METHOD
            },
            refused=sample.refused,
            seconds=float(np.median(seconds[name])) if seconds[name] else 0.0,
        )
        for name, sample in samples.items()
    )
    return Section(
        kind,
        masks,
        source,
        len(method.hits.value),
        int(method.faint.sum()),
        len(method.single.value) + len(method.several.value),
        len(method.free.value),
        len({answer.source for answer in answers if answer.source.startswith("person")}),
        rows,
        dict(_best(rows)),
    )


def _best(rows: Sequence[Row]) -> Iterator[tuple[str, tuple[str, Estimate]]]:
    controls = [row for row in rows if VARIANTS[row.detector].control]
    for title in COMPARED:
        known = [row for row in controls if np.isfinite(row.figures[title].value)]
        if known:
            best = max(known, key=lambda row: row.figures[title].value)
            yield title, (best.detector, best.behind[title])


def _markdown(section: Section) -> Iterator[str]:
    yield f"### {section.title}\n"
    yield f"{section.interval}\n"
    names = [row.detector for row in section.rows]
    yield "| |" + "|".join(names) + "|"
    yield "|---" * (len(names) + 1) + "|"
    for title in MEASURES:
        yield f"| {title} |" + "|".join(row.figures[title].text for row in section.rows) + "|"
    yield "| no cord found |" + "|".join(str(row.refused) for row in section.rows) + "|"
    yield "| seconds a scan |" + "|".join(f"{row.seconds:.2f}" for row in section.rows) + "|"
    for title in COMPARED:
        cells = [row.behind[title].text if title in row.behind else "" for row in section.rows]
        yield f"| {METHOD} minus it: {title} |" + "|".join(cells) + "|"
    yield ""
    for title, (who, behind) in section.best.items():
        yield f"- {title}: best control {who}; {METHOD} minus it {behind.text}"
    yield ""


def _told(row: Row) -> dict:
    return {
        "figures": {name: _rounded(figure) for name, figure in row.figures.items()},
        f"{METHOD} minus it": {name: _rounded(figure) for name, figure in row.behind.items()},
        "refused": row.refused,
        "seconds": round(row.seconds, 3),
    }


def _rounded(figure: Estimate) -> list[float | None]:
    return [round(v, 4) if np.isfinite(v) else None for v in (figure.value, figure.low, figure.high)]
