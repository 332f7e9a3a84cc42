"""Files that are written in another process while this one writes the others."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path
from threading import Event
from types import TracebackType

from u2ad.errors import Cancelled
from u2ad.export.product import Part, Product
from u2ad.progress import Progress

POLL = 0.1
"""Seconds between two looks at whether it is done, or shall be stopped."""


class Helper:
    """Waits for other processes in threads of its own; leaving it early ends them.

    Args:
        folder: of the export.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(max_workers=2)
        self._stop = Event()
        self._under_way: dict[str, Future[None]] = {}

    def start(self, product: Product) -> None:
        """Begin with those files of a product that are written in another process."""
        for part in product.parts:
            if part.elsewhere is not None:
                path = place_of(part, self._folder)
                self._under_way[part.name] = self._threads.submit(part.elsewhere, path, self._check)

    def wait(self, part: Part, progress: Progress) -> None:
        """Wait until a file is written; what went wrong with it is raised here."""
        while True:
            try:
                return self._under_way[part.name].result(POLL)
            except NotYet:
                progress.advance(0)

    def __enter__(self) -> Helper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._threads.shutdown(wait=True)

    def _check(self) -> None:
        if self._stop.is_set():
            raise Cancelled


def place_of(part: Part, folder: Path) -> Path:
    """Where a file is written; its folder is made."""
    path = folder / part.name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
