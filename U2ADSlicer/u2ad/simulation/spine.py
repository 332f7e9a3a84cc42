"""Bones and discs: bodies, dens, arches, articular pillars and spinous processes, painted on a sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from u2ad.simulation.anatomy import Anatomy
from u2ad.simulation.canvas import Sheet, both, cover, ellipse, rounded
from u2ad.simulation.curve import ARC, STEP
from u2ad.simulation.tissue import Tissue

# Spinous processes C2 to T7, by eye after mid-sagittal slices of the healthy scans: length behind the canal, half
# height and slope (mm down for each mm back). C2 is stout, C7 and T1 are prominent, the thoracic ones point down.
SPINOUS_LENGTH = np.array([20.0, 13, 14, 16, 23, 32, 34, 33, 32, 32, 32, 32, 32])
SPINOUS_HALF = np.array([5.5, 3.4, 3.4, 3.6, 4.2, 5.0, 5.2, 5.0, 4.6, 4.4, 4.4, 4.4, 4.4])
SPINOUS_SLOPE = np.array([0.3, 0.4, 0.45, 0.45, 0.45, 0.4, 0.5, 0.7, 0.9, 1.1, 1.2, 1.2, 1.2])
DENS_TOP, DENS_BASE = -38.0, -13.0


@dataclass(frozen=True, eq=False)
class SpineTables:
    """Which vertebra and disc stand at each height of ``ARC``, and how large they are; mm, every field shape (N,).

    Args:
        body_middle: middle of the nearest body, C2 to T7.
        body_half: half its height.
        depth: antero-posterior depth of the body.
        width: right-left width of the body.
        wall: back of the bodies, which is the front of the canal.
        disc_middle: middle of the nearest disc.
        disc_half: half its thickness.
        hydration: hydration of its nucleus, 0 to 1.
        bulge: how far it stands out, mm.
        arch_middle: middle of the nearest lamina.
        arch_length: length of its spinous process.
        arch_half: half height of the process.
        arch_slope: slope of the process.
    """

    body_middle: np.ndarray
    body_half: np.ndarray
    depth: np.ndarray
    width: np.ndarray
    wall: np.ndarray
    disc_middle: np.ndarray
    disc_half: np.ndarray
    hydration: np.ndarray
    bulge: np.ndarray
    arch_middle: np.ndarray
    arch_length: np.ndarray
    arch_half: np.ndarray
    arch_slope: np.ndarray

    @classmethod
    def of(cls, anatomy: Anatomy) -> SpineTables:
        """Tables of one person."""
        discs, size = anatomy.discs, anatomy.size
        tops = np.concatenate([[-17.0 * size], discs + anatomy.disc_height / 2])
        bottoms = np.concatenate([discs - anatomy.disc_height / 2, [discs[-1] + 22 * size]])
        body = np.searchsorted(discs, ARC)
        disc = np.abs(ARC[:, None] - discs).argmin(axis=1)
        arches = (tops + bottoms) / 2 + np.concatenate([[6.0], np.full(tops.size - 1, 5.0)]) * size
        arch = np.abs(ARC[:, None] - arches).argmin(axis=1)
        wall = gaussian_filter1d(anatomy.sections.canal_front, 4 / STEP) + 0.8
        return cls(
            body_middle=((tops + bottoms) / 2)[body],
            body_half=((bottoms - tops) / 2)[body],
            depth=gaussian_filter1d(anatomy.body_depth[body], 5 / STEP),
            width=gaussian_filter1d(anatomy.body_width[body], 5 / STEP),
            wall=wall,
            disc_middle=discs[disc],
            disc_half=(anatomy.disc_height / 2)[disc],
            hydration=anatomy.hydration[disc],
            bulge=(1.6 * (1 - anatomy.hydration) ** 2)[disc],
            arch_middle=arches[arch],
            arch_length=gaussian_filter1d(SPINOUS_LENGTH[arch] * size, 0.5 / STEP),
            arch_half=SPINOUS_HALF[arch] * size,
            arch_slope=gaussian_filter1d(SPINOUS_SLOPE[arch], 8 / STEP),
        )


def paint_column(sheet: Sheet, anatomy: Anatomy, tables: SpineTables) -> None:
    """Bodies C2 to T7 with their discs and the ligaments along them."""
    s, u = sheet.s, sheet.u
    depth, width = sheet.profile(tables.depth), sheet.profile(tables.width)
    ahead = sheet.v - sheet.profile(tables.wall)
    below_c1 = -(s - DENS_BASE * anatomy.size + 3)
    outline = ellipse(u, ahead - depth / 2, (width / 2, depth / 2), power=2.6)
    sheet.paint(Tissue.CORTEX, both(outline - 0.9, below_c1))

    from_disc = np.abs(s - sheet.profile(tables.disc_middle))
    half = sheet.profile(tables.disc_half)
    disc = both(outline - sheet.profile(tables.bulge), from_disc - half - 0.5)
    sheet.paint(Tissue.ANNULUS, disc)
    nucleus = rounded(outline + 2.3, from_disc - half + 0.7, 1.2)
    hydration = sheet.profile(tables.hydration)
    dark, bright = sheet.look(Tissue.ANNULUS), sheet.look(Tissue.NUCLEUS)
    sheet.cover_with(cover(nucleus, 1.6), dark + hydration * (bright - dark))

    height = np.abs(s - sheet.profile(tables.body_middle))
    waist = np.clip(1 - (height / sheet.profile(tables.body_half)) ** 2, 0, 1)
    dome = 0.9 * np.clip(1 - ((ahead - depth / 2) / (depth / 2)) ** 2, 0, 1)
    body = rounded(outline + 1.1 * waist, height - sheet.profile(tables.body_half) + dome, 1.5)
    body = both(body, below_c1)
    sheet.paint(Tissue.CORTEX, body - 0.2)
    sheet.paint(Tissue.MARROW, body + 0.6)
    _paint_basivertebral_vein(sheet, ahead, height)


def _paint_basivertebral_vein(sheet: Sheet, ahead: np.ndarray, height: np.ndarray) -> None:
    vein = ellipse(ahead - 1.5, np.hypot(height, sheet.u / 3), (3.5, 1.0))
    sheet.cover_with(0.6 * cover(both(vein, 3 - sheet.s), 1.5), sheet.look(Tissue.MUCOSA))


def paint_craniocervical(sheet: Sheet, anatomy: Anatomy, tables: SpineTables) -> None:
    """Dens, anterior arch and lateral masses of C1, and the fat and ligaments around them."""
    size = anatomy.size
    s, u = sheet.s / size, sheet.u / size
    ahead = (sheet.v - sheet.profile(tables.wall)) / size
    around = rounded(np.abs(s + 27) - 17, ellipse(u, ahead - 8, (13.0, 10.0)), 4)
    sheet.paint(Tissue.CORTEX, both(around, -ahead - 0.5))
    sheet.cover_with(0.6 * cover(ellipse(s + 41, np.hypot(ahead - 7, u), (4.0, 5.0)), 2), sheet.look(Tissue.FAT))
    dens = _dens(s, u, ahead)
    sheet.paint(Tissue.CORTEX, both(dens - 0.3, s - DENS_BASE))
    sheet.paint(Tissue.MARROW, dens + 0.9)
    arch = ellipse(ahead - 15.5 + 0.035 * u**2, s + 29, (3.4, 5.5), 2.3)
    sheet.paint(Tissue.CORTEX, both(arch, np.abs(u) - 16))
    sheet.paint(Tissue.MARROW, both(arch, np.abs(u) - 16) + 1.1)
    mass = rounded(np.abs(np.abs(u) - 16) - 6.5, ellipse(s + 28, ahead - 5, (9.0, 8.5), 2.5), 2)
    sheet.paint(Tissue.CORTEX, mass)
    sheet.paint(Tissue.MARROW, mass + 1.2)


def _dens(s: np.ndarray, u: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Signed distance to the dens, which grows out of the body of C2 and narrows to its tip."""
    taper = 0.07 * np.clip(-s - 18, 0, 24)
    shoulder = 0.35 * np.clip(s + 16, 0, 8)
    axis = 7.4 + 0.04 * (s + 13)
    radial = ellipse(u, ahead - axis, (5.0 - taper + shoulder, 5.6 - taper + shoulder), 2.3)
    return rounded(radial, np.abs(s - (DENS_TOP - 9.0) / 2) - (-9.0 - DENS_TOP) / 2, 4)


