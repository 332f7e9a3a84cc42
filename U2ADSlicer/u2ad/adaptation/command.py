"""From files to a folder with the adapted network and its report: what ``u2ad adapt`` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from u2ad.adaptation.keeping import write_adapted
from u2ad.adaptation.reading import Sources, read_subjects
from u2ad.adaptation.report import write_report
from u2ad.adaptation.run import Adapted, Listener, Method, adapt_to
from u2ad.adaptation.settings import AdaptationSettings
from u2ad.models.autoencoder import load_autoencoder
from u2ad.models.versions import ModelStore
from u2ad.progress import Progress
from u2ad.result import ResultFolder, expect_free
from u2ad.walk import use_threads


@dataclass(frozen=True)
class Request:
    """What is to be done.

    Args:
        sources: the scans.
        output: folder for the report and the network; must not exist yet.
        settings: of the adaptation.
        draws: how often each patch of cord is rebuilt in a detection.
        folds: parts for cross-fitting, 0 for none.
        model: version that is adapted; the active one of the site where None.
        threads: of PyTorch; None for its own choice.
    """

    sources: Sources
    output: Path
    settings: AdaptationSettings
    draws: int = 10
    folds: int = 0
    model: str | None = None
    threads: int | None = None


def run(request: Request, progress: Progress, listener: Listener) -> Adapted:
    """Adapt, and write the folder; all of it or nothing. The site's store is not touched.

    Raises:
        U2ADError: if the site is locked, or the version to adapt is missing or damaged.
        UnreadableInputError: if a file cannot be read.
        RefusedInputError: if a check refuses a scan, or there is nothing to learn.
        OutputError: if the folder cannot be written.
        Cancelled: if the progress says so.
    """
    store = ModelStore()
    store.expect_unlocked()
    expect_free(request.output, force=False)
    use_threads(request.threads)
    parent = load_autoencoder(store.version(request.model))
    subjects = read_subjects(request.sources, progress)
    adapted = adapt_to(subjects, parent, Method(request.settings, request.draws, request.folds), progress, listener)
    with ResultFolder(request.output) as folder:
        progress.step("Write the adapted model")
        write_adapted(folder, adapted)
        write_report(folder)
    return adapted
