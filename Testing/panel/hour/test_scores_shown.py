"""What the scores mean stands beside them: calibrated, or said plainly that they are not."""

import copy
from types import SimpleNamespace

import pytest

CALIBRATION = {
    "note": "This model was calibrated on simulated scans.",
    "sha256": "0" * 64,
    "confidence": {"intercept": -8.0, "weights": {"log_score": 2.0}},
    "reference": {"scans": 150, "own": 0},
}


def with_scores(detection, calibration, percentile):
    """The same result, as a calibrated detector tells it."""
    document = {**copy.deepcopy(detection.result.document), "calibration": calibration, "percentile": percentile}
    result = detection.result
    return SimpleNamespace(
        scan=detection.scan, result=SimpleNamespace(document=document, maps=result.maps, cord=result.cord)
    )


@pytest.fixture
def calibrated(hour, detection):
    hour.load(detection)
    hour.take(with_scores(detection, CALIBRATION, 97.2))
    return hour


def column(hour, heading):
    table = hour.ui.findingsTable
    headings = [table.horizontalHeaderItem(index).text() for index in range(table.columnCount)]
    return [row[headings.index(heading)] for row in hour.rows()]


def test_confidence_stands_in_the_table_and_the_percentile_above_it(calibrated):
    shares = [finding.figures.confidence for finding in calibrated.session.findings]
    assert all(share is not None for share in shares)
    assert column(calibrated, "Real") == [
        f"{round(10 * share)}/10" if 0.05 <= share < 0.95 else ("> 9/10" if share >= 0.95 else "< 1/10")
        for share in shares
    ]
    assert "higher than 97 % of 150 simulated lesion-free scans" in calibrated.ui.scoreLabel.text


def test_confidence_follows_the_threshold_and_a_painted_finding_has_none(calibrated):
    calibrated.click("addButton")
    calibrated.widget.panel.editing.editor._editor.paint(tuple(calibrated.session.case.line.point_at(90.0)), 3.0)
    calibrated.settle()
    calibrated.click("addButton")
    painted = [finding for finding in calibrated.session.findings if finding.figures.confidence is None]
    assert len(painted) == 1
    assert column(calibrated, "Real").count("-") == 1


def test_the_reference_of_a_site_is_named(hour, detection):
    hour.load(detection)
    calibration = {**CALIBRATION, "reference": {"scans": 170, "own": 20}}
    hour.take(with_scores(detection, calibration, 88.0))
    assert "88 % of 170 lesion-free scans (150 simulated, 20 of this site)" in hour.ui.scoreLabel.text


def test_what_is_not_calibrated_says_so_and_why(reviewed):
    assert set(column(reviewed, "Real")) == {"-"}
    assert "Not calibrated" in reviewed.ui.scoreLabel.text
    note = reviewed.session.document["calibration"]["note"]
    assert note
    assert note in reviewed.ui.scoreLabel.text


def test_a_result_from_before_there_were_calibrations_still_loads(hour, detection):
    hour.load(detection)
    older = with_scores(detection, None, None)
    del older.result.document["calibration"], older.result.document["percentile"]
    hour.take(older)
    assert "earlier version" in hour.ui.scoreLabel.text
    assert set(column(hour, "Real")) == {"-"}


def test_words_are_not_translated_anew_for_every_row(reviewed, monkeypatch):
    """In Slicer each look-up opens the caller's frame and asks Qt; a table is shown again with every step."""
    from U2ADSlicerLib.panels import findings_table, words

    asked = []
    for module in (findings_table, words):
        monkeypatch.setattr(module, "_", lambda text: asked.append(text) or text)
    table = reviewed.widget.panel.review.table
    table.show(reviewed.session.findings, reviewed.workspace.selected)
    assert len(reviewed.rows()) > 1
    assert asked == []
