"""From a person to clean voxels: thin sheets are painted one by one and averaged into slices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.scan import Grid
from u2ad.simulation.acquisition import Acquisition
from u2ad.simulation.canal import Shares, paint_canal
from u2ad.simulation.canvas import Sheet
from u2ad.simulation.lesions import Lesion
from u2ad.simulation.scene import Scene
from u2ad.simulation.spine import paint_arches, paint_column, paint_craniocervical
from u2ad.simulation.tissue import Tissue

# Where things are painted, mm behind and in front of the middle of the canal and to its sides.
SPINE_BEHIND, SPINE_AHEAD = 62.0, 48.0
CANAL_RADIUS = 24.0
# Lowest point of dens and atlas, mm below C2/C3.
ATLAS_BOTTOM = 5.0
# Standard deviation of the displacement that makes bones uneven, mm.
UNEVENNESS = 0.55
# Arches are small and run across the sheets; their edges are softer than those of the bodies, mm.
ARCH_SOFTNESS = 1.7


@dataclass(frozen=True, eq=False)
class Layers:
    """Clean voxels on the working grid, all float32, KJI.

    Args:
        signal: relative to full scale.
        cord: share of cord.
        csf: share of CSF in the sac.
        lesions: share of each lesion.
    """

    signal: np.ndarray
    cord: np.ndarray
    csf: np.ndarray
    lesions: list[np.ndarray]

    @classmethod
    def empty(cls, grid: Grid, lesions: int) -> Layers:
        """Layers of zeros."""
        signal, cord, csf, *rest = (np.zeros(grid.shape, np.float32) for _ in range(3 + lesions))
        return cls(signal, cord, csf, rest)


@dataclass(frozen=True, eq=False)
class SheetPlace:
    """One thin sheet of the working grid.

    Args:
        slice_index: the slice that it belongs to.
        offset: distance from the slice's middle in slices.
        weight: its share of the slice.
    """

    slice_index: int
    offset: float
    weight: float

    def ras(self, grid: Grid) -> np.ndarray:
        """RAS of its samples, shape (rows, columns, 3)."""
        rows, columns = grid.shape[1:]
        where = np.meshgrid([self.slice_index + self.offset], np.arange(rows), np.arange(columns), indexing="ij")
        return grid.to_ras(np.stack(where, axis=-1)[0])


def render(scene: Scene, grid: Grid, acquisition: Acquisition, lesions: tuple[Lesion, ...]) -> Layers:
    """Clean voxels of a scene on a working grid.

    Each slice is the mean of sheets about 1 mm apart through its thickness, so that thick slices have the partial
    volume of thick slices; in the plane, edges are soft by one voxel.
    """
    layers = Layers.empty(grid, len(lesions))
    count = acquisition.sheets_per_slice()
    share = (acquisition.thickness or acquisition.spacing[0]) / acquisition.spacing[0]
    for slice_index in range(grid.shape[0]):
        for offset in ((np.arange(count) + 0.5) / count - 0.5) * share:
            _add_sheet(layers, scene, grid, SheetPlace(slice_index, float(offset), 1.0 / count), lesions)
    return layers


def _add_sheet(layers: Layers, scene: Scene, grid: Grid, place: SheetPlace, lesions: tuple[Lesion, ...]) -> None:
    ras = place.ras(grid)
    signal = scene.surroundings_at(ras)
    v = scene.look_up(scene.plan.v, ras)
    near = np.flatnonzero(((v > -SPINE_BEHIND) & (v < SPINE_AHEAD)).any(axis=0))
    if near.size:
        window = (slice(None), slice(int(near[0]), int(near[-1]) + 1))
        sheet = _sheet(scene, ras[window], signal[window], float(max(grid.spacing[1:])))
        _paint_bones(sheet, scene, ras[window])
        _add_canal(layers, scene, place, (sheet, ras[window], window[1].start), lesions)
    layers.signal[place.slice_index] += place.weight * signal


def _sheet(scene: Scene, ras: np.ndarray, signal: np.ndarray, softness: float) -> Sheet:
    s, v, middle = (scene.look_up(table, ras) for table in (scene.plan.s, scene.plan.v, scene.plan.middle))
    u = (ras[..., 0] - middle).astype(np.float32)
    return Sheet(s, u, v, scene.noise.at(*np.moveaxis(ras, -1, 0)), signal, scene.contrast, softness)


def _paint_bones(sheet: Sheet, scene: Scene, ras: np.ndarray) -> None:
    """Paint in coordinates displaced by a fraction of a millimetre: no bone has straight edges."""
    x, y, z = np.moveaxis(ras, -1, 0)
    down, ahead = (scene.pulsation.smooth_at(x + shift, y, z, 3.0) for shift in (0.0, 57.0))

    def displaced(amount: float, softness: float) -> Sheet:
        s, v = sheet.s + amount * down, sheet.v + amount * ahead
        return Sheet(s, sheet.u, v, sheet.noise, sheet.signal, sheet.contrast, max(softness, sheet.softness))

    bones = displaced(UNEVENNESS, 0.0)
    paint_column(bones, scene.anatomy, scene.tables)
    paint_arches(displaced(2 * UNEVENNESS, ARCH_SOFTNESS), scene.anatomy, scene.tables)
    top = np.flatnonzero((sheet.s < ATLAS_BOTTOM).any(axis=1))
    if top.size:
        rows = slice(int(top[0]), int(top[-1]) + 1)
        paint_craniocervical(bones.part((rows, slice(None))), scene.anatomy, scene.tables)


def _add_canal(
    layers: Layers, scene: Scene, place: SheetPlace, spine: tuple[Sheet, np.ndarray, int], lesions: tuple[Lesion, ...]
) -> None:
    """Paint canal and lesions where they can be, and add their shares to the layers."""
    sheet, ras, first_column = spine
    near = (np.abs(sheet.v) < CANAL_RADIUS) & (np.abs(sheet.u) < CANAL_RADIUS)
    columns = np.flatnonzero(near.any(axis=0))
    if columns.size == 0:
        return
    window = (slice(None), slice(int(columns[0]), int(columns[-1]) + 1))
    canal = sheet.part(window)
    shares = paint_canal(canal, scene.anatomy, scene.flow, scene.pulsation)
    target = (place.slice_index, slice(None), slice(first_column + window[1].start, first_column + window[1].stop))
    layers.cord[target] += place.weight * shares.cord
    layers.csf[target] += place.weight * shares.csf
    for layer, lesion in zip(layers.lesions, lesions, strict=True):
        layer[target] += place.weight * _paint_lesion(canal, lesion, shares, ras[window])


def _paint_lesion(sheet: Sheet, lesion: Lesion, shares: Shares, ras: np.ndarray) -> np.ndarray:
    """Brighten the lesion's share of the cord by its share of the cord-to-CSF contrast."""
    share = np.zeros_like(shares.cord)
    near = np.abs(ras - lesion.centre).max(axis=-1) <= lesion.reach
    if near.any():
        share[near] = lesion.coverage(ras[near]) * shares.cord[near]
        gain = lesion.spec.contrast * (sheet.contrast[Tissue.CSF] - sheet.contrast[Tissue.CORD])
        sheet.signal += share * np.float32(gain)
    return share
