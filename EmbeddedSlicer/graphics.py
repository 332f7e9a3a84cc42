"""Chooses VTK's off-screen window class and says which system package is missing for it.

VTK ends the process (segmentation fault) when it is asked for a window it cannot make, so this is asked first.
"""

from __future__ import annotations

import ctypes
import os
import sys

WINDOW_CLASS_VARIABLE = "VTK_DEFAULT_OPENGL_WINDOW"
REMEDY = (
    "On Debian or Ubuntu: sudo apt-get install libegl1 libgl1-mesa-dri. "
    "Elsewhere install the graphics driver's EGL library, or Mesa's."
)


class NoGraphicsError(RuntimeError):
    """Pictures cannot be drawn on this computer."""


def prepare_offscreen() -> None:
    """Makes VTK's next windows off-screen ones that need no display; to be called before the first is made.

    On Linux that is EGL, with a graphics card or with Mesa's software renderer. Windows and macOS draw off-screen
    with the window class that VTK chooses by itself.

    Raises:
        NoGraphicsError: if the EGL library is missing; the message names the packages to install.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL("libEGL.so.1")
    except OSError as error:
        msg = f"Pictures need the system library libEGL, which is missing. {REMEDY}"
        raise NoGraphicsError(msg) from error
    os.environ[WINDOW_CLASS_VARIABLE] = "vtkEGLRenderWindow"