def paint_arches(sheet: Sheet, anatomy: Anatomy, tables: SpineTables) -> None:
    """Laminae, spinous processes, articular pillars with their joints, pedicles and foramina with roots."""
    sections = anatomy.sections
    s, u, v = sheet.s, sheet.u, sheet.v
    back = sheet.profile(sections.canal_back)
    behind = back - v
    side = np.abs(u)
    canal = _canal_distance(sheet, anatomy)
    in_spine = -(s + 20 * anatomy.size)

    _paint_pillars(sheet, anatomy, tables, canal)
    flavum = both(both(canal - 3.2, v - 0.3 * (back + 8)), in_spine)
    sheet.paint(Tissue.CORTEX, flavum)
    shifted = np.maximum((s - sheet.profile(tables.arch_slope) * behind + 140) / STEP + 0.5, 0).astype(np.intp)
    slope = sheet.profile(tables.arch_slope)
    middle = tables.arch_middle.take(shifted, mode="clip")
    half = tables.arch_half.take(shifted, mode="clip")
    length = tables.arch_length.take(shifted, mode="clip")
    height = np.abs(s - slope * behind - middle) / np.sqrt(1 + slope**2)

    lamina = rounded(canal - 5.5, height - half * 1.25 - 0.1 * side, 1.5)
    lamina = both(both(lamina, 0.8 - canal), v - 0.4 * back)
    lamina = both(lamina, in_spine)
    sheet.paint(Tissue.CORTEX, lamina)
    sheet.paint(Tissue.MARROW, lamina + 1.3)

    swell = half * (0.8 + 0.35 * behind / length)
    process = rounded(height - swell, both(behind - length, 2.0 - behind), 2.0)
    process = both(rounded(process, side - 3.0 - 1.2 * (behind / length) ** 2, 2.4), in_spine)
    sheet.paint(Tissue.CORTEX, process - 0.2)
    sheet.paint(Tissue.MARROW, process + 0.7)
    _paint_c1_back(sheet, anatomy, behind)


