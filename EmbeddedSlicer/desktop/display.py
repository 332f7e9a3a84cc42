"""Whether a window can be opened here; asked before Qt is, which ends the process where it cannot."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping

NO_DISPLAY = (
    "There is no display to open a window on. Start this on a computer's own desktop, or connect with a remote desktop "
    "or 'ssh -X'. Without any display, '--screenshot FILE' writes a picture of the window instead."
)
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt 6 as it comes from PyPI links to and a bare system lacks: library by library, and Debian's package of it."""

X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What its part for X11 needs besides."""


def why_no_window() -> str:
    """What is missing to open a window, or to draw one unseen, and what to do about it; empty where nothing is."""
    if not sys.platform.startswith("linux"):
        return ""
    if os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return _why_not(QT_LIBRARIES)
    if not os.environ.get("DISPLAY"):
        return NO_DISPLAY
    return _why_not(QT_LIBRARIES | X11_LIBRARIES)


def _why_not(libraries: Mapping[str, str]) -> str:
    missing = {library: package for library, package in libraries.items() if not _is_there(library)}
    if not missing:
        return ""
    return (
        f"Qt needs system libraries that are missing: {', '.join(missing)}. "
        f"On Debian or Ubuntu: sudo apt-get install {' '.join(missing.values())}. "
        "Elsewhere install the packages of these libraries."
    )


def _is_there(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
