"""Desktop Slicer's application, widgets and Python files, as far as a scripted module needs them, without Slicer.

Never imported inside desktop Slicer, nor by ``u2ad detect``: it needs PySide6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from EmbeddedSlicer.desktop.desktop import Desktop

__all__ = ["start"]


def start(testing: bool = True) -> Desktop:
    """The desktop of this process: started at the first call, the same at every later one.

    Args:
        testing: as Slicer's ``--testing``: dialogs of ``slicer.util`` answer themselves and are logged.

    Raises:
        RuntimeError: inside desktop Slicer.
    """
    from EmbeddedSlicer.desktop.desktop import Desktop

    return Desktop.start(testing)
