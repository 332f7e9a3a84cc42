"""Runs the measurements and prints them as one line of JSON."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded: no window, whatever screen there is

from EmbeddedSlicer.desktop.review import MODULE

sys.path.insert(0, str(MODULE.parent))

from u2ad.benchmark.panel import PanelResult, Workload


def main() -> int:
    """Prints the figures; returns the exit status."""
    workload = _parse()
    from EmbeddedSlicer.desktop.benchmark.openings import openings

    lines = list(openings(workload.openings))
    with tempfile.TemporaryDirectory(prefix="u2ad-benchmark-") as folder:
        os.environ["U2ADSLICER_DATA"] = folder  # the reader's own journals are left alone
        from EmbeddedSlicer.desktop.benchmark.reading import Reading

        with Reading(workload) as reading:
            lines += reading.measure()
            result = PanelResult(reading.machine(), reading.findings, tuple(lines))
    print(result.to_json())
    return 0


def _parse() -> Workload:
    usual = Workload()
    parser = argparse.ArgumentParser(prog="python -m EmbeddedSlicer.desktop.benchmark", description=__doc__)
    parser.add_argument("--shape", type=_shape, default=usual.shape, metavar="KxJxI", help="voxels of the scan")
    parser.add_argument("--candidates", type=int, default=usual.candidates, help="bright spots in its cord")
    parser.add_argument("--steps", type=int, default=usual.steps, help="how often each key is pressed")
    parser.add_argument("--openings", type=int, default=usual.openings, help="fresh processes that open the panel")
    return Workload(**vars(parser.parse_args()))


def _shape(text: str) -> tuple[int, int, int]:
    slices, rows, columns = (int(part) for part in text.lower().split("x"))
    return slices, rows, columns


if __name__ == "__main__":
    sys.exit(main())
