"""The review as a scene of Slicer: scan, maps, findings, decisions and journal, as the module U2AD saves it."""

from __future__ import annotations

import shutil
from pathlib import Path

from u2ad.errors import RefusedInputError
from u2ad.export import obstacles
from u2ad.export.formats import Format
from u2ad.export.job import Job, OpenScene
from u2ad.export.product import Part, Product

NAME = "review.mrb"


def mrb(job: Job) -> Product:
    """``review.mrb``: all findings with their decisions, whatever is chosen, so that the review can go on."""
    if job.open_scene is not None:
        return _as_open(job, job.open_scene)
    obstacle = obstacles.no_scan(job) or _no_writer(job)
    if obstacle is not None or job.scene_writer is None:
        return Product(Format.MRB, obstacle=obstacle)
    write, image = job.scene_writer, job.reviewed.image
    size = 0 if image is None else 2 * image.array.nbytes
    return Product(Format.MRB, (Part(NAME, size, elsewhere=lambda path, check: write(path, job.reviewed, check)),))


def _as_open(job: Job, scene: OpenScene) -> Product:
    if job.choice.deidentify:
        return Product(Format.MRB, obstacle=_not_cleaned())

    def take(path: Path) -> None:
        assert scene.saved is not None  # an export is not begun before Slicer has saved it
        shutil.move(scene.saved, path)

    return Product(Format.MRB, (Part(NAME, scene.size, take),))


def _not_cleaned() -> RefusedInputError:
    return RefusedInputError(
        "The scene is saved with all names in it, of which none is left out.",
        "Export it without leaving the patient out, or leave the scene out.",
    )


def _no_writer(job: Job) -> RefusedInputError | None:
    if job.scene_writer is not None:
        return None
    return RefusedInputError("There is no Slicer here that writes scenes.", "Save the scene in Slicer itself.")
