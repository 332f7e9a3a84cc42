"""Going through the findings: decisions, reasons, the threshold, undo."""

import pytest


def test_the_most_suspicious_finding_is_looked_at_first(reviewed):
    assert reviewed.ui.pages.currentWidget().objectName == "reviewPage"
    assert reviewed.workspace.selected == reviewed.session.findings[0].key
    assert len(reviewed.rows()) == len(reviewed.session.findings) >= 2


@pytest.mark.parametrize(
    ("key", "button", "decision"),
    [("C", "confirmButton", "confirmed"), ("X", "rejectButton", "rejected"), ("U", "unsureButton", "unsure")],
)
def test_a_decision_is_one_click_or_one_key(reviewed, key, button, decision):
    first, second = (finding.key for finding in reviewed.session.findings[:2])
    reviewed.click(button)
    reviewed.press("N")
    reviewed.press(key)
    assert reviewed.decisions()[first] == decision
    assert reviewed.decisions()[second] == decision
    assert [row[-1] for row in reviewed.rows()[:2]] == [decision] * 2


def test_n_and_p_go_round_and_the_views_follow(reviewed):
    keys = [finding.key for finding in reviewed.session.findings]
    seen = []
    for _ in range(len(keys) + 1):
        seen.append(reviewed.workspace.selected)
        reviewed.press("N")
    assert seen == [*keys, keys[0]]
    reviewed.press("P")
    assert reviewed.workspace.selected == keys[0]


def test_undo_takes_a_decision_back_and_redo_brings_it_again(reviewed):
    key = reviewed.workspace.selected
    reviewed.press("C")
    reviewed.click("undoButton")
    assert reviewed.decisions()[key] == "undecided"
    reviewed.click("redoButton")
    assert reviewed.decisions()[key] == "confirmed"
    assert not reviewed.ui.redoButton.isEnabled()


def test_the_threshold_moves_candidates_and_leaves_decisions(reviewed):
    decided = reviewed.workspace.selected
    voxels = reviewed.session.findings[0].voxels
    reviewed.press("X")
    reviewed.ui.thresholdSlider.value = reviewed.ui.thresholdSlider.maximum
    reviewed.settle()
    assert list(reviewed.decisions()) == [decided]
    assert reviewed.session.findings[0].voxels == voxels
    reviewed.ui.thresholdSlider.value = 4.0
    reviewed.settle(0.6)
    assert len(reviewed.decisions()) >= 2
    assert reviewed.session.review.state.threshold == 4.0


def test_reason_comment_and_reader_stay_with_the_finding(reviewed):
    reviewed.ui.readerEdit.setText("Dr. A. Reader")
    reviewed.press("C")
    reviewed.ui.reasonCombo.setCurrentIndex(reviewed.ui.reasonCombo.findData("demyelination"))
    reviewed.ui.reasonCombo.activated.emit(reviewed.ui.reasonCombo.currentIndex)
    reviewed.ui.commentEdit.setText("behind C4")
    first = reviewed.workspace.selected
    reviewed.press("N")
    assert reviewed.ui.commentEdit.text == ""
    reviewed.press("P")
    judgement = next(f.judgement for f in reviewed.session.findings if f.key == first)
    assert (judgement.reason, judgement.comment, judgement.reader) == ("demyelination", "behind C4", "Dr. A. Reader")
    assert reviewed.ui.commentEdit.text == "behind C4"


def test_the_filter_lists_what_is_still_to_be_done(reviewed):
    first = reviewed.workspace.selected
    reviewed.press("C")
    reviewed.ui.filterCombo.setCurrentIndex(1)
    reviewed.settle()
    reviewed.press("N")
    assert first not in reviewed.widget.panel.review.table.keys
    assert all(row[-1] == "undecided" for row in reviewed.rows())


def test_a_heading_sorts_and_numbers_sort_as_numbers(reviewed):
    reviewed.ui.findingsTable.horizontalHeader().sectionClicked.emit(3)
    volumes = [int(row[3]) for row in reviewed.rows()]
    assert volumes == sorted(volumes, reverse=True)
    reviewed.ui.findingsTable.horizontalHeader().sectionClicked.emit(3)
    assert [int(row[3]) for row in reviewed.rows()] == sorted(volumes)


def test_two_findings_merge_and_undo_parts_them(reviewed):
    before = list(reviewed.decisions())
    for row in (0, 1):
        for column in range(reviewed.ui.findingsTable.columnCount):
            reviewed.ui.findingsTable.item(row, column).setSelected(True)
    reviewed.settle()
    reviewed.click("mergeButton")
    assert len(reviewed.decisions()) == len(before) - 1
    reviewed.click("undoButton")
    assert sorted(reviewed.decisions()) == sorted(before)


def test_after_enter_in_the_comment_keys_decide_again(reviewed):
    from PySide6 import QtTest

    reviewed.loaded.parent.activateWindow()
    reviewed.ui.commentEdit.setFocus()
    QtTest.QTest.keyClicks(reviewed.ui.commentEdit, "cxu")
    assert set(reviewed.decisions().values()) == {"undecided"}
    assert reviewed.ui.commentEdit.text == "cxu"
    QtTest.QTest.keyClick(reviewed.ui.commentEdit, "\r")
    reviewed.settle()
    assert not reviewed.ui.commentEdit.hasFocus()
    assert next(f for f in reviewed.session.findings if f.key == reviewed.workspace.selected).judgement.comment == "cxu"
