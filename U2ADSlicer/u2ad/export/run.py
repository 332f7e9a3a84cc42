"""Writes an export: everything that was asked for, or nothing at all."""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from u2ad.errors import OutputError
from u2ad.export.folder import ExportFolder, write_contents
from u2ad.export.formats import Format
from u2ad.export.helper import Helper, place_of
from u2ad.export.job import Job
from u2ad.export.plan import Plan, plan_of
from u2ad.export.product import Product
from u2ad.progress import Progress
from u2ad.scan.output import in_words


@dataclass(frozen=True, eq=False)
class Exported:
    """What an export has written.

    Args:
        folder: that holds it.
        files: names in it, by format.
        seconds: that each format took.
        plan: what was known before.
    """

    folder: Path
    files: Mapping[Format, tuple[str, ...]]
    seconds: Mapping[Format, float]
    plan: Plan


def export(job: Job, target: Path, progress: Progress, *, force: bool = False) -> Exported:
    """Write what a job asks for into a folder that appears when it is complete.

    Where formats are named, each must be possible; where none is, the usual ones are written as far as they are.

    Args:
        job: what, of which review.
        target: the folder; must not exist, or be empty.
        progress: told of the formats; may cancel, and then nothing is left behind.
        force: replace a former export.

    Raises:
        RefusedInputError: if a named format cannot be made.
        OutputError: if nothing can be written, or the disk refuses; then nothing is left behind.
        Cancelled: if the progress says so.
    """
    progress.step("Look what can be written")
    plan = plan_of(job)
    _expect_possible(job, plan)
    progress.advance()
    seconds: dict[Format, float] = {}
    with ExportFolder(target, force=force) as folder, in_words(), Helper(folder) as helper:
        for product in plan.possible:
            helper.start(product)
        for product in sorted(plan.possible, key=lambda one: one.is_elsewhere):
            started = time.perf_counter()
            _write(product, folder, helper, progress)
            seconds[product.format] = time.perf_counter() - started
        files = {product.format: tuple(part.name for part in product.parts) for product in plan.possible}
        write_contents(folder, [name for names in files.values() for name in names])
    return Exported(target, files, seconds, plan)


def _expect_possible(job: Job, plan: Plan) -> None:
    if job.choice.formats and plan.impossible:
        obstacle = plan.impossible[0].obstacle
        assert obstacle is not None
        raise obstacle
    if not plan.possible:
        raise OutputError("There is nothing to export.", "Name a format that can be written.")


def _write(product: Product, folder: Path, helper: Helper, progress: Progress) -> None:
    progress.step(product.format.title, len(product.parts))
    for part in product.parts:
        path = place_of(part, folder)
        if part.write is not None:
            part.write(path)
        else:
            helper.wait(part, progress)
        if not path.is_file():
            raise OSError(errno.EIO, "not written")
        progress.advance()
