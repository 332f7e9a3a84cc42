"""What is the same for all sheets of one phantom, made once: plan, surroundings and random fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates

from u2ad.scan import Grid
from u2ad.simulation.anatomy import Anatomy
from u2ad.simulation.canvas import Sheet
from u2ad.simulation.spine import SpineTables
from u2ad.simulation.surroundings import SagittalPlan, draw_plan, paint_surroundings
from u2ad.simulation.texture import NoiseField
from u2ad.simulation.tissue import Contrast

# Raster of everything far from the canal, mm: in the sagittal plane, and from side to side. Edges need not be sharper.
COARSE, COARSE_ACROSS = 1.25, 2.5
MARGIN = 4.0


@dataclass(frozen=True, eq=False)
class Scene:
    """A person in front of the scanner.

    Args:
        anatomy: the person.
        tables: vertebrae and discs by height.
        contrast: signals of the tissues.
        flow: strength of CSF flow voids, 0 to 1.
        plan: the mid-sagittal plan on a raster of ``COARSE`` mm.
        surroundings: signal of everything but the spine on that raster, one sheet every ``COARSE_ACROSS`` mm,
            shape (sheets, rows, columns).
        first_x: RAS x of the first sheet.
        noise: texture.
        pulsation: where flow voids are, and how bones are uneven.
    """

    anatomy: Anatomy
    tables: SpineTables
    contrast: Contrast
    flow: float
    plan: SagittalPlan
    surroundings: np.ndarray
    first_x: float
    noise: NoiseField
    pulsation: NoiseField

    @classmethod
    def of(cls, anatomy: Anatomy, contrast: Contrast, flow: float, grid: Grid, rng: np.random.Generator) -> Scene:
        """The scene around a grid."""
        noise, pulsation, fibres = (NoiseField.draw(rng) for _ in range(3))
        low, high = grid.corners().min(axis=0) - MARGIN, grid.corners().max(axis=0) + MARGIN
        z, y = np.meshgrid(np.arange(low[2], high[2], COARSE), np.arange(low[1], high[1], COARSE), indexing="ij")
        plan = draw_plan(anatomy, y, z, COARSE, pulsation)
        sheets = []
        for x in np.arange(low[0], high[0], COARSE_ACROSS):
            texture = noise.at(np.full_like(y, x), y, z)
            u = (x - plan.middle).astype(np.float32)
            sheet = Sheet(plan.s, u, plan.v, texture, np.zeros_like(texture), contrast, COARSE)
            paint_surroundings(sheet, plan, anatomy, float(x), fibres)
            sheets.append(sheet.signal)
        tables = SpineTables.of(anatomy)
        return cls(anatomy, tables, contrast, flow, plan, np.stack(sheets), float(low[0]), noise, pulsation)

    def look_up(self, table: np.ndarray, ras: np.ndarray) -> np.ndarray:
        """A table of the plan's raster at points in RAS, (..., 3) to (...), float32."""
        return map_coordinates(table, self._raster(ras), order=1, mode="nearest", prefilter=False, output=np.float32)

    def surroundings_at(self, ras: np.ndarray) -> np.ndarray:
        """Signal of the surroundings at points in RAS, (..., 3) to (...), float32."""
        across = (ras[..., 0] - self.first_x)[None] / COARSE_ACROSS
        places = np.concatenate([across, self._raster(ras)])
        return map_coordinates(self.surroundings, places, order=1, mode="nearest", prefilter=False, output=np.float32)

    def _raster(self, ras: np.ndarray) -> np.ndarray:
        y, z = self.plan.y[0, 0], self.plan.z[0, 0]
        return np.stack([(ras[..., 2] - z) / COARSE, (ras[..., 1] - y) / COARSE])
