"""How threads wait for each other. Standard library only: it must be said before PyTorch is loaded."""

from __future__ import annotations

import os


def wait_patiently() -> None:
    """Let idle threads sleep instead of spin, unless the user has said otherwise (OpenMP, ``OMP_WAIT_POLICY``).

    Where another program takes a core, spinning threads wait for one that does not run: on two cores of which one was
    busy, an adaptation made 14 steps in 55 s, and 94 when its threads slept.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
