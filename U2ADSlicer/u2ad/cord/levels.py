"""Vertebral levels: the name of a place along the cord, from two or more landmarks that somebody has marked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from pathlib import Path

import numpy as np

from u2ad.cord.centreline import Centreline
from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan import Check, Scan

UNKNOWN = "unknown"
"""The level of a place of which nothing is known."""

VERTEBRAE = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "T1", "T2", "T3", "T4")
DISCS = tuple(f"{above}/{below}" for above, below in pairwise(VERTEBRAE))

TEMPLATE_FACES = np.array([-11.0, 0, 16, 34, 52, 68, 84, 102, 124, 146, 170, 194])
"""Upper face of C1, then the places C1/C2 to T4/T5, in mm along the cord below C1/C2.

Measured in PAM50, whose cord is straight and runs along z: C1/C2 to T4/T5 are the single voxels of value 2 to 12 in
PAM50_small_label_disc (so value n there is the disc above vertebra n); the upper face of C1 is the upper edge of
value 1 in PAM50_small_levels. The file's slices are 2 mm apart, so each number is good to 1 mm. Template: De Leener et
al., "PAM50: Unbiased multimodal template of the brainstem and spinal cord", NeuroImage 2018.
"""

NEAR_DISC = 2.5
"""Within this many mm of a disc's middle a place is called by the disc: half the height of a cervical disc."""

LIKELY_SCALE = (0.6, 1.6)
"""Length from the first to the last landmark over that in PAM50: from a child of five to a very tall person."""
LIKELY_STEP = (0.5, 2.0)
"""The same between two neighbouring landmarks, where marking by eye costs a few mm."""
FARTHEST_FROM_CORD = 40.0
"""mm from the cord beyond which a landmark cannot be meant for this scan; a vertebral body lies 10 to 20 mm away."""
LARGEST_POINT = 27
"""Voxels up to which a label is a marked point (3 x 3 x 3), not a region."""
LARGEST_LABELLED = 1e6
"""mm3 that labels may fill: all vertebrae from C1 to T4, arches and all, fill less than half of this litre."""

TEMPLATE_POSITION = dict(
    zip(
        (*VERTEBRAE, *DISCS), (*(TEMPLATE_FACES[:-1] + np.diff(TEMPLATE_FACES) / 2), *TEMPLATE_FACES[1:-1]), strict=True
    )
)
_MARK_AGAIN = "Mark the middle of two vertebral bodies again, such as C2 and T1, and check their names."


@dataclass(frozen=True)
class Landmark:
    """A named place along the cord.

    Args:
        name: a vertebra, such as "C4" (middle of its body), or a disc, such as "C4/C5".
        along: distance from the cord's upper end along the centreline in mm; negative above it.
    """

    name: str
    along: float


class LevelSource(Enum):
    """Who named the levels: nobody, a program, a person, or a program after a person has named one."""

    UNKNOWN = "unknown"
    AUTOMATIC = "automatic"
    MARKED = "marked"
    REPAIRED = "repaired"


