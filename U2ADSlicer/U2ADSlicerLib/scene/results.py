"""A detection as nodes of the scene, and the nodes of a scene as a case to review."""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import slicer

from u2ad.calibration import UNCALIBRATED, Yardstick
from u2ad.calibration.plain import yardstick_from_plain
from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.centreline import centreline_of
from u2ad.cord.levels import Levels, LevelSource
from u2ad.detectors.maps import Maps
from u2ad.errors import U2ADError
from u2ad.scan import Check, Grid, Verdict
from U2ADSlicerLib.scene.anatomy import showCord
from U2ADSlicerLib.scene.bands import bandsOf, showBands
from U2ADSlicerLib.scene.batch import batchProcessing
from U2ADSlicerLib.scene.case import NODES, CaseNodes, putBeside
from U2ADSlicerLib.scene.colors import STYLES
from U2ADSlicerLib.scene.curve import updateCurve
from U2ADSlicerLib.scene.following import followScan
from U2ADSlicerLib.scene.levels import foundLevels, levelPoints, levelsFrom, showLevels
from U2ADSlicerLib.scene.matrices import asImage
from U2ADSlicerLib.scene.placement import RIGID, follow, gridOf, localMatrixOf
from U2ADSlicerLib.scene.segmentations import addEmptySegmentation
from U2ADSlicerLib.scene.volumes import showMap, suggestWindow, voxelsOf

if TYPE_CHECKING:
    from u2ad.review.case import Case
    from u2ad.worker.result import WorkerResult

HIDDEN = ("certainty", "reconstruction", "cordFraction")
"""Needed to derive findings anew, and saved with the scene, but nothing to be chosen in a list."""

NAMES = {
    "anomaly": "anomaly",
    "epistemic": "epistemic uncertainty",
    "aleatoric": "aleatoric uncertainty",
    "certainty": "certainty",
    "reconstruction": "expected signal",
    "cordFraction": "cord fraction",
}


FROM_A_MODEL = {"epistemic", "epistemicBands", "aleatoric", "aleatoricBands"}
"""Roles that a detector without a model leaves empty."""


@dataclass(frozen=True, eq=False)
class _Staged:
    """All of a result that takes memory or can be refused, made before the scene is touched.

    Args:
        images: VTK images by role.
        mask: of the cord, bool, KJI.
        line: the cord's centreline.
        levels: along it.
    """

    images: dict[str, Any]
    mask: np.ndarray
    line: Centreline
    levels: Levels


def putResult(nodes: CaseNodes, result: WorkerResult) -> None:
    """Shows a detection in the scene; a former one of the same scan is replaced in its nodes, so that views stay.

    The result lies on the scan's own voxels and under its transform. Findings are not made here: they follow from
    the maps and the reader's decisions. Where anything fails, the scene is as it was.

    Args:
        nodes: of the scan.
        result: of the scan's voxels as they are.

    Raises:
        U2ADError: if the result is of other voxels than the scan has now.
        RefusedInputError: if the cord has no usable length, or the scan lies under a transform that bends it.
    """
    staged = _stage(nodes, result)
    with batchProcessing(), ExitStack() as undo:
        undo.callback(_removeNew, nodes, frozenset(name for name in NODES if getattr(nodes, name) is None))
        for role, image in staged.images.items():
            _putImage(nodes, role, image, undo)
        for name in STYLES:
            _color(nodes, name)
        _putDocument(nodes, result.document, undo)
        _putCurve(nodes, result.document)
        showLevels(nodes, staged.levels, staged.line)
        if nodes.findings is None:
            nodes.findings = _besideScan(
                addEmptySegmentation(nodes.volume, f"{nodes.volume.GetName()} findings"), nodes
            )
        showCord(nodes, staged.mask)
        suggestWindow(nodes.volume, staged.mask)
        undo.pop_all()
        for role in FROM_A_MODEL - staged.images.keys():
            nodes.remove(role)


def caseOf(nodes: CaseNodes) -> Case:
    """The case that a scene holds: geometry, maps, cord, centreline and levels, rebuilt from the nodes alone.

    The cord is that of the detection, as the maps are: what the reader corrects counts from the next detection on.
    Levels come from the points that the reader has marked; where these cannot be right
    (:func:`U2ADSlicerLib.scene.anatomy.withLevels` says why), from the detection's own.

    Raises:
        RefusedInputError: if the scan lies under a transform that bends it, or the cord has no usable length.
    """
    from u2ad.findings.candidates import CandidateSettings
    from u2ad.review.case import Case

    followScan(nodes)
    grid = gridOf(nodes.volume)
    if not nodes.hasResult:
        return Case(grid)
    document = json.loads(nodes.document.GetText()) if nodes.document is not None else {}
    cord = _cordOf(nodes, grid, document.get("cord", {}))
    line = centreline_of(cord)
    levels = _levelsOf(nodes, line, document)
    settings = CandidateSettings(**document.get("provenance", {}).get("candidate_settings", {}))
    return Case(grid, _mapsOf(nodes, grid), cord, line, levels, settings, yardstickOf(document))


def yardstickOf(document: dict[str, Any]) -> Yardstick:
    """What a detection's scores were measured by; a result from before there were calibrations has none."""
    with suppress(KeyError, TypeError, ValueError):
        return yardstick_from_plain(document["calibration"])
    return UNCALIBRATED


