"""How long an export of everything takes, format by format."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from u2ad.benchmark.crowded import crowded
from u2ad.benchmark.series import with_series
from u2ad.export.formats import Format
from u2ad.export.job import Choice, Job, SceneWriter
from u2ad.export.run import export
from u2ad.progress import Progress


@dataclass(frozen=True)
class ExportTimes:
    """What was measured.

    Args:
        seconds: of each format, in the order written; what several share is counted with the first.
        bytes: that each format takes on the disk.
        total: seconds from the beginning to the finished folder.
    """

    seconds: Mapping[Format, float]
    bytes: Mapping[Format, int]
    total: float


def measure(
    shape: tuple[int, int, int], findings: int, progress: Progress, scene_writer: SceneWriter | None = None
) -> ExportTimes:
    """Export everything of a made-up review.

    Args:
        shape: of the scan: slices, rows, columns.
        findings: in it, all decided.
        progress: told of the formats.
        scene_writer: writes Slicer scenes; without one there is none among the formats.
    """
    with tempfile.TemporaryDirectory(prefix="u2ad-") as private:
        reviewed = crowded(shape, findings)
        assert reviewed.image is not None
        reviewed = replace(reviewed, image=with_series(reviewed.image, Path(private) / "series"))
        formats = tuple(one for one in Format if scene_writer is not None or one is not Format.MRB)
        job = Job(reviewed, Choice(formats, all_findings=True), scene_writer)
        started = time.perf_counter()
        exported = export(job, Path(private) / "out", progress)
        total = time.perf_counter() - started
        sizes = {
            one: sum((exported.folder / name).stat().st_size for name in names) for one, names in exported.files.items()
        }
        return ExportTimes(exported.seconds, sizes, total)
