"""What CMake installs is what the module's folder holds, and the index of extensions can read what it needs."""

import re
from pathlib import Path

import pytest
from cmake_lists import LISTS, RESOURCES, ROOT, SCRIPTS, files_of, listed, rewritten, wanted

TOP = ROOT / "CMakeLists.txt"
REWRITE = "run: python3 Testing/support/cmake_lists.py"


@pytest.fixture(scope="module")
def lists() -> str:
    return LISTS.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def top() -> str:
    return TOP.read_text(encoding="utf-8")


@pytest.mark.parametrize("variable", [SCRIPTS, RESOURCES])
def test_every_file_of_the_module_is_listed_and_no_other(lists: str, variable: str) -> None:
    assert listed(lists, variable) == wanted(files_of())[variable], REWRITE


def test_writing_the_lists_again_changes_nothing(lists: str) -> None:
    assert rewritten(lists, wanted(files_of())) == lists, REWRITE


def test_what_the_module_reads_at_run_time_is_among_them(lists: str) -> None:
    assert {
        "Resources/UI/U2ADSlicer.ui",
        "Resources/requirements.txt",
        "U2ADSlicerLib/scene/U2AD.term.json",
        "u2ad/models/starter/u2ad.safetensors",
        "u2ad/result/findings.schema.json",
        "u2ad/result/report.html.jinja",
    } <= set(listed(lists, RESOURCES))


def test_a_new_file_is_noticed(tmp_path: Path) -> None:
    for name in ("U2ADSlicer.py", "u2ad/new.py", "Resources/new.svg", "u2ad/__pycache__/new.pyc", "CMakeLists.txt"):
        file = tmp_path / "U2ADSlicer" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    found = wanted(files_of(tmp_path / "U2ADSlicer"))
    assert found == {SCRIPTS: ["U2ADSlicer.py", "u2ad/new.py"], RESOURCES: ["Resources/new.svg"]}


def test_rewriting_replaces_the_lists_and_nothing_else() -> None:
    text = f"before\nset({SCRIPTS}\n  old.py\n  )\nset({RESOURCES}\n  )\nafter\n"
    new = rewritten(text, {SCRIPTS: ["a.py", "b.py"], RESOURCES: ["c.svg"]})
    assert new == f"before\nset({SCRIPTS}\n  a.py\n  b.py\n  )\nset({RESOURCES}\n  c.svg\n  )\nafter\n"


def test_the_module_is_tested_by_slicer(lists: str) -> None:
    assert "WITH_GENERIC_TESTS" in lists
    assert re.search(r"if\(BUILD_TESTING\)\s+slicer_add_python_unittest\(SCRIPT \$\{MODULE_NAME\}\.py\)", lists)


def one_line(text: str, variable: str) -> str:
    """An extension variable as the index's own check reads it (ExtensionsIndex, check_description_files.py)."""
    found = re.findall(rf'set\s*\({variable}\s*"([^"]+)"[ ]*\)', text, re.IGNORECASE)
    assert len(found) == 1, f"{variable} must be set once, on one line"
    assert "\n" not in found[0]
    return found[0]


@pytest.mark.parametrize(
    "name",
    ["HOMEPAGE", "CATEGORY", "CONTRIBUTORS", "DESCRIPTION", "ICONURL", "SCREENSHOTURLS", "DEPENDS"],
)
def test_each_extension_variable_stands_on_one_line(top: str, name: str) -> None:
    assert one_line(top, f"EXTENSION_{name}")


def test_the_project_is_the_extension(top: str) -> None:
    assert re.findall(r"project\s*\(\s*([^\s\)]+)", top) == ["U2ADSlicer"]


@pytest.mark.parametrize("variable", ["EXTENSION_ICONURL", "EXTENSION_SCREENSHOTURLS"])
def test_pictures_are_files_of_this_repository(top: str, variable: str) -> None:
    raw = one_line(top, "EXTENSION_HOMEPAGE").replace("github.com", "raw.githubusercontent.com") + "/main/"
    for url in one_line(top, variable).split():
        assert url.startswith(raw)
        assert url.endswith((".png", ".jpg", ".gif"))
        assert (ROOT / url.removeprefix(raw)).is_file(), url


def test_a_broken_line_is_noticed() -> None:
    with pytest.raises(AssertionError):
        one_line("set(EXTENSION_ICONURL\n  ${URL})", "EXTENSION_ICONURL")
