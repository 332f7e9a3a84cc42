"""The review as a scene of Slicer: scan, maps, findings, decisions and journal, as the module U2AD saves it."""

from __future__ import annotations

from u2ad.errors import RefusedInputError
from u2ad.export import obstacles
from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.product import Part, Product

NAME = "review.mrb"


def mrb(job: Job) -> Product:
    """``review.mrb``: all findings with their decisions, whatever is chosen, so that the review can go on."""
    obstacle = obstacles.no_scan(job) or _no_writer(job)
    if obstacle is not None or job.scene_writer is None:
        return Product(Format.MRB, obstacle=obstacle)
    write, image = job.scene_writer, job.reviewed.image
    size = 0 if image is None else 2 * image.array.nbytes
    return Product(Format.MRB, (Part(NAME, size, elsewhere=lambda path, check: write(path, job.reviewed, check)),))


def _no_writer(job: Job) -> RefusedInputError | None:
    if job.scene_writer is not None:
        return None
    return RefusedInputError("There is no Slicer here that writes scenes.", "Save the scene in Slicer itself.")
