"""What detections need beyond Slicer: the list is right, the question is quick, and an installation asks first."""

import importlib.metadata
import json
import subprocess
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest
from cord_tube import make_tube, with_spot
from packaging.requirements import Requirement
from worker_scripts import job_in

from u2ad.errors import U2ADError
from U2ADSlicerLib import requirements

PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def names() -> set[str]:
    return {requirement.name for requirement in requirements.requirements()}


def brought_along(distributions: set[str]) -> set[str]:
    """Distributions with all that they depend on without extras, by their normal names."""
    found, waiting = set(), set(distributions)
    while waiting:
        name = waiting.pop()
        found.add(normal(name))
        needed = (Requirement(text) for text in importlib.metadata.requires(name) or [])
        needed = {one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})}
        waiting |= {one for one in needed if normal(one) not in found and is_installed(one)}
    return found


def normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


ONLY = """
import importlib.abc, sys
class OnlyWhatIsListed(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in HIDDEN:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, OnlyWhatIsListed())
from u2ad.worker.run import main
sys.exit(main(sys.argv[1:]))
"""


def run_with_nothing_but(distributions: set[str], folder: Path) -> str:
    """Run the whole worker, network and all, where no other package can be imported; returns what it said."""
    kept = brought_along(distributions) | {"u2ad"}
    tops = importlib.metadata.packages_distributions()
    hidden = {top for top, owners in tops.items() if not {normal(owner) for owner in owners} & kept}
    hidden -= set(sys.stdlib_module_names)
    tube = make_tube()
    spotted = with_spot(tube, superior=10.0, brighter=300.0)
    job = json.loads(job_in(folder).to_json())
    np.save(folder / "scan.npy", spotted.array)
    np.save(folder / "cord.npy", tube.cord.fraction)
    job |= {"affine": spotted.grid.affine.tolist(), "cord": str(folder / "cord.npy"), "draws": 2}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", f"HIDDEN = {hidden!r}\n{ONLY}", str(folder / "job.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


BROUGHT_BY_SLICER = {"numpy", "scipy", "SimpleITK", "pydicom"}


def test_the_worker_needs_what_is_listed_and_what_slicer_brings_and_nothing_else(tmp_path):
    said = run_with_nothing_but(names() | BROUGHT_BY_SLICER, tmp_path)
    assert '"Finished"' in said, said


def test_the_listed_packages_are_needed(tmp_path):
    """So the test above can fail: without one of them the worker says which."""
    said = run_with_nothing_but((names() | BROUGHT_BY_SLICER) - {"einops"}, tmp_path)
    assert '"Finished"' not in said
    assert "einops" in said


def test_the_bounds_are_those_of_the_package():
    declared = PROJECT.read_text(encoding="utf-8")
    for requirement in requirements.requirements():
        assert f'"{requirement}"' in declared, f"pyproject.toml does not ask for {requirement}"


def test_slicers_own_reader_understands_the_list():
    """Lower bounds only; slicer.packaging takes no options and no comments behind a name."""
    lines = [line for line in requirements.REQUIREMENTS.read_text().splitlines() if line and line[0] != "#"]
    assert len(lines) == len(requirements.requirements())
    for line in lines:
        assert [clause.operator for clause in Requirement(line).specifier] == [">="]


def test_torch_comes_first_since_the_others_would_bring_any_build_of_it():
    assert requirements.requirements()[0].name == "torch"


def test_nothing_is_missing_where_the_tests_run():
    assert requirements.missing() == ()


