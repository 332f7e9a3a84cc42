"""Pictures that the cord network is trained on: slices of necks, cut, turned, spoilt and recoloured at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from monai.transforms import (
    Compose,
    RandAdjustContrastd,
    RandAffined,
    RandBiasFieldd,
    RandGaussianNoised,
    RandGaussianSmoothd,
    RandHistogramShiftd,
    RandLambdad,
    RandSimulateLowResolutiond,
)
from scipy import ndimage
from torch.utils.data import IterableDataset

from u2ad.cord.necks import Neck
from u2ad.cord.slices import NEIGHBOUR

CROP = (144, 96)
"""Rows and columns of a training picture, at about 1 mm."""

THICKNESSES = (1, 2, 3, 4)
"""Slice thicknesses in mm that are trained, by averaging 1 mm slices."""

PEOPLE = 0.4
"""Share of the pictures that show people."""

TOUCHED = 0.25
"""Share of the pictures into which tissue as bright as the cord is painted against it, if they show any cord."""


class Pictures(IterableDataset):
    """Endless pictures ``{"image": (3, 144, 96), "cord": (1, 144, 96)}``, 0 to 1, the same for the same seed.

    Args:
        people: necks of people; may be empty.
        phantoms: simulated ones; may be empty, but not both.
        seed: of everything random.
    """

    def __init__(self, people: Sequence[Neck], phantoms: Sequence[Neck], seed: int) -> None:
        super().__init__()
        self._people, self._phantoms, self._seed = people, phantoms, seed

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        rng = np.random.default_rng(self._seed)
        augment = augmentation(self._seed)
        while True:
            simulated = self._phantoms and (not self._people or rng.random() >= PEOPLE)
            necks = self._phantoms if simulated else self._people
            picture = _crop(necks[int(rng.integers(len(necks)))], rng)
            if rng.random() < TOUCHED:
                picture["image"] = touched(picture["image"], picture["cord"][0], rng)
            changed: Any = augment(picture)
            yield {key: torch.as_tensor(changed[key]).clamp(0, 1) for key in ("image", "cord")}


def augmentation(seed: int) -> Compose:
    """Random place, shape, contrast, sharpness and noise of one picture and its cord."""
    both, image = ["image", "cord"], ["image"]
    chain = Compose(
        [
            RandAffined(
                both,
                prob=0.9,
                rotate_range=0.4,
                shear_range=0.15,
                scale_range=0.2,
                translate_range=12,
                mode="bilinear",
                padding_mode="zeros",
            ),
            RandHistogramShiftd(image, num_control_points=(6, 10), prob=0.5),
            RandLambdad(image, func=_inverted, prob=0.1),
            RandBiasFieldd(image, coeff_range=(0.0, 0.3), prob=0.5),
            RandAdjustContrastd(image, gamma=(0.5, 1.8), prob=0.5),
            RandSimulateLowResolutiond(
                image, downsample_mode="area", upsample_mode="bilinear", zoom_range=(0.5, 1.0), prob=0.2
            ),
            RandGaussianSmoothd(image, sigma_x=(0.2, 1.0), sigma_y=(0.2, 1.0), prob=0.3),
            RandGaussianNoised(image, std=0.05, prob=0.5),
        ]
    )
    chain.set_random_state(seed)
    return chain


def touched(image: np.ndarray, cord: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A picture in which tissue about as bright as the cord lies against a stretch of it, on one or both sides.

    Cord is then told by its course alone, as in a long stenosis.

    Args:
        image: a slice between its neighbours, (3, rows, columns); the same is painted into all.
        cord: cord fraction of the slice, (rows, columns).
        rng: decides place, length, reach, sides and brightness.
    """
    inside = cord >= 0.5
    rows = np.flatnonzero(inside.any(axis=1))
    if not len(rows):
        return image
    first = rng.choice(rows) - rng.integers(5, 30)
    length = rng.integers(10, 60)
    stretch = ((np.arange(len(inside)) >= first) & (np.arange(len(inside)) < first + length)).astype(np.float32)
    distance = np.asarray(ndimage.distance_transform_edt(~inside))
    near = np.clip((rng.uniform(2, 7) - distance) / 1.5, 0, 1)
    share = near * (1 - cord) * ndimage.gaussian_filter1d(stretch, 2)[:, None] * _sides(inside, rng)
    grain = 1 + 0.1 * ndimage.gaussian_filter(rng.standard_normal(cord.shape), 1.5)
    tissue = np.median(image[1][inside]) * rng.uniform(0.4, 1.1) * grain
    return (image * (1 - share) + share * tissue).astype(np.float32)


