"""Every map in grades, as a label map: for outlines over another map, and for Slicer's other modules."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import slicer

from U2ADSlicerLib.scene.colors import MapStyle, Rgb

WORDS = ("none", "low", "middle", "high", "very high")
"""The grades; a voxel's label is its place in this list."""


def edgesOf(style: MapStyle) -> tuple[float, ...]:
    """Lower edges of all grades but the first.

    What the heat map does not draw is none, its window in thirds is low, middle and high, and what is as bright as the
    window goes is very high.
    """
    return tuple(float(edge) for edge in np.linspace(style.hideBelow, style.upper, len(WORDS) - 1))


def bandWord(style: MapStyle, value: float | None) -> str:
    """The grade of a value in a word; empty where there is no value."""
    return "" if value is None else WORDS[int(np.digitize(value, edgesOf(style)))]


def bandsOf(values: np.ndarray, style: MapStyle) -> np.ndarray:
    """Grades of a map, uint8, of its shape: 0 none to 4 very high."""
    edges = edgesOf(style)
    grades = np.zeros(values.shape, np.uint8)
    graded = values >= edges[0]  # a cord is one voxel in a hundred
    grades[graded] = np.digitize(values[graded], edges)
    return grades


def bandNames(style: MapStyle) -> tuple[str, ...]:
    """The grades with their limits, such as "high (6.0 to 8.0)", in the style's unit."""
    digits = 1 if style.upper >= 1 else 2
    edges = [f"{edge:.{digits}f}" for edge in edgesOf(style)]
    between = [f"{low} to {high}" for low, high in pairwise(edges)]
    limits = (f"below {edges[0]}", *between, f"{edges[-1]} or more")
    return tuple(f"{word} ({limit})" for word, limit in zip(WORDS, limits, strict=True))


def bandColors(style: MapStyle) -> tuple[Rgb, ...]:
    """A colour for each grade but the first, out of the map's own scale."""
    steps = len(WORDS) - 2
    return tuple(style.scale[round(index * (len(style.scale) - 1) / steps)] for index in range(steps + 1))


def bandTable(style: MapStyle):
    """The scene's colour table of a quantity's grades, brought up to date; saved with the scene."""
    name = f"{style.name} grades"
    node = slicer.mrmlScene.GetFirstNode(name, "vtkMRMLColorTableNode")
    if node is None:
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLColorTableNode", name)
        node.SetTypeToUser()
        node.SetHideFromEditors(False)
        node.SetAttribute("Category", "U2AD")
    node.SetNumberOfColors(len(WORDS))
    names = bandNames(style)
    node.SetColor(0, names[0], 0.0, 0.0, 0.0, 0.0)
    for label, color in enumerate(bandColors(style), start=1):
        node.SetColor(label, names[label], *color, 1.0)
    return node


def showBands(labelMap, style: MapStyle) -> None:
    """Gives a label map of grades its own colours."""
    labelMap.CreateDefaultDisplayNodes()
    labelMap.GetDisplayNode().SetAndObserveColorNodeID(bandTable(style).GetID())
