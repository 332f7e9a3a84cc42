"""``run.py``: what is installed when, and how it ends. Nothing is installed here."""

import importlib.util
import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[3]
SPEC = importlib.util.spec_from_file_location("u2ad_run", ROOT / "run.py")
run = importlib.util.module_from_spec(SPEC)
sys.modules["u2ad_run"] = run
SPEC.loader.exec_module(run)


class FakeInstaller:
    """Takes notes; breaks off at the step that it is told to."""

    def __init__(self, environment: "run.Environment", break_at: str = "") -> None:
        self.environment = environment
        self.break_at = break_at
        self.done: list[str] = []

    def _do(self, name: str) -> None:
        if name == self.break_at:
            raise KeyboardInterrupt
        self.done.append(name)

    def create(self) -> None:
        (self.environment.folder / "pyvenv.cfg").touch()
        self._do("create")

    def install_packages(self) -> None:
        self._do("packages")

    def install_project(self) -> None:
        self._do("project")


@pytest.fixture
def environment(tmp_path: Path) -> "run.Environment":
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return run.Environment(tmp_path)


def set_up(environment: "run.Environment") -> list[str]:
    installer = FakeInstaller(environment)
    run.set_up(environment, installer)
    return installer.done


EVERYTHING = ["create", "packages", "project"]


def test_the_first_start_installs_everything_and_the_second_nothing(environment) -> None:
    assert [set_up(environment), set_up(environment)] == [EVERYTHING, []]


def test_other_locked_versions_are_a_new_environment(environment) -> None:
    set_up(environment)
    (environment.folder / "left over").touch()
    environment.lock.write_text("numpy==2.4.7\n")
    assert set_up(environment) == EVERYTHING
    assert not (environment.folder / "left over").exists()
    assert not (environment.root / ".venv.part").exists()


def test_another_python_is_a_new_environment(environment, monkeypatch) -> None:
    set_up(environment)
    monkeypatch.setattr(sys, "version_info", (3, 99))
    assert set_up(environment) == EVERYTHING


def test_a_moved_checkout_is_a_new_environment(environment) -> None:
    set_up(environment)
    moved = environment.root.with_name("moved")
    environment.root.rename(moved)
    assert set_up(run.Environment(moved)) == EVERYTHING


def test_changed_project_settings_install_the_project_only(environment) -> None:
    set_up(environment)
    (environment.root / "pyproject.toml").write_text("[project]\nname = 'u2ad'\n")
    assert set_up(environment) == ["project"]


@pytest.mark.parametrize(
    ("break_at", "then"), [("create", EVERYTHING), ("packages", EVERYTHING), ("project", ["project"])]
)
def test_an_interrupted_set_up_is_taken_up_again(environment, break_at, then) -> None:
    with pytest.raises(KeyboardInterrupt):
        run.set_up(environment, FakeInstaller(environment, break_at))
    assert set_up(environment) == then
    assert set_up(environment) == []


def test_an_interrupted_update_is_taken_up_again(environment) -> None:
    set_up(environment)
    environment.lock.write_text("numpy==2.4.7\n")
    with pytest.raises(KeyboardInterrupt):
        run.set_up(environment, FakeInstaller(environment, "packages"))
    environment.lock.write_text("numpy==2.4.6\n")
    assert set_up(environment) == EVERYTHING


def test_a_broken_memory_is_an_unfinished_set_up(environment) -> None:
    set_up(environment)
    environment.memory.write_text('{"packages": "12')
    assert set_up(environment) == EVERYTHING


def test_an_environment_made_by_hand_is_left_alone(environment) -> None:
    environment.folder.mkdir()
    (environment.folder / "pyvenv.cfg").touch()
    with pytest.raises(run.SetupError, match="Rename or delete"):
        set_up(environment)
    assert [file.name for file in environment.folder.iterdir()] == ["pyvenv.cfg"]


