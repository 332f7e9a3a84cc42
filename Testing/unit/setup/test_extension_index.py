"""``U2ADSlicer.json``: what is handed in to the index of extensions, by the rules of the index's own checks."""

import json
import re
from typing import Any

import pytest
from cmake_lists import ROOT

ENTRY = ROOT / "U2ADSlicer.json"
SCHEMA = (
    "https://raw.githubusercontent.com/Slicer/Slicer/main/Schemas/slicer-extension-catalog-entry-schema-v1.0.1.json#"
)
REQUIRED = {"$schema": str, "category": str, "scm_url": str}
OPTIONAL = {"scm_revision": str, "build_dependencies": list, "build_subdirectory": str, "tier": int}
"""Of the schema 1.0.1; further fields are refused."""

CATEGORIES = {"Segmentation", "Quantification", "Neuroimaging", "Active Learning", "Analysis"}
"""Those of the index's fixed list that this extension could stand in."""


@pytest.fixture(scope="module")
def entry() -> dict[str, Any]:
    return json.loads(ENTRY.read_text(encoding="utf-8"))


def variable(name: str) -> str:
    found = re.search(rf'set\(EXTENSION_{name} "([^"]+)"\)', (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    assert found
    return found[1]


def test_the_fields_are_those_of_the_schema(entry: dict[str, Any]) -> None:
    assert entry["$schema"] == SCHEMA
    assert entry.keys() >= REQUIRED.keys()
    assert {name: type(value) for name, value in entry.items()} == {name: (REQUIRED | OPTIONAL)[name] for name in entry}
    assert entry["tier"] in (1, 3, 5)


def test_the_lines_end_as_the_index_wants(entry: dict[str, Any]) -> None:
    data = ENTRY.read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"}\n")


def test_it_is_named_as_the_project() -> None:
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    assert f"project({ENTRY.stem})" in text
    assert not ENTRY.stem.startswith("Slicer")


def test_the_repository_is_the_homepage_and_named_by_the_rule(entry: dict[str, Any]) -> None:
    address = entry["scm_url"].removesuffix(".git")
    assert address == variable("HOMEPAGE")
    assert address.startswith("https://")
    assert re.fullmatch(r"Slicer([-_]|Extension[-_])?\w+", address.rsplit("/", 1)[1])


def test_category_and_dependencies_are_those_of_cmake(entry: dict[str, Any]) -> None:
    assert entry["category"] in CATEGORIES
    assert entry["category"] == variable("CATEGORY")
    assert entry["build_dependencies"] == variable("DEPENDS").split()


def test_what_the_first_tier_asks_for_is_there() -> None:
    assert (ROOT / "LICENSE").is_file()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "license" in readme.lower() or "licence" in readme.lower()
    assert "![" in readme
