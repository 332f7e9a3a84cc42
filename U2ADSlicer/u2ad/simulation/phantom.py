"""A whole phantom: one seed, one person, one scan, and the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from u2ad.scan import Facts, Grid, Scan
from u2ad.simulation.acquisition import Acquisition, stored_as
from u2ad.simulation.anatomy import Anatomy, draw_anatomy
from u2ad.simulation.curve import ARC
from u2ad.simulation.faults import add_faults
from u2ad.simulation.lesions import Lesion, LesionSpec, label_map, place, resolve_specs, total_share
from u2ad.simulation.metal import Metal, add_metal
from u2ad.simulation.rendering import render
from u2ad.simulation.scene import Scene
from u2ad.simulation.stenosis import Stenosis, resolve_stenoses
from u2ad.simulation.streams import stream
from u2ad.simulation.tissue import Contrast

# Middle of a cervical field of view, mm below C2/C3 (C5).
MIDDLE = 45.0
# Heights between which lesions are put, mm below C2/C3 (C2 to T1).
LESION_RANGE = (-14.0, 95.0)
CLEARANCE = 4.0


@dataclass(frozen=True, eq=False)
class Phantom:
    """A simulated scan and all that is true about it. Arrays lie on the scan's grid, KJI.

    Args:
        scan: the scan.
        cord: share of each voxel that is cord (up to the foramen magnum), float32.
        csf: share that is CSF of the dural sac, float32.
        lesion_share: share of each voxel that is lesion inside the cord, all lesions together, float32.
        labels: lesions 1, 2, ... as a reader would outline them, int16.
        lesions: the lesions, in order of their labels.
        levels: RAS in mm of the cord's middle at each vertebra ("C4") and disc ("C4/C5").
        anatomy: the person.
        seed: the seed.
        settings: everything else that is needed to make it again, plain numbers and strings.
    """

    scan: Scan
    cord: np.ndarray
    csf: np.ndarray
    lesion_share: np.ndarray
    labels: np.ndarray
    lesions: tuple[Lesion, ...]
    levels: dict[str, tuple[float, float, float]]
    anatomy: Anatomy
    seed: int
    settings: dict


def simulate(
    seed: int,
    acquisition: Acquisition | None = None,
    lesions: int | Sequence[LesionSpec] = 0,
    stenoses: int | Sequence[Stenosis] = 0,
    contrast: Contrast | None = None,
    kyphosis: float = 0.0,
    metal: Sequence[Metal] = (),
) -> Phantom:
    """Make a phantom.

    Person, contrast, texture, lesions and noise come from separate random streams of ``seed``: with another number of
    lesions everything else stays the same, voxel for voxel.

    Args:
        seed: names the person and the noise.
        acquisition: protocol; 1 mm isotropic where None.
        lesions: how many drawn lesions, or which ones.
        stenoses: how many drawn stenoses, or which ones.
        contrast: signals of the tissues; a T2w contrast drawn from the seed where None.
        kyphosis: degrees by which the neck is bent forwards between C2 and C7.
        metal: implants, which take the signal around them.

    Raises:
        ValueError: if a lesion, stenosis or implant names a level that the spine does not have.
    """
    acquisition = acquisition or Acquisition.isotropic()
    contrast = contrast or Contrast.t2w(stream(seed, "contrast"))
    narrow = resolve_stenoses(stenoses, stream(seed, "stenoses"))
    anatomy = draw_anatomy(stream(seed, "anatomy"), narrow, kyphosis)
    grid = acquisition.grid(anatomy.cord_centre(MIDDLE * anatomy.size))
    specs = resolve_specs(lesions, stream(seed, "lesion specs"))
    placed = _place_all(specs, anatomy, grid, stream(seed, "lesion places"))
    scene = Scene.of(anatomy, contrast, acquisition.flow, grid, stream(seed, "texture"))
    layers = render(scene, grid, acquisition, placed)
    shadowed = add_metal(layers.signal, grid, anatomy, metal)
    signal = add_faults(shadowed, grid, acquisition, stream(seed, "faults")) * np.float32(contrast.scale)
    truth = (layers.cord, layers.csf, total_share(layers.lesions, grid.shape), label_map(layers.lesions, grid.shape))
    stored, arrays = stored_as(acquisition.orientation, grid, signal, *truth)
    cord, csf, lesion_share, label_voxels = arrays[1:]
    return Phantom(
        scan=Scan(arrays[0], stored, Facts(modality="MR", region_hint="cervical")),
        cord=cord,
        csf=csf,
        lesion_share=lesion_share,
        labels=label_voxels,
        lesions=placed,
        levels=_levels(anatomy),
        anatomy=anatomy,
        seed=seed,
        settings=_settings(acquisition, contrast, narrow, specs) | _extras(kyphosis, metal),
    )


def _levels(anatomy: Anatomy) -> dict[str, tuple[float, float, float]]:
    places = {name: anatomy.cord_centre(height) for name, height in anatomy.heights().items()}
    return {name: (float(x), float(y), float(z)) for name, (x, y, z) in places.items()}


def _settings(acquisition: Acquisition, contrast: Contrast, stenoses: Sequence, specs: Sequence) -> dict:
    signals = {tissue.name.lower(): round(float(value), 4) for tissue, value in contrast.signal.items()}
    return {
        "acquisition": asdict(acquisition),
        "contrast": {"name": contrast.name, "scale": contrast.scale, "signal": signals},
        "stenoses": [asdict(stenosis) for stenosis in stenoses],
        "lesions": [asdict(spec) for spec in specs],
    }


def _extras(kyphosis: float, metal: Sequence[Metal]) -> dict:
    return {"kyphosis": kyphosis, "metal": [asdict(one) for one in metal]}


def _place_all(
    specs: Sequence[LesionSpec], anatomy: Anatomy, grid: Grid, rng: np.random.Generator
) -> tuple[Lesion, ...]:
    """Put lesions into the cord inside the field of view, clear of each other where there is room."""
    seen = [s for s in np.arange(*LESION_RANGE) * anatomy.size if _inside(grid, anatomy.cord_centre(s), 5.0)]
    placed: list[tuple[float, Lesion]] = []
    for spec in specs:
        height = _height(spec, anatomy, seen, placed, rng)
        placed.append((height, _put(spec, anatomy, height, rng)))
    return tuple(lesion for _, lesion in placed)


def _inside(grid: Grid, ras: np.ndarray, margin: float) -> bool:
    kji = grid.to_kji(ras)
    room = margin / grid.spacing
    return bool((kji >= room).all() and (kji <= np.array(grid.shape) - 1 - room).all())


def _height(
    spec: LesionSpec, anatomy: Anatomy, seen: list, placed: Sequence[tuple[float, Lesion]], rng: np.random.Generator
) -> float:
    if spec.level is not None:
        heights = anatomy.heights()
        if spec.level not in heights:
            msg = f"expected one of {', '.join(heights)}, got {spec.level!r}"
            raise ValueError(msg)
        return heights[spec.level]
    if not seen:
        msg = "expected a field of view that shows the cord between C2 and T1"
        raise ValueError(msg)
    tries = rng.choice(np.array(seen), size=200)
    gaps = np.array([_gap(s, spec, placed) for s in tries])
    clear = np.flatnonzero(gaps >= CLEARANCE)
    return float(tries[clear[0]] if clear.size else tries[gaps.argmax()])


def _gap(height: float, spec: LesionSpec, placed: Sequence[tuple[float, Lesion]]) -> float:
    """Millimetres along the cord to the nearest lesion that is placed already."""
    gaps = (abs(height - at) - (other.spec.length + spec.length) / 2 for at, other in placed)
    return min(gaps, default=np.inf)


def _put(spec: LesionSpec, anatomy: Anatomy, height: float, rng: np.random.Generator) -> Lesion:
    """At a height, off the cord's axis as far as the lesion still fits into it."""
    sections = anatomy.sections
    depth, width = (float(np.interp(height, ARC, table)) for table in (sections.cord_depth, sections.cord_width))
    direction = rng.uniform(0, 2 * np.pi)
    reach = np.sqrt(rng.uniform(0, 1))
    ahead = reach * np.sin(direction) * max(0.0, depth - spec.depth - 0.3)
    right = reach * np.cos(direction) * max(0.0, width - spec.width - 0.5)
    frame = anatomy.curve.frame(height)
    centre = anatomy.cord_centre(height) + right * frame[1] + ahead * frame[2]
    names = anatomy.heights()
    nearest = min(names, key=lambda name: abs(names[name] - height))
    return place(spec, centre, frame, rng, nearest)
