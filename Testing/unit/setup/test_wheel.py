"""What ``pip install .`` installs: all code and all data, and nothing that looks outside of its package."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = {
    "u2ad": ROOT / "U2ADSlicer" / "u2ad",
    "U2ADSlicerLib": ROOT / "U2ADSlicer" / "U2ADSlicerLib",
    "EmbeddedSlicer": ROOT / "EmbeddedSlicer",
}
SKIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from a copy of the working tree, with no network."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for folder in ("U2ADSlicer", "EmbeddedSlicer"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=SKIPPED)
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--no-index", "-w", target, tree], check=True, capture_output=True, timeout=120)
    return next(target.glob("u2ad-*.whl"))


def files_in_the_tree() -> set[str]:
    files = {
        f"{name}/{file.relative_to(folder).as_posix()}"
        for name, folder in PACKAGES.items()
        for file in folder.rglob("*")
        if file.is_file()
    }
    return {name for name in files if "__pycache__" not in name}


def test_every_file_of_the_packages_is_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert files_in_the_tree() - set(archive.namelist()) == set()


def test_nothing_else_is_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_command_is_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "u2ad = u2ad.cli:main" in archive.read(entry).decode()


MODULE_ONLY = {"requirements.py", "sample_data.py"}
"""Files of the scripted module, whose ``Resources`` lie beside its library wherever Slicer installs it."""


@pytest.mark.parametrize("package", PACKAGES)
def test_no_code_reads_files_outside_its_package(package: str) -> None:
    """``Path(__file__).parents[n]`` beyond the package's folder is another place once it is installed."""
    beyond = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in PACKAGES[package].rglob("*.py")
        if file.name not in MODULE_ONLY
        for found in re.finditer(r"Path\(__file__\)\.parents\[(\d+)\]", file.read_text(encoding="utf-8"))
        if int(found[1]) >= len(file.relative_to(PACKAGES[package]).parts)
    ]
    assert beyond == []
