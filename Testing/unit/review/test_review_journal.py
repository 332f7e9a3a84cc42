"""The journal: whatever is killed when, no step that was written is lost, and no step is lost unnoticed."""

import errno
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from u2ad.errors import OutputError, UnreadableInputError
from u2ad.locking import locked
from u2ad.review import Action, Decision, Journal, Review
from u2ad.review import journal as journal_file
from u2ad.review.journal import case_folder, merged, voxel_key

PACKAGES = Path(__file__).parents[3] / "U2ADSlicer"

APPENDING = """
import sys
from pathlib import Path
from u2ad.review.action import Action
from u2ad.review.changes import Assess, Assessment
from u2ad.review.journal import Journal
folder, name, count = sys.argv[1:]
journal = Journal(Path(folder))
sys.stdin.readline()
for number in range(int(count)):
    said = Assess(Assessment("unsure", "x" * (number % 40) ** 3))
    journal.append(Action(f"{name}-{number}", "t", name, "assess", (said,)))
    print(number, flush=True)
"""
"""Lines from a hundred bytes to sixty thousand, each told once it is safe."""


def appending(folder: Path, name: str, count: int) -> subprocess.Popen:
    """A process that begins to append when it is told to."""
    return subprocess.Popen(
        [sys.executable, "-c", APPENDING, str(folder), name, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
    )


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file grows beyond ``size`` bytes: the system itself refuses, after writing what still fits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def ids(actions: tuple[Action, ...]) -> list[str]:
    return [action.id for action in actions]


def test_what_is_appended_is_read_in_order(journal: Journal, make_action: Callable[..., Action]) -> None:
    written = [make_action("a", number, at) for number, at in ((1, "2026-05"), (2, "2026-01"), (3, "2026-03"))]
    for action in written:
        journal.append(action)
    assert Journal(journal.folder).read() == tuple(written)


def test_a_journal_that_nobody_wrote_is_empty_and_makes_no_file(journal: Journal) -> None:
    assert journal.read() == ()
    assert not journal.folder.exists()


def test_what_stands_in_it_already_is_not_written_again(journal: Journal, make_action: Callable[..., Action]) -> None:
    journal.append(make_action("a", 1))
    size = journal.path.stat().st_size
    journal.append(make_action("a", 1))
    other = Journal(journal.folder)
    other.read()
    other.extend([make_action("a", 1)])
    assert journal.path.stat().st_size == size


def test_lines_that_stand_twice_count_once(journal: Journal, make_action: Callable[..., Action]) -> None:
    journal.append(make_action("a", 1))
    journal.append(make_action("a", 2))
    journal.path.write_bytes(journal.path.read_bytes() * 2)
    assert ids(Journal(journal.folder).read()) == ["a-1", "a-2"]


@pytest.mark.parametrize("end", [b"\n", b""], ids=["whole", "without its end"])
def test_a_cut_at_any_byte_of_the_last_line_loses_nothing_else(
    journal: Journal, make_action: Callable[..., Action], review: Review, end: bytes
) -> None:
    review.decide(review.findings[0].key, Decision.CONFIRMED, comment="seen")
    *before, last = [make_action("a", 1), *review.actions]
    head = b"".join(action.to_json().encode() + b"\n" for action in before)
    tail = last.to_json().encode()
    for cut in range(len(tail) + 1):
        journal.path.write_bytes(head + tail[:cut] + (end if cut == len(tail) else b""))
        whole = [*before, last] if cut == len(tail) else before
        journal_again = Journal(journal.folder)
        assert journal_again.read() == tuple(whole)
        assert journal_again.damaged == (0 < cut < len(tail))
        journal_again.append(make_action("b", 1))
        assert ids(Journal(journal.folder).read()) == [*ids(tuple(whole)), "b-1"]


def test_damage_in_the_middle_costs_one_line_and_is_counted(
    journal: Journal, make_action: Callable[..., Action]
) -> None:
    for number in (1, 2, 3):
        journal.append(make_action("a", number))
    lines = journal.path.read_bytes().split(b"\n")
    lines[1] = b"\xff\x00" + lines[1][5:]
    journal.path.write_bytes(b"\n".join(lines))
    again = Journal(journal.folder)
    assert ids(again.read()) == ["a-1", "a-3"]
    assert again.damaged == 1


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
def test_killed_in_the_middle_of_many_appends_nothing_that_was_told_is_lost(tmp_path: Path, seconds: float) -> None:
    child = appending(tmp_path, "child", 100_000)
    assert child.stdout is not None
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()
    child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    told = 1 + len(child.stdout.readlines())
    assert child.wait() == -signal.SIGKILL
    journal = Journal(tmp_path)
    kept = ids(journal.read())
    assert kept == [f"child-{number}" for number in range(len(kept))]
    assert told <= len(kept) <= told + 1
    assert journal.damaged <= 1
    journal.append(Action("next-1", "t", "", "assess"))
    assert ids(Journal(tmp_path).read()) == [*kept, "next-1"]


def test_two_processes_at_once_write_whole_lines_each_in_its_order(tmp_path: Path) -> None:
    children = [appending(tmp_path, name, 150) for name in ("left", "right")]
    time.sleep(0.5)  # both have started, and wait
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=60)
        assert child.returncode == 0
    journal = Journal(tmp_path)
    kept = ids(journal.read())
    assert journal.damaged == 0
    for name in ("left", "right"):
        assert [id_ for id_ in kept if id_.startswith(name)] == [f"{name}-{number}" for number in range(150)]


