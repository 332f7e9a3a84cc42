"""One run of the benchmark: every detector on the same cases, resumed where it was stopped."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch

from u2ad.benchmark.answers import Answer, AnswerFile, Question
from u2ad.benchmark.asking import AUTOMATIC, GIVEN, answers_of, prepare
from u2ad.benchmark.cases import CasePlan, CaseSet, make_cases, plan_cases
from u2ad.benchmark.people import Person, read_people
from u2ad.benchmark.trial import Cohort
from u2ad.benchmark.variants import VARIANTS, variants_of
from u2ad.cord.straight_cord import StraightCord
from u2ad.errors import OutputError, RefusedInputError, U2ADError
from u2ad.progress import Progress
from u2ad.simulation import seeds

ANSWERS = "answers.jsonl"
ASKED = "asked.json"

FIRST_REFERENCE = 9_980
"""Seed of the first reference case."""

HALVES = ((0, 1, 4, 5), (2, 3, 6, 7))
"""Places of the scans that what is cross-fitted learns from: of one half for the scans of the other, with the usual
numbers of lesions in each. They do not depend on how many cases are asked for."""

LISTENING = 0.5
"""Seconds between two looks at whether the run shall stop, while other processes work."""


@dataclass(frozen=True)
class Request:
    """What is to be compared on what.

    Args:
        out: folder for answers, table and figures.
        kinds: sets of cases.
        masks: "given", "automatic" or both.
        detectors: names of variants, or "all".
        data: folder of the real people.
        people: their names; none of them may have been trained on.
        cases: pairs of a scan with and without lesions, of each person in each set.
        simulated: pairs of simulated scans in each set.
        references: lesion-free simulated scans, of training-side seeds, from which the cuts of the F1 scores come.
        seed: added to the first seed of the phantoms.
        development: take phantoms to choose on, not those of the test.
        draws: how often the network rebuilds each patch of cord.
        near_cord: whether scans show only what is within 40 mm of the cord.
        cache: folder for the cases, None to make them each time.
        jobs: processes.
    """

    out: Path
    kinds: tuple[CaseSet, ...] = (CaseSet.THICK, CaseSet.HARD)
    masks: tuple[str, ...] = (GIVEN, AUTOMATIC)
    detectors: tuple[str, ...] = ()
    data: Path | None = None
    people: tuple[str, ...] = ()
    cases: int = 30
    simulated: int = 30
    references: int = 20
    seed: int = 0
    development: bool = False
    draws: int = 10
    near_cord: bool = False
    cache: Path | None = None
    jobs: int = 1


@dataclass(frozen=True)
class Task:
    """What one process does in one go.

    Args:
        plans: a lesion-free case and, unless it is a reference, the same with lesions.
        asked: names of the variants with the fingerprints of their weights, by cord mask.
        reference: whether it only serves to choose a cut.
        others: cases of the same set and source that are not these.
        request: of the run.
    """

    plans: tuple[CasePlan, ...]
    asked: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    reference: bool
    others: tuple[CasePlan, ...]
    request: Request


def run(request: Request, progress: Progress) -> list[Answer]:
    """Ask all that has not been answered yet; returns all answers to what the request asks.

    Raises:
        U2ADError: if there is no such detector, or nothing to ask about.
        OutputError: if the folder holds another benchmark's answers.
        UnreadableInputError: if a person's files cannot be read.
        Cancelled: if the progress says so; what was answered is kept.
    """
    variants = variants_of(request.detectors)
    plans = plans_of(request)
    _expect_same_people(request)
    file = AnswerFile(request.out / ANSWERS)
    known = {answer.question: answer for answer in file.read()}
    wanted = {
        Question(variant.name, variant.fingerprint(masks == AUTOMATIC, request.draws), masks, plan.name)
        for masks in request.masks
        for variant in variants
        for _, pair in plans
        for plan in pair
    }
    tasks = [task for task in _tasks(request, plans, wanted - set(known)) if task.asked]
    progress.step("Ask the detectors", max(len(tasks), 1))
    for answers in _answered(tasks, request.jobs, progress):
        file.append(answers)
        known |= {answer.question: answer for answer in answers}
        progress.advance()
    return [answer for question, answer in known.items() if question in wanted]


def plans_of(request: Request) -> list[tuple[bool, tuple[CasePlan, ...]]]:
    """All cases of a request: whether one is a reference, and the pair of a scan without and with lesions."""
    owned = _owned(request)
    first = owned.start + request.seed
    tests = range(first, first + max(request.cases, request.simulated))
    if tests.stop > owned.stop:
        raise U2ADError("The seed is too large for these phantoms.", "Give a smaller one.")
    plans = []
    for kind in request.kinds:
        sources = [(0, request.simulated), *((n + 1, request.cases) for n in range(len(request.people)))]
        for person, count in sources:
            flat = plan_cases(kind, tests[:count], person=person, near_cord=request.near_cord)
            plans += [(False, pair) for pair in zip(flat[::2], flat[1::2], strict=True)]
        chosen = seeds.TRAINING[FIRST_REFERENCE : FIRST_REFERENCE + request.references]
        plans += [(True, (CasePlan(kind, seed, near_cord=request.near_cord),)) for seed in chosen]
    if not plans:
        raise U2ADError("There is no case to ask about.", "Ask for some with --simulated, or name people and --cases.")
    return plans


def _owned(request: Request) -> range:
    return seeds.DEVELOPMENT if request.development else seeds.TEST


def _tasks(
    request: Request, plans: Sequence[tuple[bool, tuple[CasePlan, ...]]], open_questions: set[Question]
) -> Iterator[Task]:
    for reference, pair in plans:
        names = {plan.name for plan in pair}
        mine = [question for question in open_questions if question.case in names]
        asked = []
        for masks in request.masks:
            variants = {(question.detector, question.version) for question in mine if question.masks == masks}
            if variants:
                asked.append((masks, tuple(sorted(variants, key=lambda item: list(VARIANTS).index(item[0])))))
        yield Task(pair, tuple(asked), reference, _others(pair[0], request), request)


def _others(plan: CasePlan, request: Request) -> tuple[CasePlan, ...]:
    """The scans with lesions that a cross-fitted variant learns from before it looks at this one."""
    first = _owned(request).start + request.seed
    half = (plan.seed - first) // 2 % 2 if plan.seed >= first else 0
    flat = plan_cases(plan.kind, range(first, first + 8), person=plan.person, near_cord=plan.near_cord)
    return tuple(flat[2 * place + 1] for place in HALVES[1 - half])


def _answered(tasks: Sequence[Task], jobs: int, progress: Progress) -> Iterator[list[Answer]]:
    if jobs == 1 or len(tasks) < 2:
        yield from map(_answer, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs, _as_worker) as pool:  # leaving it ends its processes
        coming = pool.imap_unordered(_answer, tasks)
        done = 0
        while done < len(tasks):
            try:
                answers = coming.next(LISTENING)
            except multiprocessing.TimeoutError:
                progress.advance(0)
            else:
                done += 1
                yield answers


def _as_worker() -> None:
    """One thread, and no ear for Ctrl-C, which the first process answers for all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