@dataclass(frozen=True)
class Levels:
    """Where the vertebrae and discs lie along one cord. No level is known outside ``upper`` to ``lower``.

    Args:
        bodies: middle of each known vertebral body, superior first.
        faces: where each body begins, and where the last one ends, in mm along the centreline; one more than bodies.
        source: who named them.
        checks: why they are unknown, or how far to trust them.
    """

    bodies: tuple[Landmark, ...] = ()
    faces: tuple[float, ...] = ()
    source: LevelSource = LevelSource.UNKNOWN
    checks: tuple[Check, ...] = ()

    @classmethod
    def unknown(cls) -> Levels:
        """Levels of which nothing is known."""
        return cls()

    @classmethod
    def from_points(cls, points: Mapping[str, Sequence[float]], line: Centreline) -> Levels:
        """Levels from marked points; those between two points follow the spacing of PAM50, stretched to fit.

        The vertebrae of the first and of the last landmark are covered whole; beyond them nothing is claimed.

        Args:
            points: RAS in mm of vertebrae ("C2": the height of the middle of its body, on the cord or on the body) or
                of discs ("C2/C3"), at least two of those from C1 to T4. Others down to the sacrum are left out.
            line: the centreline of the cord.

        Raises:
            RefusedInputError: if a name is none, a point lies far from the cord, the order along the cord is wrong, or
                the distances cannot be those of a spine.
        """
        known = {name: ras for name, ras in points.items() if _is_known(name)}
        return cls.from_landmarks(
            [Landmark(name, along) for name, along in zip(known, along_cord(line, list(known.values())), strict=True)]
        )

    @classmethod
    def from_landmarks(cls, landmarks: Sequence[Landmark]) -> Levels:
        """Levels from named places along the centreline; as :meth:`from_points`, which says what is refused."""
        ordered = sorted(landmarks, key=lambda landmark: TEMPLATE_POSITION[landmark.name])
        if len(ordered) < 2:
            raise RefusedInputError(
                "Vertebral levels need at least two marked places between C1 and T4.",
                "Mark two, such as the middle of C2 and of T1, or leave the levels out.",
            )
        template = np.array([TEMPLATE_POSITION[landmark.name] for landmark in ordered])
        along = np.array([landmark.along for landmark in ordered])
        _expect_likely(template, along)
        first, last = _vertebrae_of(ordered[0].name)[0], _vertebrae_of(ordered[-1].name)[-1]
        names = VERTEBRAE[VERTEBRAE.index(first) : VERTEBRAE.index(last) + 1]
        faces = TEMPLATE_FACES[VERTEBRAE.index(first) : VERTEBRAE.index(last) + 2]
        middles = _stretched([TEMPLATE_POSITION[name] for name in names], template, along)
        return cls(
            tuple(Landmark(name, float(middle)) for name, middle in zip(names, middles, strict=True)),
            tuple(float(face) for face in _stretched(faces, template, along)),
            LevelSource.MARKED,
        )

    def told_by(self, source: LevelSource, *checks: Check) -> Levels:
        """The same levels from another source."""
        return replace(self, source=source, checks=checks)

    @property
    def discs(self) -> tuple[Landmark, ...]:
        """The discs between the known bodies, superior first."""
        names = (f"{above.name}/{below.name}" for above, below in pairwise(self.bodies))
        return tuple(Landmark(name, face) for name, face in zip(names, self.faces[1:-1], strict=True))

    def middle_of(self, name: str) -> float | None:
        """Where the middle of a vertebra lies along the centreline in mm, as in :class:`Landmark`.

        Beyond the known bodies where it would lie by PAM50's distances, scaled to this person; None where fewer than
        two bodies are known. The name is one of ``VERTEBRAE``.
        """
        if len(self.bodies) < 2:
            return None
        template = np.array([TEMPLATE_POSITION[body.name] for body in self.bodies])
        along = np.array([body.along for body in self.bodies])
        return float(_stretched([TEMPLATE_POSITION[name]], template, along)[0])

    def level_at(self, along: float) -> str:
        """Name of the place ``along`` mm below the cord's upper end.

        A disc, such as "C4/C5", within 2.5 mm of its middle; else the vertebra, such as "C4"; "unknown" outside the
        known vertebrae.
        """
        if not self.bodies or not self.faces[0] <= along <= self.faces[-1]:
            return UNKNOWN
        disc = min(self.discs, key=lambda disc: abs(disc.along - along), default=None)
        if disc is not None and abs(disc.along - along) <= NEAR_DISC:
            return disc.name
        return self.bodies[int(np.searchsorted(self.faces[1:-1], along))].name


def read_levels(
    path: Path, line: Centreline, from_one: Callable[[Mapping[str, Sequence[float]]], Levels] | None = None
) -> Levels:
    """Read vertebral levels that were marked in a scan.

    Understood are

    - JSON, ``{"C2": [r, a, s], "T1": [r, a, s]}``: RAS in mm of the middle of each vertebral body, as ``u2ad simulate``
      writes it; "C2/C3" is a disc;
    - a label image (NIfTI, NRRD, MetaImage) on any grid of the same scan, in the numbering of the Spinal Cord Toolbox:
      1 is C1, 2 is C2, 7 is C7, 8 is T1, 9 is T2. Labels are either points at the middle of each body, or regions that
      each fill one vertebra's stretch of the cord. Where the file's name says "disc", point n is the disc **above**
      vertebra n (3 is C2/C3), as ``sct_label_vertebrae`` numbers discs: nothing in the voxels tells the two apart.

    Source of the convention: the points of the healthy scans and of SCT's test data lie at the middle of the body
    (looked at in the pictures); PAM50_small_label_disc for the discs.

    Args:
        path: the file.
        line: the centreline of the cord.
        from_one: finds all levels where the file marks a single place, as ``find_levels`` does; where None, one is too
            few.

    Raises:
        UnreadableInputError: if the file is missing, damaged, or not of these kinds.
        RefusedInputError: if an image holds no labels, or the levels cannot be right; see :meth:`Levels.from_points`.
    """
    from u2ad.scan.reading import expect_file, read_scan, unreadable  # marked levels are named without reading files

    path = Path(path)
    try:
        expect_file(path)
    except OSError as error:
        raise unreadable(error) from None
    if path.suffix.lower() == ".json":
        return _from_points(_points_in(path), line, from_one)
    image = read_scan(path)
    _expect_labels(image)
    voxels = {int(n): np.argwhere(image.array == n) for n in np.unique(image.array) if 1 <= n <= len(VERTEBRAE) + 1}
    places = {number: image.grid.to_ras(kji) for number, kji in voxels.items()}
    if places and max(map(len, places.values())) > LARGEST_POINT:
        return Levels.from_landmarks(_borders(places, line))
    names = ("", *DISCS, "") if "disc" in path.name.lower() else (*VERTEBRAE, "")
    named = {names[number - 1]: ras.mean(axis=0).tolist() for number, ras in places.items() if names[number - 1]}
    return _from_points(named, line, from_one)


