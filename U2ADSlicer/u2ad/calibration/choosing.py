"""Which calibration counts for a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from u2ad.calibration.calibration import Calibration
from u2ad.calibration.plain import to_plain
from u2ad.calibration.site import extended, read_own
from u2ad.calibration.store import OWN, STARTER, digest_of, read
from u2ad.calibration.yardstick import NOT_CALIBRATED, Yardstick
from u2ad.cord import Cord
from u2ad.errors import U2ADError
from u2ad.home import default_root

T = TypeVar("T")

UNKNOWN_MODEL = (
    f"{NOT_CALIBRATED} for this model; ask whoever looks after this installation to run `u2ad calibrate fit`."
)


def yardstick_for(
    detector: str,
    weights: tuple[str, ...],
    cord: Cord,
    root: Path | None = None,
    starter: Path = STARTER,
    ancestors: tuple[str, ...] = (),
) -> Yardstick:
    """What counts for one scan. A run never fails for want of a calibration: the note says what is missing.

    Args:
        detector: its name.
        weights: SHA-256 of the weights that it uses, in its order.
        cord: of the scan.
        root: the data folder, with a site's own calibrations and scans; the user's where None.
        starter: the calibrations that come with the program.
        ancestors: SHA-256 of the weights that these were adapted from, the nearest first. Where nothing is known of
            the weights themselves, the nearest of them that is calibrated says what makes a candidate.
    """
    root = default_root() if root is None else root
    calibration, problems = calibration_for(detector, weights, root, starter)
    if calibration is not None:
        yardstick = calibration.yardstick(cord, digest_of(to_plain(calibration)))
        return replace(yardstick, note=" ".join((*problems, yardstick.note)))
    for ancestor in ancestors:
        calibration, _ = calibration_for(detector, (ancestor,), root, starter)
        if calibration is not None:
            inherited = calibration.yardstick(cord, digest_of(to_plain(calibration))).inherited
            return replace(inherited, note=" ".join((*problems, inherited.note)))
    return Yardstick(" ".join((*problems, UNKNOWN_MODEL)))


def calibration_for(
    detector: str, weights: tuple[str, ...], root: Path, starter: Path = STARTER
) -> tuple[Calibration | None, tuple[str, ...]]:
    """The calibration for a detector with these weights, a site's own before the starter's.

    Returns:
        The calibration with the site's own scans in its references, None where there is none; and a sentence on each
        file that cannot be read.
    """
    problems: list[str] = []

    def told(read_file: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        try:
            return read_file()
        except U2ADError as error:
            problems.append(str(error))
            return ()

    calibrations = told(lambda: read(root / OWN)) if (root / OWN).is_file() else ()
    calibrations += told(lambda: read(starter))
    fitting = next((one for one in calibrations if one.suits(detector, weights)), None)
    own = told(lambda: read_own(root))
    return (None if fitting is None else extended(fitting, own)), tuple(problems)
