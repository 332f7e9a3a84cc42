"""The page Adapt, with a worker that answers as the real one does: nothing changes before the reader keeps it."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import adapting_worker
import numpy as np
import pytest
import slicer
from held_worker import use_worker

from u2ad.models.versions import ModelStore
from u2ad.result.document import text_of
from u2ad.worker import result
from U2ADSlicerLib.adaptation import PROPOSAL
from U2ADSlicerLib.scene.layout import CURVE_VIEW
from U2ADSlicerLib.scene.slice_views import VIEWS, findComposite

FIGURES = {
    "before": {"residual": 0.04, "residual_aside": 0.05, "painted": 3.9, "findings": 4.2},
    "after": {"residual": 0.033, "residual_aside": 0.042, "painted": 4.1, "findings": 4.4},
}


@pytest.fixture
def worker(tmp_path, monkeypatch, detection):
    """Answers jobs of adaptation; ``answer`` changes what it says, ``job`` is what it was asked."""
    script = tmp_path / "adapting_worker.py"
    shutil.copy(Path(adapting_worker.__file__), script)
    use_worker(monkeypatch, script)
    kept = result.packed(detection.result.maps, detection.result.cord)
    document = detection.result.document
    fewer = {**document, "findings": document["findings"][:1]}
    for when, told in (("before", document), ("after", fewer)):
        result.write(tmp_path / when, text_of(told), kept)
    report = {
        "figures": FIGURES,
        "scans": [{"findings": {"before": 2, "after": 1, "gained": [], "lost": [2]}}],
        "false_alarms": {"scans": 1, "before": 3, "after": 1},
        "stopped": "No more progress on the cord set aside.",
        "verdict": {"passed": True, "reasons": ["The error of normal cord falls by 18 %."]},
    }

    def answer(hold=False, more=(), **verdict):
        told = {**report, **dict(more), "verdict": {**report["verdict"], **verdict}}
        paths = {when: str(tmp_path / when) for when in ("before", "after")}
        (tmp_path / "answer.json").write_text(json.dumps({"hold": hold, "report": told, **paths}))

    answer()
    return SimpleNamespace(
        answer=answer,
        job=lambda: json.loads((tmp_path / "job.json").read_text()),
        array=lambda name: np.load(tmp_path / f"{name}.npy"),
    )


@pytest.fixture
def adapting(reviewed, worker):
    """A reviewed scan: one finding confirmed, one undecided; the page Adapt is in front."""
    reviewed.press("C")
    reviewed.ui.versionsSection.collapsed = False
    reviewed.page("adaptPage")
    return reviewed


def adapt(hour):
    hour.click("adaptButton")
    hour.wait_until(lambda: not hour.widget.panel.adapt.isRunning, 20)
    hour.settle()


def cells(table):
    return [[table.item(r, c).text() for c in range(table.columnCount)] for r in range(table.rowCount)]


def store():
    return ModelStore()


def proposal_folder(hour):
    return hour.session.folder / PROPOSAL


def test_the_page_says_what_will_be_used_and_needs_a_review(hour, detection, worker):
    hour.load(detection)
    hour.page("adaptPage")
    assert not hour.ui.adaptButton.isEnabled()
    assert "review this scan first" in hour.ui.adaptButton.toolTip
    hour.take(detection)
    hour.press("C")
    hour.page("adaptPage")
    assert "confirmed findings (1)" in hour.ui.adaptLabel.text
    assert hour.ui.adaptButton.isEnabled()


def test_the_decisions_go_to_the_worker_voxel_by_voxel(adapting, worker):
    adapting.page("reviewPage")
    adapting.press("N")
    adapting.press("X")
    adapting.page("adaptPage")
    adapt(adapting)
    job = worker.job()
    assert job["kind"] == "adapt"
    assert job["model"] is None
    assert len(job["scans"]) == 1
    decisions = worker.array("decisions-0")
    for finding in adapting.session.findings:
        code = {"confirmed": 1, "rejected": 2}[finding.judgement.decision.value]
        assert (decisions[tuple(finding.voxels.kji.T)] == code).all()
    assert (decisions > 0).sum() == sum(len(finding.voxels.kji) for finding in adapting.session.findings)
    np.testing.assert_allclose(worker.array("cord-0"), adapting.session.case.cord.fraction, atol=1e-6)


def test_the_cost_is_told_before_the_start(adapting, worker):
    assert "not estimated" in adapting.ui.adaptCostLabel.text
    adapting.click("adaptEstimateButton")
    adapting.wait_until(lambda: not adapting.widget.panel.adapt.isRunning, 20)
    assert "42 s" in adapting.ui.adaptCostLabel.text
    assert "810 MB" in adapting.ui.adaptCostLabel.text
    assert worker.job()["kind"] == "estimate"
    assert not proposal_folder(adapting).exists()


def test_a_cost_without_cross_fitting_is_not_told_for_one_with_it(adapting, worker):
    adapting.click("adaptEstimateButton")
    adapting.wait_until(lambda: not adapting.widget.panel.adapt.isRunning, 20)
    assert "42 s" in adapting.ui.adaptCostLabel.text
    adapting.ui.adaptFoldsCheck.setChecked(True)
    assert "not estimated" in adapting.ui.adaptCostLabel.text


def test_the_curve_grows_in_the_plot_view_while_it_learns(adapting, worker):
    worker.answer(hold=True)
    adapting.click("adaptButton")
    table = lambda: adapting.session.nodes.learningTable  # noqa: E731
    adapting.wait_until(lambda: table() is not None and table().GetNumberOfRows() == 5, 20)
    view = slicer.mrmlScene.GetSingletonNode(CURVE_VIEW, "vtkMRMLPlotViewNode")
    assert view.GetPlotChartNodeID() == adapting.session.nodes.learningChart.GetID()
    assert "Step 5" in adapting.ui.adaptStatus.text
    assert slicer.util.arrayFromTableColumn(table(), "error in training")[0] == pytest.approx(0.05)
    adapting.click("adaptButton")
    adapting.wait_until(lambda: not adapting.widget.panel.adapt.isRunning, 20)
    assert "as it was" in adapting.ui.adaptStatus.text
    assert not proposal_folder(adapting).exists()
    assert store().active == "starter"
    adapting.page("reviewPage")
    assert view.GetPlotChartNodeID() == adapting.session.nodes.chart.GetID()
    assert adapting.session.nodes.learningChart is None


def test_the_panel_is_no_taller_than_the_page_in_front_needs(adapting, worker):
    adapt(adapting)
    tall = adapting.ui.pages.minimumSizeHint().height()
    adapting.page("exportPage")
    assert adapting.ui.pages.minimumSizeHint().height() < tall - 200


def test_one_job_at_a_time(adapting, worker):
    worker.answer(hold=True)
    adapting.click("adaptButton")
    adapting.page("detectPage")
    assert not adapting.ui.detectButton.isEnabled()
    assert "adaptation is running" in adapting.ui.detectButton.toolTip
    adapting.page("adaptPage")
    adapting.click("adaptButton")
    adapting.wait_until(lambda: not adapting.widget.panel.adapt.isRunning, 20)
    adapting.page("detectPage")
    assert adapting.ui.detectButton.isEnabled()


def test_before_and_after_stand_side_by_side_and_nothing_has_changed_yet(adapting, worker):
    assert not adapting.ui.adaptResultBox.isVisible()
    adapt(adapting)
    rows = cells(adapting.ui.adaptFiguresTable)
    assert ["Error, normal cord", "0.04", "0.033"] in rows
    assert ["Painted lesions against cord", "3.9", "4.1"] in rows
    assert ["Findings in this scan", "2", "1"] in rows
    assert ["False alarms in 1 normal scans", "3", "1"] in rows
    assert "falls by 18 %" in adapting.ui.adaptVerdictLabel.text
    assert "Findings lost" in adapting.ui.adaptChangesLabel.text
    assert "peak" in adapting.ui.adaptChangesLabel.text
    assert store().active == "starter"
    assert not adapting.ui.adaptButton.isEnabled(), "one proposal at a time"


def test_maps_before_and_after_can_be_seen_side_by_side_and_go_away(adapting, worker):
    adapt(adapting)
    shown = lambda: [findComposite(view).GetForegroundVolumeID() for view in VIEWS]  # noqa: E731
    former = shown()
    adapting.click("adaptCompareButton")
    nodes = adapting.session.nodes
    assert shown() == [nodes.anomalyBefore.GetID(), nodes.anomalyAfter.GetID(), None, nodes.anomalyAfter.GetID()]
    adapting.click("adaptCompareButton")
    assert shown() == former
    adapting.click("adaptCompareButton")
    adapting.page("reviewPage")
    assert shown() == former
    assert nodes.anomalyBefore is None


def test_keeping_makes_it_the_model_and_says_that_the_result_is_older(adapting, worker):
    adapting.session.nodes.document.SetText(with_model(adapting, "starter"))
    adapt(adapting)
    adapting.click("adaptKeepButton")
    name = store().active
    assert name != "starter"
    assert not proposal_folder(adapting).exists()
    assert not adapting.ui.adaptResultBox.isVisible()
    assert adapting.ui.adaptAgainBar.isVisible()
    assert name in adapting.ui.adaptAgainLabel.text
    assert name in adapting.ui.scoreLabel.text
    adapting.page("detectPage")
    assert name in adapting.ui.modelLabel.text
    rows = cells(adapting.ui.versionsTable)
    adapting.page("adaptPage")
    rows = cells(adapting.ui.versionsTable)
    assert rows[0][0] == "starter"
    assert rows[1][0].endswith(name)
    assert rows[1][3] == "1 / 0 / 1"


def with_model(hour, model):
    document = hour.session.document
    document["provenance"]["model"] = model
    return json.dumps(document)


def test_going_back_takes_the_parent_and_deleting_is_for_what_is_not_in_use(adapting, worker, monkeypatch):
    adapt(adapting)
    adapting.click("adaptKeepButton")
    name = store().active
    assert not adapting.ui.versionDeleteButton.isEnabled()
    adapting.click("versionBackButton")
    assert store().active == "starter"
    assert not adapting.ui.versionBackButton.isEnabled()
    adapting.ui.versionsTable.setCurrentCell(1, 0)
    adapting.settle()
    adapting.click("versionUseButton")
    assert store().active == name
    adapting.ui.versionsTable.setCurrentCell(0, 0)
    adapting.settle()
    adapting.click("versionUseButton")
    adapting.ui.versionsTable.setCurrentCell(1, 0)
    adapting.settle()
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text, **_: False)
    adapting.click("versionDeleteButton")
    assert len(store().listing().versions) == 2
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text, **_: True)
    adapting.click("versionDeleteButton")
    assert [version.id for version in store().listing().versions] == ["starter"]


def test_discarding_leaves_everything_as_it_was(adapting, worker):
    adapt(adapting)
    adapting.click("adaptDiscardButton")
    assert store().active == "starter"
    assert not proposal_folder(adapting).exists()
    assert adapting.ui.adaptButton.isEnabled()


def test_what_the_guard_refuses_cannot_be_kept_and_says_why(adapting, worker):
    worker.answer(passed=False, reasons=["The lesion-to-cord ratio fell from 3.9 to 2.1."])
    adapt(adapting)
    assert not adapting.ui.adaptKeepButton.isEnabled()
    assert "fell from 3.9" in adapting.ui.adaptVerdictLabel.text
    assert "fell from 3.9" in adapting.ui.adaptKeepButton.toolTip
    adapting.click("adaptDiscardButton")


def test_a_locked_site_adapts_keeps_and_changes_nothing(adapting, worker):
    adapt(adapting)
    store().lock("study in progress")
    adapting.page("reviewPage")
    adapting.page("adaptPage")
    assert not adapting.ui.adaptKeepButton.isEnabled()
    assert "study in progress" in adapting.ui.versionsLabel.text
    adapting.click("adaptDiscardButton")
    assert not adapting.ui.adaptButton.isEnabled()
    assert "study in progress" in adapting.ui.adaptButton.toolTip
    assert not adapting.ui.versionUseButton.isEnabled()


def test_a_proposal_waits_for_the_reader_over_a_restart(adapting, worker, detection):
    adapt(adapting)
    slicer.mrmlScene.Clear(0)
    adapting.settle()
    adapting.load(detection)
    adapting.page("adaptPage")
    assert adapting.ui.adaptResultBox.isVisible()
    adapting.click("adaptKeepButton")
    assert store().active != "starter"


def test_figures_of_scans_that_were_not_seen_stand_beside_the_others(adapting, worker):
    adapt(adapting)
    assert not [row for row in cells(adapting.ui.adaptFiguresTable) if "not seen" in row[0]]
    adapting.click("adaptDiscardButton")
    crossed = {
        "folds": 2,
        "before": {**FIGURES["before"], "residual": 0.041},
        "after": {**FIGURES["after"], "residual": 0.037},
        "findings": [{"before": 3, "after": 2}, {"before": 1, "after": 1}],
    }
    worker.answer(more={"cross_fitted": crossed})
    adapt(adapting)
    assert [row for row in cells(adapting.ui.adaptFiguresTable) if "not seen" in row[0]] == [
        ["Scans not seen: error, normal cord", "0.041", "0.037"],
        ["Scans not seen: painted lesions against cord", "3.9", "4.1"],
        ["Scans not seen: findings", "4", "3"],
    ]


def test_other_reviewed_scans_are_used_where_they_are_ticked(adapting, worker):
    from scene_results import detected

    chosen = adapting.session.volume
    normal = detected(spots=(), noise=9.0)
    second = adapting.load(normal, "second")
    adapting.widget.panel.workspace.parameters.inputVolume = second
    adapting.settle()
    adapting.take(normal)
    adapting.session.assess("normal", "")
    adapting.workspace.changed()
    adapting.widget.panel.workspace.parameters.inputVolume = chosen
    adapting.page("adaptPage")
    assert adapting.ui.adaptScansSection.isVisible()
    assert "read as normal" in cells(adapting.ui.adaptScansTable)[0][1]
    from EmbeddedSlicer.desktop.native import Qt

    adapting.ui.adaptScansTable.item(0, 0).setCheckState(Qt.CheckState.Checked)
    adapt(adapting)
    scans = worker.job()["scans"]
    assert [scan["healthy"] for scan in scans] == [False, True]


def test_a_scene_that_is_closed_ends_the_run(adapting, worker):
    worker.answer(hold=True)
    adapting.click("adaptButton")
    adapting.settle(0.3)
    slicer.mrmlScene.Clear(0)
    adapting.settle()
    assert not adapting.widget.panel.adapt.isRunning


def test_a_damaged_note_of_the_active_model_is_told_and_not_fatal(adapting, worker, data):
    (data / "models").mkdir(parents=True)
    (data / "models" / "active").write_text("nonsense")
    adapting.page("detectPage")
    assert "cannot be read" in adapting.ui.modelLabel.text
    adapting.page("adaptPage")
    assert not adapting.ui.adaptButton.isEnabled()
    adapting.ui.versionsTable.setCurrentCell(0, 0)
    adapting.settle()
    adapting.click("versionUseButton")
    assert store().active == "starter"
    assert adapting.ui.adaptButton.isEnabled()
