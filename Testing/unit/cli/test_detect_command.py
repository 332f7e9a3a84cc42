"""``u2ad detect`` around a detection that is faked: what it asks for, prints and leaves with."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_pipeline import finding, outcome

from u2ad.errors import Cancelled, OutputError, RefusedInputError, U2ADError, UnreadableInputError
from u2ad.scan import Check, Verdict


def test_the_request_holds_every_option(command, pipeline) -> None:
    command(
        *("detect", "scan.nii.gz", "-o", "result", "--cord", "cord.nii.gz", "--levels", "levels.nii.gz"),
        *("--detector", "local_z", "--series", "2", "--anyway", "--force", "--seed", "5", "--draws", "4"),
        *("--threads", "1", "--model", "starter", "--points", "F.fcsv", "--cord-seen", "--cord-label", "2"),
    )
    assert vars(pipeline.requests[0]) == {
        "input": Path("scan.nii.gz"),
        "output": Path("result"),
        "cord": Path("cord.nii.gz"),
        "cord_seen": True,
        "cord_label": 2,
        "points": Path("F.fcsv"),
        "levels": Path("levels.nii.gz"),
        "detector": "local_z",
        "series": "2",
        "anyway": True,
        "force": True,
        "seed": 5,
        "draws": 4,
        "threads": 1,
        "model": "starter",
    }


def test_without_options_nothing_is_overridden(command, pipeline) -> None:
    command("detect", "scan.nii.gz", "-o", "result")
    asked = pipeline.requests[0]
    assert (asked.cord, asked.points, asked.levels, asked.series, asked.threads, asked.model) == (None,) * 6
    assert (asked.cord_seen, asked.cord_label) == (False, None)
    assert (asked.detector, asked.anyway, asked.force, asked.seed, asked.draws) == ("u2ad", False, False, 0, 10)


def test_findings_are_listed_by_rank_and_the_report_is_named(command, pipeline, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    ranked = (finding(1, 8.25, "C4/C5"), finding(2, 3.5, "unknown"))
    pipeline.answer = lambda request, progress: outcome(request.output, ranked)
    done = command("detect", "scan.nii.gz", "-o", "result")
    rows = [line for line in done.out.splitlines() if "10 x 3 x 4" in line]
    assert done.code == 0
    assert ["C4/C5" in rows[0], "unknown" in rows[1], len(rows)] == [True, True, 2]
    assert all(part in rows[0] for part in ("-1.2, 20.5, -33.0", "62", "8.2"))
    assert "Patient score 8.2" in done.out
    assert str(Path("result/report.html")) in done.out
    assert "Research use only" in done.out


@pytest.mark.parametrize(
    ("columns", "centre", "extent"),
    [("120", True, True), ("66", True, True), ("60", False, True), ("40", False, False)],
)
def test_a_narrow_terminal_keeps_what_counts(command, pipeline, monkeypatch, columns, centre, extent) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    pipeline.answer = lambda request, progress: outcome(request.output, (finding(1, 108.25, "C4/C5"),))
    out = command("detect", "scan.nii.gz", "-o", "result").out
    (row,) = [line.split() for line in out.splitlines() if "C4/C5" in line]
    assert row[:2] == ["1", "C4/C5"]
    assert row[-2:] == ["62", "108.2"]
    assert ("-33.0" in row, "x" in row) == (centre, extent)
    assert "Rank" in out
    assert "Score" in out


def test_a_length_is_the_same_in_terminal_document_and_report(command, pipeline) -> None:
    odd = replace(finding(1, 8.25, "C4"), extent=(11.495000001, 3.0, 4.0)).rounded()
    assert odd.extent[0] == 11.5
    pipeline.answer = lambda request, progress: outcome(request.output, (replace(odd, extent=(11.495000001, 3, 4)),))
    assert f"{odd.extent[0]:.0f} x 3 x 4" in command("detect", "scan.nii.gz", "-o", "result").out


@pytest.mark.parametrize("doubt", ["", "Nobody has looked at the cord mask."])
def test_what_is_doubtful_of_the_cord_mask_is_said(command, pipeline, doubt) -> None:
    pipeline.answer = lambda request, progress: outcome(request.output, cord_doubt=doubt)
    lines = command("detect", "scan.nii.gz", "-o", "result").out.splitlines()
    assert [line for line in lines if "cord mask" in line] == ([doubt] if doubt else [])


def test_an_adapted_model_is_named_and_the_starter_is_not(command, pipeline) -> None:
    pipeline.answer = lambda request, progress: outcome(request.output, ())
    assert "adapted" not in command("detect", "scan.nii.gz", "-o", "result").out
    pipeline.answer = lambda request, progress: replace(outcome(request.output, ()), model="0123456789ab")
    assert "Made with version 0123456789ab" in command("detect", "scan.nii.gz", "-o", "result").out


def test_confidence_and_standing_are_told_where_the_scores_are_calibrated(command, pipeline) -> None:
    sure, uncalibrated = replace(finding(1, 8.25, "C4"), confidence=0.68), finding(1, 8.25, "C4")
    standing = "The cord scores higher than 97 % of 100 lesion-free scans (simulated)."
    pipeline.answer = lambda request, progress: replace(outcome(request.output, (sure,)), standing=standing)
    out = command("detect", "scan.nii.gz", "-o", "result").out
    assert "Real of 10" in out
    assert [line.split()[-1] for line in out.splitlines() if " C4 " in line] == ["7"]
    assert standing in out
    pipeline.answer = lambda request, progress: outcome(request.output, (uncalibrated,))
    out = command("detect", "scan.nii.gz", "-o", "result").out
    assert "Real of 10" not in out
    assert "The scores are not calibrated." in out


def test_no_finding_is_said_in_words(command, pipeline) -> None:
    assert "No candidate above the threshold of 3.0" in command("detect", "scan.nii.gz", "-o", "result").out


def test_what_was_odd_is_said_and_what_was_good_is_not(command, pipeline) -> None:
    checks = (
        Check("slices", Verdict.OK, "15 slices."),
        Check("region", Verdict.WARN, "This looks like a lumbar spine.", "Use a cervical scan."),
    )
    problems = ("No overview picture: libEGL is missing.",)
    pipeline.answer = lambda request, progress: outcome(request.output, checks=checks, problems=problems)
    done = command("detect", "scan.nii.gz", "-o", "result")
    assert "This looks like a lumbar spine. Use a cervical scan." in done.out
    assert "15 slices" not in done.out
    assert problems[0] in done.out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (U2ADError("It failed.", "Try again."), 1),
        (RefusedInputError("This is [T1]-weighted.", "Use the T2w series."), 3),
        (UnreadableInputError("This is no image.", "Export it again."), 4),
        (OutputError("The folder exists.", "Use --force."), 5),
        (Cancelled(), 130),
    ],
)
def test_an_error_becomes_one_line_and_an_exit_code(command, pipeline, error, code) -> None:
    def answer(request, progress):
        raise error

    pipeline.answer = answer
    done = command("detect", "scan.nii.gz", "-o", "result")
    assert done.code == code
    assert done.err.splitlines()[-1] == f"{error.problem} {error.remedy}".rstrip()
    assert "Traceback" not in done.err + done.out


def test_the_option_that_does_it_is_told_after_the_remedy(command, pipeline) -> None:
    def answer(request, progress):
        raise OutputError("The folder exists.", "Replace it.", option="--force")

    pipeline.answer = answer
    done = command("detect", "scan.nii.gz", "-o", "result")
    assert done.err.splitlines()[-1] == "The folder exists. Replace it. (--force)"


def test_a_list_in_an_error_keeps_its_lines(command, pipeline) -> None:
    def answer(request, progress):
        raise U2ADError("Two series:\n  1  T1\n  2  T2\n", "Choose one.")

    pipeline.answer = answer
    assert command("detect", "scan", "-o", "result").err.splitlines()[-3:] == ["  1  T1", "  2  T2", "Choose one."]


def fail_with_a_name(request, progress):
    raise ValueError("patient Doe in /data/doe.nii")


def test_a_fault_is_reported_without_traceback_and_without_its_text(command, pipeline) -> None:
    pipeline.answer = fail_with_a_name
    done = command("detect", "scan.nii.gz", "-o", "result")
    assert done.code == 1
    assert "ValueError in" in done.err
    assert "report" in done.err
    assert not any(part in done.err for part in ("Traceback", "Doe", str(Path(__file__).parent)))


def test_debug_shows_the_traceback(command, pipeline) -> None:
    pipeline.answer = fail_with_a_name
    done = command("--debug", "detect", "scan.nii.gz", "-o", "result")
    assert done.code == 1
    assert "Traceback" in done.err
    assert "fail_with_a_name" in done.err


def test_full_memory_is_said_as_such(command, pipeline) -> None:
    def answer(request, progress):
        raise MemoryError

    pipeline.answer = answer
    assert "memory is full" in command("detect", "scan.nii.gz", "-o", "result").err


@pytest.mark.parametrize(
    "arguments",
    [
        ("detect", "scan.nii.gz"),
        ("detect", "-o", "result"),
        ("detect", "scan.nii.gz", "-o", "result", "--draws", "0"),
        ("detect", "scan.nii.gz", "-o", "result", "--detector", "magic"),
        ("detekt",),
    ],
)
def test_wrong_usage_leaves_with_2_and_runs_nothing(command, pipeline, arguments) -> None:
    assert command(*arguments).code == 2
    assert not pipeline.requests


def test_the_version_is_said(command) -> None:
    from u2ad import __version__

    done = command("--version")
    assert (done.code, done.out) == (0, f"u2ad {__version__}\n")