def _sides(inside: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """1 before, behind, or on both sides of the middle of the cord, and 0 elsewhere; (rows, columns)."""
    columns = np.arange(inside.shape[1])
    size = inside.sum(axis=1)
    middle = np.where(size, (inside * columns).sum(axis=1) / np.maximum(size, 1), inside.shape[1] / 2)[:, None]
    return (np.ones(inside.shape), columns < middle, columns >= middle)[int(rng.choice(3, p=(0.5, 0.25, 0.25)))]


def _crop(neck: Neck, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """A slice between its neighbours, as thick as some protocol's, with fluid and cord as bright as some other's."""
    thickness = int(rng.choice(THICKNESSES))
    middle, row, column = _centre(neck, rng)
    offset = max(round(NEIGHBOUR + rng.uniform(-0.5, 1.0)), thickness)
    places = [middle - offset, middle, middle + offset]
    image, cord, fluid = (
        _slabs(array, places, thickness, row, column) for array in (neck.image, neck.cord, neck.fluid)
    )
    if rng.random() < 0.4:
        image = image * (1 + fluid * rng.uniform(-0.85, 0.2) + cord * rng.uniform(-0.3, 0.6))
    return {"image": image, "cord": cord[1:2]}


def _slabs(array: np.ndarray, places: list[int], thickness: int, row: int, column: int) -> np.ndarray:
    """Means over ``thickness`` slices about each of the places, in the window about a row and column; float32."""
    within = np.arange(thickness) - thickness // 2
    chosen = np.clip(np.add.outer(places, within), 0, len(array) - 1)
    return _window(array, row, column, chosen).mean(axis=1, dtype=np.float32)


def _centre(neck: Neck, rng: np.random.Generator) -> tuple[int, int, int]:
    """A voxel to look at: four times out of five one of the cord, with some way to the side, half of them tight."""
    if rng.random() < 0.8:
        voxels = neck.tight if len(neck.tight) and rng.random() < 0.5 else neck.voxels
        slices, rows, columns = voxels[rng.integers(len(voxels))] + rng.integers(-25, 26, 3) * (0, 1, 1)
        return int(slices), int(rows), int(columns)
    return tuple(int(rng.integers(size)) for size in neck.cord.shape)  # type: ignore[return-value]


def _window(array: np.ndarray, row: int, column: int, slices: np.ndarray) -> np.ndarray:
    """The crop about a row and column in some slices, zero where it leaves the picture, (*slices, *CROP)."""
    picture = np.zeros((*slices.shape, *CROP), np.float32)
    first = row - CROP[0] // 2, column - CROP[1] // 2
    inside = [
        slice(max(0, low), max(0, min(size, low + crop)))
        for low, size, crop in zip(first, array.shape[1:], CROP, strict=True)
    ]
    target = [slice(part.start - low, part.stop - low) for part, low in zip(inside, first, strict=True)]
    picture[..., target[0], target[1]] = array[:, inside[0], inside[1]][slices]
    return picture


def _inverted(image: torch.Tensor) -> torch.Tensor:
    """Bright becomes dark, as between T2 and T1 weighting; air stays dark."""
    return (1 - image) * (image > 0.02)
