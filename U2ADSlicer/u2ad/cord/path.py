"""The cord from a few points clicked along it: a course through them, and an outline around the course."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.spatial import KDTree

from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.outline import COARSE, FINE, Clicks, Outline, find_outline
from u2ad.cord.slab import Course, evenly_spaced, sample
from u2ad.errors import RefusedInputError
from u2ad.progress import Progress
from u2ad.scan import SagittalView, Scan

STEP = "Follow the clicked points"

BEYOND = 5.0
"""The mask goes on this many mm beyond the outer points: nobody clicks on the very last pixel."""

OUTSIDE = 3.0
"""mm by which a click may miss the scan."""

SHORTEST = 20.0
"""Points that span less than this many mm outline no usable stretch of cord."""

SAME = 3.0
"""Points nearer to each other than this many mm are one."""

STEEPEST = 1.5
"""mm across for each mm down beyond which two neighbouring points are not on one cord: 56 degrees."""

SUBSLICES = 5
"""A voxel's share is the mean of so many places through its slice."""


def cord_through(
    scan: Scan, points: Sequence[Sequence[float]] | np.ndarray, progress: Progress, seen: bool = False
) -> Cord:
    """The cord that runs through clicked points.

    Needs no network, and no fluid around the cord: a smooth curve through the points is moved onto the best chain of
    cross-sections (:mod:`u2ad.cord.outline`). The mask ends ``BEYOND`` mm outside the outer points.

    Args:
        scan: the scan.
        points: RAS in mm, at least two, best 3 to 6 from the upper to the lower end of the visible cord, in any order.
        progress: told of the one step.
        seen: whether a person has looked at the result, as at a preview.

    Raises:
        RefusedInputError: if the points cannot lie on one cord of this scan.
    """
    progress.step(STEP)
    view = SagittalView.from_grid(scan.grid)
    clicked = _ordered(_places(np.asarray(points, dtype=np.float64), view))
    signal = view.apply(scan.array)
    rough = _through(clicked, view)
    found = find_outline(sample(signal, view, rough), _clicks(clicked, rough), COARSE)
    course = rough.moved(found.aside, found.back)
    outline = find_outline(sample(signal, view, course), _clicks(clicked, course), FINE)
    fraction = view.restore(_painted(view, course, outline))
    progress.advance()
    return Cord(scan.grid, np.ascontiguousarray(fraction), MaskSource.POINTS, seen)


def _places(ras: np.ndarray, view: SagittalView) -> np.ndarray:
    """Points as slice, row and column in mm from the view's corner."""
    if ras.ndim != 2 or ras.shape[1] != 3 or not np.isfinite(ras).all():
        raise RefusedInputError("The points along the cord are not places in the scan.", _CLICK)
    places = view.grid.to_kji(ras) * view.grid.spacing
    beyond = np.maximum(-places, places - (np.array(view.grid.shape) - 1) * view.grid.spacing)
    allowed = np.maximum(OUTSIDE, view.grid.spacing)
    if (beyond > allowed).any():
        raise RefusedInputError("A point along the cord lies outside the scan.", "Click the points in this scan.")
    return places


def _ordered(places: np.ndarray) -> np.ndarray:
    """Head first, points that are nearly the same made one."""
    kept: list[np.ndarray] = []
    for place in places[np.argsort(places[:, 1], kind="stable")]:
        if kept and np.linalg.norm(place - kept[-1]) < SAME:
            kept[-1] = (kept[-1] + place) / 2
        else:
            kept.append(place)
    ordered = np.array(kept)
    if len(ordered) < 2 or np.ptp(ordered[:, 1]) < SHORTEST:
        raise RefusedInputError("The points along the cord span less than 2 cm of it.", _CLICK)
    down = np.diff(ordered[:, 1])
    across = np.linalg.norm(np.diff(ordered[:, [0, 2]], axis=0), axis=1)
    if (across > STEEPEST * down + SAME).any():
        raise RefusedInputError("The points do not follow one cord: two lie side by side.", _CLICK)
    return ordered