def _stage(nodes: CaseNodes, result: WorkerResult) -> _Staged:
    grid = gridOf(nodes.volume)
    if not (_isOf(result.maps.grid, grid) and _isOf(result.cord.grid, grid)):
        raise U2ADError("The scan has changed while the detection ran.", "Run the detection again.")
    arrays = {name: array for name in NAMES if (array := getattr(result.maps, name, None)) is not None}
    arrays["cordFraction"] = result.cord.fraction
    images = {name: asImage(np.asarray(array, np.float32)) for name, array in arrays.items()}
    bands = {f"{name}Bands": asImage(bandsOf(arrays[name], style)) for name, style in STYLES.items() if name in arrays}
    line = centreline_of(Cord(grid, result.cord.fraction, result.cord.source, result.cord.seen_by_person))
    levels = _levelsOf(nodes, line, result.document)
    return _Staged(images | bands, result.cord.mask, line, levels)


def _isOf(grid: Grid, scan: Grid) -> bool:
    """Whether a grid is that of the scan, which may have been turned and shifted since, but not mirrored or resized."""
    if grid.shape != scan.shape:
        return False
    moved = (scan.affine @ np.linalg.inv(grid.affine))[:3, :3]
    return bool(np.abs(moved.T @ moved - np.eye(3)).max() < RIGID and np.linalg.det(moved) > 0)


def _removeNew(nodes: CaseNodes, absentBefore: frozenset[str]) -> None:
    for role in absentBefore:
        nodes.remove(role)


def _putImage(nodes: CaseNodes, role: str, image, undo: ExitStack) -> None:
    node = getattr(nodes, role)
    if node is None:
        node = _addVolume(nodes, role)
    else:
        undo.callback(node.SetAndObserveImageData, node.GetImageData())
    node.SetAndObserveImageData(image)
    node.SetIJKToRASMatrix(localMatrixOf(nodes.volume))
    follow(node, nodes.volume)


def _addVolume(nodes: CaseNodes, role: str):
    isBands = role.endswith("Bands")
    className = "vtkMRMLLabelMapVolumeNode" if isBands else "vtkMRMLScalarVolumeNode"
    what = f"{NAMES[role.removesuffix('Bands')]} grades" if isBands else NAMES[role]
    node = slicer.mrmlScene.AddNewNodeByClass(className, f"{nodes.volume.GetName()} {what}")
    node.SetHideFromEditors(role in HIDDEN)
    node.CreateDefaultDisplayNodes()
    if not isBands:
        node.GetDisplayNode().AutoWindowLevelOff()  # before there are voxels: Slicer would look for a window at once
    setattr(nodes, role, node)
    return _besideScan(node, nodes)


def _color(nodes: CaseNodes, name: str) -> None:
    volume, bands = getattr(nodes, name), getattr(nodes, f"{name}Bands")
    if volume is not None:
        showMap(volume, STYLES[name])
        showBands(bands, STYLES[name])


def _putDocument(nodes: CaseNodes, document: dict[str, Any], undo: ExitStack) -> None:
    if nodes.document is None:
        name = f"{nodes.volume.GetName()} detection"
        nodes.document = _besideScan(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode", name), nodes)
    else:
        former = nodes.document.GetText()
        undo.callback(_putCurve, nodes, json.loads(former))
        undo.callback(nodes.document.SetText, former)
    nodes.document.SetText(json.dumps(document, allow_nan=False))


def _putCurve(nodes: CaseNodes, document: dict[str, Any]) -> None:
    """Draws the curve that a document tells."""
    told = document["curve"]
    values = np.array([np.nan if value is None else value for value in told["value"]], dtype=float)
    curve = SimpleNamespace(along=np.array(told["along_mm"], dtype=float), value=values, level=tuple(told["level"]))
    findings = [
        SimpleNamespace(
            number=finding["label"],
            figures=SimpleNamespace(
                along=finding["along_mm"], extent=(finding["extent_mm"]["along_cord"],), peak=finding["peak"]
            ),
        )
        for finding in document["findings"]
    ]
    isAutomatic = document.get("levels_source") == LevelSource.AUTOMATIC.value
    updateCurve(nodes, curve, findings, document["threshold"], isAutomatic=isAutomatic)


def _besideScan(node, nodes: CaseNodes):
    if node.IsA("vtkMRMLTransformableNode"):
        follow(node, nodes.volume)
    putBeside(node, nodes.volume)
    return node


def _cordOf(nodes: CaseNodes, grid: Grid, told: dict[str, Any]) -> Cord:
    checks = tuple(
        Check(check["name"], Verdict(check["verdict"]), check["sentence"], check["remedy"])
        for check in told.get("checks", ())
    )
    source = MaskSource(told.get("source", MaskSource.AUTOMATIC.value))
    return Cord(grid, voxelsOf(nodes.cordFraction), source, bool(told.get("seen_by_person", False)), checks)


def _mapsOf(nodes: CaseNodes, grid: Grid) -> Maps:
    arrays = {name: voxelsOf(getattr(nodes, name)) for name in NAMES if getattr(nodes, name) is not None}
    del arrays["cordFraction"]
    arrays.setdefault("reconstruction", np.zeros(grid.shape, np.float32))
    return Maps(grid=grid, **arrays)


def _levelsOf(nodes: CaseNodes, line: Centreline, document: dict[str, Any]) -> Levels:
    points = levelPoints(nodes)
    with suppress(U2ADError):
        marked = levelsFrom(points, line, nodes.volume) if points else Levels.unknown()
        if marked.bodies:
            return marked
    return foundLevels(document)
