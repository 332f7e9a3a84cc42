"""What a run of the benchmark leaves in its folder: tables, curves, and pictures of the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from u2ad.benchmark.answers import Answer
from u2ad.benchmark.detectors import Request, people_of, plans_of
from u2ad.benchmark.examples import draw_examples, worst
from u2ad.benchmark.figures import draw_curves
from u2ad.benchmark.table import Section, as_json, comma_separated, markdown, samples_of, sections_of
from u2ad.benchmark.variants import METHOD
from u2ad.progress import Progress


def write_report(request: Request, answers: Sequence[Answer], progress: Progress) -> list[Section]:
    """Write table.md, table.csv, table.json, curves and examples into the request's folder; returns the table.

    Pictures of real people go into a folder of their own: they are patients' data, however small.
    """
    progress.step("Measure")
    sections = list(sections_of(answers))
    for name, text in (("md", markdown(sections)), ("csv", comma_separated(sections)), ("json", as_json(sections))):
        (request.out / f"table.{name}").write_text(text, encoding="utf-8")
    progress.step("Draw the curves", len(sections))
    for section in sections:
        about = section.of(answers)
        draw_curves(samples_of(about), section.title, request.out / f"curves-{section.name}.png")
        progress.advance()
    _draw_examples(request, sections, answers, progress)
    return sections


def _draw_examples(
    request: Request, sections: Sequence[Section], answers: Sequence[Answer], progress: Progress
) -> None:
    plans = [plan for _, pair in plans_of(request) for plan in pair]
    people = people_of(request.data, request.people)
    for section in (section for section in sections if section.single):
        about = [answer for answer in section.of(answers) if answer.question.detector == METHOD]
        examples = worst(about)
        folder = Path(request.out) / ("examples" if section.source == "simulated" else "examples-of-people")
        progress.step("Draw the worst mistakes", len(examples))
        for _ in draw_examples(
            examples,
            plans,
            section.masks,
            METHOD,
            request.seed,
            request.draws,
            people,
            request.cache,
            folder / section.name,
        ):
            progress.advance()
