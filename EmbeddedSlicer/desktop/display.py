"""Whether a window can be opened here; asked before Qt is, which ends the process where it cannot."""

from __future__ import annotations

import ctypes
import os
import sys

NO_DISPLAY = (
    "There is no display to open a window on. Start this on a computer's own desktop, or connect with a remote desktop "
    "or 'ssh -X'. Without any display, '--screenshot FILE' writes a picture of the window instead."
)
NO_CURSOR_LIBRARY = (
    "Qt needs the system library libxcb-cursor, which is missing. "
    "On Debian or Ubuntu: sudo apt-get install libxcb-cursor0. Elsewhere the package is called xcb-util-cursor."
)


def why_no_window() -> str:
    """What is missing to open a window, and what to do about it; empty where nothing is."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return NO_DISPLAY
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        return NO_CURSOR_LIBRARY
    return ""
