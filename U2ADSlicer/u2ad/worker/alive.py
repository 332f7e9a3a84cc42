"""Whether another process still lives. Standard library only."""

from __future__ import annotations

import os
import sys

_SYNCHRONIZE = 0x00100000
_STILL_RUNNING = 0x00000102  # WAIT_TIMEOUT: the process object is not signalled
_ACCESS_DENIED = 5


def is_alive(process: int) -> bool:
    """Whether a process runs; one that belongs to somebody else counts as alive."""
    if process <= 0:
        return False
    return _is_alive_on_windows(process) if sys.platform == "win32" else _is_alive_on_posix(process)


def _is_alive_on_posix(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_alive_on_windows(process: int) -> bool:
    """On Windows ``os.kill(process, 0)`` would end it.

    Source: Win32 OpenProcess, WaitForSingleObject (processthreadsapi.h, synchapi.h).
    """
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    kernel.OpenProcess.restype = ctypes.c_void_p
    kernel.WaitForSingleObject.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    kernel.CloseHandle.argtypes = (ctypes.c_void_p,)
    handle = kernel.OpenProcess(_SYNCHRONIZE, False, process)
    if not handle:
        return ctypes.get_last_error() == _ACCESS_DENIED  # type: ignore[attr-defined]
    try:
        return kernel.WaitForSingleObject(handle, 0) == _STILL_RUNNING
    finally:
        kernel.CloseHandle(handle)
