"""The result folder: whole or not there at all, whatever happens."""

import errno
import multiprocessing
import os
import shutil
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from u2ad.errors import OutputError
from u2ad.result import ResultFolder, expect_free
from u2ad.result.files import FINDINGS, OVERVIEW, SEGMENTATION


def write(target: Path, text: str = "new", *, force: bool = False) -> None:
    with ResultFolder(target, force=force) as folder:
        (folder / FINDINGS).write_text(text, encoding="utf-8")
        (folder / "pictures").mkdir()
        (folder / "pictures" / "finding-1.png").write_bytes(b"x")


def text_in(target: Path) -> str:
    return (target / FINDINGS).read_text(encoding="utf-8")


def names_in(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir())


def test_a_result_appears_under_its_name(tmp_path: Path) -> None:
    write(tmp_path / "result")
    assert names_in(tmp_path) == ["result"]
    assert names_in(tmp_path / "result") == [FINDINGS, "pictures"]


def test_until_it_is_complete_it_is_hidden(tmp_path: Path) -> None:
    with ResultFolder(tmp_path / "result") as folder:
        assert not (tmp_path / "result").exists()
        assert folder.parent == tmp_path
        assert folder.name.startswith(".result.part-")


def test_missing_parents_are_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "result")
    assert text_in(tmp_path / "a" / "b" / "result") == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, OutputError])
def test_a_failure_leaves_nothing_behind(tmp_path: Path, error: type[BaseException]) -> None:
    def fail() -> None:
        with ResultFolder(tmp_path / "a" / "b" / "result") as folder:
            (folder / FINDINGS).write_text("half", encoding="utf-8")
            raise error("stop")

    with pytest.raises(error):
        fail()
    assert names_in(tmp_path) == []


def test_a_failure_keeps_the_former_result(tmp_path: Path) -> None:
    write(tmp_path / "result", "old")

    def fail() -> None:
        with ResultFolder(tmp_path / "result", force=True) as folder:
            (folder / FINDINGS).write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert text_in(tmp_path / "result") == "old"
    assert names_in(tmp_path) == ["result"]


def test_a_former_result_is_not_replaced_unasked(tmp_path: Path) -> None:
    write(tmp_path / "result", "old")
    with pytest.raises(OutputError, match="--force"):
        write(tmp_path / "result")
    assert text_in(tmp_path / "result") == "old"


def test_a_former_result_is_replaced_by_force(tmp_path: Path) -> None:
    write(tmp_path / "result", "old")
    for stale in (SEGMENTATION, OVERVIEW, ".DS_Store", "pictures/finding-12.png", "pictures/Thumbs.db"):
        (tmp_path / "result" / stale).touch()
    write(tmp_path / "result", force=True)
    assert text_in(tmp_path / "result") == "new"
    assert names_in(tmp_path / "result") == [FINDINGS, "pictures"]
    assert names_in(tmp_path) == ["result"]


@pytest.mark.parametrize("force", [True, False])
def test_a_folder_that_is_no_result_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years", encoding="utf-8")
    with pytest.raises(OutputError, match="other files"):
        write(tmp_path / "thesis", force=force)
    assert (tmp_path / "thesis" / "chapter.txt").read_text(encoding="utf-8") == "years"
    assert names_in(tmp_path) == ["thesis"]


@pytest.mark.parametrize("name", ["notes.txt", "finding-1.png", "pictures/mine.png", "pictures/finding-1.png.bak"])
def test_a_result_with_a_file_of_somebody_else_is_never_replaced(tmp_path: Path, name: str) -> None:
    write(tmp_path / "result", "old")
    (tmp_path / "result" / name).write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="did not write"):
        write(tmp_path / "result", force=True)
    assert (tmp_path / "result" / name).read_text(encoding="utf-8") == "mine"
    assert text_in(tmp_path / "result") == "old"


@pytest.mark.parametrize("force", [True, False])
def test_a_file_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "result").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="a file where"):
        write(tmp_path / "result", force=force)
    assert (tmp_path / "result").read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "result").mkdir()
    write(tmp_path / "result")
    assert text_in(tmp_path / "result") == "new"


def test_a_parent_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file, not a folder"):
        write(tmp_path / "file" / "result")


def test_the_root_is_no_place_for_a_result() -> None:
    with pytest.raises(OutputError, match="disk"):
        write(Path(Path.cwd().anchor))


