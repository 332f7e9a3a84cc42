"""People for a calibration: simulated ones, every other scan without lesions, the others with some, of known truth.

Real healthy people may join them. They tell how far the cord stands out at each vertebra, no more: of few people no
threshold can be told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from u2ad.benchmark.cases import CasePlan, CaseSet, make_cases
from u2ad.benchmark.people import Person
from u2ad.calibration import Calibration
from u2ad.calibration.choosing import calibration_for
from u2ad.calibration.store import read, write
from u2ad.cord.segmentation import WEIGHTS as CORD
from u2ad.detectors.detector import Detector
from u2ad.errors import RefusedInputError, U2ADError
from u2ad.findings import CandidateSettings
from u2ad.home import default_root
from u2ad.models.store import read_manifest
from u2ad.progress import Progress
from u2ad.recalibration.evidence import Evidence, evidence_of
from u2ad.recalibration.fitting import fit, fit_scale
from u2ad.recalibration.looking import file_of, keep, look, recall
from u2ad.recalibration.reliability import Reliability, reliability_of
from u2ad.simulation.seeds import CALIBRATION, TEST
from u2ad.walk import Method, Walk

LESIONS = (1, 4, 2, 1)
"""How many lesions the scans hold that hold some, in turn."""

LOW = CandidateSettings().low
EXTRACTION = CandidateSettings(threshold=LOW, low=LOW)
"""Everything that can be a candidate at some threshold."""


SCANS = 4
"""Of each kind of scans so many are made of a real person's scan."""

LEVELS_WANTED = "Add NAME_T2w_label-C2T2_points.nii.gz with the voxels 2 at C2 and 9 at T2, or leave the person out."

WORK = "calibration/work"
"""In the data folder: cases and maps of a calibration, where no other folder is named."""

BLOCK = 50
"""Seeds of one kind of scans that follow each other, before those of the next kind: so the people of a small
calibration are among those of a larger one."""


