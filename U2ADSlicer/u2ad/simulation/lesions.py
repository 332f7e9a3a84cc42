"""Lesions of the cord: what they are, where they lie, and the share of any point that they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

# An irregular rim: waves on the surface of the ellipsoid, as a share of its radius.
WAVES = 5
WAVE_AMPLITUDE = 0.07


@dataclass(frozen=True)
class LesionSpec:
    """What a lesion should be like. Ranges of :meth:`random` are those of the project's first measurements.

    Args:
        length: extent along the cord in mm.
        depth: half axis antero-posterior in mm.
        width: half axis right-left in mm.
        contrast: added signal as a share of the cord-to-CSF contrast.
        edge: width of the soft edge in mm.
        level: vertebra or disc it shall lie at, such as "C5" or "C5/C6"; None leaves it to chance. Only a phantom
            knows its levels.
    """

    length: float = 8.0
    depth: float = 1.6
    width: float = 2.0
    contrast: float = 0.35
    edge: float = 0.7
    level: str | None = None

    def __post_init__(self) -> None:
        if min(self.length, self.depth, self.width, self.edge) <= 0:
            msg = f"expected positive sizes in mm, got {self!r}"
            raise ValueError(msg)

    @classmethod
    def random(cls, rng: np.random.Generator) -> LesionSpec:
        """3 to 15 mm long (small ones are commoner), +10 to +60 % of the cord-to-CSF contrast."""
        return cls(
            length=float(3 + 12 * rng.beta(1.1, 1.6)),
            depth=float(rng.uniform(1.0, 2.2)),
            width=float(rng.uniform(1.2, 3.0)),
            contrast=float(rng.uniform(0.1, 0.6)),
            edge=float(rng.uniform(0.5, 1.0)),
        )


def resolve_specs(lesions: int | Sequence[LesionSpec], rng: np.random.Generator) -> tuple[LesionSpec, ...]:
    """Specifications as given, or as many drawn ones as asked for."""
    if isinstance(lesions, int):
        return tuple(LesionSpec.random(rng) for _ in range(lesions))
    return tuple(lesions)


@dataclass(frozen=True, eq=False)
class Lesion:
    """A lesion with its place in the patient.

    Args:
        spec: what it is like.
        centre: RAS in mm, shape (3,).
        axes: unit vectors down the cord, to the right and to the front, one a row, shape (3, 3).
        waves: directions and phases of the waves of its rim, shape (5, 4).
        level: nearest vertebra or disc, "unknown" where levels are not known.
    """

    spec: LesionSpec
    centre: np.ndarray
    axes: np.ndarray
    waves: np.ndarray
    level: str = "unknown"

    @property
    def half_axes(self) -> np.ndarray:
        """Half axes down the cord, to the right and to the front in mm, shape (3,)."""
        return np.array([self.spec.length / 2, self.spec.width, self.spec.depth])

    @property
    def reach(self) -> float:
        """No point farther than this from the centre is touched, mm."""
        return float(self.half_axes.max() * (1 + 3 * WAVE_AMPLITUDE) + self.spec.edge)

    def coverage(self, ras: np.ndarray) -> np.ndarray:
        """Share of each point that is lesion, 1 inside, 0 outside, soft between; (..., 3) to (...), float32."""
        local = ((np.asarray(ras) - self.centre) @ self.axes.T).astype(np.float32)
        scaled = local / self.half_axes.astype(np.float32)
        radius = np.sqrt((scaled**2).sum(axis=-1)) + np.float32(1e-6)
        direction = scaled / radius[..., None]
        waves = np.cos(3 * (direction @ self.waves[:, :3].T.astype(np.float32)) + self.waves[:, 3].astype(np.float32))
        surface = 1 + WAVE_AMPLITUDE * waves.sum(axis=-1)
        distance = np.sqrt((local**2).sum(axis=-1)) * (1 - surface / radius)
        ramp = np.clip(0.5 - distance / self.spec.edge, 0, 1)
        return ramp * ramp * (3 - 2 * ramp)

    def record(self) -> dict:
        """What a truth file says of it."""
        return {
            "centre_ras_mm": np.round(self.centre, 3).tolist(),
            "extent_mm": (2 * self.half_axes).tolist(),
            **asdict(self.spec),
            "level": self.level,
        }


def place(spec: LesionSpec, centre: np.ndarray, axes: np.ndarray, rng: np.random.Generator, level: str) -> Lesion:
    """A lesion with a drawn rim at a given place."""
    directions = rng.normal(size=(WAVES, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    phases = rng.uniform(0, 2 * np.pi, (WAVES, 1))
    return Lesion(spec, np.asarray(centre, float), axes, np.concatenate([directions, phases], axis=1), level)


def label_map(shares: Sequence[np.ndarray], shape: tuple[int, int, int]) -> np.ndarray:
    """Labels 1, 2, ... of voxels with at least half the lesion's own largest share (and at least a tenth), int16.

    Half of the largest share, not of a full voxel: a thin lesion in thick slices fills no voxel, yet is seen.
    """
    labels = np.zeros(shape, np.int16)
    for number, share in enumerate(shares, start=1):
        labels[share >= max(0.1, 0.5 * float(share.max()))] = number
    return labels


def total_share(shares: Sequence[np.ndarray], shape: tuple[int, int, int]) -> np.ndarray:
    """Share of every voxel that is any lesion, float32."""
    return np.clip(sum(shares, np.zeros(shape, np.float32)), 0, 1)
