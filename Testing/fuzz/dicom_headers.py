"""Gives broken DICOM headers to the reader by the thousand: ``python Testing/fuzz/dicom_headers.py --count 20000``.

Each input is a good series with something wrong in its elements or its bytes, drawn by hypothesis: values of any text,
number or sequence, elements missing, repeated, under another tag or of another type, lengths that lie, bytes turned,
lost or there twice, the end cut off. The folder is listed, ranked and read. Only a scan or a ``U2ADError`` may come of
it, within seconds. Prints how many ended in which way; of what must not be, the simplest input that still does it.
Where a decoder crashes, the input stays in the folder ``dicom-fuzz-*`` for temporary files.
"""

from __future__ import annotations

import argparse
import faulthandler
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

import pydicom
from dicom_damage import Damage, damages
from dicom_files import SAGITTAL, write_multiframe, write_stack

from u2ad.errors import U2ADError
from u2ad.scan import check_form, list_proposals, read_proposed

SLOW = timedelta(seconds=5)
"""Beyond it an input counts as a fault."""

HANG_SECONDS = 120.0
"""Beyond it the run ends, and says where it stood."""

SMALL = (3, 12, 10)
STATED = {
    "BodyPartExamined": "CSPINE", "ProtocolName": "T2 TSE", "StudyDescription": "Neck", "StudyDate": "20240503",
    "AccessionNumber": "A17", "FrameOfReferenceUID": "1.2.3", "ImageType": ["ORIGINAL", "PRIMARY", "M"],
    "RescaleSlope": 1, "RescaleIntercept": 0, "LossyImageCompression": "00", "SpecificCharacterSet": "ISO_IR 192",
}  # fmt: skip
"""What the good files say besides, so that it can be damaged."""


@dataclass
class Tally:
    """How many inputs ended in which way, and what the slowest of them took."""

    ways: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def inputs(self) -> int:
        """How many there were; those are among them with which hypothesis made a fault simpler."""
        return self.ways.total()


def originals(folder: Path) -> dict[str, list[bytes]]:
    """The files of a small good series, a compressed one and a multi-frame one."""
    voxels = np.arange(np.prod(SMALL), dtype=np.int16).reshape(SMALL)
    for name in ("plain", "packed", "enhanced"):
        (folder / name).mkdir(parents=True)
    write_stack(folder / "plain", voxels)
    write_stack(folder / "packed", voxels)
    write_multiframe(folder / "enhanced" / "one.dcm", voxels, SAGITTAL, (3.0, 0.7, 0.7), np.arange(len(voxels)))
    return {
        made.name: [_completed(path, number) for number, path in enumerate(sorted(made.iterdir()))]
        for made in folder.iterdir()
    }


def ending_of(folder: Path) -> str:
    """List, rank, read and check a folder: "read", or the class of the error that a reader is told.

    Raises:
        Exception: if the reader fails in a way that nobody foresaw.
    """
    try:
        list_proposals(folder)
        check_form(read_proposed(folder))
    except U2ADError as error:
        return type(error).__name__
    return "read"


def run(count: int, first: int = 0, endings: Callable[[Path], str] = ending_of) -> Tally:
    """Try ``count`` inputs.

    Args:
        count: how many.
        first: seed that decides which; the same inputs come of it each time.
        endings: what is done with the folder.

    Raises:
        Exception: what an input raised or how long it took, with the simplest such input in its notes; an
            ``ExceptionGroup`` where there are several faults.
    """
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="dicom-fuzz-") as private:
        good = originals(Path(private) / "originals")
        folder = Path(private) / "input"

        @seed(first)
        @settings(
            max_examples=count,
            deadline=SLOW,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(damages(sorted(good)))
        def attempt(damage: Damage) -> None:
            _write(folder, damage.files(good[damage.series]))
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            started = time.perf_counter()
            tally.ways[endings(folder)] += 1
            tally.slowest = max(tally.slowest, time.perf_counter() - started)

        try:
            attempt()
        finally:
            faulthandler.cancel_dump_traceback_later()
    return tally


def _completed(path: Path, number: int) -> bytes:
    image = pydicom.dcmread(path)
    own = {"SeriesInstanceUID": "1.2.3.4", "StudyInstanceUID": "1.2.3.5", "SOPInstanceUID": f"1.2.3.6.{number}"}
    for keyword, value in (STATED | own).items():  # UIDs made anew would make other inputs of the same seed
        setattr(image, keyword, value)
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    if path.parent.name == "packed":
        image.compress(pydicom.uid.RLELossless, generate_instance_uid=False)
    image.save_as(path)
    return path.read_bytes()


def _write(folder: Path, files: list[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, content in enumerate(files):
        (folder / f"{number}.dcm").write_bytes(content)


def main() -> int:
    """Run it from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0, help="decides which inputs are tried")
    asked = parser.parse_args()
    faulthandler.enable()
    started = time.perf_counter()
    try:
        tally = run(asked.count, asked.seed)
    except Exception:
        traceback.print_exc()
        return 1
    for way, number in tally.ways.most_common():
        print(f"{number:8d}  {way}")
    seconds = time.perf_counter() - started
    print(f"{tally.inputs} inputs in {seconds:.0f} s without a fault, the slowest took {tally.slowest:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