def _from_points(
    points: Mapping[str, Sequence[float]],
    line: Centreline,
    from_one: Callable[[Mapping[str, Sequence[float]]], Levels] | None,
) -> Levels:
    known = {name: ras for name, ras in points.items() if _is_known(name)}
    return from_one(known) if from_one and len(known) == 1 else Levels.from_points(known, line)


def _expect_labels(image: Scan) -> None:
    """Refuse a grey image before every voxel of it is taken for a marked place."""
    from u2ad.scan.masks import holds_labels

    labelled = np.count_nonzero(image.array) * image.grid.voxel_volume
    if labelled > LARGEST_LABELLED or not holds_labels(image.array):
        raise RefusedInputError(
            "This image holds no level labels.",
            "Give the label image of the vertebrae or discs, not the scan, or leave the levels out.",
        )


def _points_in(path: Path) -> dict[str, list[float]]:
    try:
        points = json.loads(path.read_text(encoding="utf-8"))
        if not np.isfinite(np.array(list(points.values()), dtype=np.float64).reshape(len(points), 3)).all():
            raise ValueError
    except (OSError, ValueError, AttributeError, TypeError):
        raise UnreadableInputError(
            "The file of vertebral levels cannot be read.",
            'It should be JSON that gives right, anterior and superior in mm for each vertebra: {"C2": [0, 1, 52]}.',
        ) from None
    return points


def _borders(places: Mapping[int, np.ndarray], line: Centreline) -> list[Landmark]:
    """The borders between neighbouring regions, as discs. The outer ends may be cut off and say nothing."""
    reach = {
        number: (along.min(), along.max()) for number, along in ((n, along_cord(line, p)) for n, p in places.items())
    }
    return [
        Landmark(DISCS[number - 1], float(reach[number][1] + reach[number + 1][0]) / 2)
        for number in sorted(reach)
        if number + 1 in reach and number <= len(DISCS)
    ]


def _is_known(name: str) -> bool:
    if name in TEMPLATE_POSITION:
        return True
    if all(re.fullmatch(r"[CTLS]\d{1,2}", part) for part in name.split("/")):
        return False
    raise RefusedInputError("A marked level has a name that is no vertebra and no disc.", _MARK_AGAIN)


def along_cord(line: Centreline, ras: Sequence | np.ndarray) -> np.ndarray:
    """As ``line.along``, but a point above or below the cord counts on straight from its end; (N, 3) to (N,).

    Raises:
        RefusedInputError: if a point is too far to the side of the cord to belong to it.
    """
    ras = np.asarray(ras, dtype=np.float64).reshape(-1, 3)
    along = line.along(ras)
    steps = max(1, min(round(10 / line.step), len(line.points) - 1))
    for end, inner, at_end in ((0, steps, along <= 0), (-1, -1 - steps, along >= line.length)):
        outward = line.points[end] - line.points[inner]
        beyond = (ras - line.points[end]) @ (outward / np.linalg.norm(outward))
        along = along + np.where(at_end, np.maximum(beyond, 0) * (1 if end else -1), 0)
    _expect_beside(line, ras, along)
    return along


def _expect_beside(line: Centreline, ras: np.ndarray, along: np.ndarray) -> None:
    outside = np.maximum(-along, 0) + np.maximum(along - line.length, 0)
    aside = np.sqrt(np.maximum(np.sum((ras - line.point_at(along)) ** 2, axis=1) - outside**2, 0))
    if (aside > FARTHEST_FROM_CORD).any():
        raise RefusedInputError(
            "A marked level lies more than 4 cm from the cord, so the levels belong to another scan.",
            "Choose the levels of this scan, or leave them out.",
        )


def _expect_likely(template: np.ndarray, along: np.ndarray) -> None:
    steps = np.diff(along) / np.diff(template)
    if (steps <= 0).any():
        raise RefusedInputError("The marked levels do not follow each other from head to foot.", _MARK_AGAIN)
    whole = (along[-1] - along[0]) / (template[-1] - template[0])
    if not LIKELY_SCALE[0] <= whole <= LIKELY_SCALE[1] or not all(LIKELY_STEP[0] <= s <= LIKELY_STEP[1] for s in steps):
        raise RefusedInputError(
            "The marked levels lie too close together or too far apart for a cervical spine.", _MARK_AGAIN
        )


def _vertebrae_of(name: str) -> list[str]:
    return name.split("/")


def _stretched(wanted: Sequence[float] | np.ndarray, template: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Template positions carried to the cord: linear between landmarks, by their overall scale beyond them."""
    wanted = np.asarray(wanted, dtype=np.float64)
    scale = (along[-1] - along[0]) / (template[-1] - template[0])
    inside = np.interp(wanted, template, along)
    return inside + scale * (np.minimum(wanted - template[0], 0) + np.maximum(wanted - template[-1], 0))