@dataclass(frozen=True)
class People:
    """Which people are simulated; each is scanned once. Of the usual ones every class has as many as it must stand on.

    Args:
        thick: how many with sagittal slices of 3.3 mm.
        hard: how many with such slices, narrow canals and poor pictures.
        isotropic: how many with thin slices.
        first: seed of the first.
    """

    thick: int = 50
    hard: int = 100
    isotropic: int = 40
    first: int = CALIBRATION.start

    def plans(self, allowed: range) -> list[CasePlan]:
        """Their scans, every other one without lesions, the kinds in turn.

        Raises:
            RefusedInputError: if a seed is none of those allowed.
        """
        kinds = ((CaseSet.THICK, self.thick), (CaseSet.HARD, self.hard), (CaseSet.ISOTROPIC, self.isotropic))
        places = [(number, row, kind) for row, (kind, count) in enumerate(kinds) for number in range(count)]
        plans = [self._plan(kind, number, row, len(kinds)) for number, row, kind in sorted(places, key=_turn)]
        if not all(plan.seed in allowed for plan in plans):
            wrong = f"The seeds of so many people leave those from {allowed.start} to {allowed.stop - 1}."
            raise RefusedInputError(wrong, "Take fewer people, or a lower first seed.")
        return plans

    def _plan(self, kind: CaseSet, number: int, row: int, rows: int) -> CasePlan:
        offset = BLOCK * (rows * (number // BLOCK) + row) + number % BLOCK
        lesions = LESIONS[offset // 2 % len(LESIONS)] if offset % 2 else 0
        return CasePlan(kind, self.first + offset, lesions, near_cord=True)


def _turn(place: tuple[int, int, CaseSet]) -> tuple[int, int]:
    return place[:2]


def plans_of_real(people: int) -> list[CasePlan]:
    """Lesion-free scans of real people, of each kind: a person's own protocol is but one."""
    kinds = [kind for kind in CaseSet for _ in range(SCANS)]
    return [
        CasePlan(kind, CALIBRATION.stop - 1 - number, person=person, near_cord=True)
        for person in range(1, people + 1)
        for number, kind in enumerate(kinds)
    ]


def calibrate(
    people: People,
    detector: Detector,
    weights: tuple[str, ...],
    folder: Path,
    progress: Progress,
    real: Sequence[Person] = (),
) -> Calibration:
    """Calibrate a detector on simulated people, with the true cord mask given and with an automatic one.

    What was looked at before is taken from the folder: a stopped run goes on, and several may share the work.

    Args:
        people: who is simulated.
        detector: whose scores are calibrated.
        weights: SHA-256 of its weights.
        folder: where cases and maps are kept meanwhile.
        progress: told of the steps.
        real: healthy people, by whose scans the scale along the cord is told, too.

    Raises:
        RefusedInputError: if seeds are used that are not for calibration.
        U2ADError: if there are too few people, or the levels of a real one are not marked.
    """
    for person in real:
        if not person.levels:
            raise U2ADError(f"Nobody has marked levels in the scan of {person.name}.", LEVELS_WANTED)
    files = look_at(people.plans(CALIBRATION), detector, weights, folder, progress)
    scans = plans_of_real(len(real))
    whose = [[plan for plan in scans if plan.person == number] for number in range(1, len(real) + 1)]
    theirs = [look_at(plans, detector, weights, folder, progress, real) for plans in whose]
    progress.step("Fit the calibration", 2)
    scale = fit_scale(_unscaled(files), [_unscaled(some) for some in theirs])
    progress.advance()
    evidence = [evidence_of(recall(file), scale, EXTRACTION) for file in files]
    progress.advance()
    made = {"date": f"{datetime.now(timezone.utc):%Y-%m-%d}", "simulated": asdict(people)}
    made |= {"real": {"people": len(real), "scans": SCANS * len(CaseSet) * len(real)}} if real else {}
    return fit(detector.name, weights, evidence, scale, made)


def _unscaled(files: Sequence[Path]) -> list[Evidence]:
    return [evidence_of(recall(file), {}, EXTRACTION) for file in files]


def calibrate_model(
    people: People, method: Method, folder: Path, output: Path, progress: Progress, real: Sequence[Person] = ()
) -> Calibration:
    """Calibrate a detector, and a version of its network, and put that into a file beside what it holds already.

    Args:
        people: who is simulated.
        method: detector, version of the network and draws.
        folder: where cases and maps are kept meanwhile.
        output: file of calibrations; a calibration of the same model is replaced.
        progress: told of the steps.
        real: as of :func:`calibrate`.

    Raises:
        U2ADError: if there is no such version, the file is damaged, or there are too few people.
        OutputError: if it cannot be written.
    """
    walk = Walk(method)
    known = read(output) if output.is_file() else ()
    new = calibrate(people, walk.detector, walk.model[1], folder, progress, real)
    others = [one for one in known if not one.suits(*walk.model)]
    write(sorted((*others, new), key=lambda one: (one.detector, one.weights)), output)
    return new


def evaluate(
    calibration: Calibration, people: People, detector: Detector, folder: Path, progress: Progress
) -> list[Reliability]:
    """Hold a calibration against simulated people that nothing was fitted to.

    Args:
        calibration: of the detector.
        people: who is simulated.
        detector: the one that it was made for, with the same weights.
        folder: where cases and maps are kept meanwhile.
        progress: told of the steps.

    Returns:
        One result a class of scans that there are.

    Raises:
        RefusedInputError: if seeds are used that are not for tests.
    """
    files = look_at(people.plans(TEST), detector, calibration.weights, folder, progress)
    progress.step("Hold against the truth", len(files))
    groups: dict[str, list[Evidence]] = {kind.name: [] for kind in calibration.classes}
    for seen in map(recall, files):
        one = evidence_of(seen, {}, EXTRACTION)
        kind = calibration.class_for(one.slices, not one.given)
        if kind is not None:
            groups[kind.name].append(evidence_of(seen, kind.scale, EXTRACTION))
        progress.advance()
    return [reliability_of(kind, groups[kind.name]) for kind in calibration.classes if groups[kind.name]]


def evaluate_model(people: People, method: Method, folder: Path, progress: Progress) -> list[Reliability]:
    """As :func:`evaluate`, with the calibration that counts for a detector and a version of its network.

    Raises:
        U2ADError: if the scores of this model are not calibrated.
    """
    walk = Walk(method)
    calibration, _ = calibration_for(*walk.model, default_root())
    if calibration is None:
        raise U2ADError("The scores of this model are not calibrated.", "Calibrate it with `u2ad calibrate fit`.")
    return evaluate(calibration, people, walk.detector, folder, progress)


def look_at(
    plans: Sequence[CasePlan],
    detector: Detector,
    weights: tuple[str, ...],
    folder: Path,
    progress: Progress,
    real: Sequence[Person] = (),
) -> list[Path]:
    """Run a detector on cases, each with the mask given and marked automatically.

    A case in which no cord is found is left out: nothing is scored there. What was seen before with other weights or
    settings, or with a mask by another cord network, does not count.

    Args:
        plans: the cases.
        detector: whose maps are wanted.
        weights: SHA-256 of its weights, by which maps made before are known to be of the same detector.
        folder: in which cases and maps are kept.
        progress: told of the steps.
        real: the people that the plans speak of.

    Returns:
        The files of what it saw.
    """
    maps = {given: folder / _key(detector, weights, given) for given in (True, False)}
    whose = [person.digest[:12] for person in real]
    seen: list[Path] = []
    for plan in plans:
        part = whose[plan.person - 1] if plan.person else ""
        wanted = {given: file_of(plan.name, given, place / part) for given, place in maps.items()}
        missing = [given for given, file in wanted.items() if not file.is_file()]
        if missing:
            progress.step("Make a case")
            case = next(iter(make_cases([plan], real, folder / "cases")))
            progress.advance()
            for given in missing:
                with suppress(RefusedInputError):
                    keep(look(case, detector, given, progress), maps[given] / part)
        seen += [file for file in wanted.values() if file.is_file()]
    return seen


def _key(detector: Detector, weights: tuple[str, ...], given: bool) -> str:
    """Name of the folder for what a detector sees: another one where anything of it, or of its masks, differs."""
    cord = "" if given else read_manifest(CORD).sha256
    told = json.dumps([weights, detector.settings, cord], sort_keys=True)
    return f"{detector.name}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
