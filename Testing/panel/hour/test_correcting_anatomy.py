"""The cord mask and the levels: what the reader corrects wins."""

import numpy as np
import pytest
from scene_results import level_points

from U2ADSlicerLib.scene import anatomy


def place(hour, name, ras):
    """Presses "Click it" for a vertebra and clicks there in a view, as the mouse would."""
    hour.ui.levelCombo.setCurrentIndex(hour.ui.levelCombo.findText(name))
    hour.click("levelPlaceButton")
    hour.session.nodes.levels.AddControlPoint(*ras)
    hour.settle()


@pytest.fixture
def unknown_levels(hour):
    """A detection whose levels nobody has marked."""
    from scene_results import detected

    found = detected(marked={})
    hour.load(found)
    hour.take(found)
    return hour, found


def test_two_clicks_name_the_levels_of_all_findings_at_once(unknown_levels):
    hour, found = unknown_levels
    assert {row[1] for row in hour.rows()} == {""}
    points = level_points(found.tube)
    hour.page("detectPage")
    place(hour, "C2", points["C2"])
    assert hour.ui.levelCombo.currentText == "T1"
    assert not hour.ui.levelPlaceButton.isChecked()
    place(hour, "T1", points["T1"])
    assert all(row[1].startswith(("C", "T")) for row in hour.rows())
    assert "C2, T1" in hour.ui.levelsLabel.text


def test_levels_in_the_wrong_order_are_refused_and_clearing_helps(unknown_levels):
    hour, found = unknown_levels
    points = level_points(found.tube)
    hour.page("detectPage")
    place(hour, "T1", points["C2"])
    from_one = {row[1] for row in hour.rows()}
    place(hour, "C2", points["T1"])
    assert "do not follow each other" in hour.ui.levelsLabel.text
    assert {row[1] for row in hour.rows()} == from_one
    hour.click("levelClearButton")
    assert anatomy.levelPoints(hour.session.nodes) == {}
    place(hour, "C2", points["C2"])
    place(hour, "T1", points["T1"])
    assert {row[1] for row in hour.rows()} != {""}


def test_painting_on_the_cord_marks_it_as_corrected_and_seen(reviewed):
    reviewed.session.nodes.cord.SetAttribute("U2AD.Seen", "no")
    reviewed.page("detectPage")
    assert "not looked at" in reviewed.ui.cordLabel.text
    reviewed.click("cordEditButton")
    editor = reviewed.widget.panel.anatomy.editor._editor
    editor.erase(reviewed.session.placeOf(reviewed.workspace.selected), 4.0)
    reviewed.settle()
    reviewed.click("cordEditButton")
    assert anatomy.correctedCord(reviewed.session.nodes) is not None
    assert "corrected by you" in reviewed.ui.cordLabel.text
    assert reviewed.session.anatomy.cordSeen


def test_looking_at_the_cord_takes_the_warning_away(reviewed, detection):
    reviewed.session.nodes.cord.SetAttribute("U2AD.Seen", "no")
    reviewed.workspace.changed()
    assert "Nobody has looked" in reviewed.ui.scoreLabel.text
    reviewed.page("detectPage")
    reviewed.click("cordSeenButton")
    assert "Nobody has looked" not in reviewed.ui.scoreLabel.text


def test_a_cord_drawn_before_the_first_detection_is_what_the_detection_gets(hour, detection):
    hour.load(detection)
    hour.click("cordEditButton")
    editor = hour.widget.panel.anatomy.editor._editor
    middle = np.asarray(detection.anatomy.line.point_at(40.0))
    editor.paint(tuple(middle), 5.0)
    hour.settle()
    drawn = anatomy.correctedCord(hour.session.nodes)
    assert drawn is not None
    assert drawn.sum() > 0
