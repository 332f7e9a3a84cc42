"""How a phantom is scanned: grid, slices, and the faults of a real acquisition."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from u2ad.scan import Grid


@dataclass(frozen=True)
class Acquisition:
    """A protocol and its faults. Slices are sagittal.

    Args:
        spacing: distance of slices, rows (along the body) and columns (front to back) in mm.
        thickness: slice thickness in mm; 0 means as thick as the slices are apart.
        field_of_view: extent right-left, head-foot, front-back in mm.
        centre: offset of the middle of the field of view from the cord's at C4 to C5, right, front and up, in mm.
        tilt: rotation of the grid about the right, front and upper axis in degrees.
        orientation: where the stored axes I, J, K point, three of R/L, A/P, S/I, such as "PSR".
        signal_to_noise: CSF signal over the noise's standard deviation in one channel; infinite means none.
        bias: natural logarithm of the ratio between the coil's best and worst place along 100 mm; 0 means none.
        kept: share of k-space that was acquired along both in-plane axes, the rest zero-filled (Gibbs ringing).
        flow: strength of CSF flow voids, 0 to 1.
        motion: amplitude of periodic motion (swallowing, breathing) along the phase axis in mm.
        phase_axis: "rows" or "columns", along which ghosts fall.

    Raises:
        ValueError: if a size is not positive or the orientation is not one letter of each pair.
    """

    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
    thickness: float = 0.0
    field_of_view: tuple[float, float, float] = (52.0, 216.0, 230.0)
    centre: tuple[float, float, float] = (0.0, 22.0, 0.0)
    tilt: tuple[float, float, float] = (0.0, 0.0, 0.0)
    orientation: str = "PSR"
    signal_to_noise: float = 60.0
    bias: float = 1.2
    kept: float = 1.0
    flow: float = 0.3
    motion: float = 0.0
    phase_axis: str = "rows"

    def __post_init__(self) -> None:
        pairs = sorted("RASRAS"["RASLPI".index(letter)] for letter in self.orientation if letter in "RASLPI")
        if pairs != ["A", "R", "S"] or len(self.orientation) != 3:
            msg = f"expected one letter each of R/L, A/P and S/I, got {self.orientation!r}"
            raise ValueError(msg)
        if min(self.spacing) <= 0 or min(self.field_of_view) <= 0 or not 0.3 <= self.kept <= 1:
            msg = f"expected positive spacing and field of view and 0.3 <= kept <= 1, got {self!r}"
            raise ValueError(msg)

    @classmethod
    def isotropic(cls, **changes) -> Acquisition:
        """A 3D turbo spin echo at 1 mm, the protocol of the healthy scans."""
        return replace(cls(), **changes)

    @classmethod
    def sagittal(cls, **changes) -> Acquisition:
        """A clinical 2D protocol: 15 slices, 0.6 x 0.6 x 3.3 mm, slightly oblique."""
        clinical = cls(
            spacing=(3.3, 0.6, 0.6), thickness=3.0, field_of_view=(49.5, 210.0, 190.0), centre=(0.0, 8.0, 0.0),
            tilt=(4.0, -1.5, 2.0), orientation="PIL", signal_to_noise=40.0, bias=0.4, kept=0.85, flow=0.6, motion=0.25,
        )  # fmt: skip
        return replace(clinical, **changes)

    @classmethod
    def random(cls, rng: np.random.Generator, thick: bool | None = None) -> Acquisition:
        """A protocol drawn from what clinics use; ``thick`` chooses 2D sagittal (True) or isotropic 3D (False)."""
        thick = bool(rng.random() < 0.6) if thick is None else thick
        side = float(rng.uniform(0.5, 0.75) if thick else rng.uniform(0.8, 1.0))
        through = float(rng.uniform(2.8, 4.0)) if thick else side
        head_foot, front_back = float(rng.uniform(185, 230)), float(rng.uniform(150, 210))
        return cls(
            spacing=(through, side, side),
            thickness=through * float(rng.uniform(0.85, 1.0)) if thick else 0.0,
            field_of_view=(through * int(rng.integers(13, 19)) if thick else 52.0, head_foot, front_back),
            centre=(float(rng.normal(0, 2)), float(rng.uniform(-5, 25)), float(rng.normal(-5, 18))),
            tilt=(float(rng.normal(0, 5)), float(rng.normal(0, 2)), float(rng.normal(0, 2.5))),
            orientation=str(rng.choice(["PSR", "PIL", "PIR", "ASR", "LPI", "RAS", "LPS", "SLP"])),
            signal_to_noise=float(np.exp(rng.uniform(np.log(20), np.log(90)))),
            bias=float(rng.uniform(0, 1.4)),
            kept=float(rng.uniform(0.7, 1.0)),
            flow=float(rng.beta(1.2, 2)),
            motion=float(max(0, rng.normal(0, 0.3))),
            phase_axis=str(rng.choice(["rows", "columns"])),
        )

    def faultless(self) -> Acquisition:
        """The same grid without noise, bias, ringing, flow voids or motion."""
        return replace(self, signal_to_noise=float("inf"), bias=0.0, kept=1.0, flow=0.0, motion=0.0)

    def near_cord(self, around: float = 40.0) -> Acquisition:
        """The same protocol on a field of view of ``around`` mm before and behind the cord: quicker, for training."""
        right_left, head_foot, _ = self.field_of_view
        return replace(self, field_of_view=(right_left, head_foot, 2 * around), centre=(self.centre[0], 0.0, 0.0))

    def sheets_per_slice(self) -> int:
        """How many thin sheets are averaged into one slice."""
        return max(1, round((self.thickness or self.spacing[0]) / 1.1))

    def grid(self, middle: np.ndarray) -> Grid:
        """Working grid around RAS ``middle``: slices to the right, rows upwards, columns backwards (PSR)."""
        slices, rows, columns = np.maximum(np.round(np.divide(self.field_of_view, self.spacing)), 2).astype(int)
        shape = (int(slices), int(rows), int(columns))
        turn = Rotation.from_euler("xyz", self.tilt, degrees=True).as_matrix()
        axes = np.array([[0.0, 0, 1], [-1, 0, 0], [0, 1, 0]])  # columns of I (P), J (S), K (R) in RAS
        affine = np.eye(4)
        affine[:3, :3] = turn @ axes * np.array(self.spacing)[::-1]
        affine[:3, 3] = np.asarray(middle) + self.centre - affine[:3, :3] @ ((np.array(shape)[::-1] - 1) / 2)
        return Grid(shape, affine)


def stored_as(orientation: str, grid: Grid, *arrays: np.ndarray) -> tuple[Grid, tuple[np.ndarray, ...]]:
    """Working (PSR) arrays and grid with axes I, J, K permuted and flipped to point as ``orientation`` says."""
    pairs = ("PA", "SI", "RL")  # of the working axes I, J, K
    source = [next(axis for axis, pair in enumerate(pairs) if letter in pair) for letter in orientation]
    flipped = [letter != pairs[axis][0] for letter, axis in zip(orientation, source, strict=True)]
    sizes = grid.shape[::-1]
    affine = np.eye(4)
    origin = grid.affine[:3, 3].copy()
    for new, (old, flip) in enumerate(zip(source, flipped, strict=True)):
        column = grid.affine[:3, old]
        affine[:3, new] = -column if flip else column
        origin += column * (sizes[old] - 1) if flip else 0.0
    affine[:3, 3] = origin
    to_kji = tuple(2 - axis for axis in source[::-1])
    flips = tuple(axis for axis, flip in enumerate(flipped[::-1]) if flip)
    stored = tuple(np.ascontiguousarray(np.flip(array.transpose(to_kji), flips)) for array in arrays)
    slices, rows, columns = (sizes[axis] for axis in source[::-1])
    return Grid((slices, rows, columns), affine), stored
