"""The lock file: everything pinned once a platform, and the same versions wherever versions are named."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LINES = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line and line.lstrip()[0] != "#"]
PINS = {line.split("==")[0] for line in LINES}


def pinned(name: str) -> set[str]:
    return {re.split(r"[ ;]", line.split("==")[1])[0] for line in LINES if line.startswith(f"{name}==")}


def test_every_line_pins_one_version() -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; .+)?", line) for line in LINES)


def test_the_two_great_ones_are_the_agreed_versions() -> None:
    assert (pinned("torch"), pinned("slicer-core")) == ({"2.13.0"}, {"5.12.4.0"})


def test_nothing_of_a_graphics_card_is_forced_on_a_computer_without_one() -> None:
    assert not [name for name in PINS if name.startswith(("nvidia", "cuda", "triton"))]


def test_every_direct_dependency_is_locked() -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 reads no TOML")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.match(r"[A-Za-z0-9_-]+", requirement)[0].lower() for requirement in direct}  # type: ignore[index]
    assert names <= PINS


def test_hooks_use_the_locked_versions() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    named = re.findall(r"([a-z]+)(?:\[\w+\])?==([0-9.]+)", hooks)
    assert len(named) == 4
    assert all(pinned(name) == {version} for name, version in named)


def test_continuous_integration_installs_the_libraries_that_the_messages_name() -> None:
    sys.path.insert(0, str(ROOT))
    from EmbeddedSlicer.graphics import REMEDY

    packages = re.search(r"packages=\(([^)]+)\)", (ROOT / ".ci" / "run").read_text())
    assert packages
    named = re.search(r"apt-get install ([^.]+)\.", REMEDY)
    assert named
    assert set(named[1].split()) <= set(packages[1].split())
