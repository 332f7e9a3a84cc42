"""Broken DICOM headers end in a scan or in a sentence. The long run is ``python Testing/fuzz/dicom_headers.py``."""

import sys
import time
from pathlib import Path

import pytest
from hypothesis.errors import DeadlineExceeded

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))

import dicom_headers
from dicom_damage import Change, Damage, Holds, Named, Nested, Part, Patch, Says, Times
from dicom_elements import elements_of

COUNT = 150
DAMAGES = {
    "other value": Change("PixelSpacing", True, Holds(b"0\\0")),
    "one of the values": Change("ImagePositionPatient", False, Part(1, b"nan")),
    "missing": Change("Rows", True, Times(0)),
    "twice": Change("Rows", True, Times(2)),
    "other type": Change("SeriesDescription", False, Says(b"US")),
    "other tag": Change("EchoTime", True, Named(0x00190010)),
    "sequence": Change("EchoTime", True, Nested(2, 1)),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, list[bytes]]:
    return dicom_headers.originals(tmp_path_factory.mktemp("good"))


def test_broken_headers_end_in_a_scan_or_a_sentence():
    tally = dicom_headers.run(COUNT)

    assert tally.inputs == COUNT
    assert {"read", "UnreadableInputError", "RefusedInputError", "SeveralSeriesError"} <= set(tally.ways)


def test_the_same_seed_gives_the_same_inputs():
    def contents(folder: Path) -> str:
        tried.append([path.read_bytes() for path in sorted(folder.iterdir())])
        return "seen"

    tried: list[list[bytes]] = []
    dicom_headers.run(20, 3, contents)
    dicom_headers.run(20, 3, contents)
    assert len(tried) == 40
    assert tried[:20] == tried[20:]


def test_an_error_that_nobody_foresaw_is_told_with_the_simplest_input_that_makes_it():
    def fails_without_rows(folder: Path) -> str:
        if any(b"\x28\x00\x10\x00US" not in path.read_bytes() for path in folder.iterdir()):
            raise KeyError("surprise")
        return "read"

    with pytest.raises(KeyError, match="surprise") as fault:
        dicom_headers.run(100, 0, fails_without_rows)

    told = "".join(fault.value.__notes__)
    assert "Damage(" in told
    assert told.count("Change(") <= 1
    assert "Patch(" not in told


def test_an_input_that_takes_too_long_is_a_fault(monkeypatch):
    monkeypatch.setattr(dicom_headers, "SLOW", 0.001)

    with pytest.raises(DeadlineExceeded):
        dicom_headers.run(3, 0, lambda _folder: time.sleep(0.01) or "read")


@pytest.mark.parametrize("series", ["plain", "packed", "enhanced"])
def test_without_damage_the_files_are_the_good_ones(series, good, tmp_path):
    files = Damage(series, (), (), None).files(good[series])

    assert [elements_of(one) for one in files] == [elements_of(one) for one in good[series]]
    (tmp_path / "in").mkdir()
    for number, content in enumerate(files):
        (tmp_path / "in" / f"{number}.dcm").write_bytes(content)
    assert dicom_headers.ending_of(tmp_path / "in") == "read"


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES)
def test_every_kind_of_damage_changes_what_it_says_it_does(change, good):
    files = Damage("plain", (change,), (), None).files(good["plain"])

    differing = [one != other for one, other in zip(files, good["plain"], strict=True)]
    assert any(differing)
    assert all(differing) or not change.everywhere
    assert differing[1:] == [change.everywhere] * 2


def test_fields_of_frames_are_damaged_too(good):
    damage = Damage("enhanced", (Change("ImagePositionPatient", True, Holds(b"")),), (), None)

    assert len(damage.files(good["enhanced"])[0]) < len(good["enhanced"][0]) - 3 * 6


def test_bytes_are_lost_put_in_and_there_twice():
    assert Patch(2, 1, b"xy", 0)(b"abcdef") == b"abxydef"
    assert Patch(2, 0, b"", 3)(b"abcdef") == b"abcdecdef"
    assert Patch(8, 1, b"", 0)(b"abcdef") == b"abdef"


def test_many_frames_that_share_a_header_are_looked_at_once(good, tmp_path):
    """They were once looked at one by one, for 12 seconds."""
    changes = (
        Change("NumberOfFrames", True, Holds(b"8243")),
        Change("PerFrameFunctionalGroupsSequence", True, Times(0)),
        Change("SharedFunctionalGroupsSequence", True, Named(0x00190010)),
    )
    (tmp_path / "0.dcm").write_bytes(Damage("enhanced", changes, (), None).files(good["enhanced"])[0])
    started = time.perf_counter()

    assert dicom_headers.ending_of(tmp_path) != "read"
    assert time.perf_counter() - started < dicom_headers.SLOW.total_seconds()


@pytest.mark.parametrize(("cut", "lost"), [(200, 12), (230, 12), (221, 1), (20, 200)])
def test_a_compressed_image_that_lost_bytes_is_told_at_once(good, tmp_path, cut, lost):
    """GDCM looked for lost bytes for seconds, or divided by a number of segments of zero, which ends the program."""
    damage = Damage("packed", (), (Patch(len(good["packed"][0]) - cut, lost, b"", 0),), None)
    for number, content in enumerate(damage.files(good["packed"])):
        (tmp_path / f"{number}.dcm").write_bytes(content)
    started = time.perf_counter()

    assert dicom_headers.ending_of(tmp_path) == "UnreadableInputError"
    assert time.perf_counter() - started < 5.0
