"""Levels that the detection has named, and one click that puts them right."""

import copy
from types import SimpleNamespace

import pytest
from scene_results import detected, level_points
from test_correcting_anatomy import place

from u2ad.cord import labelling
from u2ad.cord.levels import TEMPLATE_POSITION, Landmark, Levels, LevelSource, along_cord
from u2ad.errors import RefusedInputError
from U2ADSlicerLib.scene import anatomy


def named(found, source):
    """The same result, its levels named by somebody else."""
    document = {**copy.deepcopy(found.result.document), "levels_source": source}
    result = SimpleNamespace(document=document, maps=found.result.maps, cord=found.result.cord)
    return SimpleNamespace(scan=found.scan, result=result)


@pytest.fixture
def by_template(monkeypatch):
    """Others are found from one place by the template alone: what looks into the scan has tests of its own."""

    def find(scan, line, marked=None):
        if len(marked) > 1:
            return Levels.from_points(marked, line)
        ((name, ras),) = marked.items()
        shift = float(along_cord(line, [ras])[0]) - TEMPLATE_POSITION[name]
        if shift < -60:
            raise RefusedInputError("The marked level cannot be one of this cord.", "Mark another.")
        places = (Landmark(body, TEMPLATE_POSITION[body] + shift) for body in ("C3", "C4", "C5", "C6", "C7"))
        return Levels.from_landmarks(list(places)).told_by(LevelSource.REPAIRED)

    monkeypatch.setattr(labelling, "find_levels", find)


@pytest.fixture
def automatic(hour, detection):
    hour.load(detection)
    hour.take(named(detection, "automatic"))
    hour.page("detectPage")
    return hour


@pytest.fixture
def unknown(hour):
    found = detected(marked={})
    hour.load(found)
    hour.take(found)
    hour.page("detectPage")
    return hour, found


def names_shown(hour):
    node = hour.session.nodes.levelNames
    return [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())] if node else []


def click_disc(hour, ras):
    hour.click("discPlaceButton")
    hour.session.nodes.levels.AddControlPoint(*ras)
    hour.settle()


def test_automatic_levels_say_so_at_the_button_in_the_views_and_in_the_curve(automatic):
    assert "found automatically" in automatic.ui.levelsLabel.text
    assert "C2 to T1" in automatic.ui.levelsLabel.text
    shown = names_shown(automatic)
    assert shown[0] == "C2 (automatic)"
    assert shown[1:] == ["C3", "C4", "C5", "C6", "C7", "T1"]
    assert automatic.session.nodes.chart.GetTitle().startswith("Levels automatic: C2")


def test_levels_that_could_not_be_told_say_what_to_do(unknown):
    hour, _ = unknown
    assert "could not be told" in hour.ui.levelsLabel.text
    assert "C2/C3" in hour.ui.levelsLabel.text


def test_one_click_on_the_uppermost_disc_names_all(unknown, by_template):
    hour, found = unknown
    click_disc(hour, level_points(found.tube, {"C2/C3": 40.0})["C2/C3"])
    assert "from your click on C2/C3" in hour.ui.levelsLabel.text
    assert not hour.ui.discPlaceButton.isChecked()
    assert names_shown(hour) == ["C3", "C4", "C5", "C6", "C7"]
    assert all(row[1].startswith("C") for row in hour.rows())
    assert anatomy.levelPoints(hour.session.nodes).keys() == {"C2/C3"}


def test_one_click_repairs_automatic_levels_and_clearing_brings_them_back(automatic, detection, by_template):
    before = names_shown(automatic)
    click_disc(automatic, level_points(detection.tube, {"C2/C3": 20.0})["C2/C3"])
    assert names_shown(automatic) != before
    automatic.click("levelClearButton")
    assert names_shown(automatic) == before
    assert "found automatically" in automatic.ui.levelsLabel.text


def test_a_click_that_cannot_be_right_is_refused_and_the_former_levels_stay(automatic, detection, by_template):
    before = names_shown(automatic)
    click_disc(automatic, level_points(detection.tube, {"C2/C3": 150.0})["C2/C3"])
    assert "cannot be one of this cord" in automatic.ui.levelsLabel.text
    assert names_shown(automatic) == before


def test_a_second_mark_is_taken_as_it_is(unknown, by_template):
    hour, found = unknown
    points = level_points(found.tube)
    place(hour, "C2", points["C2"])
    assert "from your click on C2" in hour.ui.levelsLabel.text
    place(hour, "T1", points["T1"])
    assert "usual spacing" in hour.ui.levelsLabel.text


def test_the_click_goes_to_the_next_detection(automatic, detection, by_template, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "U2ADSlicerLib.process.detection.DetectionRun.start",
        lambda self, scan, options, listener, **given: asked.update(given),
    )
    ras = level_points(detection.tube, {"C2/C3": 40.0})["C2/C3"]
    click_disc(automatic, ras)
    automatic.session.startDetection(automatic.widget.panel.detect.run, None, automatic.widget.panel.detect)
    assert asked["levels"]["C2/C3"] == pytest.approx(ras, abs=0.01)
