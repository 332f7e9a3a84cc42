#!/usr/bin/env python3
"""Set up U2ADSlicer and run it: ``run.py demo``, ``run.py review``, ``run.py test``, ``run.py setup``.

Standard library only.

The locked packages and the project itself go into ``.venv`` beside this file. What is there is remembered in
``.venv/u2ad-setup.json``, so that a second start installs nothing and an interrupted set-up is done anew.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
SUPPORTED = ((3, 10), (3, 13))
INTERRUPTED = 130


class Terminated(KeyboardInterrupt):
    """SIGTERM, which unlike Ctrl-C reaches this process alone and must be passed on."""


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


@dataclass(frozen=True)
class Environment:
    """The virtual environment of a checkout, and the memory of what was installed in it."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    @property
    def memory(self) -> Path:
        return self.folder / "u2ad-setup.json"

    @property
    def made_by_hand(self) -> bool:
        """Whether somebody else's environment is there: ours is remembered before it is made."""
        return (self.folder / "pyvenv.cfg").exists() and self.installed() is None

    @property
    def python(self) -> Path:
        return self.command("python")

    def command(self, name: str) -> Path:
        return self.folder / "Scripts" / f"{name}.exe" if WINDOWS else self.folder / "bin" / name

    def wanted(self) -> dict[str, str]:
        """Fingerprints of what should be installed: the locked packages, and the project on top of them."""
        python = f"{platform.python_implementation()} {sys.version_info[:2]} {platform.machine()} {self.root}"
        return {
            "packages": _digest(python.encode(), self.lock.read_bytes()),
            "project": _digest((self.root / "pyproject.toml").read_bytes()),
        }

    def installed(self) -> dict[str, str] | None:
        """Fingerprints of what is installed; empty after an interruption, None where nobody remembers."""
        try:
            return json.loads(self.memory.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            return {}

    def remember(self, installed: dict[str, str]) -> None:
        part = self.memory.with_suffix(".part")
        part.write_text(json.dumps(installed), encoding="utf-8")
        part.replace(self.memory)

    def empty(self) -> None:
        """An empty folder that is known to be unfinished, in whatever moment the power fails."""
        old = self.root / ".venv.part"
        shutil.rmtree(old, ignore_errors=True)
        if self.folder.exists():
            self.folder.rename(old)
            shutil.rmtree(old, ignore_errors=True)
        self.folder.mkdir()
        self.remember({})


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


class Installer(Protocol):
    """What the set-up asks for; tests hand in one that only takes notes."""

    def create(self) -> None:
        """An empty environment with pip."""

    def install_packages(self) -> None:
        """The locked packages."""

    def install_project(self) -> None:
        """The project, editable."""


def set_up(environment: Environment, installer: Installer) -> bool:
    """Bring the environment up to date; returns whether anything had to be done."""
    wanted, installed = environment.wanted(), environment.installed()
    if installed == wanted:
        return False
    if environment.made_by_hand:
        raise SetupError("The folder .venv was not made by run.py. Rename or delete it, then start again.")
    if installed is None or installed.get("packages") != wanted["packages"]:
        environment.empty()
        installer.create()
        installer.install_packages()
        environment.remember({"packages": wanted["packages"]})
    installer.install_project()
    environment.remember(wanted)
    return True


class Pip:
    """Installs with the Python that runs this file, and with pip."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        # Inside a virtual environment, perhaps the very one to be replaced, the Python that it was made from.
        self.base = getattr(sys, "_base_executable", None) or sys.executable

    def create(self) -> None:
        folder = str(self.environment.folder)
        if self._succeeds("Making the folder .venv", [self.base, "-m", "venv", folder]):
            return
        print("This Python cannot put pip into a new environment (on Debian and Ubuntu: no python3-venv).", flush=True)
        bare = [self.base, "-m", "venv", "--without-pip", folder]
        borrowed = [self.base, "-m", "pip", "--python", str(self.environment.python), "install", "pip"]
        if self._succeeds("Making it without pip", bare) and self._succeeds("Borrowing the system's pip", borrowed):
            return
        self._install_venv_module()
        step("Making the folder .venv again", [self.base, "-m", "venv", folder])

    def _install_venv_module(self) -> None:
        package = f"python3.{sys.version_info[1]}-venv"
        if shutil.which("apt-get") is None:
            raise SetupError("Python's modules venv and ensurepip are missing. Install them, then start again.")
        if os.geteuid() != 0:
            raise SetupError(f"Install {package}, then start again:\n    sudo apt-get install -y {package}")
        step("Refreshing the list of packages", ["apt-get", "update"])
        step(f"Installing {package}", ["apt-get", "install", "-y", package])

    def install_packages(self) -> None:
        self._pip("Installing the locked packages, some 3 GB, more with CUDA", "-r", str(self.environment.lock))

    def install_project(self) -> None:
        self._pip(
            "Installing u2ad itself", "--no-deps", "--no-build-isolation", "--editable", str(self.environment.root)
        )

    def _pip(self, title: str, *arguments: str) -> None:
        pip = [str(self.environment.python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
        step(title, [*pip, "--progress-bar", "off", *arguments])

    @staticmethod
    def _succeeds(title: str, command: list[str]) -> bool:
        try:
            step(title, command, complain=False)
        except SetupError:
            return False
        return True


def step(title: str, command: list[str], complain: bool = True) -> None:
    """Run a command of the set-up while showing its name, the time and the last thing it said.

    Raises:
        SetupError: if it fails, with the end of its output where ``complain`` is set.
    """
    print(f"{title} ...", flush=True)
    started = time.monotonic()
    said: collections.deque[str] = collections.deque(maxlen=30)
    with _running(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        listener = threading.Thread(target=said.extend, args=(process.stdout,), daemon=True)
        listener.start()
        _watch(process, said, started)
        listener.join(timeout=5)
    if process.returncode:
        message = f"{title} failed." + ("\n" + "".join(said) if complain else "")
        raise SetupError(message)
    print(f"    done in {time.monotonic() - started:.0f} s", flush=True)


def _watch(process: subprocess.Popen[str], said: collections.deque[str], started: float) -> None:
    """Until the process ends: its last line, in place on a terminal and every 20 s in a log."""
    terminal = sys.stdout.isatty()
    while True:
        try:
            process.wait(timeout=0.5 if terminal else 20)
        except subprocess.TimeoutExpired:
            last = said[-1].strip() if said else ""
            line = f"    {time.monotonic() - started:4.0f} s  {last}"[: shutil.get_terminal_size().columns - 1]
            print(f"\r\033[K{line}" if terminal else line, end="" if terminal else "\n", flush=True)
        else:
            print("\r\033[K" if terminal else "", end="", flush=True)
            return


@contextlib.contextmanager
def _running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A child process that does not outlive this block."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    except BaseException:
        process.terminate()
        process.wait()
        raise


def run(command: list[object], **variables: str) -> int:
    """Run a command on this terminal; on Ctrl-C or SIGTERM it may finish its own cleaning-up."""
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env={**os.environ, **variables})
    try:
        return process.wait()
    except KeyboardInterrupt as request:
        if isinstance(request, Terminated):
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        process.kill()
        raise


def demo(environment: Environment) -> int:
    u2ad, scan, result = environment.command("u2ad"), Path("demo/phantom/scan.nii.gz"), Path("demo/result")
    for arguments in (
        ["simulate", "-o", scan.parent, "--lesions", 3, "--seed", 7, "--force"],
        ["detect", scan, "-o", result, "--levels", scan.with_name("levels.json"), "--force"],
    ):
        print("\n$ u2ad", *arguments, flush=True)
        if code := run([u2ad, *arguments]):
            return code
    print(f"\nThe report: {ROOT / result / 'report.html'}\nOpen it in a browser. Nothing has left this computer.")
    return 0


def test(environment: Environment, arguments: list[str]) -> int:
    """Style, types, behaviour; pytest comes last, so that its closing line is the last one.

    A file of tests stays in one process, with what it has made for all its tests. The long ones come first, as they
    are named, so that no process waits long for another at the end. There are as many processes as cores: each computes
    on one thread, else their threads spin against each other.
    """
    pytest = ["pytest", "--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
    pytest += ["--no-loadscope-reorder", *arguments]
    # One thread a process; and Pyright's wrapper would ask the network for a newer version of itself.
    variables = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    commands = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["pyright"], pytest)
    worst = 0
    for command in commands:
        print("\n$", *command, flush=True)
        code = run([environment.python, "-m", *command], **variables)
        if code and command[0] != "pytest":
            print(f"{' '.join(command[:2])} failed: this run ends as a failure.", flush=True)
        worst = max(worst, abs(code))
    return worst


def review(environment: Environment, arguments: list[str]) -> int:
    """The Slicer module in a window of its own, with a scan or with a simulated one."""
    return run([environment.python, "-m", "EmbeddedSlicer.desktop.review", *map(_from_here, arguments)])


def _from_here(argument: str) -> str:
    """An existing file keeps its meaning although the command runs in the project's folder."""
    return argument if argument.startswith("-") or not Path(argument).exists() else str(Path(argument).resolve())


def tell_of_missing_libraries() -> None:
    """Say which system library is missing for the pictures; everything else works without it."""
    from EmbeddedSlicer.graphics import NoGraphicsError, prepare_offscreen

    try:
        prepare_offscreen()
    except NoGraphicsError as missing:
        print(f"\n{missing}\nEverything else works without it.\n", flush=True)


def check_python() -> None:
    oldest, newest = SUPPORTED
    if not oldest <= sys.version_info[:2] <= newest:
        raise SetupError(
            f"Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]} is needed and this is "
            f"{sys.version_info[0]}.{sys.version_info[1]}. Start run.py with another, such as: python3.12 run.py demo"
        )


def _terminate(number: int, frame: object) -> None:
    raise Terminated


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, allow_abbrev=False)
    tasks = ["demo", "review", "test", "setup"]
    parser.add_argument("task", choices=tasks, help="what to do once everything is installed")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.task not in ("test", "review"):
        parser.error(f"{options.task} takes no further arguments")
    environment = Environment(ROOT)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        check_python()
        if not set_up(environment, Pip(environment)):
            print("Everything is installed.", flush=True)
        tell_of_missing_libraries()
        return {
            "demo": demo,
            "review": lambda environment: review(environment, rest),
            "test": lambda environment: test(environment, rest),
            "setup": lambda environment: 0,
        }[options.task](environment)
    except SetupError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start again at any time: what was left unfinished is done anew.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
