"""One export: a review in memory becomes a job of the worker, and its files a folder that the reader named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from u2ad.errors import OutputError
from u2ad.export.formats import Format
from u2ad.export.reviewed import Reviewed
from u2ad.worker import private
from u2ad.worker.export_job import ExportJob
from u2ad.worker.review import write_review
from U2ADSlicerLib.process.run import Listener, Run

REVIEW = "review"
SCENE = "scene.mrb"


class ExportRun(Run):
    """Exports, one at a time."""

    def start(
        self,
        reviewed: Reviewed,
        formats: tuple[Format, ...],
        target: Path,
        listener: Listener,
        allFindings: bool = False,
        deidentify: bool = False,
        saveScene: Callable[[Path], None] | None = None,
    ) -> None:
        """Starts an export.

        Args:
            reviewed: what is exported.
            formats: each must be possible.
            target: folder that appears when everything is written; must not exist.
            listener: told of the run.
            allFindings: all findings with their decision rather than the confirmed ones alone.
            deidentify: leave out of DICOM objects what identifies the patient.
            saveScene: saves the scene to a file; asked for where it is among the formats.

        Raises:
            U2ADError: if it cannot be started; nothing is left behind then, and no end is told.
        """
        if target.exists():
            raise OutputError("There is an export of this very second already.", "Export once more.")

        def makeJob(folder: Path) -> ExportJob:
            (folder / REVIEW).mkdir()
            write_review(folder / REVIEW, reviewed)
            scene = folder / SCENE if Format.MRB in formats and saveScene is not None else None
            if scene is not None:
                saveScene(scene)
            return ExportJob(
                review=str(folder / REVIEW),
                output=str(folder / private.OUTPUT),
                stop=str(folder / private.STOP),
                owner=os.getpid(),
                formats=tuple(one.value for one in formats),
                all_findings=allFindings,
                deidentify=deidentify,
                scene=str(scene) if scene is not None else None,
            )

        self.startJob(makeJob, listener, target)
