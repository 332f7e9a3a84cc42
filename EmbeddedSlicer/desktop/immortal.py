"""Keeps PySide6 6.12 from freeing None under Python 3.10 and 3.11.

Its wheels return None, True and False without counting the reference, as Python 3.12 and later allow (PEP 683). Older
Pythons do count: after some thousand calls of Qt the count is zero and Python ends with "deallocating None".
"""

from __future__ import annotations

import ctypes
import sys

PLENTY = 1 << 40  # references: more than any process will lose


def keepSingletons() -> None:
    """Gives None, True and False more references than can be lost; does nothing where Python keeps them for good."""
    if sys.version_info >= (3, 12):
        return
    for singleton in (None, True, False):
        ctypes.c_ssize_t.from_address(id(singleton)).value += PLENTY