def test_the_same_refusals_can_be_asked_for_before_a_long_run(tmp_path: Path) -> None:
    expect_free(tmp_path / "result", force=False)
    write(tmp_path / "result")
    with pytest.raises(OutputError, match="--force"):
        expect_free(tmp_path / "result", force=False)
    expect_free(tmp_path / "result", force=True)


def test_a_place_that_may_not_be_written_is_told_before_a_long_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(os, "access", lambda *question: asked.append(question))
    with pytest.raises(OutputError, match="may not write"):
        expect_free(tmp_path / "new" / "result", force=False)
    assert asked == [(tmp_path, os.W_OK | os.X_OK)]


def test_a_parent_that_is_a_file_is_told_before_a_long_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file, not a folder"):
        expect_free(tmp_path / "file" / "new" / "result", force=False)


@pytest.mark.skipif(os.name == "nt", reason="Windows counts the whole path")
@pytest.mark.parametrize("name", ["r" * 300, "r" * 250, "new/" + "r" * 250, "r" * 300 + "/result", "r/" * 3000])
def test_a_name_that_is_too_long_is_told_before_a_long_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="name of the output folder is too long"):
        expect_free(tmp_path / name, force=False)


def test_the_longest_name_that_passes_can_be_written(tmp_path: Path) -> None:
    write(tmp_path / ("r" * 240))
    assert names_in(tmp_path) == ["r" * 240]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_parent_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="may not write"):
        write(tmp_path / "locked" / "result")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "may not write"),
        (errno.EROFS, "may not write"),
        (errno.EIO, "cannot be written"),
    ],
)
def test_what_the_disk_refuses_at_the_start_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, word: str
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=word) as caught:
        write(tmp_path / "result")
    assert caught.value.remedy
    assert names_in(tmp_path) == []


def test_a_disk_that_fills_up_while_writing_is_told(tmp_path: Path) -> None:
    def fill() -> None:
        with ResultFolder(tmp_path / "result"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="full"):
        fill()
    assert names_in(tmp_path) == []


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    def fail() -> None:
        with ResultFolder(tmp_path / "result"):
            raise FileNotFoundError(errno.ENOENT, "weights")

    with pytest.raises(FileNotFoundError):
        fail()


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    with ResultFolder(tmp_path / "result") as first:
        with pytest.raises(OutputError, match="Another run"):
            write(tmp_path / "result")
        assert first.is_dir()
        write(tmp_path / "beside")
    assert names_in(tmp_path) == ["beside", "result"]


def test_a_rename_that_fails_puts_the_former_result_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "result", "old")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if ".part-" in self.name:
            raise OSError(errno.EIO, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError):
        write(tmp_path / "result", force=True)
    assert text_in(tmp_path / "result") == "old"
    assert names_in(tmp_path) == ["result"]


def write_until(when: str, target: Path, stopped: Event) -> None:
    """Replace a result, and stop for good when it is being written, when it is replaced, or when the old one goes."""

    def stop(*_args: object, **_more: object) -> None:
        stopped.set()
        time.sleep(60)

    rename = Path.rename
    if when == "replacing":
        Path.rename = lambda self, to: stop() if ".part-" in self.name else rename(self, to)  # type: ignore[assignment]
    if when == "deleting":
        shutil.rmtree = stop  # type: ignore[assignment]
    with ResultFolder(target, force=True) as folder:
        (folder / FINDINGS).write_text("new", encoding="utf-8")
        if when == "writing":
            stop()


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="kills a forked process")
@pytest.mark.parametrize(("when", "survives"), [("writing", "old"), ("replacing", "old"), ("deleting", "new")])
def test_a_run_that_is_killed_leaves_one_complete_result_to_the_next(tmp_path: Path, when: str, survives: str) -> None:
    target = tmp_path / "result"
    write(target, "old")
    fork = multiprocessing.get_context("fork")
    stopped = fork.Event()
    run = fork.Process(target=write_until, args=(when, target, stopped))
    run.start()
    assert stopped.wait(10)
    run.kill()
    run.join()
    assert len(names_in(tmp_path)) > 1, "the test should leave something to tidy"
    with pytest.raises(OutputError, match="--force"):
        write(target)
    assert text_in(target) == survives
    write(target, "newest", force=True)
    assert text_in(target) == "newest"
    assert names_in(tmp_path) == ["result"]


def test_remains_of_other_targets_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / ".result2.part-0123abcd"
    other.mkdir()
    write(tmp_path / "result")
    assert other.is_dir()


def test_the_folder_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    write(tmp_path / "result")
    assert (tmp_path / "result").stat().st_mode == (tmp_path / "usual").stat().st_mode
