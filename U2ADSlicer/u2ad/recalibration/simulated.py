"""A calibration from simulated people: every other scan without lesions, the others with some, of known truth."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from u2ad.benchmark.cases import CasePlan, CaseSet, make_cases
from u2ad.calibration import Calibration
from u2ad.calibration.store import read, write
from u2ad.detectors.detector import Detector
from u2ad.errors import RefusedInputError
from u2ad.findings import CandidateSettings
from u2ad.progress import Progress
from u2ad.recalibration.evidence import evidence_of
from u2ad.recalibration.fitting import fit, fit_scale
from u2ad.recalibration.looking import file_of, keep, look, recall
from u2ad.simulation.seeds import CALIBRATION
from u2ad.walk import Method, Walk

LESIONS = (1, 4, 2, 1)
"""How many lesions the scans hold that hold some, in turn."""

LOW = CandidateSettings().low
EXTRACTION = CandidateSettings(threshold=LOW, low=LOW)
"""Everything that can be a candidate at some threshold."""


BLOCK = 50
"""Seeds of one kind of scans that follow each other, before those of the next kind: so the people of a small
calibration are among those of a larger one."""


@dataclass(frozen=True)
class People:
    """Which people are simulated; each is scanned once.

    Args:
        thick: how many with sagittal slices of 3.3 mm.
        hard: how many with such slices, narrow canals and poor pictures.
        isotropic: how many with thin slices.
        first: seed of the first.
    """

    thick: int = 50
    hard: int = 50
    isotropic: int = 24
    first: int = CALIBRATION.start

    def plans(self) -> list[CasePlan]:
        """Their scans, every other one without lesions, the kinds in turn."""
        kinds = ((CaseSet.THICK, self.thick), (CaseSet.HARD, self.hard), (CaseSet.ISOTROPIC, self.isotropic))
        places = [(number, row, kind) for row, (kind, count) in enumerate(kinds) for number in range(count)]
        return [self._plan(kind, number, row, len(kinds)) for number, row, kind in sorted(places, key=_turn)]

    def _plan(self, kind: CaseSet, number: int, row: int, rows: int) -> CasePlan:
        offset = BLOCK * (rows * (number // BLOCK) + row) + number % BLOCK
        lesions = LESIONS[offset // 2 % len(LESIONS)] if offset % 2 else 0
        return CasePlan(kind, self.first + offset, lesions, near_cord=True)


def _turn(place: tuple[int, int, CaseSet]) -> tuple[int, int]:
    return place[:2]


def calibrate(
    people: People, detector: Detector, weights: tuple[str, ...], folder: Path, progress: Progress
) -> Calibration:
    """Calibrate a detector on simulated people, with the true cord mask given and with an automatic one.

    What was looked at before is taken from the folder: a stopped run goes on, and several may share the work.

    Args:
        people: who is simulated.
        detector: whose scores are calibrated.
        weights: SHA-256 of its weights.
        folder: where cases and maps are kept meanwhile.
        progress: told of the steps.

    Raises:
        ValueError: if seeds are used that are not for calibration.
        U2ADError: if there are too few people.
    """
    plans = people.plans()
    if not all(plan.seed in CALIBRATION for plan in plans):
        msg = f"expected seeds within {CALIBRATION}, got {people!r}"
        raise ValueError(msg)
    maps = folder / "-".join((detector.name, *(digest[:12] for digest in weights)))
    files = look_at(plans, detector, folder / "cases", maps, progress)
    progress.step("Fit the calibration", 2)
    scale = fit_scale([evidence_of(recall(file), {}, EXTRACTION) for file in files])
    progress.advance()
    evidence = [evidence_of(recall(file), scale, EXTRACTION) for file in files]
    progress.advance()
    made = {"date": f"{datetime.now(timezone.utc):%Y-%m-%d}", "simulated": asdict(people)}
    return fit(detector.name, weights, evidence, scale, made)


def calibrate_model(people: People, method: Method, folder: Path, output: Path, progress: Progress) -> Calibration:
    """Calibrate a detector, and a version of its network, and put that into a file beside what it holds already.

    Args:
        people: who is simulated.
        method: detector, version of the network and draws.
        folder: where cases and maps are kept meanwhile.
        output: file of calibrations; a calibration of the same model is replaced.
        progress: told of the steps.

    Raises:
        U2ADError: if there is no such version, the file is damaged, or there are too few people.
        OutputError: if it cannot be written.
    """
    walk = Walk(method)
    known = read(output) if output.is_file() else ()
    new = calibrate(people, walk.detector, walk.model[1], folder, progress)
    others = [one for one in known if not one.suits(*walk.model)]
    write(sorted((*others, new), key=lambda one: (one.detector, one.weights)), output)
    return new


def look_at(plans: Sequence[CasePlan], detector: Detector, cases: Path, maps: Path, progress: Progress) -> list[Path]:
    """Run a detector on cases, each with the mask given and marked automatically.

    A case in which no cord is found is left out: nothing is scored there.

    Args:
        plans: the cases.
        detector: of which the maps are.
        cases: folder in which cases are kept.
        maps: folder in which the maps of this very detector are kept.
        progress: told of the steps.

    Returns:
        The files of what it saw.
    """
    seen: list[Path] = []
    for plan in plans:
        wanted = {given: file_of(plan.name, given, maps) for given in (True, False)}
        missing = [given for given, file in wanted.items() if not file.is_file()]
        if missing:
            progress.step("Make a case")
            case = next(iter(make_cases([plan], cache=cases)))
            progress.advance()
            for given in missing:
                with suppress(RefusedInputError):
                    keep(look(case, detector, given, progress), maps)
        seen += [file for file in wanted.values() if file.is_file()]
    return seen
