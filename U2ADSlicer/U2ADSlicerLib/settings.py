"""What this user has chosen on this computer, for every scan and scene. Holds nothing of a patient."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

GROUP = "U2ADSlicer"


class Store(Protocol):
    """As ``qt.QSettings``, which gives everything back as text."""

    def value(self, key: str, default: Any = None, /) -> Any: ...
    def setValue(self, key: str, value: Any, /) -> object: ...


class Settings:
    """The choices by name.

    Args:
        store: where they are kept; Slicer's settings where None.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._store = store if store is not None else _slicerSettings()

    @property
    def readerName(self) -> str:
        """Goes with decisions; typed by the reader, never taken from the system."""
        return self._text("readerName")

    @readerName.setter
    def readerName(self, name: str) -> None:
        self._set("readerName", name.strip())

    @property
    def packageFolder(self) -> Path | None:
        """Where Python packages are installed from without a network; None to use the network."""
        text = self._text("packageFolder")
        return Path(text) if text else None

    @packageFolder.setter
    def packageFolder(self, folder: Path | None) -> None:
        self._set("packageFolder", str(folder) if folder is not None else "")

    @property
    def threads(self) -> int | None:
        """Threads of a detection; None for all."""
        text = self._text("threads")
        return int(text) if text.isdecimal() and int(text) > 0 else None

    @threads.setter
    def threads(self, count: int | None) -> None:
        self._set("threads", str(count or 0))

    @property
    def shortcutsEnabled(self) -> bool:
        """Whether single keys decide and move."""
        return self._switch("shortcutsEnabled", default=True)

    @shortcutsEnabled.setter
    def shortcutsEnabled(self, enabled: bool) -> None:
        self._set("shortcutsEnabled", "true" if enabled else "false")

    @property
    def blindFirstRead(self) -> bool:
        """Whether maps stay hidden until the reader has written an own impression; it holds for every scan to come."""
        return self._switch("blindFirstRead", default=False)

    @blindFirstRead.setter
    def blindFirstRead(self, enabled: bool) -> None:
        self._set("blindFirstRead", "true" if enabled else "false")

    def _text(self, name: str) -> str:
        value = self._store.value(f"{GROUP}/{name}", "")
        return "" if value is None else str(value)

    def _switch(self, name: str, *, default: bool) -> bool:
        return {"true": True, "false": False}.get(self._text(name).lower(), default)

    def _set(self, name: str, value: str) -> None:
        self._store.setValue(f"{GROUP}/{name}", value)


def _slicerSettings() -> Store:
    import qt

    return qt.QSettings()