def test_a_full_disk_is_told_once_and_everything_is_written_later(
    journal: Journal, make_action: Callable[..., Action]
) -> None:
    journal.append(make_action("a", 1))
    with disk_of(journal.path.stat().st_size + 30):
        with pytest.raises(OutputError, match="disk is full"):
            journal.append(make_action("a", 2))
        journal.append(make_action("a", 3))
        assert ids(journal.pending) == ["a-2", "a-3"]
        assert ids(journal.read()) == ["a-1", "a-2", "a-3"]
        assert ids(Journal(journal.folder).read()) == ["a-1"]
        with pytest.raises(OutputError):
            journal.flush()
    journal.append(make_action("a", 4))
    assert journal.pending == ()
    assert ids(Journal(journal.folder).read()) == ["a-1", "a-2", "a-3", "a-4"]


def test_after_it_went_well_again_a_new_trouble_is_told_again(
    journal: Journal, make_action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 3):
        with monkeypatch.context() as broken:
            broken.setattr(journal_file.os, "fsync", _fail)
            with pytest.raises(OutputError, match="cannot be written"):
                journal.append(make_action("a", number))
        journal.append(make_action("a", number + 1))
    assert ids(Journal(journal.folder).read()) == ["a-1", "a-2", "a-3", "a-4"]


def _fail(_file: int) -> None:
    raise OSError(errno.EIO, "input/output error")


def test_where_no_folder_can_be_made_the_action_stays_in_memory(
    tmp_path: Path, make_action: Callable[..., Action]
) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "case")
    with pytest.raises(OutputError, match="memory only"):
        journal.append(make_action("a", 1))
    assert journal.read() == journal.pending == (make_action("a", 1),)
    (tmp_path / "file").unlink()
    journal.flush()
    assert Journal(journal.folder).read() == (make_action("a", 1),)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(tmp_path: Path, make_action: Callable[..., Action]) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="memory only"):
        Journal(tmp_path).append(make_action("a", 1))


def test_a_journal_that_the_disk_does_not_give_is_told(journal: Journal) -> None:
    journal.path.mkdir(parents=True)
    with pytest.raises(UnreadableInputError, match="earlier decisions"):
        journal.read()


def test_no_message_names_a_path(tmp_path: Path, make_action: Callable[..., Action]) -> None:
    (tmp_path / "Doe_Jane").write_text("")
    with pytest.raises(OutputError) as told:
        Journal(tmp_path / "Doe_Jane").append(make_action("a", 1))
    assert "Doe" not in str(told.value)


