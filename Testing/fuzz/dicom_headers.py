"""Gives broken DICOM headers to the reader by the thousand: ``python Testing/fuzz/dicom_headers.py --count 20000``.

Each input is one slice of a good series with something done to its bytes: fields given random values or lengths, bytes
turned, cut out or repeated, the end lost. The folder is listed, ranked and read. Only a scan or a ``U2ADError`` may
come of it, within seconds. Prints how many ended in which way, and the seed of what did not.
"""

from __future__ import annotations

import argparse
import shutil
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

import pydicom
from dicom_files import SAGITTAL, write_multiframe, write_stack

from u2ad.errors import U2ADError
from u2ad.scan import check_form, list_proposals, read_proposed

SLOW_SECONDS = 5.0
SMALL = (3, 12, 10)

VALUES = (
    *(b"", b"0", b"-1", b"1e308", b"nan", b"inf", b"99999999999", b"\\\\\\", b"1\\2", b"x" * 70, b"\x00", b"\xff\xfe"),
    *(b"1.2.840.10008.1.2.4.50", b"MONOCHROME1", b"\x1b$B\xff", b"1\\0\\0\\0\\1\\0", b"65535"),
)
"""What a field may hold at worst."""

TYPES = (b"SQ", b"UN", b"FD", b"OB", b"IS", b"PN", b"US", b"??")

Damage = Callable[[bytearray, np.random.Generator], bytearray]


@dataclass(frozen=True)
class Ending:
    """How one input ended.

    Args:
        way: "read", the class of the error that a reader is told, or the class of one that is a fault.
        seconds: what it took.
        fault: whether it must not end so.
    """

    way: str
    seconds: float
    fault: bool


def originals(folder: Path) -> dict[str, list[bytes]]:
    """The files of a small good series, one multi-frame one and a compressed one."""
    voxels = np.arange(np.prod(SMALL), dtype=np.int16).reshape(SMALL)
    write_stack(folder / "plain", voxels, BodyPartExamined="CSPINE")
    write_stack(folder / "packed", voxels, BodyPartExamined="CSPINE")
    for path in (folder / "packed").iterdir():
        image = pydicom.dcmread(path)
        image.compress(pydicom.uid.RLELossless, generate_instance_uid=False)
        image.save_as(path)
    (folder / "enhanced").mkdir()
    write_multiframe(folder / "enhanced" / "one.dcm", voxels, SAGITTAL, (3.0, 0.7, 0.7), np.arange(len(voxels)))
    return {
        made.name: [path.read_bytes() for path in sorted(made.iterdir())]
        for made in (folder / "plain", folder / "packed", folder / "enhanced")
    }


def damaged(files: list[bytes], random: np.random.Generator) -> list[bytes]:
    """The files of a series, one of them broken in one to four ways."""
    content = bytearray(files[0])
    for _ in range(random.integers(1, 5)):
        content = DAMAGES[random.integers(len(DAMAGES))](content, random)
    return [bytes(content), *files[1:]]


def ending_of(folder: Path) -> Ending:
    """List, rank, read and check the folder."""
    started, fault = time.perf_counter(), False
    try:
        list_proposals(folder)
        check_form(read_proposed(folder))
        way = "read"
    except U2ADError as error:
        way = type(error).__name__
    except Exception as error:
        way, fault = type(error).__name__, True
    seconds = time.perf_counter() - started
    return Ending(way, seconds, fault or seconds > SLOW_SECONDS)


