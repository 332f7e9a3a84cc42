"""The folder of an export: whole or not there at all, and told file by file what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from u2ad import __version__
from u2ad.errors import OutputError, UnreadableInputError
from u2ad.models.manifest import sha256_of
from u2ad.result.folder import ResultFolder
from u2ad.result.text import write_text
from u2ad.scan.output import LEFT_BY_SYSTEMS, expect_writable, in_words

CONTENTS = "export.json"
FORMAT = "u2ad-export"


class ExportFolder(ResultFolder):
    """As a result folder; what may be replaced is a former export with nothing else in it.

    Args:
        target: where the export shall be; parents are made.
        force: replace a former export. A folder with anything that this program did not write is never replaced.

    Raises:
        OutputError: on entering, if ``target`` is taken or cannot be written; on leaving, if the disk is full.
    """

    def expect_free(self) -> None:
        expect_free(self.target, force=self.force)


def expect_free(target: Path, *, force: bool) -> None:
    """Check that an export may be written to ``target``; an empty folder is as good as none.

    Raises:
        OutputError: if it is a file, a former export and not ``force``, or a folder that holds something else; or if
            nothing can be written there.
    """
    expect_writable(target)
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not target.is_dir():
        raise OutputError("There is a file where the export should be.", "Choose another name for the folder.")
    if not _holds_only_an_export(target):
        raise OutputError(
            "The folder holds files that no export has written, so it is not replaced.", "Choose a new or empty folder."
        )
    if not force:
        raise OutputError(
            "The folder holds an export already.", "Choose another folder, or replace it.", option="--force"
        )


def write_contents(folder: Path, names: list[str]) -> None:
    """Write down which files an export holds, relative to its folder, with the SHA-256 of each.

    Raises:
        OutputError: if it cannot be written.
    """
    with in_words():
        digests = {name: sha256_of(folder / name) for name in sorted(names)}
    told = {"format": FORMAT, "version": 1, "u2ad": __version__, "files": sorted(names), "sha256": digests}
    write_text(folder / CONTENTS, json.dumps(told, indent=1) + "\n")


def files_of(folder: Path) -> tuple[str, ...]:
    """The files that an export has written, relative to its folder.

    Raises:
        UnreadableInputError: if the folder is no export.
    """
    known = _known(folder)
    if known is None:
        raise UnreadableInputError("The folder is no export.", "Choose a folder that an export has written.")
    return tuple(sorted(set(known) - {CONTENTS}))


def changed_since(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Which files of an export are not what it has written: damaged, cut off by a copy, or changed by somebody.

    Of exports by versions that kept no digests nothing is known, so they count as whole.

    Raises:
        OutputError: if a file cannot be read.
    """
    known = _known(folder) or {}
    with in_words():
        return tuple(name for name in names if known.get(name) not in ("", sha256_of(folder / name)))


def _holds_only_an_export(folder: Path) -> bool:
    known = _known(folder)
    if known is None:
        return False
    files = [path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()]
    return all(path.name in LEFT_BY_SYSTEMS or path.relative_to(folder).as_posix() in known for path in files)


def _known(folder: Path) -> dict[str, str] | None:
    """The files that a former export has written, with their digests as far as it kept them; None without one."""
    try:
        told = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        digests = dict(told.get("sha256", {}))
        names = map(str, told["files"]) if told["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return None if names is None else {CONTENTS: "", **{name: str(digests.get(name, "")) for name in names}}
