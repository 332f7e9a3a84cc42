"""``u2ad benchmark panel``: a small case reports every line. How long things take is no matter of a test."""

import pytest

from EmbeddedSlicer.desktop.benchmark import openings, reading
from u2ad.benchmark import panel
from u2ad.benchmark.panel import Measured, PanelResult, Workload, measure
from u2ad.errors import U2ADError

SMALL = Workload(shape=(6, 96, 96), candidates=3, steps=4, openings=1)
ONCE, ALWAYS = 1, SMALL.steps
TIMES = {
    openings.FILE: ONCE,
    openings.STARTED: ONCE,
    openings.LIBRARY: ONCE,
    openings.IMPORT: ONCE,
    openings.SET_UP: ONCE,
    reading.CHOSEN: ONCE,
    reading.RESULT: ONCE,
    reading.RESULT_AGAIN: ONCE,
    reading.JUMP: ALWAYS,
    reading.DRAG: ALWAYS,
    reading.MAPS: ALWAYS,
    reading.CONFIRM: SMALL.candidates,
}
AIMED = {openings.IMPORT, openings.SET_UP, reading.RESULT, reading.RESULT_AGAIN, reading.JUMP, reading.DRAG}
"""What issue 3 gives a time to."""
VIEWS = 4


@pytest.fixture(scope="module")
def result() -> PanelResult:
    return measure(SMALL)


def test_every_line_is_measured_as_often_as_it_was_done(result):
    assert {line.name: len(line.answered) for line in result.lines} == TIMES
    assert {line.name for line in result.lines if line.aim is not None} == AIMED
    assert result.findings == SMALL.candidates


def test_what_is_seen_is_timed_until_it_is_drawn(result):
    seen = [line for line in result.lines if line.frames]
    assert [line.name for line in seen] == list(TIMES)[5:]
    for line in seen:
        assert len(line.drawn) == len(line.answered)
        assert all(drawn > answered > 0 for drawn, answered in zip(line.drawn, line.answered, strict=True))


@pytest.mark.parametrize("name", [reading.JUMP, reading.MAPS, reading.CONFIRM])
def test_one_key_draws_each_view_once_at_most(result, name):
    line = next(line for line in result.lines if line.name == name)
    assert line.frames <= VIEWS * len(line.answered)


def test_the_machine_is_told_and_not_named(result):
    assert set(result.machine) == {"system", "load", "Python", "VTK", "Qt", "drawing"}
    assert all(result.machine.values())


def test_the_command_shows_every_line_and_its_verdict(command, monkeypatch):
    asked = []
    lines = (Measured("quick", 0.5, (0.1, 0.2, 0.9)), Measured("slow", 0.5, (0.1,), (0.6,), 4))
    told = PanelResult({"system": "some"}, 3, lines)
    monkeypatch.setattr(panel, "measure", lambda workload: asked.append(workload) or told)
    monkeypatch.setenv("COLUMNS", "140")
    done = command("benchmark", "panel", "--shape", "6x96x96", "--candidates", 3, "--steps", 4, "--openings", 1)
    assert (done.code, asked) == (0, [SMALL])
    rows = [[cell.strip() for cell in row.split("│")[1:-1]] for row in done.out.splitlines() if "│" in row]
    assert rows == [
        ["quick", "500", "200", "900", "", "", "yes"],
        ["slow", "500", "100", "100", "600", "600", "without drawing"],
    ]


def test_a_shape_of_two_numbers_is_refused(command):
    done = command("benchmark", "panel", "--shape", "6x96")
    assert done.code == 2
    assert "20x512x512" in done.err


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "pass"])
def test_a_panel_that_cannot_be_opened_is_told_in_words(code):
    with pytest.raises(U2ADError, match=r"could not be opened.*u2ad\[review\]"):
        measure(SMALL, ("-c", code))


@pytest.mark.parametrize(
    ("aim", "answered", "drawn", "met"),
    [(None, 9, (), ""), (1, 0.5, (), "yes"), (1, 0.5, (2,), "without drawing"), (1, 2, (3,), "no"), (1, 2, (), "no")],
)
def test_an_aim_is_met_with_drawing_without_or_not_at_all(aim, answered, drawn, met):
    assert Measured("x", aim, (answered,), drawn).met == met


def test_figures_go_through_json_unchanged():
    told = PanelResult({"system": "some"}, 3, (Measured("slow", None, (0.1,), (0.6,), 4),))
    assert PanelResult.from_json(told.to_json()) == told
    with pytest.raises(ValueError, match="expected the figures"):
        PanelResult.from_json("{}")
