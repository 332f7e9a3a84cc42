"""A site's versions of the network: kept, chosen, taken back. Loads no PyTorch, since the window looks in here too.

Each version is a folder named by the first digits of its weights' SHA-256, with weights and manifest. It appears by one
renaming, and so does the file that names the active one: whatever is killed when, the version that was active stays
active and whole.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from u2ad.errors import OutputError, U2ADError
from u2ad.home import default_root
from u2ad.models.manifest import STARTER_FOLDER, Manifest, read_manifest, sha256_of

NAME = "u2ad"
"""Of the network that is adapted: stem of the files of a version."""

STARTER = "starter"
"""The version that comes with the program; always there, never changed."""

CHOOSE_STARTER = "Choose the starter model, or another version."

ADAPTATION = "adaptation"
"""Entry of a manifest's ``training`` that tells how a version was adapted."""

FILES = (f"{NAME}.safetensors", f"{NAME}.json")
ACTIVE, LOCKED, PART, GONE = "active", "locked", ".part-", ".gone-"
LEFT_BEHIND_SECONDS = 3600.0
"""A half-made folder of this age belongs to a program that was killed."""

_ID = re.compile(r"[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Version:
    """One version of the network.

    Args:
        id: "starter", or the first 12 digits of the weights' SHA-256.
        parent: the version that it was adapted from; None for the starter.
        folder: holds the weights and their manifest.
        manifest: of the weights.
    """

    id: str
    parent: str | None
    folder: Path
    manifest: Manifest

    @property
    def adaptation(self) -> Mapping[str, Any]:
        """How it was adapted: date, what on, settings and figures; empty for the starter."""
        return self.manifest.training.get(ADAPTATION, {})


@dataclass(frozen=True)
class Listing:
    """What a store holds.

    Args:
        versions: the starter first, then the adapted ones by date.
        active: which is used where none is named.
        damaged: names of versions that cannot be used.
        lock: why the site is locked, empty words included; None where it is not.
    """

    versions: tuple[Version, ...]
    active: str
    damaged: tuple[str, ...]
    lock: str | None


class ModelStore:
    """The versions below one folder.

    Args:
        root: the folder; ``models`` in the user's data folder where None.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = Path(root) if root is not None else default_root() / "models"

    # Looking

    @property
    def active(self) -> str:
        """The version that is used where none is named; "starter" where none was ever chosen.

        Raises:
            U2ADError: if the note of it cannot be read.
        """
        try:
            text = (self.root / ACTIVE).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return STARTER
        except (OSError, UnicodeDecodeError) as error:
            raise U2ADError("The note of this site's active model cannot be read.", CHOOSE_STARTER) from error
        if text != STARTER and not _ID.fullmatch(text):
            raise U2ADError("The note of this site's active model is damaged.", CHOOSE_STARTER)
        return text

    def version(self, name: str | None = None) -> Version:
        """A version by its name, the active one where None.

        Raises:
            U2ADError: if there is no such version, or it is damaged.
        """
        name = self.active if name is None else name
        if name == STARTER:
            return Version(STARTER, None, STARTER_FOLDER, read_manifest(NAME))
        if not _ID.fullmatch(name) or not (self.root / name).is_dir():
            raise U2ADError("This site has no such version of the model.", CHOOSE_STARTER)
        version = self._read(self.root / name)
        if version is None:
            raise U2ADError(f"The version {name} of this site's model is damaged.", CHOOSE_STARTER)
        return version

    def ancestors(self, manifest: Manifest) -> tuple[str, ...]:
        """SHA-256 of the weights that some were adapted from, the nearest first, as far back as versions are there."""
        digests: list[str] = []
        while manifest.parent and manifest.parent not in digests:
            digests.append(manifest.parent)
            older = self._read(self.root / manifest.parent[:12])
            if older is None:
                break
            manifest = older.manifest
        return tuple(digests)

    def listing(self) -> Listing:
        """All versions; what is damaged is named and left out."""
        sound, damaged = [], []
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else ():
            if _ID.fullmatch(folder.name):
                version = self._read(folder)
                sound.append(version) if version else damaged.append(folder.name)
        sound.sort(key=lambda version: (version.adaptation.get("created", ""), version.id))
        try:
            active = self.active
        except U2ADError:
            active = ""
        return Listing((self.version(STARTER), *sound), active, tuple(damaged), self.lock_reason)

    @property
    def lock_reason(self) -> str | None:
        """The words in the lock of the site, empty where it has none; None where the site is not locked."""
        try:
            return (self.root / LOCKED).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError:
            return ""

    def expect_unlocked(self) -> None:
        """Look whether models may be adapted and changed here.

        Raises:
            U2ADError: if the site is locked.
        """
        reason = self.lock_reason
        if reason is not None:
            told = f" ({reason})" if reason else ""
            raise U2ADError(
                f"The models of this site are locked{told}: none is adapted, chosen or removed.",
                "Ask whoever looks after this installation; `u2ad model unlock` takes the lock away.",
            )

    # Changing

    def keep(self, folder: Path) -> Version:
        """Take the version in a folder into the store and make it the active one.

        Args:
            folder: holds ``u2ad.safetensors`` and ``u2ad.json``, as an adaptation writes them.

        Raises:
            U2ADError: if the site is locked, or the version is damaged.
            OutputError: if the store cannot be written. What was active stays active.
        """
        version = self._take(folder)
        self._point_at(version.id)
        return version

    def use(self, name: str) -> Version:
        """Make a version the active one.

        Raises:
            U2ADError: if the site is locked, or the version is missing or damaged.
        """
        self.expect_unlocked()
        version = self.version(name)
        self._point_at(version.id)
        return version

    def roll_back(self) -> Version:
        """Go back to what the active version was adapted from; to the starter, where that was removed.

        Raises:
            U2ADError: if the site is locked, the starter is active, or the version before is damaged.
        """
        active = self.version()
        if active.id == STARTER:
            raise U2ADError("The starter model is in use: there is none before it.")
        there = active.parent is not None and (active.parent == STARTER or (self.root / active.parent).is_dir())
        return self.use(active.parent if active.parent and there else STARTER)

    def discard(self, name: str) -> None:
        """Remove a version for good; a damaged one too.

        Raises:
            U2ADError: if the site is locked, there is no such version, it is the starter, or it is the active one.
        """
        self.expect_unlocked()
        if name == STARTER:
            raise U2ADError("The starter model comes with the program and is not removed.")
        if not _ID.fullmatch(name) or not (self.root / name).is_dir():
            raise U2ADError("This site has no such version of the model.", "See which there are: `u2ad model list`.")
        if name == self.active:
            raise U2ADError(f"The version {name} is in use.", "Use another version first, then remove it.")
        gone = self.root / f"{GONE}{secrets.token_hex(4)}"
        with _in_words():
            (self.root / name).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def lock(self, reason: str = "") -> None:
        """Lock the site; a file named ``locked`` that an administrator puts there does the same."""
        with _in_words():
            self.root.mkdir(parents=True, exist_ok=True)
            _write(self.root / LOCKED, f"{reason}\n".encode())

    def unlock(self) -> None:
        """Take the lock away; harmless where there is none."""
        with _in_words():
            (self.root / LOCKED).unlink(missing_ok=True)

    def export(self, name: str, file: Path) -> Path:
        """Write a version as one file, for another site; a file of that name is not replaced.

        Raises:
            U2ADError: if the version is missing or damaged.
            OutputError: if the file is there already or cannot be written.
        """
        from u2ad.models.version_file import pack

        return pack(self.version(name).folder, file)

    def import_file(self, file: Path) -> Version:
        """Take the version in a file of :meth:`export` into the store; which one is active stays as it is.

        Raises:
            U2ADError: if the site is locked, or the file is no version or a damaged one.
        """
        from u2ad.models.version_file import unpacked

        with unpacked(file) as folder:
            return self._take(folder)

    def _take(self, folder: Path) -> Version:
        self.expect_unlocked()
        given = self._read(folder)
        if given is None:
            raise U2ADError("What was to be kept is no model, or a damaged one.", "Adapt again, or fetch it again.")
        if given.id == STARTER:
            return given
        target = self.root / given.id
        if self._read(target) is None:
            with _in_words():
                self._copy(folder, target)
        return self.version(given.id)

    def _copy(self, folder: Path, target: Path) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self._tidy()
        part = self.root / f"{PART}{secrets.token_hex(4)}"
        try:
            part.mkdir()
            for name in FILES:
                _write(part / name, (folder / name).read_bytes())
            if target.exists():  # a damaged one of the same name
                target.rename(self.root / f"{GONE}{secrets.token_hex(4)}")
            part.rename(target)
            _settle(self.root)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _point_at(self, name: str) -> None:
        with _in_words():
            self.root.mkdir(parents=True, exist_ok=True)
            _write(self.root / ACTIVE, name.encode("ascii"))

    def _read(self, folder: Path) -> Version | None:
        """The version in a folder; None where weights or manifest are missing, or are not each other's."""
        try:
            manifest = read_manifest(NAME, folder)
            sound = manifest.name == NAME and sha256_of(folder / FILES[0]) == manifest.sha256
            sound = sound and isinstance(manifest.training.get(ADAPTATION, {}).get("created", ""), str)
            sound = sound and (manifest.parent is None or _SHA256.fullmatch(manifest.parent) is not None)
        except (OSError, U2ADError, AttributeError, TypeError):
            return None
        starter = read_manifest(NAME).sha256
        if not sound:
            return None
        if manifest.sha256 == starter:
            return Version(STARTER, None, folder, manifest)
        parent = STARTER if manifest.parent in (starter, None) else manifest.parent[:12]
        return Version(manifest.sha256[:12], parent, folder, manifest)

    def _tidy(self) -> None:
        """Remove what killed programs have left behind."""
        for folder in self.root.iterdir():
            with suppress(OSError):
                old = time.time() - folder.stat().st_mtime > LEFT_BEHIND_SECONDS
                if folder.name.startswith(GONE) or (folder.name.startswith(PART) and old):
                    shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, wait until the disk has it, and rename it."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _settle(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Make the disk remember the names in a folder, where the system can be told so."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            "This site's models cannot be written.",
            "Check that the disk has free space and that you may write to the data folder.",
        ) from error
