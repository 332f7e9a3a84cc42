"""The work of an export: from a review in a private folder to the folder with the files."""

from __future__ import annotations

from pathlib import Path

from u2ad.errors import RefusedInputError
from u2ad.export.formats import Format
from u2ad.export.job import Choice, Job, OpenScene
from u2ad.export.run import export
from u2ad.progress import Progress
from u2ad.scan.output import in_words
from u2ad.worker.export_job import ExportJob
from u2ad.worker.plan import READ
from u2ad.worker.review import read_review

LIBRARIES = {
    "report-pdf": ("reportlab", "matplotlib"),
    "report-html": ("jinja2",),
    "dicom-": ("highdicom",),
    "dicom-pdf": ("reportlab", "matplotlib"),
}
"""What the formats need beyond what a detection does, by how their words begin."""


def load(job: ExportJob) -> None:
    """Load what the formats of a job will need.

    Raises:
        ImportError: if a package is missing.
    """
    from importlib import import_module

    for beginning, names in LIBRARIES.items():
        if any(word.startswith(beginning) for word in job.formats):
            for name in names:
                import_module(name)


def export_review(job: ExportJob, progress: Progress) -> None:
    """Write what was asked for into the output folder; all of it or nothing.

    Raises:
        UnreadableInputError: if a file of the job cannot be read.
        RefusedInputError: if a format cannot be made.
        OutputError: if the output cannot be written.
        Cancelled: if the progress says so.
    """
    progress.step(READ)
    reviewed = read_review(Path(job.review))
    choice = Choice(formats_of(job), job.all_findings, job.deidentify, job.subject)
    export(Job(reviewed, choice, open_scene=_scene_of(job)), job.part, progress)
    with in_words():
        job.part.rename(job.output)


def _scene_of(job: ExportJob) -> OpenScene | None:
    if job.scene is None:
        return None
    path = Path(job.scene)
    with in_words():
        return OpenScene(path.stat().st_size, path)


def formats_of(job: ExportJob) -> tuple[Format, ...]:
    """The formats of a job.

    Raises:
        RefusedInputError: if one is not known.
    """
    try:
        return tuple(Format(word) for word in job.formats)
    except ValueError:
        raise RefusedInputError("One of the formats is not known.", "Choose among those offered.") from None
