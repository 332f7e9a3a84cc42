"""The curve along the cord as table and chart."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import slicer

from u2ad.findings import AnomalyCurve
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.curve import (
    ALONG,
    BORDER,
    FINDING,
    LEVEL,
    PEAK,
    THRESHOLD,
    VALUE,
    levelsAlong,
    peakPlaces,
    updateCurve,
)


def column(node, name):
    return slicer.util.arrayFromTableColumn(node, name)


def texts(node, name):
    array = node.GetTable().GetColumnByName(name)
    return [array.GetValue(row) for row in range(array.GetNumberOfValues())]


def listed(findings):
    return [SimpleNamespace(number=finding.label, figures=finding) for finding in findings.ranked]


def finding_at(along, length=4.0, peak=5.0, number=1):
    figures = SimpleNamespace(along=along, extent=(length, 3.0, 3.0), peak=peak)
    return SimpleNamespace(number=number, figures=figures)


@pytest.fixture
def drawn(scan_volume, detection):
    nodes = CaseNodes(scan_volume)
    updateCurve(nodes, detection.findings.curve, listed(detection.findings), 5.0)
    return nodes


def test_table_holds_the_curve_and_the_threshold(drawn, detection):
    curve = detection.findings.curve
    np.testing.assert_allclose(column(drawn.curveTable, ALONG), curve.along)
    np.testing.assert_allclose(column(drawn.curveTable, VALUE), curve.value)
    assert set(column(drawn.curveTable, THRESHOLD)) == {5.0}
    assert texts(drawn.curveTable, LEVEL) == list(curve.level)


def test_what_was_not_searched_stays_a_gap(drawn, detection):
    curve = detection.findings.curve
    value = curve.value.copy()
    value[20:30] = np.nan
    updateCurve(drawn, replace(curve, value=value), [], 5.0)
    assert np.isnan(column(drawn.curveTable, VALUE)).sum() == 10
    assert np.isnan(column(drawn.curveTable, PEAK)).all()


def test_a_finding_is_marked_where_the_curve_is_highest_within_it(drawn, detection):
    peaks, along = column(drawn.curveTable, PEAK), column(drawn.curveTable, ALONG)
    assert np.isfinite(peaks).sum() == len(detection.findings.ranked) == 2
    for place in np.flatnonzero(np.isfinite(peaks)):
        assert peaks[place] == pytest.approx(detection.findings.curve.value[place])
        near = np.abs(along - along[place]) < 3
        assert peaks[place] == pytest.approx(np.nanmax(detection.findings.curve.value[near]))
    assert sorted(filter(None, texts(drawn.curveTable, FINDING))) == ["finding 1", "finding 2"]


def test_findings_of_one_place_share_the_mark_of_the_higher():
    curve = AnomalyCurve(np.arange(10.0), np.array([0, 1, 5, 1, 0, 0, 0, 0, 0, np.nan]), ("unknown",) * 10)
    high, low = finding_at(2.0, peak=5.0), finding_at(3.0, peak=3.0, number=2)
    assert peakPlaces(curve, [high, low]) == {2: high}
    assert peakPlaces(curve, [low, high]) == {2: high}


def test_a_finding_where_nothing_was_searched_stands_at_its_own_peak(drawn):
    curve = AnomalyCurve(np.arange(5.0), np.full(5, np.nan, np.float32), ("unknown",) * 5)
    updateCurve(drawn, curve, [finding_at(3.2, length=0.0, peak=7.0)], 5.0)
    np.testing.assert_array_equal(column(drawn.curveTable, PEAK), [np.nan, np.nan, np.nan, 7.0, np.nan])


def test_an_empty_curve_is_no_error(drawn):
    updateCurve(drawn, AnomalyCurve(np.zeros(0), np.zeros(0, np.float32), ()), [finding_at(3.0)], 5.0)
    assert drawn.curveTable.GetNumberOfRows() == 0


def test_borders_stand_at_the_discs(drawn, detection):
    levels = detection.anatomy.levels
    borders = column(drawn.levelTable, ALONG)[::3]
    np.testing.assert_allclose(borders[1:-1], [disc.along for disc in levels.discs], atol=0.6)
    np.testing.assert_allclose(borders[[0, -1]], [levels.faces[0], levels.faces[-1]], atol=1.0)
    heights = column(drawn.levelTable, BORDER).reshape(-1, 3)
    assert (heights[:, 0] == 0).all()
    assert (heights[:, 1] == drawn.chart.GetYAxisRange()[1]).all()
    assert np.isnan(heights[:, 2]).all()


def test_levels_are_named_from_head_to_foot(drawn, detection):
    levels = levelsAlong(detection.findings.curve)
    assert [level.name for level in levels] == ["C2", "C3", "C4", "C5", "C6", "C7", "T1"]
    assert all(above.end == below.start for above, below in pairwise(levels))
    assert drawn.chart.GetTitle().startswith(f"C2 from {levels[0].start:.0f} mm, C3 {levels[1].start:.0f}, C4")


def test_levels_that_the_curve_steps_over_meet_half_way():
    curve = AnomalyCurve(np.array([0.0, 10, 20, 30]), np.ones(4, np.float32), ("unknown", "C4", "C5", "C5"))
    assert [(level.name, level.start, level.end) for level in levelsAlong(curve)] == [("C4", 10, 15), ("C5", 15, 30)]


def test_unknown_levels_are_said_to_be_unknown(drawn, detection):
    curve = detection.findings.curve
    updateCurve(drawn, replace(curve, level=("unknown",) * len(curve.along)), [], 5.0)
    assert drawn.chart.GetTitle().startswith("Levels unknown")
    assert drawn.levelTable.GetNumberOfRows() == 0


def test_chart_shows_four_series_over_named_axes(drawn):
    chart = drawn.chart
    shown = [chart.GetNthPlotSeriesNode(index) for index in range(chart.GetNumberOfPlotSeriesNodes())]
    assert shown == [drawn.levelSeries, drawn.thresholdSeries, drawn.curveSeries, drawn.peakSeries]
    assert [series.GetYColumnName() for series in shown] == [BORDER, THRESHOLD, VALUE, PEAK]
    assert chart.GetXAxisTitle() == "mm below the upper end of the cord"
    assert chart.GetYAxisTitle() == "Anomaly (robust SD)"


def test_the_whole_curve_fits_into_the_chart(drawn, detection):
    assert drawn.chart.GetYAxisRange()[1] > np.nanmax(detection.findings.curve.value)
    assert drawn.chart.GetXAxisRange()[1] >= detection.findings.curve.along[-1]


def test_calm_curves_of_different_scans_have_the_same_height(drawn, detection):
    curve = detection.findings.curve
    heights = []
    for factor in (0.0, 0.1):
        updateCurve(drawn, replace(curve, value=curve.value * np.float32(factor)), [], 5.0)
        heights.append(drawn.chart.GetYAxisRange())
    assert heights[0] == heights[1]


def test_update_is_in_place(drawn, detection):
    before = [getattr(drawn, name) for name in ("curveTable", "levelTable", "chart", "peakSeries")]
    findings = listed(detection.findings) * 15
    for threshold in np.linspace(3, 6, 20):
        updateCurve(drawn, detection.findings.curve, findings, threshold)
    assert [getattr(drawn, name) for name in ("curveTable", "levelTable", "chart", "peakSeries")] == before