_CLICK = "Click 3 to 6 points on the cord, from its upper to its lower end."


def _through(clicked: np.ndarray, view: SagittalView) -> Course:
    """A curve through the points that goes on straight beyond the outer ones, as far as the scan does."""
    along = np.concatenate([[0], np.linalg.norm(np.diff(clicked, axis=0), axis=1).cumsum()])
    curve = PchipInterpolator(along, clicked)(np.arange(0, along[-1], 1.0))
    curve = np.concatenate([curve, clicked[-1:]])
    reach = min(15, len(curve) - 1)
    upward, downward = (_unit(curve[end] - curve[inner]) for end, inner in ((0, reach), (-1, -1 - reach)))
    places = np.concatenate([[curve[0] + BEYOND * upward], curve, [curve[-1] + BEYOND * downward]])
    last = (view.grid.shape[1] - 1) * view.grid.spacing[1]
    return evenly_spaced(places[(places[:, 1] >= -1) & (places[:, 1] <= last + 1)])


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def _clicks(clicked: np.ndarray, course: Course) -> Clicks:
    _, rows = KDTree(course.places).query(clicked)
    offset = clicked - course.places[rows]
    return Clicks(np.asarray(rows), offset[:, 0], (offset[:, 1:] * course.normal[rows]).sum(axis=1))


def _painted(view: SagittalView, course: Course, outline: Outline) -> np.ndarray:
    """Share of each voxel of the view inside the outline, float32."""
    middle = Course(course.places + np.column_stack([outline.aside, outline.back[:, None] * course.normal]))
    spacing, shape = view.grid.spacing, view.grid.shape
    painted = np.zeros(shape, np.float32)
    reach = float(outline.half_depth.max()) + spacing[1:].max()
    low = np.maximum((middle.places[:, 1:].min(axis=0) - reach) // spacing[1:], 0).astype(int)
    high = ((middle.places[:, 1:].max(axis=0) + reach) / spacing[1:]).astype(int) + 2
    rows, columns = (np.arange(a, min(b, size)) for a, b, size in zip(low, high, shape[1:], strict=True))
    pixels = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
    distance, nearest = map(
        np.asarray, KDTree(middle.places[:, 1:]).query(pixels * spacing[1:], distance_upper_bound=reach)
    )
    pixels, nearest = pixels[np.isfinite(distance)], nearest[np.isfinite(distance)]
    offset = pixels * spacing[1:] - middle.places[nearest, 1:]
    normal = middle.normal
    tangent = np.stack([normal[:, 1], -normal[:, 0]], axis=1)
    along = nearest + (offset * tangent[nearest]).sum(axis=1)
    back = (offset * normal[nearest]).sum(axis=1)
    inside = (along >= -0.5) & (along <= len(middle.places) - 0.5)
    pixels, along, back = pixels[inside], along[inside], back[inside]
    aside, half_width, half_depth = (
        np.interp(along, np.arange(len(middle.places)), values)
        for values in (middle.places[:, 0], outline.half_width, outline.half_depth)
    )
    steps = (np.arange(SUBSLICES) - (SUBSLICES - 1) / 2) / SUBSLICES
    for number in range(shape[0]):
        left = (number + steps)[:, None] * spacing[0] - aside
        share = _inside_ellipse(left, back, half_width, half_depth, float(spacing[1:].mean())).mean(axis=0)
        painted[number, pixels[:, 0], pixels[:, 1]] = share
    return painted


def _inside_ellipse(
    left: np.ndarray, back: np.ndarray, half_width: np.ndarray, half_depth: np.ndarray, pixel: float
) -> np.ndarray:
    """Share of pixels inside an ellipse, from the distance to its edge to first order."""
    radius = np.sqrt((left / half_width) ** 2 + (back / half_depth) ** 2) + 1e-6
    slope = np.sqrt((left / half_width**2) ** 2 + (back / half_depth**2) ** 2) / radius + 1e-6
    return np.clip(0.5 - (radius - 1) / slope / pixel, 0, 1)
