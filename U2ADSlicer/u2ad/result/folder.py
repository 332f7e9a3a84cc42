"""The result folder: whole or not there at all."""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from u2ad.errors import OutputError
from u2ad.result.claim import Claim
from u2ad.result.files import FINDINGS, is_written
from u2ad.scan.output import OUT_OF_SPACE, expect_writable, in_words


class ResultFolder:
    """A folder that appears under its name only when it is complete.

    ``with ResultFolder(target) as folder:`` gives an empty hidden folder beside ``target``, named
    ``.NAME.part-<random>``. It takes the name of ``target`` when the block ends well, and is removed when the block
    ends with an exception, Ctrl-C included. A run that is killed leaves the hidden folder behind, and the next run to
    the same target removes it.

    With ``force``, a former result is first moved aside to ``.NAME.old-<random>``, then replaced, then deleted.
    Killed between the two moves, it lies complete under the hidden name, and the next run puts it back.

    Args:
        target: where the result shall be; parents are made.
        force: replace a former result. Nothing else is ever replaced: a folder without ``findings.json``, or with a
            file that u2ad does not write, is not ours to delete.

    Raises:
        OutputError: on entering, if ``target`` is taken, cannot be written, or another run is writing it; on leaving,
            if the disk is full.
    """

    def __init__(self, target: Path, *, force: bool = False) -> None:
        self.target = Path(target).expanduser().resolve()
        self.force = force
        self._part = self._beside("part")
        self._claim = Claim(self.target.parent / f".{self.target.name}.lock")
        self._new_parents: list[Path] = []

    def __enter__(self) -> Path:
        if not self.target.name:
            raise OutputError("The result cannot be written in place of a whole disk.", "Name a folder on it.")
        self._new_parents = [parent for parent in self.target.parents if not parent.exists()]
        try:
            with in_words():
                self.target.parent.mkdir(parents=True, exist_ok=True)
                self._claim.take()
                self._tidy_after_killed_runs()
                self.expect_free()
                self._part.mkdir()
        except BaseException:
            self._leave()
            raise
        return self._part

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with in_words():
                if isinstance(error, OSError) and error.errno in OUT_OF_SPACE:
                    raise error
                if error is None:
                    self._publish()
        finally:
            self._leave()

    def expect_free(self) -> None:
        """Check that ``target`` may be written; see :func:`expect_free`, which says what is raised."""
        expect_free(self.target, force=self.force)

    def _leave(self) -> None:
        shutil.rmtree(self._part, ignore_errors=True)
        self._claim.give_back()
        with suppress(OSError):  # the first that is not empty ends it
            for parent in self._new_parents:
                parent.rmdir()

    def _publish(self) -> None:
        self.expect_free()
        old = self._beside("old")
        if not self.target.exists():
            self._part.rename(self.target)
            return
        self.target.rename(old)
        try:
            self._part.rename(self.target)
        except BaseException:
            old.rename(self.target)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def _tidy_after_killed_runs(self) -> None:
        """Called while nobody else can be writing to the same target."""
        for old in self._leftovers("old"):
            if self.target.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(self.target)
        for part in self._leftovers("part"):
            shutil.rmtree(part, ignore_errors=True)

    def _leftovers(self, kind: str) -> list[Path]:
        prefix = f".{self.target.name}.{kind}-"
        return [path for path in self.target.parent.iterdir() if path.name.startswith(prefix)]

    def _beside(self, kind: str) -> Path:
        return self.target.parent / f".{self.target.name}.{kind}-{secrets.token_hex(4)}"


def expect_free(target: Path, *, force: bool) -> None:
    """Check that a result may be written to ``target``; an empty folder is as good as none.

    Raises:
        OutputError: if it is a file, a former result and not ``force``, or a folder that holds something else; or if
            nothing can be written there, as :func:`u2ad.scan.output.expect_writable` finds out.
    """
    expect_writable(target)
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError("There is a file where the result folder should be.", "Choose another name for the result.")
    if not any(target.iterdir()):
        return
    if not (target / FINDINGS).is_file():
        raise OutputError(
            "The folder holds other files than a result, so it is not replaced.", "Choose a new or empty folder."
        )
    if not all(is_written(path.relative_to(target).as_posix()) for path in target.rglob("*")):
        raise OutputError(
            "Beside a result the folder holds files that u2ad did not write, so it is not replaced.",
            "Move them elsewhere, or choose another folder.",
        )
    if not force:
        raise OutputError("The folder holds a result already.", "Choose another folder, or replace it with --force.")
