"""Icons: complete, of the right size, made of shapes alone, and readable on light and on dark."""

import ast
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from cmake_lists import MODULE, ROOT

ICONS = MODULE / "Resources" / "Icons"
ACTIONS = sorted(path for path in ICONS.glob("*.svg") if path.stem != "U2ADSlicer")
SHAPES = {"svg", "title", "path", "circle", "rect", "ellipse", "line", "g"}
"""What every SVG renderer draws alike; Qt's knows only SVG Tiny 1.2."""

LIGHT, DARK = "#f0f0f0", "#353535"
"""Backgrounds of Slicer's light and dark styles."""


def luminance(color: str) -> float:
    """Relative luminance of an sRGB color (WCAG 2.1)."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def size_of(png: Path) -> tuple[int, int]:
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", head[16:24])


def named_in_the_panel() -> set[str]:
    """Icons that the panel asks for: the values of its table ICONS."""
    tree = ast.parse((MODULE / "U2ADSlicerLib" / "panels" / "panel.py").read_text(encoding="utf-8"))
    tables = [n for n in tree.body if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "ICONS"]
    return set(ast.literal_eval(tables[0].value).values())


def test_the_module_has_its_icon_in_both_forms() -> None:
    assert ET.parse(ICONS / "U2ADSlicer.svg").getroot().get("viewBox") == "0 0 128 128"
    assert size_of(ICONS / "U2ADSlicer.png") == (128, 128)


def test_the_extension_has_its_icon() -> None:
    assert size_of(ROOT / "Resources" / "U2ADSlicer.png") == (128, 128)


def test_the_sample_has_a_thumbnail() -> None:
    assert size_of(ICONS / "SimulatedCord.png") == (260, 280)


def test_every_icon_that_the_panel_names_is_there() -> None:
    assert named_in_the_panel() - {icon.stem for icon in ACTIONS} == set()


@pytest.mark.parametrize("icon", [*ACTIONS, ICONS / "U2ADSlicer.svg"], ids=lambda path: path.stem)
def test_an_icon_is_made_of_shapes_alone(icon: Path) -> None:
    root = ET.parse(icon).getroot()
    assert {element.tag.rsplit("}", 1)[-1] for element in root.iter()} <= SHAPES
    assert root.get("width") == root.get("height") == root.get("viewBox", "").split()[-1]
    assert "href" not in icon.read_text(encoding="utf-8")


@pytest.mark.parametrize("icon", ACTIONS, ids=lambda path: path.stem)
def test_an_action_is_readable_on_light_and_on_dark(icon: Path) -> None:
    text = icon.read_text(encoding="utf-8")
    assert 'viewBox="0 0 24 24"' in text
    colors = set(re.findall(r'(?:stroke|fill)="(#[0-9a-f]{6})"', text))
    assert colors
    assert {c for c in colors if min(contrast(c, LIGHT), contrast(c, DARK)) < 3} == set()


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#ffd700"])
def test_a_color_that_vanishes_on_one_of_them_is_noticed(color: str) -> None:
    assert min(contrast(color, LIGHT), contrast(color, DARK)) < 3


@pytest.mark.parametrize("icon", [*ACTIONS, ICONS / "U2ADSlicer.svg"], ids=lambda path: path.stem)
def test_qt_draws_it(icon: Path) -> None:
    svg = pytest.importorskip("PySide6.QtSvg", reason="Qt is not installed", exc_type=ImportError)
    assert svg.QSvgRenderer(str(icon)).isValid()
