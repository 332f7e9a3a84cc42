"""Everything around the spine: body outline, fat, muscles, face, airways, skull, brain and chest.

Shapes are drawn as outlines in the mid-sagittal plane and given a width; this is enough for the 50 to 60 mm around
the midline that a cervical scan shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from u2ad.simulation.anatomy import Anatomy
from u2ad.simulation.canvas import Sheet, both, cover
from u2ad.simulation.curve import ARC
from u2ad.simulation.texture import NoiseField
from u2ad.simulation.tissue import Tissue

# Outlines in the head's frame: mm to the front of, and above, the middle of the canal at C2/C3. Read off the
# mid-sagittal slices of the healthy scans; above the hard palate from anatomical atlases.
FACE = [(90, 170), (95, 110), (108, 78), (112, 62), (120, 48), (130, 33), (124, 25), (113, 24), (118, 15), (113, 9),
        (116, 3), (110, -5), (113, -14), (108, -24), (98, -29), (82, -31)]  # fmt: skip
NAPE = [(-56, 18), (-66, 45), (-86, 62), (-98, 90), (-100, 170)]
CAVITY = [(-15, 47), (-34, 46), (-60, 53), (-76, 70), (-84, 100), (-84, 170), (80, 170), (84, 98), (48, 90), (36, 84),
          (27, 86), (19, 68), (11, 48)]  # fmt: skip
CEREBELLUM = [(-19, 51), (-34, 50), (-56, 57), (-70, 72), (-74, 84), (-50, 97), (-24, 106), (-13, 96), (-15, 78)]
# Water of the posterior fossa in the midline: prepontine and premedullary cistern, cisterna magna, fourth ventricle.
CISTERNS = [(12, 44), (19, 64), (26, 84), (30, 92), (22, 96), (14, 84), (-14, 92), (-17, 78), (-18, 60), (-30, 54),
            (-44, 51), (-34, 44), (-14, 44)]  # fmt: skip
CEREBRUM = [(-78, 92), (-80, 170), (76, 170), (80, 102), (46, 95), (30, 100), (8, 118), (-18, 112), (-48, 102)]
CLIVUS = [(11, 47), (16, 44), (27, 60), (40, 68), (52, 74), (48, 89), (36, 83), (27, 85), (19, 68)]
SPHENOID_SINUS = [(40, 70), (56, 66), (70, 72), (66, 86), (50, 85)]
NASAL_CAVITY = [(46, 44), (60, 40), (112, 36), (118, 40), (104, 60), (90, 78), (66, 68), (48, 60)]
PALATE = [(52, 36), (104, 30), (108, 35), (54, 40)]
SOFT_PALATE = [(56, 40), (50, 42), (39, 26), (37, 12), (41, 10), (47, 22), (57, 34)]
TONGUE = [(97, 3), (99, 18), (88, 28), (70, 31), (52, 22), (43, 4), (42, -16), (52, -24), (74, -22), (90, -12)]
MANDIBLE = [(95, -2), (103, 0), (106, -12), (103, -22), (95, -21), (92, -12)]
TEETH = [(100, 0), (106, 0), (107, 26), (101, 26)]
LIPS = [(107, 0), (117, 3), (118, 22), (108, 26)]
PHARYNX = [
    (30, 57),
    (46, 62),
    (46, 46),
    (37, 28),
    (35, 8),
    (39, -6),
    (37, -22),
    (31, -36),
    (28, -36),
    (30, -6),
    (28, 30),
]
CHIN_FAT = [(82, -31), (104, -26), (94, -22), (76, -25), (56, -28), (58, -36)]


OUTLINES = {
    "cavity": CAVITY, "cerebellum": CEREBELLUM, "cisterns": CISTERNS, "cerebrum": CEREBRUM, "clivus": CLIVUS,
    "sphenoid sinus": SPHENOID_SINUS, "nasal cavity": NASAL_CAVITY, "palate": PALATE, "soft palate": SOFT_PALATE,
    "tongue": TONGUE, "mandible": MANDIBLE, "teeth": TEETH, "lips": LIPS, "pharynx": PHARYNX, "chin fat": CHIN_FAT,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class SagittalPlan:
    """The mid-sagittal plan of one person on a raster of RAS y and z.

    Args:
        y: RAS y of the raster in mm, shape (rows, columns), as all the following.
        z: RAS z in mm.
        s: canal coordinate.
        v: canal coordinate.
        middle: RAS x of the mid-sagittal plane.
        skin_depth: mm below the skin, negative outside the body.
        ahead: mm in front of the canal at C2/C3 in the head's frame.
        above: mm above it.
        outlines: signed distance in mm to each outline of ``OUTLINES``, negative inside.
        wobble: displacement of outlines that makes them uneven, mm.
        step: raster step in mm.
    """

    y: np.ndarray
    z: np.ndarray
    s: np.ndarray
    v: np.ndarray
    middle: np.ndarray
    skin_depth: np.ndarray
    ahead: np.ndarray
    above: np.ndarray
    outlines: Mapping[str, np.ndarray]
    wobble: np.ndarray
    step: float

    def extruded(self, name: str, u: np.ndarray, half_width: float) -> np.ndarray:
        """Signed distance to an outline that is ``half_width`` mm wide to either side and rounded there."""
        return both(self.outlines[name] + 2.5 * (np.abs(u) / half_width) ** 3, np.abs(u) - half_width)


def _smooth(corners: np.ndarray) -> np.ndarray:
    """Round the corners of a closed outline (Chaikin's corner cutting, three times)."""
    for _ in range(3):
        following = np.roll(corners, -1, axis=0)
        corners = np.stack([0.75 * corners + 0.25 * following, 0.25 * corners + 0.75 * following], axis=1).reshape(
            -1, 2
        )
    return corners


def _inside(first: np.ndarray, second: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Even-odd rule for every raster point."""
    inside = np.zeros(first.shape, bool)
    for (a0, b0), (a1, b1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if b0 == b1:
            continue
        crosses = (second >= min(b0, b1)) & (second < max(b0, b1))
        inside ^= crosses & (first < a0 + (second - b0) * (a1 - a0) / (b1 - b0))
    return inside


def _signed_distance(inside: np.ndarray) -> np.ndarray:
    if inside.all() or not inside.any():
        return np.full(inside.shape, -1e3 if inside.all() else 1e3, np.float32)
    distance = np.asarray(distance_transform_edt(~inside)) - np.asarray(distance_transform_edt(inside))
    return gaussian_filter(distance, 0.8).astype(np.float32)


def draw_plan(anatomy: Anatomy, y: np.ndarray, z: np.ndarray, step: float, noise: NoiseField) -> SagittalPlan:
    """The plan of a person on a raster (rows: z, columns: y), ``step`` mm apart; ``noise`` makes outlines uneven."""
    curve = anatomy.curve
    s, v = curve.sagittal_coordinates(y, z)
    origin = curve.to_ras(np.array(0.0), np.array(0.0), np.array(0.0))
    tilt = np.interp(-25.0, ARC, curve.inclination)
    ahead = np.cos(tilt) * (y - origin[1]) - np.sin(tilt) * (z - origin[2])
    above = np.sin(tilt) * (y - origin[1]) + np.cos(tilt) * (z - origin[2])
    order = np.argsort(curve.points[:, 2])
    middle = np.interp(z, curve.points[order, 2], curve.points[order, 0])
    outline = _smooth(_body_outline(anatomy, origin, tilt))
    wobble = 0.8 * noise.at(np.zeros_like(y), y / 4, z / 4)
    depth = -_signed_distance(_inside(y, z, outline)) * step
    corners = {name: _smooth(np.array(outline, float)) * anatomy.size for name, outline in OUTLINES.items()}
    outlines = {name: _signed_distance(_inside(ahead, above, c)) * step + wobble for name, c in corners.items()}
    return SagittalPlan(y, z, s, v, middle, depth, ahead, above, outlines, wobble, step)


def _body_outline(anatomy: Anatomy, origin: np.ndarray, tilt: float) -> np.ndarray:
    """Corners (y, z) of the body's mid-sagittal outline."""
    size, build = anatomy.size, anatomy.build

    def head(corners: list) -> list:
        turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
        return [tuple(np.array(corner) * size @ turn.T + origin[1:]) for corner in corners]

    def trunk(heights: Sequence, ahead: Sequence | np.ndarray) -> list:
        s = np.array(heights, float) * size
        base = anatomy.curve.to_ras(s, np.zeros(()), np.zeros(()))
        angle = 0.55 * np.interp(s, ARC, anatomy.curve.inclination)
        reach = np.array(ahead, float) * size
        return list(zip(base[:, 1] + reach * np.cos(angle), base[:, 2] - reach * np.sin(angle), strict=True))

    front = trunk([52, 86, 108, 130, 160, 295], [56, 55, 58, 66, 88, 130])
    hump = 12 * (build - 1)
    back = trunk([295, 200, 150, 115, 86, 60, 36, 12], np.array([-60, -62, -62, -60, -56, -50, -48, -51])
                 - hump * np.array([1, 1, 1, 1, 0.8, 0.5, 0.3, 0.2]))  # fmt: skip
    return np.array(head(FACE) + front + back + head(NAPE))


def paint_surroundings(sheet: Sheet, plan: SagittalPlan, anatomy: Anatomy, x: float, fibres: NoiseField) -> None:
    """Paint one sagittal sheet at RAS ``x`` that lies on the plan's raster.

    Args:
        sheet: what is painted on; starts as air.
        plan: the mid-sagittal plan.
        anatomy: the person.
        x: where the sheet lies.
        fibres: field from which muscle fibres (along the neck) and midline strands (along the processes) are drawn.
    """
    grain = fibres.at(sheet.u / 3.5 + 100, 0.1 * plan.s - 0.06 * plan.v, 0.5 * plan.v + 0.07 * plan.s)
    strands = fibres.at(sheet.u / 3, 0.7 * (plan.s + 0.5 * plan.v), 0.16 * (plan.v - 0.5 * plan.s) + 50)
    depth = plan.skin_depth - np.where(plan.v < 0, 0.004, 0.012) * (x - plan.middle) ** 2
    sheet.paint(Tissue.MUSCLE, -depth)
    _paint_fat_planes(sheet, plan, grain, strands)
    fat = np.where(plan.v < 0, 5.0 + 0.035 * np.clip(plan.s, 0, 120), 3.0) * anatomy.build
    inside = cover(-depth, sheet.softness)
    sheet.cover_with(inside * cover(depth - fat, 1.5), sheet.look(Tissue.FAT) * (1 - 0.12 * np.abs(grain)))
    sheet.cover_with(inside * cover(depth - 1.6, 1.0), sheet.look(Tissue.SKIN))
    _paint_chest(sheet, plan, anatomy, grain)
    _paint_airways(sheet, plan, anatomy)
    _paint_face(sheet, plan, grain)
    _paint_head(sheet, plan, anatomy, grain)


def _paint_fat_planes(sheet: Sheet, plan: SagittalPlan, grain: np.ndarray, strands: np.ndarray) -> None:
    """Fat between muscles: thin curved planes, richer in the midline behind the spinous processes."""
    ridge = np.clip(1 - np.abs(grain) / 0.25, 0, 1) * np.clip(0.45 + 0.5 * sheet.noise, 0, 1)
    midline = np.exp(-((np.abs(sheet.u) / 4.0) ** 2))
    infiltration = midline * np.clip(0.2 + 0.3 * strands + 0.15 * grain, 0, 0.8) * cover(sheet.v + 9, 4)
    behind = cover(sheet.v + 5, 4)
    share = np.maximum(ridge * (0.3 + 0.3 * behind), infiltration)
    sheet.cover_with(share * cover(-plan.skin_depth, 1), sheet.look(Tissue.FAT))


def _paint_airways(sheet: Sheet, plan: SagittalPlan, anatomy: Anatomy) -> None:
    """Pharynx, larynx and trachea in front of the bodies, the oesophagus behind the trachea."""
    size = anatomy.size
    s, u, v = sheet.s / size, sheet.u, sheet.v / size
    wall = both(np.abs(v - 36) - 13, both(36 - s, s - 80))
    sheet.cover_with(0.7 * cover(both(wall, np.abs(u) - 17), 4), sheet.look(Tissue.MUSCLE))
    centre = 40 + 3 * np.clip((70 - s) / 30, 0, 1) + 0.05 * np.clip(s - 90, 0, 100)
    radius = 5.0 + 2.5 * np.clip((s - 56) / 12, 0, 1) - 4.0 * np.exp(-(((s - 57) / 3.5) ** 2))
    tube = both(np.hypot(v - centre, u * np.where(s < 66, 0.8, 1.0)) - radius, 34 - s) + 0.6 * plan.wobble
    sheet.cover_with(0.6 * cover(both(tube - 2.0, 44 - s), 2), sheet.look(Tissue.MUCOSA))
    sheet.paint(Tissue.AIR, tube, 2)
    gullet = both(np.hypot((v - 27.5) / 0.6, u - 1.5) - 6.0, 70 - s)
    sheet.cover_with(0.7 * cover(gullet, 2.5), sheet.look(Tissue.MUCOSA))
    sheet.cover_with(0.5 * cover(plan.extruded("pharynx", u, 17) - 2.0, 2), sheet.look(Tissue.MUCOSA))
    sheet.paint(Tissue.AIR, plan.extruded("pharynx", u, 15), 2)


def _paint_face(sheet: Sheet, plan: SagittalPlan, grain: np.ndarray) -> None:
    u = sheet.u
    tongue = plan.extruded("tongue", u, 24)
    sheet.paint(Tissue.AIR, plan.extruded("nasal cavity", u, 14), 2)
    sheet.cover_with(0.7 * cover(plan.extruded("nasal cavity", u, 14), 2) * (grain > 0.2), sheet.look(Tissue.MUCOSA))
    sheet.paint(Tissue.CORTEX, plan.extruded("palate", u, 20), 2)
    sheet.paint(Tissue.MARROW, plan.extruded("palate", u, 20) + 1.5, 2)
    sheet.paint(Tissue.MUCOSA, plan.extruded("soft palate", u, 15), 2)
    sheet.cover_with(0.4 * cover(tongue - 1.5, 2), sheet.look(Tissue.MUCOSA))
    fibres = np.clip(0.3 + 0.5 * np.abs(grain) * np.exp(-((u / 12) ** 2)), 0, 0.8)
    muscle, fat = sheet.look(Tissue.MUSCLE), sheet.look(Tissue.FAT)
    sheet.cover_with(cover(tongue, 2), muscle + fibres * 0.6 * (fat - muscle))
    sheet.paint(Tissue.FAT, plan.extruded("chin fat", u, 22), 4)
    sheet.paint(Tissue.FAT, plan.extruded("lips", u, 30), 3)
    sheet.paint(Tissue.CORTEX, plan.extruded("teeth", u, 30), 2)
    sheet.paint(Tissue.CORTEX, plan.extruded("mandible", u, 30), 2)
    sheet.paint(Tissue.MARROW, plan.extruded("mandible", u, 30) + 2.2, 2)


def _paint_head(sheet: Sheet, plan: SagittalPlan, anatomy: Anatomy, grain: np.ndarray) -> None:
    """Skull with clivus, CSF of the posterior fossa, cerebellum and cerebrum. The brainstem comes with the cord."""
    size, u = anatomy.size, sheet.u
    cavity = plan.outlines["cavity"]
    table = 7.0 * size
    sheet.paint(Tissue.CORTEX, both(cavity - table, -plan.above + 44 * size), 2)
    marrow = both(np.abs(cavity - table / 2) - 1.6, -plan.above + 46 * size)
    sheet.paint(Tissue.MARROW, marrow, 2)
    clivus = plan.extruded("clivus", u, 16)
    sheet.paint(Tissue.CORTEX, clivus - 1, 2)
    sheet.paint(Tissue.MARROW, clivus + 1, 2)
    sheet.paint(Tissue.AIR, plan.extruded("sphenoid sinus", u, 14), 2)
    sheet.paint(Tissue.CSF, cavity, 2)
    cisterns = plan.outlines["cisterns"] + 1.2 * np.abs(u)
    sheet.paint(Tissue.BRAIN, both(cavity + 1.5, 1.5 - cisterns), 3)
    folia = np.sin(np.hypot(plan.ahead + 14 * size, plan.above - 80 * size) / 0.85 + 1.5 * grain)
    sulci = np.abs(grain) - 1.4
    for outline, groove in (("cerebellum", np.clip(folia - 0.35, 0, 1)), ("cerebrum", np.clip(sulci, 0, 1))):
        brain = plan.outlines[outline]
        sheet.paint(Tissue.BRAIN, brain, 2)
        sheet.cover_with(0.3 * groove * cover(brain, 2), sheet.look(Tissue.CSF))


def _paint_chest(sheet: Sheet, plan: SagittalPlan, anatomy: Anatomy, grain: np.ndarray) -> None:
    """Fat and vessels of the upper mediastinum, lung apices beside it."""
    s, v = sheet.s / anatomy.size, sheet.v / anatomy.size
    mediastinum = both(both(100 - s + 0.4 * (v - 50), 46 - v), 10 - plan.skin_depth)
    sheet.cover_with(0.6 * cover(mediastinum, 8) * np.clip(0.6 + 0.5 * grain, 0, 1), sheet.look(Tissue.FAT))
    vessel = np.clip(np.abs(grain + 0.3) - 1.2, 0, 0.5) * 2
    sheet.cover_with(cover(mediastinum + 4, 6) * vessel, sheet.look(Tissue.CORTEX))
    lung = both(both(20 - np.abs(sheet.u), 112 - s), both(-22 - v, v - 60)) + 2 * sheet.noise
    sheet.cover_with(0.9 * cover(lung, 5), sheet.look(Tissue.AIR))
