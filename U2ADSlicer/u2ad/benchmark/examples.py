"""The worst misses and false alarms as pictures: scan, truth, map and outline side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from u2ad.benchmark.answers import Answer
from u2ad.benchmark.asking import Prepared, Said, ask, prepare
from u2ad.benchmark.cases import Case, CasePlan, make_cases
from u2ad.benchmark.measures import Sample, cut_for
from u2ad.benchmark.people import Person
from u2ad.benchmark.variants import VARIANTS
from u2ad.findings import Finding
from u2ad.scan import SagittalView

AROUND = 30.0
"""mm of the picture above, below, before and behind its middle."""

COLOURS = (2.0, 8.0)
"""Anomalies between which the map is coloured, in robust standard deviations."""


TITLES = ("scan", "truth (red), cord (green)", "map, candidates (white)")


@dataclass(frozen=True)
class Example:
    """One mistake of a detector.

    Args:
        case: name of the case.
        mistake: "miss" or "false alarm".
        place: of the lesion among those of the case, or of the candidate among those on no lesion, by falling score.
        told: what a caption says of it.
    """

    case: str
    mistake: str
    place: int
    told: str


def worst(answers: Sequence[Answer], count: int = 10) -> list[Example]:
    """The most obvious of the missed lesions, at one false alarm a scan, and the highest alarms in lesion-free scans.

    The same scan with lesions has the same alarms again.

    Args:
        answers: of one detector with one cord mask; reference cases are left out.
        count: how many of each.
    """
    asked = [answer for answer in answers if not answer.reference]
    sample = Sample.of(asked)
    cut = float(cut_for(sample, np.ones((1, sample.units)), 1)[0])
    misses = sorted(
        ((hit.contrast * hit.length, answer, place) for answer in asked for place, hit in enumerate(answer.hits)
         if hit.score <= cut),
        key=lambda found: -found[0],
    )  # fmt: skip
    alarms = sorted(
        ((score, answer, place) for answer in asked if not answer.hits for place, score in enumerate(answer.alarms)),
        key=lambda found: -found[0],
    )
    return [*map(_miss, misses[:count]), *map(_alarm, alarms[:count])]


def _miss(found: tuple[float, Answer, int]) -> Example:
    _, answer, place = found
    hit = answer.hits[place]
    told = f"missed: {hit.length:.0f} mm, {100 * hit.contrast:.0f} % of the contrast, scored {hit.score:.1f}"
    return Example(answer.question.case, "miss", place, told)


def _alarm(found: tuple[float, Answer, int]) -> Example:
    score, answer, place = found
    return Example(answer.question.case, "false alarm", place, f"false alarm, scored {score:.1f}")


def draw_examples(
    examples: Sequence[Example], plans: Sequence[CasePlan], masks: str, detector: str, seed: int, draws: int,
    people: Sequence[Person], cache: Path | None, folder: Path,
) -> Iterator[Path]:  # fmt: skip
    """Draw examples into a folder, one PNG each.

    Args:
        examples: from :func:`worst`.
        plans: of the cases, by whose names the examples call them.
        masks: "given" or "automatic".
        detector: name of the variant.
        seed: of the Monte-Carlo masks.
        draws: how often each patch of cord is rebuilt.
        people: as for :func:`u2ad.benchmark.cases.make_cases`.
        cache: the same.
        folder: where the pictures go.
    """
    by_name = {plan.name: plan for plan in plans}
    numbered = sorted(enumerate(examples, start=1), key=lambda item: item[1].case)
    folder.mkdir(parents=True, exist_ok=True)
    for name, of_case in groupby(numbered, key=lambda item: item[1].case):
        (case,) = make_cases([by_name[name]], people, cache)
        prepared = prepare(case, masks)
        said = ask(prepared, VARIANTS[detector], seed, draws)
        for number, example in of_case:
            file = folder / f"{number:02d}-{example.mistake.replace(' ', '-')}.png"
            _draw(prepared, said, example, _middle(prepared, said, example), file)
            yield file


def _middle(prepared: Prepared, said: Said, example: Example) -> np.ndarray:
    """RAS of what the picture shows."""
    if example.mistake == "miss":
        return np.array(prepared.case.lesions[example.place].centre)
    return np.array(_alarms(prepared.case, said)[example.place].centre)


def _alarms(case: Case, said: Said) -> list[Finding]:
    labels = said.findings.labels
    return [f for f in said.findings.ranked if not (case.labels[labels == f.label] > 0).any()]


def _draw(prepared: Prepared, said: Said, example: Example, ras: np.ndarray, file: Path) -> None:
    from matplotlib.figure import Figure

    case = prepared.case
    view = SagittalView.from_grid(case.scan.grid)
    k, j, i = np.round(view.grid.to_kji(ras)).astype(int)
    k = int(np.clip(k, 0, view.grid.shape[0] - 1))
    box = tuple(
        slice(max(0, at - round(AROUND / step)), at + round(AROUND / step))
        for at, step in zip((j, i), view.grid.spacing[1:], strict=True)
    )
    shown = {
        "scan": view.apply(case.scan.array)[k][box],
        "truth": view.apply(case.labels)[k][box] > 0,
        "cord": view.apply(prepared.anatomy.cord.fraction)[k][box],
        "map": (view.apply(said.maps.anomaly) * view.apply(said.maps.certainty))[k][box],
        "candidates": view.apply(said.findings.labels)[k][box] > 0,
    }
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    figure.suptitle(f"{example.told}\n{example.case}, masks {prepared.masks}", fontsize=8)
    window = np.percentile(shown["scan"], [1, 97])
    for axes, title in zip(figure.subplots(1, 3), TITLES, strict=True):
        axes.imshow(shown["scan"], cmap="gray", vmin=window[0], vmax=window[1], aspect=_aspect(view))
        axes.set_title(title, fontsize=7)
        axes.axis("off")
    _, truth, heat = figure.axes
    _outline(truth, shown["cord"] >= 0.5, "lime")
    _outline(truth, shown["truth"], "red")
    masked = np.ma.masked_less(shown["map"], COLOURS[0] / 2)
    heat.imshow(masked, cmap="hot", vmin=COLOURS[0] / 2, vmax=COLOURS[1], alpha=0.7, aspect=_aspect(view))
    _outline(heat, shown["candidates"], "white")
    figure.savefig(file, dpi=80)


def _outline(axes, mask: np.ndarray, colour: str) -> None:
    if mask.any() and not mask.all():
        axes.contour(mask, [0.5], colors=colour, linewidths=0.8)


def _aspect(view: SagittalView) -> float:
    return float(view.grid.spacing[1] / view.grid.spacing[2])