def run(seeds: Iterable[int], told: Callable[[int, Ending], object] = lambda *_: None) -> Counter[str]:
    """Try one input for each seed; ``told`` hears of each. Returns how many ended in which way, faults marked."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as private:
        made = originals(Path(private) / "originals")
        names, folder = sorted(made), Path(private) / "input"
        for seed in seeds:
            random = np.random.default_rng(seed)
            _write(folder, damaged(made[names[seed % len(names)]], random))
            ending = ending_of(folder)
            counts[("FAULT " if ending.fault else "") + ending.way] += 1
            told(seed, ending)
    return counts


def _write(folder: Path, files: list[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, content in enumerate(files):
        (folder / f"{number}.dcm").write_bytes(content)


def _header_length(content: bytearray) -> int:
    """Up to the pixels, as far as they are still to be found."""
    pixels = content.rfind(b"\xe0\x7f\x10\x00")
    return max(pixels, 140) if pixels > 0 else max(len(content), 140)


def _somewhere(content: bytearray, random: np.random.Generator) -> int:
    return int(random.integers(0, min(_header_length(content), max(len(content), 1))))


def other_value(content: bytearray, random: np.random.Generator) -> bytearray:
    """One element of a short explicit VR with another value, its length adapted."""
    element = _element(content, random)
    if element is None:
        return content
    start, length = element
    value = VALUES[random.integers(len(VALUES))]
    value += b" " * (len(value) % 2)
    content[start - 2 : start + length] = struct.pack("<H", len(value)) + value
    return content


def other_length(content: bytearray, random: np.random.Generator) -> bytearray:
    """One element that lies about its length."""
    element = _element(content, random)
    if element is not None:
        struct.pack_into("<H", content, element[0] - 2, int(random.choice([0, 1, 7, 255, 65534, 65535])))
    return content


def other_type(content: bytearray, random: np.random.Generator) -> bytearray:
    """One element of another value representation."""
    element = _element(content, random)
    if element is not None:
        content[element[0] - 4 : element[0] - 2] = random.choice(
            [b"SQ", b"UN", b"FD", b"OB", b"IS", b"PN", b"US", b"??"]
        )
    return content


def turned_bits(content: bytearray, random: np.random.Generator) -> bytearray:
    """A few bytes of the header become others."""
    for _ in range(random.integers(1, 8)):
        if content:
            content[_somewhere(content, random)] = int(random.integers(256))
    return content


def lost_bytes(content: bytearray, random: np.random.Generator) -> bytearray:
    """A stretch of the header is missing."""
    start = _somewhere(content, random)
    del content[start : start + int(random.integers(1, 40))]
    return content


def repeated_bytes(content: bytearray, random: np.random.Generator) -> bytearray:
    """A stretch of the header comes twice."""
    start, length = _somewhere(content, random), int(random.integers(1, 200))
    content[start:start] = content[start : start + length]
    return content


def lost_end(content: bytearray, random: np.random.Generator) -> bytearray:
    """The file ends early."""
    return content[: int(random.integers(0, len(content) + 1))]


def _element(content: bytearray, random: np.random.Generator) -> tuple[int, int] | None:
    """Start and length of the value of one element with a short explicit VR; None where there is none."""
    shorts = (b"CS", b"DS", b"IS", b"LO", b"UI", b"US", b"PN", b"DA", b"SH")
    places = [
        place
        for place in range(132, _header_length(content) - 8)
        if content[place : place + 2] in shorts and content[place - 3] in (0, 16, 24, 32, 40, 144, 145)
    ]
    if not places:
        return None
    place = places[random.integers(len(places))]
    return place + 4, struct.unpack_from("<H", content, place + 2)[0]


DAMAGES: tuple[Damage, ...] = (
    other_value, other_value, other_value, other_length, other_type, turned_bits, lost_bytes, repeated_bytes, lost_end
)  # fmt: skip


def main() -> int:
    """Run it from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first input")
    asked = parser.parse_args()
    slowest = [0.0]

    def told(seed: int, ending: Ending) -> None:
        slowest[0] = max(slowest[0], ending.seconds)
        if ending.fault:
            print(f"seed {seed}: {ending.way} after {ending.seconds:.1f} s", flush=True)

    started = time.perf_counter()
    counts = run(range(asked.first, asked.first + asked.count), told)
    for way, count in counts.most_common():
        print(f"{count:8d}  {way}")
    print(f"{asked.count} inputs in {time.perf_counter() - started:.0f} s, the slowest took {slowest[0]:.2f} s")
    return int(any(way.startswith("FAULT") for way in counts))


if __name__ == "__main__":
    sys.exit(main())