def test_asking_is_quick_and_imports_nothing_heavy():
    code = (
        "import sys, time\n"
        "from U2ADSlicerLib.requirements import missing\n"
        "missing(); began = time.perf_counter(); missing()\n"
        "print((time.perf_counter() - began) * 1000, sorted({'torch', 'monai', 'slicer', 'qt'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    milliseconds, heavy = done.stdout.split(maxsplit=1)
    assert float(milliseconds) < 50
    assert heavy.strip() == "[]"


@pytest.fixture
def installed(monkeypatch):
    """The versions that seem to be installed; empty at first."""
    versions: dict[str, str] = {}
    monkeypatch.setattr(requirements, "_versionOf", versions.get)
    return versions


ALL = {"torch": "2.9.1+cu128", "monai": "1.6.1", "einops": "0.8.0", "safetensors": "0.5.0"}
ALL |= {"reportlab": "5.1.0", "matplotlib": "3.10.0", "jinja2": "3.1.6", "highdicom": "0.27.0"}
ALL |= {"pynetdicom": "3.0.4", "dicomweb-client": "0.61.2"}


def test_what_is_absent_or_too_old_is_missing(installed):
    assert requirements.missing() == tuple(map(str, requirements.requirements()))
    installed.update(ALL)
    assert requirements.missing() == ()
    installed["monai"] = "1.4.0"
    assert requirements.missing() == ("monai>=1.5",)
    installed.update(monai="1.6.0rc1", torch="2.10.0a0+gitabc")
    assert requirements.missing() == ()


class Slicer:
    """Stands for what Slicer offers for installing, and notes what it is asked."""

    def __init__(self, installed, monkeypatch):
        self.installed, self.calls, self.testing, self.answer = installed, [], False, None
        slicer, packaging, util = (types.ModuleType(f"slicer{name}") for name in ("", ".packaging", ".util"))
        slicer.app = types.SimpleNamespace(testingEnabled=lambda: self.testing, majorVersion=5, minorVersion=12)
        slicer.packaging, slicer.util = packaging, util
        packaging.pip_ensure = self.ensure
        util.pip_install = self.pip
        torch = types.ModuleType("PyTorchUtils")
        torch.PyTorchUtilsLogic = lambda: types.SimpleNamespace(installTorch=self.torch)
        for module in (slicer, packaging, util, torch):
            monkeypatch.setitem(sys.modules, module.__name__, module)

    def torch(self, askConfirmation, torchVersionRequirement):
        self.calls.append(("torch", askConfirmation, torchVersionRequirement))
        if self.answer == "no torch":
            return
        self.installed["torch"] = ALL["torch"]

    def ensure(self, wanted, constraints, requester):
        self.calls.append(("ensure", [str(one) for one in wanted], Path(constraints).read_text(), requester))
        if self.answer is not None:
            raise self.answer
        self.installed.update(ALL)

    def pip(self, arguments, constraints, requester):
        self.calls.append(("pip", arguments, Path(constraints).read_text(), requester))
        if self.answer is not None:
            raise self.answer
        self.installed.update(ALL)


@pytest.fixture
def slicer(installed, monkeypatch):
    return Slicer(installed, monkeypatch)


def test_torch_is_installed_first_by_the_extension_for_it(slicer, installed, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    installed.update(numpy="2.4.6", scipy="1.17.0")
    requirements.install()
    torch, others = slicer.calls
    assert torch == ("torch", True, ">=2.4")
    assert others[1] == list(map(str, requirements.requirements()[1:]))
    assert others[2].split() == ["numpy==2.4.6", "scipy==1.17.0", f"torch=={ALL['torch']}"]
    assert others[3] == "U2AD"


def test_windows_gets_no_torch_whose_paths_are_too_long_for_it(slicer, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    requirements.install()
    assert slicer.calls[0][2] == ">=2.4,<2.13"


def test_a_torch_that_is_there_is_left_alone(slicer, installed):
    installed["torch"] = ALL["torch"]
    requirements.install()
    assert [call[0] for call in slicer.calls] == ["ensure"]


def test_where_nothing_is_missing_nothing_is_asked(slicer, installed):
    installed.update(ALL)
    requirements.install()
    assert slicer.calls == []


@pytest.mark.parametrize(
    "answer", [RuntimeError("User declined package installation"), subprocess.CalledProcessError(1, "pip"), "no torch"]
)
def test_what_could_not_be_installed_is_said_with_what_to_do(slicer, answer):
    slicer.answer = answer
    with pytest.raises(U2ADError) as refused:
        requirements.install()
    assert "monai" in refused.value.problem
    assert "package folder" in refused.value.remedy


def test_without_the_extension_for_torch_it_is_named(slicer, monkeypatch):
    monkeypatch.setitem(sys.modules, "PyTorchUtils", None)
    with pytest.raises(U2ADError) as refused:
        requirements.install()
    assert "Extensions Manager" in refused.value.remedy


def test_a_slicer_under_test_installs_nothing_from_the_network(slicer):
    slicer.testing = True
    with pytest.raises(U2ADError):
        requirements.install()
    assert slicer.calls == []


def test_a_folder_is_used_without_the_network(slicer, installed, tmp_path):
    folder = tmp_path / "with a space"
    folder.mkdir()
    (folder / "monai-1.6.1-py3-none-any.whl").touch()
    installed.update(ALL)
    del installed["monai"]
    requirements.install(folder)
    ((_, arguments, constraints, _),) = slicer.calls
    assert arguments == ["--no-index", "--find-links", str(folder), "monai>=1.5"]
    assert "torch==" in constraints


def test_a_folder_without_packages_is_said_to_be_empty(slicer, tmp_path):
    with pytest.raises(U2ADError, match="no Python packages"):
        requirements.install(tmp_path)
    assert slicer.calls == []


def test_a_folder_with_the_wrong_packages_is_said_to_be_for_another_python(slicer, tmp_path):
    (tmp_path / "torch.whl").touch()
    slicer.answer = subprocess.CalledProcessError(1, "pip")
    with pytest.raises(U2ADError) as refused:
        requirements.install(tmp_path)
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in refused.value.remedy
    assert str(tmp_path) not in str(refused.value)


def test_an_old_slicer_is_told_which_one_is_needed(slicer):
    assert requirements.whyTooOld() == ""
    assert requirements.whyTooOld((5, 12)) == ""
    assert requirements.whyTooOld((6, 0)) == ""
    assert "5.12" in requirements.whyTooOld((5, 10))
    sys.modules["slicer"].app.minorVersion = 8
    assert "this is 5.8" in requirements.whyTooOld()


def test_without_an_application_no_version_is_too_old(monkeypatch):
    monkeypatch.setitem(sys.modules, "slicer", types.ModuleType("slicer"))
    assert requirements.whyTooOld() == ""


def test_the_real_pip_installs_from_a_folder(tmp_path):
    """The arguments are ones that pip understands: a wheel made on the spot, into a folder of its own."""
    wheel = tmp_path / "wheels with a space" / "u2adprobe-1.0-py3-none-any.whl"
    make_wheel(wheel)
    arguments = ["--no-index", "--find-links", str(wheel.parent), "u2adprobe>=1.0", "--target", str(tmp_path / "to")]
    began = time.monotonic()
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("this Python has no pip")
    subprocess.run(pip, check=True, capture_output=True)
    assert time.monotonic() - began < 30
    assert (tmp_path / "to" / "u2adprobe.py").is_file()


def make_wheel(file: Path) -> None:
    import zipfile

    file.parent.mkdir()
    information = "u2adprobe-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("u2adprobe.py", "")
        wheel.writestr(f"{information}/METADATA", "Metadata-Version: 2.1\nName: u2adprobe\nVersion: 1.0\n")
        wheel.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{information}/RECORD", "")