def _canal_distance(sheet: Sheet, anatomy: Anatomy) -> np.ndarray:
    sections = anatomy.sections
    front, back = sheet.profile(sections.canal_front), sheet.profile(sections.canal_back)
    half = (front - back) / 2
    return ellipse(sheet.u, sheet.v - (front + back) / 2, (sheet.profile(sections.canal_width), half), 2.4)


def _paint_c1_back(sheet: Sheet, anatomy: Anatomy, behind: np.ndarray) -> None:
    arch = ellipse(behind - 4 + 0.02 * sheet.u**2, sheet.s / anatomy.size + 27, (3.2, 4.6), 2.2)
    arch = both(arch, np.abs(sheet.u) - 20)
    sheet.paint(Tissue.CORTEX, arch - 0.6)
    sheet.paint(Tissue.MARROW, arch + 0.9)


def _paint_pillars(sheet: Sheet, anatomy: Anatomy, tables: SpineTables, canal: np.ndarray) -> None:
    """Beside the canal: fat with roots in the foramina, pedicles, and the pillars with oblique joints."""
    s, v, side = sheet.s, sheet.v, np.abs(sheet.u)
    beside = both(side - 21, 0.6 - canal)
    in_spine = -(s + 14 * anatomy.size)
    wall = sheet.profile(tables.wall)
    from_disc = s - sheet.profile(tables.disc_middle)
    around_root = ellipse(from_disc, v - 0.5, (6.0, 5.5))
    foramen = both(both(beside, around_root), both(in_spine, 8 - side))
    sheet.cover_with(0.75 * cover(foramen, 2.5), sheet.look(Tissue.FAT))
    root = ellipse(from_disc - 0.2 * (side - 10), v - 0.5 - 0.15 * (side - 10), (2.8, 2.5))
    sheet.paint(Tissue.ROOT, both(root, both(beside, 9 - side)))
    height = np.abs(s - sheet.profile(tables.body_middle) + 1.5)
    pedicle = ellipse(height, v - wall + 4, (0.5 * sheet.profile(tables.body_half) + 0.8, 6.5), 2.4)
    pedicle = both(pedicle, both(np.abs(side - 11.5) - 4, 0.8 - canal))
    pillar = both(ellipse(side - 15, v + 6.5, (6.0, 7.0), 2.4), in_spine)
    joint = np.abs(from_disc + 1 + 0.8 * (v + 6)) - 0.7
    for bone in (both(pedicle, in_spine), both(pillar, 0.8 - canal)):
        sheet.paint(Tissue.CORTEX, bone)
        sheet.paint(Tissue.MARROW, bone + 1.0)
    sheet.paint(Tissue.CORTEX, both(both(joint, pillar), 0.8 - canal))
    artery = np.hypot(side - 17 * anatomy.size, v - wall - 2) - 2.1
    below_c6 = s - 72 * anatomy.size
    sheet.paint(Tissue.CORTEX, both(artery, both(below_c6, in_spine)))