def test_the_line_is_on_the_disk_when_append_returns(
    journal: Journal, make_action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    real = os.fsync
    monkeypatch.setattr(journal_file.os, "fsync", lambda file: (real(file), sizes.append(os.fstat(file).st_size)))
    journal.append(make_action("a", 1))
    assert journal.path.stat().st_size in sizes


def test_a_journal_set_aside_is_kept_beside_the_new_one(journal: Journal, make_action: Callable[..., Action]) -> None:
    journal.append(make_action("a", 1))
    journal.set_aside()
    assert journal.read() == ()
    journal.append(make_action("a", 1))
    assert ids(journal.read()) == ["a-1"]
    assert len(list(journal.folder.glob("journal-*.jsonl"))) == 1
    journal.set_aside()
    assert len(list(journal.folder.glob("journal-*.jsonl"))) == 2


def test_setting_nothing_aside_is_no_trouble(journal: Journal) -> None:
    journal.set_aside()
    assert not journal.folder.exists()


def test_a_program_that_hangs_with_the_lock_stops_nobody_for_long(
    journal: Journal, make_action: Callable[..., Action]
) -> None:
    journal.append(make_action("a", 1))
    with journal.path.open("rb") as hanging, locked(hanging.fileno()) as first:
        assert first
        with journal.path.open("rb") as other, locked(other.fileno(), patience=0.02) as second:
            assert not second
        began = time.monotonic()
        journal.append(make_action("a", 2))
        assert time.monotonic() - began < 3
    with journal.path.open("rb") as other, locked(other.fileno()) as third:
        assert third
    assert ids(journal.read()) == ["a-1", "a-2"]


def test_an_append_waits_for_its_turn(journal: Journal, make_action: Callable[..., Action]) -> None:
    """Windows has no append that two programs can do at once: there it takes the lock to keep lines whole."""
    journal.append(make_action("a", 1))
    waiting = threading.Thread(target=journal.append, args=[make_action("a", 2)])
    with journal.path.open("rb") as other, locked(other.fileno()):
        waiting.start()
        waiting.join(0.3)
        assert ids(Journal(journal.folder).read()) == ["a-1"]
    waiting.join(5)
    assert ids(Journal(journal.folder).read()) == ["a-1", "a-2"]


def test_two_logs_become_one_each_in_its_own_order(make_action: Callable[..., Action]) -> None:
    common = [make_action("c", number, "2026-05") for number in (1, 2)]
    left = [make_action("l", 1, "2026-09"), make_action("l", 2, "2026-01")]
    right = [make_action("r", 1, "2026-03"), make_action("r", 2, "2026-10")]
    both = merged([common[0], *left, common[1]], [common[0], common[1], *right])
    assert ids(both) == ["c-1", "l-1", "l-2", "c-2", "r-1", "r-2"]
    assert ids(merged(left, right)) == ["r-1", "l-1", "l-2", "r-2"]
    assert merged(left, []) == merged([], left) == merged(left, left) == tuple(left)


def test_logs_that_contradict_each_other_still_lose_nothing(make_action: Callable[..., Action]) -> None:
    one, two, three = (make_action("a", number) for number in (1, 2, 3))
    assert sorted(ids(merged([one, two, three], [three, two, one]))) == ["a-1", "a-2", "a-3"]


def test_a_scan_is_known_by_its_voxels_alone() -> None:
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    key = voxel_key(array)
    assert len(key) == 64
    assert voxel_key(array.astype(np.float64)) == key
    assert voxel_key(np.asfortranarray(array)) == key
    assert voxel_key(array.reshape(3, 2, 4)) != key
    changed = array.copy()
    changed[1, 2, 3] += 1
    assert voxel_key(changed) != key


def test_journals_lie_in_folders_named_by_the_key(tmp_path: Path) -> None:
    assert case_folder(tmp_path, "ab12") == tmp_path / "cases" / "ab" / "ab12"
