"""The curves behind the table: patients (ROC), lesions (FROC) and voxels (precision and recall)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from u2ad.benchmark.measures import Sample, sensitivity
from u2ad.benchmark.variants import METHOD, VARIANTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FALSE_ALARMS = np.linspace(0, 4, 81)
"""Positions on the axis of false alarms a scan."""


def draw_curves(samples: Mapping[str, Sample], title: str, file: Path) -> None:
    """One picture with three curves of every detector.

    Args:
        samples: the answers of each detector about the same cases.
        title: what they are about.
        file: the picture, a PNG.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.5, 4.6), layout="constrained")
    figure.suptitle(title, fontsize=10)
    left, middle, right = figure.subplots(1, 3)
    for name, sample in samples.items():
        style = _style(name)
        left.plot(*roc(sample), label=name, **style)
        middle.plot(FALSE_ALARMS, froc(sample), **style)
        right.plot(*precision_recall(sample), **style)
    _label(left, "Scans", "lesion-free scans called ill", "scans with lesions called ill")
    _label(middle, "Lesions", "false alarms a scan", "lesions found")
    _label(right, "Voxels of the cord", "recall", "precision")
    left.legend(fontsize=7, loc="lower right")
    figure.savefig(file, dpi=80)


def roc(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rate of the patient's score, from the strictest cut to the loosest."""
    ill = np.concatenate([sample.single.value, sample.several.value])
    cuts = np.unique(np.concatenate([ill, sample.free.value, [np.inf]]))[::-1]
    false, true = (np.append((of[None] >= cuts[:, None]).mean(axis=1), 1.0) for of in (sample.free.value, ill))
    return false, true


def froc(sample: Sample) -> np.ndarray:
    """Share of the lesions found at ``FALSE_ALARMS`` a scan."""
    once = np.ones((1, sample.units))
    return np.array([sensitivity(sample, once, rate)[0] for rate in FALSE_ALARMS])


def precision_recall(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Recall and precision of the voxels, from the highest anomaly down."""
    lesion, other = (table.sum(axis=0)[::-1].cumsum() for table in (sample.lesion_voxels, sample.other_voxels))
    marked = np.maximum(lesion + other, 1)
    return lesion / max(lesion[-1], 1), lesion / marked


def _style(name: str) -> dict:
    if name == METHOD:
        return {"color": "black", "linewidth": 2.2, "zorder": 5}
    return {"linewidth": 1.1, "linestyle": "--" if VARIANTS[name].control else "-"}


def _label(axes: Axes, title: str, across: str, up: str) -> None:
    axes.set(title=title, xlabel=across, ylabel=up, ylim=(0, 1.02))
    axes.grid(alpha=0.3)