def _answer(task: Task) -> list[Answer]:
    request = task.request
    people = people_of(request.data, request.people) if task.plans[0].person else []
    pair = list(make_cases(task.plans, people, request.cache))
    return [
        answer
        for masks, asked in task.asked
        for answer in answers_of(
            pair,
            masks,
            [(VARIANTS[name], mark) for name, mark in asked],
            request.seed,
            request.draws,
            _cohort(task, masks, people),
            task.reference,
        )
    ]


def _cohort(task: Task, masks: str, people: Sequence[Person]) -> Cohort:
    def straighten() -> list[StraightCord]:
        cords = []
        for case in make_cases(task.others, people, task.request.cache):
            with suppress(RefusedInputError):  # where no cord is found, there is nothing to learn
                cords.append(prepare(case, masks).straight)
        return cords

    return Cohort(" ".join((masks, *(plan.name for plan in task.others))), straighten)


@cache
def people_of(data: Path | None, names: tuple[str, ...]) -> list[Person]:
    """The real people of a request, read once in each process."""
    return read_people(data, names)


def _expect_same_people(request: Request) -> None:
    """Answers are kept by the place of a person in the list; another list would take them for somebody else's."""
    digests = [person.scan.digest for person in people_of(request.data, request.people)]
    asked = {"people": [hashlib.sha256(digest.encode()).hexdigest()[:12] for digest in digests], "seed": request.seed}
    file = request.out / ASKED
    if file.is_file() and json.loads(file.read_text(encoding="utf-8")) != asked:
        raise OutputError("This folder holds a benchmark of other people or another seed.", "Choose a new folder.")
    request.out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asked), encoding="utf-8")
