"""The canal: epidural tissue, stenosis, sac, flow voids, cord and brainstem, painted on a sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.simulation.anatomy import FORAMEN_MAGNUM, Anatomy
from u2ad.simulation.canvas import Sheet, both, cover, ellipse
from u2ad.simulation.texture import NoiseField
from u2ad.simulation.tissue import Tissue


@dataclass(frozen=True, eq=False)
class Shares:
    """Share of every sample of a sheet that is cord, and that is CSF beside cord; float32."""

    cord: np.ndarray
    csf: np.ndarray


def paint_canal(sheet: Sheet, anatomy: Anatomy, flow: float, pulsation: NoiseField) -> Shares:
    """Everything inside the bony canal.

    Args:
        sheet: what is painted on; bones are there already.
        anatomy: the person.
        flow: strength of CSF flow voids, 0 (none) to 1 (signal lost in them).
        pulsation: field that says where flow voids are.
    """
    sections = anatomy.sections
    s, u, v = sheet.s, sheet.u, sheet.v
    front, back = sheet.profile(sections.sac_front), sheet.profile(sections.sac_back)
    narrowing = sheet.profile(sections.narrowing)
    spinal = -(s - FORAMEN_MAGNUM * anatomy.size + 2)
    _paint_epidural(sheet, anatomy, spinal, narrowing)

    middle = (front + back) / 2
    sac_half = ((front - back) / 2, sheet.profile(sections.sac_width))
    # The front of the sac follows the flat back of the bodies, its rear the arch.
    power = np.where(v > middle, 3.2, 2.2)
    shift = u - 0.5 * sheet.profile(sections.bulge_u)
    sac = ellipse(v - middle, shift, sac_half, power)
    sheet.paint(Tissue.CORTEX, both(sac - 0.9, spinal))
    # Its water goes on into the posterior fossa without a seam.
    csf = cover(both(sac, spinal - 12), sheet.softness)
    sheet.cover_with(csf, sheet.look(Tissue.CSF) * (1 - flow * _voids(sheet, anatomy, pulsation)))

    _paint_roots(sheet, anatomy, csf)
    return _paint_cord(sheet, anatomy, csf)


def _paint_epidural(sheet: Sheet, anatomy: Anatomy, spinal: np.ndarray, narrowing: np.ndarray) -> None:
    sections = anatomy.sections
    front, back = sheet.profile(sections.canal_front), sheet.profile(sections.canal_back)
    half = ((front - back) / 2, sheet.profile(sections.canal_width))
    canal = both(ellipse(sheet.v - (front + back) / 2, sheet.u, half, 2.6), spinal)
    sheet.paint(Tissue.CORTEX, canal)
    behind = ellipse(sheet.v - back - 0.2, sheet.u, (1.7, 4.5))
    lateral = np.abs(np.abs(sheet.u) - half[1] + 1.0) - 1.2
    below_c6 = 70 * anatomy.size - sheet.s
    fat = np.minimum(both(behind, below_c6), both(lateral, np.abs(sheet.v) - 5))
    sheet.cover_with(0.7 * cover(both(fat, canal), 1.0), sheet.look(Tissue.FAT))
    filled = cover(canal, sheet.softness) * np.clip(3 * narrowing, 0, 1)
    sheet.cover_with(filled, sheet.look(Tissue.OSTEOPHYTE))


def _voids(sheet: Sheet, anatomy: Anatomy, pulsation: NoiseField) -> np.ndarray:
    """Where moving CSF loses its signal, 0 to 1: streaks along the canal, in front of and behind the cord."""
    field = pulsation.at(sheet.s / 9, sheet.u / 2.2, sheet.v / 1.6)
    centre = sheet.profile(anatomy.sections.cord_v)
    sagittal = np.abs(sheet.v - centre) / (np.abs(sheet.v - centre) + np.abs(sheet.u) + 1)
    return np.clip((field - 0.3) / 1.0, 0, 1) * sagittal


def _paint_roots(sheet: Sheet, anatomy: Anatomy, csf: np.ndarray) -> None:
    """Ventral and dorsal rootlets and the denticulate ligaments as faint dark specks beside the cord."""
    sections = anatomy.sections
    width, depth = sheet.profile(sections.cord_width), sheet.profile(sections.cord_depth)
    side = np.abs(sheet.u) - width * 1.15
    lift = np.abs(sheet.v - sheet.profile(sections.cord_v)) - 0.55 * depth
    speck = np.hypot(side, lift) - 0.45
    sheet.cover_with(0.6 * csf * cover(both(speck, -(sheet.s + 30)), 1.0), sheet.look(Tissue.ROOT))


def _paint_cord(sheet: Sheet, anatomy: Anatomy, csf: np.ndarray) -> Shares:
    sections = anatomy.sections
    half = (sheet.profile(sections.cord_depth), sheet.profile(sections.cord_width))
    ahead = sheet.v - sheet.profile(sections.cord_v)
    u = sheet.u - 0.25 * sheet.profile(sections.bulge_u)
    distance = ellipse(ahead, u, half, 2.1)
    fissure = both(np.abs(u) - 0.25, 0.55 * half[0] - ahead)
    inside = cover(distance, sheet.softness)
    above = cover(sheet.s - FORAMEN_MAGNUM * anatomy.size, 1.0)
    sheet.cover_with(inside, sheet.look(Tissue.CORD) * (1 - above) + sheet.look(Tissue.BRAIN) * above)
    spinal = 1 - above
    grey = cover(_butterfly(ahead / half[0], u / half[1]), 0.25)
    sheet.cover_with(inside * grey * spinal, sheet.look(Tissue.GREY))
    sheet.cover_with(0.35 * inside * cover(fissure, 1.0) * spinal, sheet.look(Tissue.CSF))
    cord, water = inside * spinal, np.clip(csf - inside, 0, 1) * spinal
    return Shares(cord.astype(np.float32), water.astype(np.float32))


def _butterfly(ahead: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Signed distance, in half axes of the cord, to the grey matter: two horns a side and a bridge."""
    side = np.abs(u)
    anterior = np.hypot((side - 0.33) / 1.0, (ahead - 0.22) / 1.3) - 0.22
    posterior = np.hypot((side - 0.27 - 0.12 * (-ahead)) / 0.6, (ahead + 0.32) / 2.6) - 0.15
    bridge = np.maximum(np.abs(ahead) - 0.12, side - 0.33)
    return np.minimum(np.minimum(anterior, posterior), bridge)
