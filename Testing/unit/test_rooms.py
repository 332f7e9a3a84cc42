"""The shape of the house: who may import whom, and what is never imported by accident."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "U2ADSlicer" / "u2ad"

VALUES = {"errors", "progress"}
SIMULATION = VALUES | {"scan"}
CORD = VALUES | {"scan", "models", "simulation"}
DETECTORS = CORD | {"cord"}
FINDINGS = VALUES | {"scan", "cord", "detectors"}
CALIBRATION = FINDINGS | {"findings", "home", "locking"}
RESULT = CALIBRATION | {"calibration", "models"}
DETECTION = DETECTORS | CALIBRATION | {"calibration"}
WALK = DETECTION | RESULT | {"detection", "result"}
PIPELINE = WALK | {"walk"}
ADAPTATION = WALK | {"walk", "review", "home"}

MAY_IMPORT = {
    "errors": set(),
    "fault": set(),
    "home": set(),
    "locking": set(),
    "progress": set(),
    "stop": set(),
    "terminal": VALUES | {"stop"},
    "threads": set(),
    "scan": VALUES,
    "models": VALUES | {"home"},
    "simulation": SIMULATION,
    "cord": CORD,
    "detectors": DETECTORS,
    "findings": FINDINGS,
    "calibration": CALIBRATION,
    "pretraining": DETECTORS | {"detectors"},
    "detection": DETECTION,
    "review": CALIBRATION | {"calibration"},
    "result": RESULT,
    "walk": WALK,
    "adaptation": ADAPTATION,
    "export": WALK | {"review", "home"},
    "worker": ADAPTATION | {"adaptation", "fault", "export", "threads"},
    "pipeline": PIPELINE,
    "benchmark": PIPELINE | {"pipeline", "adaptation", "terminal", "stop", "export", "review"},
    "recalibration": WALK | {"walk", "adaptation", "benchmark", "home"},
    "cli": PIPELINE
    | {
        "pipeline",
        "adaptation",
        "benchmark",
        "recalibration",
        "pretraining",
        "export",
        "terminal",
        "stop",
        "fault",
        "threads",
    },
}
"""Rooms that a room may import, besides itself. A new room gets its place here before it gets its second file."""

WORKERS = (
    "models/",
    "benchmark/",
    "recalibration/",
    "detectors/u2ad.py",
    "detectors/u2ad_paper.py",
    "detectors/windows.py",
    "cord/segmentation.py",
    "cord/pictures.py",
    "cord/training.py",
    "pretraining/",
    "cord/level_training.py",
    "pipeline.py",
    "walk.py",
    "worker/detection.py",
    "worker/adaptation.py",
    "adaptation/",
)
"""Where torch and monai may be imported at file scope: what only a run of the model imports."""

DESKTOP = {"slicer", "slicer_core", "qt", "ctk", "vtk", "vtkmodules", "PySide6", "U2ADSlicer", "U2ADSlicerLib"}

FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def is_worker(file: Path) -> bool:
    return name_of(file).startswith(WORKERS)


def imported(nodes: Iterator[ast.AST], file: Path) -> Iterator[str]:
    """Full dotted names of all that ``nodes`` import."""
    package = ("u2ad", *file.relative_to(PACKAGE).parts[:-1])
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def at_file_scope(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the file is imported: neither bodies of functions nor imports for the type checker."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from at_file_scope(child)


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", [f for f in FILES if f.parent != PACKAGE or f.name != "__init__.py"], ids=name_of)
def test_imports_go_one_way(file: Path) -> None:
    room = room_of(file)
    assert room in MAY_IMPORT, f"the room {room} has no place in the table of this test"
    rooms = {name.split(".")[1] for name in imported(ast.walk(tree_of(file)), file) if name.startswith("u2ad.")}
    rooms -= {room, "__version__"}
    assert rooms <= MAY_IMPORT[room], f"{name_of(file)} may not import {sorted(rooms - MAY_IMPORT[room])}"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_method_knows_no_desktop(file: Path) -> None:
    tops = {name.split(".")[0] for name in imported(ast.walk(tree_of(file)), file)}
    assert not tops & DESKTOP


@pytest.mark.parametrize("file", [f for f in FILES if not is_worker(f)], ids=name_of)
def test_torch_is_no_import_at_file_scope(file: Path) -> None:
    tops = {name.split(".")[0] for name in imported(at_file_scope(tree_of(file)), file)}
    assert not tops & {"torch", "monai"}


def brings(module_names: list[str], unwanted: set[str]) -> list[str]:
    """Which modules, imported one after the other in a new process, first bring one of ``unwanted`` along."""
    code = (
        "import importlib, sys\n"
        f"unwanted = set({sorted(unwanted)!r})\n"
        f"for name in {module_names!r}:\n"
        "    before = unwanted & set(sys.modules)\n"
        "    importlib.import_module(name)\n"
        "    for brought in sorted((unwanted & set(sys.modules)) - before):\n"
        "        print(f'{name} brings {brought}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_no_room_brings_torch_along_when_imported() -> None:
    names = [name_of(file).removesuffix(".py").removesuffix("/__init__") for file in FILES if not is_worker(file)]
    modules = ["u2ad" if name == "__init__" else f"u2ad.{name.replace('/', '.')}" for name in names]
    assert brings(modules, {"torch", "monai"}) == []


def test_the_command_line_starts_without_the_rooms() -> None:
    heavy = {"torch", "monai", "scipy", "numpy", "SimpleITK", "skimage", "vtk"}
    assert brings(["u2ad.cli", "u2ad.cli.app"], heavy) == []


def test_an_import_by_detour_is_noticed() -> None:
    assert brings(["u2ad", "u2ad.scan"], {"numpy"}) == ["u2ad.scan brings numpy"]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import torch.nn", {"torch.nn"}),
        ("from ..scan import Grid", {"u2ad.scan.Grid"}),
        ("from . import cord", {"u2ad.cord.cord"}),
        ("from u2ad import scan", {"u2ad.scan"}),
        ("try:\n    import vtk\nexcept ImportError:\n    pass", {"vtk"}),
        ("def f():\n    import torch", set()),
        ("if TYPE_CHECKING:\n    import torch", set()),
    ],
)
def test_this_test_sees_every_way_to_import(code: str, names: set[str]) -> None:
    assert set(imported(at_file_scope(ast.parse(code)), PACKAGE / "cord" / "x.py")) == names
