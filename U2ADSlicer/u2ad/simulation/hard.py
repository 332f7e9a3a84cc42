"""Necks as clinics have them: long stenosis, kyphosis, lesions, metal, poor coils and a small field of view at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from u2ad.simulation.acquisition import Acquisition
from u2ad.simulation.metal import Metal
from u2ad.simulation.phantom import Phantom, simulate
from u2ad.simulation.stenosis import Stenosis
from u2ad.simulation.streams import stream
from u2ad.simulation.tissue import Contrast

Range = tuple[float, float]

# Discs at which a long stenosis has its middle: it then reaches beyond C3 to C7.
MIDDLES = ("C4/C5", "C5/C6")
DISCS_WITH_METAL = ("C4/C5", "C5/C6", "C6/C7")


@dataclass(frozen=True)
class Hardship:
    """From where the difficulties of a neck are drawn; every range is (lowest, highest).

    Args:
        stenosis: length in mm of the stretch without fluid.
        flattening: share of the cord's antero-posterior diameter that is lost in it.
        kyphosis: degrees.
        metal: radius of the shadow of an implant in mm.
        faintness: signal of the fluid over that of the cord.
        beside: signal of the tissue that lies against the cord over that of the cord.
        bias: of the coil, as in :class:`Acquisition`.
        noise: fluid's signal over the noise's standard deviation.
        head_foot: length of the field of view in mm.
    """

    stenosis: Range
    flattening: Range
    kyphosis: Range
    metal: Range
    faintness: Range
    beside: Range
    bias: Range
    noise: Range
    head_foot: Range


TRAINED = Hardship(
    stenosis=(15, 65), flattening=(0.0, 0.4), kyphosis=(0, 28), metal=(5, 9), faintness=(1.8, 5.0), beside=(0.1, 0.8),
    bias=(0, 1.4), noise=(15, 90), head_foot=(110, 230),
)  # fmt: skip
"""What the cord network is trained on."""

HELD_BACK = Hardship(
    stenosis=(70, 110), flattening=(0.4, 0.6), kyphosis=(30, 45), metal=(10, 13), faintness=(1.5, 1.8),
    beside=(0.6, 1.0), bias=(1.5, 1.9), noise=(11, 14), head_foot=(75, 105),
)  # fmt: skip
"""What it is never trained on, and measured with: no range overlaps with the trained one, except what lies beside."""

DIFFICULTIES = ("stenosis", "kyphosis", "lesions", "metal", "contrast", "coil", "field of view")


def hard_neck(
    seed: int,
    hardship: Hardship,
    difficulties: Collection[str],
    acquisition: Acquisition,
    contrast: Contrast | None = None,
) -> Phantom:
    """A neck with some difficulties; all else is as in :func:`simulate` with the same seed.

    Args:
        seed: of everything.
        hardship: how hard.
        difficulties: some of ``DIFFICULTIES``.
        acquisition: protocol before coil and field of view are made harder.
        contrast: signals of the tissues before fluid is made fainter; as in :func:`simulate` where None.
    """
    rng = stream(seed, "hardship")
    draws = {name: float(rng.uniform(*getattr(hardship, name))) for name in Hardship.__dataclass_fields__}
    chosen = set(difficulties)
    stenoses = (_long_stenosis(draws, rng),) if "stenosis" in chosen else 0
    metal = _metal(draws["metal"], rng) if "metal" in chosen else ()
    contrast = contrast or Contrast.t2w(stream(seed, "contrast"))
    return simulate(
        seed,
        _acquisition(acquisition, draws, chosen, rng),
        lesions=int(rng.integers(1, 5)) if "lesions" in chosen else 0,
        stenoses=stenoses,
        contrast=contrast.fainter(draws["faintness"], draws["beside"]) if "contrast" in chosen else contrast,
        kyphosis=draws["kyphosis"] if "kyphosis" in chosen else 0.0,
        metal=metal,
    )


def _long_stenosis(draws: dict[str, float], rng: np.random.Generator) -> Stenosis:
    return Stenosis(
        disc=str(rng.choice(MIDDLES)),
        csf_left=0.0,
        flattening=draws["flattening"],
        length=draws["stenosis"],
        from_front=float(rng.uniform(0.35, 0.9)),
        offset=float(rng.normal(0, 1.5)),
    )


def _metal(radius: float, rng: np.random.Generator) -> tuple[Metal, ...]:
    behind = bool(rng.random() < 0.3)
    discs = rng.choice(DISCS_WITH_METAL, size=int(rng.integers(1, 3)), replace=False)
    return tuple(Metal(str(disc), radius, behind) for disc in discs)


def _acquisition(
    acquisition: Acquisition, draws: dict[str, float], chosen: set[str], rng: np.random.Generator
) -> Acquisition:
    if "coil" in chosen:
        acquisition = replace(
            acquisition, bias=draws["bias"], signal_to_noise=draws["noise"], motion=float(rng.uniform(0.2, 0.8))
        )
    if "field of view" in chosen:
        across, _, ahead = acquisition.field_of_view
        middle = float(rng.uniform(-30, 30))
        acquisition = replace(
            acquisition, field_of_view=(across, draws["head_foot"], min(ahead, 130.0)), centre=(0.0, 5.0, middle)
        )
    return acquisition
