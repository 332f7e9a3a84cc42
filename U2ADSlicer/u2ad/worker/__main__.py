"""``python -m u2ad.worker JOB.json``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from u2ad.threads import wait_patiently
from u2ad.worker.run import main

if __name__ == "__main__":
    wait_patiently()
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError, ValueError):
            stream.flush()
    os._exit(code)  # all is written: do not wait the seconds that Python takes to take PyTorch apart
