"""One person's cervical spine: curve, vertebral levels, cord and canal, all in canal coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from u2ad.simulation.curve import ARC, STEP, CanalCurve, draw_curve
from u2ad.simulation.stenosis import Stenosis

VERTEBRAE = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "T1", "T2", "T3", "T4", "T5", "T6", "T7")
DISCS = tuple(f"{upper}/{lower}" for upper, lower in pairwise(VERTEBRAE[1:]))

# Heights of the discs C2/C3 to T6/T7 below C2/C3 in mm, measured along PAM50 (PAM50_small_label_disc).
PAM50_DISCS = np.array([0.0, 18, 36, 52, 68, 86, 108, 130, 154, 178, 202, 228])
# Cord in PAM50 (PAM50_small_cord, mean over each level of PAM50_small_levels): right-left diameter in mm and area in
# mm2, from which the antero-posterior diameter of the ellipse of that area follows. The cervical enlargement is
# C4 to C6. Below T5 the last value is kept.
LEVEL_HEIGHTS = np.array([-22.0, -10, 9, 27, 44, 60, 77, 97, 119, 142, 166, 300])
CORD_WIDTH = np.array([11.0, 11.0, 12.4, 13.0, 13.0, 12.6, 11.0, 9.7, 9.0, 9.0, 9.0, 9.0])
CORD_AREA = np.array([66.0, 66, 71, 75, 74, 68, 57, 49, 43, 42, 40, 40])
# Dural sac: antero-posterior and right-left inner diameter in mm, estimated by eye on axial slices of three healthy
# scans.
SAC_HEIGHTS = np.array([-48.0, -25, -8, 27, 60, 97, 142, 300])
SAC_DEPTH = np.array([20.0, 16.5, 14.0, 12.2, 12.6, 13.6, 13.6, 13.6])
SAC_WIDTH = np.array([26.0, 22.0, 19.5, 19.0, 19.5, 17.5, 15.5, 15.0])
# Foramen magnum: the cord ends and the medulla begins, about 10 mm above the tip of the dens.
FORAMEN_MAGNUM = -47.0
# Vertebral bodies C2 to T7: antero-posterior depth and width in mm, after the order of
# magnitude of published means (Panjabi et al., Spine 1991), not checked number by number.
BODY_DEPTH = np.array([15.0, 15.3, 15.4, 15.6, 16.2, 16.6, 16.9, 18.0, 19.6, 21.0, 22.3, 23.4, 24.5])
BODY_WIDTH = np.array([18.0, 17.2, 17.6, 18.4, 19.4, 22.0, 26.0, 26.5, 25.5, 25.5, 26.0, 27.0, 28.0])
# Brainstem above the foramen magnum: half depth and half width in mm at these heights (medulla, pons, midbrain).
STEM_HEIGHTS = np.array([-140.0, -118, -104, -92, -80, -70, -60, FORAMEN_MAGNUM, -30])
STEM_DEPTH = np.array([10.0, 10, 12, 14, 13, 8.0, 6.8, 5.0, 4.0])
STEM_WIDTH = np.array([16.0, 16, 17, 18, 16, 9.5, 8.2, 6.6, 5.5])


@dataclass(frozen=True, eq=False)
class Sections:
    """Cross-sections along the canal at the heights ``ARC``, all in mm, every field shape (N,).

    Args:
        cord_depth: half antero-posterior diameter of cord or brainstem.
        cord_width: half right-left diameter.
        cord_v: middle of the cord, to the front.
        sac_front: front of the dural sac.
        sac_back: back of the dural sac.
        sac_width: half width of the sac.
        canal_front: front of the bony canal, as it was before any stenosis.
        canal_back: back of the bony canal.
        canal_width: half width of the bony canal.
        bulge_u: displacement of a stenosis to the right.
        narrowing: depth of the stenosis, 0 to 1.
    """

    cord_depth: np.ndarray
    cord_width: np.ndarray
    cord_v: np.ndarray
    sac_front: np.ndarray
    sac_back: np.ndarray
    sac_width: np.ndarray
    canal_front: np.ndarray
    canal_back: np.ndarray
    canal_width: np.ndarray
    bulge_u: np.ndarray
    narrowing: np.ndarray


@dataclass(frozen=True, eq=False)
class Anatomy:
    """One person.

    Args:
        curve: middle line of the canal.
        discs: height ``s`` of the discs C2/C3 to T6/T7, shape (12,).
        sections: cross-sections of cord and canal.
        stenoses: narrow stretches that ``sections`` already contain.
        size: body size relative to the mean.
        build: thickness of the subcutaneous fat relative to the mean.
        body_depth: depth of the bodies C2 to T7 in mm, shape (13,).
        body_width: width of the bodies C2 to T7 in mm, shape (13,).
        disc_height: thickness of the discs in mm, shape (12,).
        hydration: signal of each nucleus between a dried-out disc (0) and a young one (1), shape (12,).
    """

    curve: CanalCurve
    discs: np.ndarray
    sections: Sections
    stenoses: tuple[Stenosis, ...]
    size: float
    build: float
    body_depth: np.ndarray
    body_width: np.ndarray
    disc_height: np.ndarray
    hydration: np.ndarray

    def heights(self) -> Mapping[str, float]:
        """Height ``s`` of the vertebrae C1 to T6 (middle of the body; C1 at its arch) and of the discs."""
        edges = dict(zip(DISCS, self.discs.tolist(), strict=True))
        bodies = {"C1": -29.0 * self.size, "C2": -9.0 * self.size}
        middles = (self.discs[:-1] + self.discs[1:]) / 2
        bodies |= dict(zip(VERTEBRAE[2:], middles.tolist(), strict=False))
        return dict(sorted((bodies | edges).items(), key=lambda item: item[1]))

    def cord_centre(self, s: np.ndarray | float) -> np.ndarray:
        """RAS of the middle of the cord at heights ``s``, (...) to (..., 3)."""
        return self.curve.to_ras(np.asarray(s), np.zeros(()), np.interp(s, ARC, self.sections.cord_v))


def draw_anatomy(rng: np.random.Generator, stenoses: tuple[Stenosis, ...] = (), kyphosis: float = 0.0) -> Anatomy:
    """A person drawn around the group means above, with the given stenoses and kyphosis in degrees."""
    size = float(np.clip(rng.normal(0.97, 0.06), 0.82, 1.12))
    curve = draw_curve(rng, kyphosis)
    discs = PAM50_DISCS * size + np.concatenate([[0.0], rng.normal(0, 0.6, PAM50_DISCS.size - 1)])
    disc_height = np.concatenate([np.full(5, 5.2), np.full(7, 4.4)]) * rng.uniform(0.7, 1.15, PAM50_DISCS.size)
    hydration = rng.beta(1.6, 1.8, PAM50_DISCS.size)
    sections = _healthy_sections(curve, size, rng)
    body_scale = size * rng.normal(1.0, 0.03)
    build = float(np.exp(rng.normal(0, 0.45)))
    if stenoses:
        sections = _narrowed(sections, stenoses, discs[[_disc_index(stenosis) for stenosis in stenoses]])
    return Anatomy(
        curve, discs, sections, stenoses, size, build, BODY_DEPTH * body_scale, BODY_WIDTH * body_scale,
        disc_height, hydration,
    )  # fmt: skip


def _disc_index(stenosis: Stenosis) -> int:
    if stenosis.disc not in DISCS:
        msg = f"expected one of {', '.join(DISCS)}, got {stenosis.disc!r}"
        raise ValueError(msg)
    return DISCS.index(stenosis.disc)


def _healthy_sections(curve: CanalCurve, size: float, rng: np.random.Generator) -> Sections:
    cord_scale = rng.normal(1.0, 0.06)
    width = PchipInterpolator(LEVEL_HEIGHTS * size, CORD_WIDTH, extrapolate=True)(ARC) / 2 * cord_scale
    area = PchipInterpolator(LEVEL_HEIGHTS * size, CORD_AREA, extrapolate=True)(ARC) * cord_scale**2
    depth = area / (np.pi * width)
    blend = np.clip((ARC + 30) / (FORAMEN_MAGNUM + 30), 0, 1)
    depth = depth * (1 - blend) + np.interp(ARC, STEM_HEIGHTS, STEM_DEPTH) * blend
    width = width * (1 - blend) + np.interp(ARC, STEM_HEIGHTS, STEM_WIDTH) * blend
    sac_scale = np.clip(rng.normal(1.0, 0.08), 0.82, 1.2)
    sac_depth = np.interp(ARC, SAC_HEIGHTS * size, SAC_DEPTH) * sac_scale
    sac_width = np.interp(ARC, SAC_HEIGHTS * size, SAC_WIDTH) / 2 * (0.5 + 0.5 * sac_scale)
    sac_depth = np.maximum(_wavy(sac_depth, 0.35, 12, rng), 2 * depth + 2.0)
    sac_width = np.maximum(sac_width, width + 2.0)
    back, front = -sac_depth / 2, sac_depth / 2
    cord_v = _eccentricity(curve, rng) * (sac_depth / 2 - depth - 0.6)
    return Sections(
        cord_depth=gaussian_filter1d(depth, 3 / STEP),
        cord_width=gaussian_filter1d(width, 3 / STEP),
        cord_v=gaussian_filter1d(cord_v, 8 / STEP),
        sac_front=front,
        sac_back=back,
        sac_width=sac_width,
        canal_front=front + 0.8,
        canal_back=back - 1.2,
        canal_width=sac_width + 1.8,
        bulge_u=np.zeros_like(ARC),
        narrowing=np.zeros_like(ARC),
    )


def _eccentricity(curve: CanalCurve, rng: np.random.Generator) -> np.ndarray:
    """Where the cord lies between the front (+1) and the back (-1) of the sac: it takes the short way round bends."""
    curvature = np.gradient(gaussian_filter1d(curve.inclination, 10 / STEP), STEP)
    wander = gaussian_filter1d(rng.normal(0, 1, ARC.size), 25 / STEP)
    wander *= 0.2 / max(wander.std(), 1e-9)
    return np.clip(-70.0 * curvature + wander + 0.05, -0.85, 0.85)


def _wavy(profile: np.ndarray, amplitude: float, wavelength: float, rng: np.random.Generator) -> np.ndarray:
    noise = gaussian_filter1d(rng.normal(0, 1, profile.size), wavelength / 2 / STEP)
    return profile + amplitude * noise / noise.std()


def _narrowed(sections: Sections, stenoses: tuple[Stenosis, ...], heights: np.ndarray) -> Sections:
    """The sections with stenoses: walls move in from both sides, the cord is flattened and pushed along.

    Where stenoses overlap the tighter one counts; long ones are tighter at the discs than between them.
    """
    depths = np.array([stenosis.depth(ARC - height) for stenosis, height in zip(stenoses, heights, strict=True)])
    flattening = np.max([one.flattening * depth for one, depth in zip(stenoses, depths, strict=True)], axis=0)
    csf_left = np.min([1 - (1 - one.csf_left) * depth for one, depth in zip(stenoses, depths, strict=True)], axis=0)
    weights = depths + 1e-9
    from_front = np.average(np.tile([[one.from_front] for one in stenoses], ARC.size), axis=0, weights=weights)
    offset = np.average(np.tile([[one.offset] for one in stenoses], ARC.size), axis=0, weights=weights) * depths.max(0)

    cord_depth = sections.cord_depth * (1 - flattening)
    cord_width = sections.cord_width * (1 + 0.25 * flattening)
    room = sections.sac_front - sections.sac_back - 2 * sections.cord_depth
    left = room * csf_left
    taken = (sections.sac_front - sections.sac_back) - (2 * cord_depth + left)
    back = sections.sac_back + taken * (1 - from_front)
    share = (sections.cord_v - sections.cord_depth - sections.sac_back) / np.maximum(room, 1e-6)
    lateral = (sections.sac_width - sections.cord_width) * np.maximum(csf_left, 0.25)
    return replace(
        sections,
        cord_depth=cord_depth,
        cord_width=cord_width,
        cord_v=back + np.clip(share, 0, 1) * left + cord_depth,
        sac_front=sections.sac_front - taken * from_front,
        sac_back=back,
        sac_width=cord_width + lateral,
        bulge_u=offset,
        narrowing=1 - csf_left,
    )