class FakeSteps:
    """Stands for ``run.step``: fails those commands that hold one of the given words."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.commands: list[str] = []

    def __call__(self, title: str, command: list[str], complain: bool = True) -> None:
        line = " ".join(command)
        if any(re.search(word, line) for word in self.failing):
            raise run.SetupError(title)
        self.commands.append(line)


def test_without_ensurepip_the_pip_of_the_system_is_borrowed(environment, monkeypatch) -> None:
    steps = FakeSteps(r"-m venv \S+$")
    monkeypatch.setattr(run, "step", steps)
    run.Pip(environment).create()
    assert [line.split(" -m ")[1].split()[0] for line in steps.commands] == ["venv", "pip"]
    assert "--without-pip" in steps.commands[0]


@pytest.mark.skipif(sys.platform == "win32", reason="apt-get and users are Unix")
def test_without_any_pip_root_installs_the_missing_package(environment, monkeypatch) -> None:
    class UntilInstalled(FakeSteps):
        def __call__(self, title, command, complain=True):
            super().__call__(title, command, complain)
            if command[:2] == ["apt-get", "install"]:
                self.failing = ()

    steps = UntilInstalled("-m venv", "-m pip")
    monkeypatch.setattr(run, "step", steps)
    monkeypatch.setattr(run.shutil, "which", lambda name: name)
    monkeypatch.setattr(run.os, "geteuid", lambda: 0)
    run.Pip(environment).create()
    package = f"python3.{sys.version_info[1]}-venv"
    assert steps.commands[:2] == ["apt-get update", f"apt-get install -y {package}"]
    assert "-m venv" in steps.commands[2]


@pytest.mark.skipif(sys.platform == "win32", reason="apt-get and users are Unix")
def test_without_any_pip_a_user_is_told_the_command(environment, monkeypatch) -> None:
    monkeypatch.setattr(run, "step", FakeSteps("-m venv", "-m pip"))
    monkeypatch.setattr(run.shutil, "which", lambda name: name)
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    with pytest.raises(run.SetupError, match=r"sudo apt-get install -y python3\.\d+-venv"):
        run.Pip(environment).create()


def test_a_failed_step_shows_what_the_command_said(capsys) -> None:
    command = [sys.executable, "-c", "import sys; print('no space left'); sys.exit(3)"]
    with pytest.raises(run.SetupError, match=r"Installing failed\.\nno space left"):
        run.step("Installing", command)
    assert "Installing ..." in capsys.readouterr().out


def test_an_interrupted_step_ends_its_command(monkeypatch) -> None:
    def interrupt(process, said, started):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_watch", interrupt)
    asked = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run.step("Waiting", [sys.executable, "-c", "import time; time.sleep(10)"])
    assert time.monotonic() - asked < 5


@pytest.mark.parametrize(
    ("codes", "worst"), [([0, 0, 0, 0], 0), ([1, 0, 0, 0], 1), ([0, 0, 1, 2], 2), ([0, 0, 2, 0], 2), ([0, 0, 0, -9], 9)]
)
def test_the_suite_runs_to_the_end_and_leaves_with_the_worst_code(environment, monkeypatch, codes, worst) -> None:
    left, ran = list(codes), []
    monkeypatch.setattr(run, "run", lambda command, **_: ran.append(command) or left.pop(0))
    assert run.test(environment, ["-k", "scan"]) == worst
    assert [command[2] for command in ran] == ["ruff", "ruff", "pyright", "pytest"]
    assert ran[3][-2:] == ["-k", "scan"]
    assert ran[3][ran[3].index("--dist") + 1] == "loadfile"  # what a file makes for all its tests is made once


def test_pytest_says_the_last_word(environment, monkeypatch, capsys) -> None:
    monkeypatch.setattr(run, "run", lambda command, **_: print(f"said by {command[2]}") or 1)
    run.test(environment, [])
    assert capsys.readouterr().out.splitlines()[-1] == "said by pytest"


@pytest.mark.parametrize("codes", [[0, 0], [5], [0, 130]])
def test_the_demo_simulates_detects_and_names_the_report(environment, monkeypatch, capsys, codes) -> None:
    left, ran = list(codes), []
    monkeypatch.setattr(run, "run", lambda command, **_: ran.append(command[1]) or left.pop(0))
    assert run.demo(environment) == codes[-1]
    assert ran == ["simulate", "detect"][: len(codes)]
    assert any("report.html" in line for line in capsys.readouterr().out.splitlines()) == (codes == [0, 0])


@pytest.mark.parametrize("version", [(3, 9), (3, 14)])
def test_a_python_that_does_not_suit_is_refused_before_anything_is_made(monkeypatch, capsys, version) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    monkeypatch.setattr(run, "set_up", lambda *_: pytest.fail("it went on"))
    assert run.main(["setup"]) == 1
    assert "Python 3.10 to 3.13 is needed" in capsys.readouterr().err


def test_the_pythons_are_those_of_the_package() -> None:
    (oldest, below) = re.search(
        r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text()
    ).groups()
    assert ((3, int(oldest)), (3, int(below) - 1)) == run.SUPPORTED


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_sigterm_reaches_the_child_and_leaves_with_130() -> None:
    child = (
        "import time, signal, sys; signal.signal(15, lambda *_: sys.exit(print('child ended', flush=True)));"
        "print('ready', flush=True); time.sleep(20)"
    )
    code = f"""
import sys; sys.path.insert(0, {str(ROOT)!r}); import run
run.set_up = lambda *_: False
run.tell_of_missing_libraries = lambda: None
run.demo = lambda environment: run.run([sys.executable, "-c", {child!r}])
sys.exit(run.main(["demo"]))
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        lines = iter(process.stdout.readline, "")
        assert "ready\n" in lines
        asked = time.monotonic()
        process.terminate()
        assert process.wait(timeout=10) == 130
        assert time.monotonic() - asked < 2
        assert process.stdout.read() == "child ended\n"


def test_further_arguments_belong_to_the_tests_only(monkeypatch) -> None:
    monkeypatch.setattr(run, "set_up", lambda *_: pytest.fail("it went on"))
    with pytest.raises(SystemExit) as end:
        run.main(["demo", "--fast"])
    assert end.value.code == 2


def test_missing_graphics_are_told_and_stop_nothing(monkeypatch, capsys) -> None:
    class Missing(Exception):
        pass

    def prepare_offscreen():
        raise Missing("Install libegl1.")

    graphics = SimpleNamespace(NoGraphicsError=Missing, prepare_offscreen=prepare_offscreen)
    monkeypatch.setitem(sys.modules, "EmbeddedSlicer.graphics", graphics)
    run.tell_of_missing_libraries()
    assert "Install libegl1." in capsys.readouterr().out
