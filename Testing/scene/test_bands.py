"""Grades of a map: where they begin, what they are called, and how they look."""

import numpy as np
import pytest

from U2ADSlicerLib.scene.bands import WORDS, bandNames, bandsOf, bandTable, bandWord, edgesOf, showBands
from U2ADSlicerLib.scene.colors import ALEATORIC, ANOMALY, EPISTEMIC, STYLES


def test_edges_are_thirds_of_the_heat_map_window():
    assert edgesOf(ANOMALY) == pytest.approx((2, 4, 6, 8))
    assert edgesOf(EPISTEMIC) == pytest.approx((0.05, 0.1333, 0.2167, 0.30), abs=1e-4)


def test_a_voxel_gets_the_grade_that_it_reaches():
    values = np.array([-1, 0, 1.99, 2, 3.9, 4, 6, 7.99, 8, 500], np.float32)
    assert bandsOf(values, ANOMALY).tolist() == [0, 0, 0, 1, 1, 2, 3, 3, 4, 4]
    assert bandsOf(values, ANOMALY).dtype == np.uint8


@pytest.mark.parametrize(
    ("value", "word"), [(0.0, "none"), (0.06, "low"), (0.25, "high"), (9.0, "very high"), (None, "")]
)
def test_word_and_label_agree(value, word):
    assert bandWord(EPISTEMIC, value) == word
    if value is not None:
        assert WORDS[bandsOf(np.array([value]), EPISTEMIC)[0]] == word


def test_entries_say_their_limits(runtime):
    assert bandNames(ANOMALY) == (
        "none (below 2.0)",
        "low (2.0 to 4.0)",
        "middle (4.0 to 6.0)",
        "high (6.0 to 8.0)",
        "very high (8.0 or more)",
    )
    table = bandTable(EPISTEMIC)
    assert [table.GetColorName(label) for label in range(5)] == list(bandNames(EPISTEMIC))
    assert table.GetColorName(3) == "high (0.22 to 0.30)"


def test_table_is_made_once_is_listed_and_saved(runtime):
    table = bandTable(ANOMALY)
    assert bandTable(ANOMALY) is table
    assert table.GetSaveWithScene()
    assert not table.GetHideFromEditors()
    assert table.GetAttribute("Category") == "U2AD"


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_brightness_rises_with_the_grade_and_none_is_not_drawn(runtime, style):
    table = bandTable(style)
    colors = np.zeros((5, 4))
    for label in range(5):
        rgba = [0.0] * 4
        table.GetColor(label, rgba)
        colors[label] = rgba
    assert colors[:, 3].tolist() == [0, 1, 1, 1, 1]
    assert (np.diff(colors[1:, :3] @ (0.2126, 0.7152, 0.0722)) > 0.05).all()


def test_each_quantity_has_its_own_colors(nodes):
    tables = {name: getattr(nodes, f"{name}Bands").GetDisplayNode().GetColorNode() for name in STYLES}
    assert {name: tables[name] is bandTable(style) for name, style in STYLES.items()} == dict.fromkeys(STYLES, True)
    assert len({table.GetID() for table in tables.values()}) == 3
    showBands(nodes.anomalyBands, ALEATORIC)
    assert nodes.anomalyBands.GetDisplayNode().GetColorNode() is bandTable(ALEATORIC)
