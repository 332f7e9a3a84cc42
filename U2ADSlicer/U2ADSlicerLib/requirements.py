"""The Python packages that detections need and that 3D Slicer does not bring."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from u2ad.errors import U2ADError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

REQUIREMENTS = Path(__file__).parents[1] / "Resources" / "requirements.txt"

BUNDLED = ("numpy", "scipy", "SimpleITK", "pydicom", "vtk")
"""What 3D Slicer brings: never replaced by an installation of ours."""

OLDEST_SLICER = (5, 12)
REQUESTER = "U2AD"

TOO_LONG_PATHS = "<2.13"
"""On Windows the wheels of newer PyTorch are cut off where paths grow beyond 260 letters
(Slicer/light-the-torch#176)."""


def whyTooOld(version: tuple[int, int] | None = None) -> str:
    """Why the module cannot work in this 3D Slicer; empty where it can.

    Args:
        version: major and minor; of the running Slicer where None.
    """
    if version is None:
        app = _application()
        version = (int(app.majorVersion), int(app.minorVersion)) if hasattr(app, "majorVersion") else OLDEST_SLICER
    if version >= OLDEST_SLICER:
        return ""
    oldest, present = (".".join(map(str, numbers)) for numbers in (OLDEST_SLICER, version))
    return f"U2AD needs 3D Slicer {oldest} or newer; this is {present}. Install the current 3D Slicer, then U2AD in it."


def requirements() -> tuple[Requirement, ...]:
    """All that detections need, as in ``Resources/requirements.txt``."""
    from packaging.requirements import Requirement

    lines = (line.strip() for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines())
    return tuple(Requirement(line) for line in lines if line and not line.startswith("#"))


def missing() -> tuple[str, ...]:
    """The requirements that are not met, such as "torch>=2.4"; asks the installed packages' metadata, imports none."""
    return tuple(str(requirement) for requirement in requirements() if not _isMet(requirement))


def install(folder: Path | None = None) -> None:
    """Installs what is missing. From the network Slicer asks the reader first; from a folder the caller should.

    Args:
        folder: holds the packages as wheels, where there is no network; None to fetch them.

    Raises:
        U2ADError: if they are not all there afterwards, with what to do about it.
    """
    if not missing():
        return
    try:
        if folder is not None:
            _installFromFolder(Path(folder))
        else:
            _installFromNetwork()
    except (RuntimeError, subprocess.SubprocessError, OSError, ImportError, ValueError) as error:
        raise _notInstalled(folder) from error
    importlib.invalidate_caches()
    if missing():
        raise _notInstalled(folder)


def _isMet(requirement: Requirement) -> bool:
    installed = _versionOf(requirement.name)
    return installed is not None and requirement.specifier.contains(installed, prereleases=True)


def _versionOf(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _installFromNetwork() -> None:
    """PyTorch first, in the build for this computer's graphics card; then what builds on it."""
    import slicer.packaging

    if _application().testingEnabled():
        return
    torch, *others = requirements()
    if not _isMet(torch):
        _installTorch(torch)
    with _constraints() as constraints:
        slicer.packaging.pip_ensure(others, constraints=constraints, requester=REQUESTER)


def _installTorch(torch: Requirement) -> None:
    try:
        import PyTorchUtils
    except ImportError as error:
        raise U2ADError(
            "The extension PyTorch, which installs PyTorch, is not there.",
            "Install PyTorch in the Extensions Manager and restart Slicer, or choose a package folder.",
        ) from error
    bounds = f"{torch.specifier},{TOO_LONG_PATHS}" if sys.platform == "win32" else str(torch.specifier)
    PyTorchUtils.PyTorchUtilsLogic().installTorch(askConfirmation=True, torchVersionRequirement=bounds)
    importlib.invalidate_caches()
    if not _isMet(torch):
        raise _notInstalled(None)


def _installFromFolder(folder: Path) -> None:
    import slicer.util

    if not any(folder.glob("*.whl")):
        raise U2ADError(
            "The package folder holds no Python packages (.whl files).",
            "Choose the folder that was filled as the user guide describes.",
        )
    arguments = ["--no-index", "--find-links", str(folder), *missing()]
    with _constraints() as constraints:
        slicer.util.pip_install(arguments, constraints=constraints, requester=REQUESTER)


@contextmanager
def _constraints() -> Iterator[Path]:
    """A file that tells pip to leave what is there as it is: what Slicer brings, and the chosen build of PyTorch."""
    fixed = {name: version for name in (*BUNDLED, "torch") if (version := _versionOf(name)) is not None}
    if not all(_isMet(requirement) for requirement in requirements() if requirement.name == "torch"):
        fixed.pop("torch", None)
    with tempfile.TemporaryDirectory(prefix="u2ad-") as folder:
        file = Path(folder) / "constraints.txt"
        file.write_text("".join(f"{name}=={version}\n" for name, version in fixed.items()), encoding="utf-8")
        yield file


def _notInstalled(folder: Path | None) -> U2ADError:
    names = ", ".join(missing())
    if folder is None:
        return U2ADError(
            f"What detections need was not installed: {names}.",
            "Allow the installation and check the internet connection, or choose a package folder; findings can be "
            "reviewed without it.",
        )
    python = ".".join(platform.python_version_tuple()[:2])
    return U2ADError(
        f"What detections need could not be installed from the package folder: {names}.",
        f"The folder must hold wheels for Python {python} on {platform.system()} ({platform.machine()}); fill it as "
        "the user guide describes.",
    )


def _application():
    """``slicer.app``; None where there is no application."""
    import slicer

    return getattr(slicer, "app", None)
