"""Stand-in for ``slicer.packaging``: tells truly what is installed, and installs nothing.

Attributes:
    calls: what was asked to be installed or removed, in order.
    failure: set it to an exception to be raised by the next installation.
"""

from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import slicer
from packaging.requirements import Requirement

__all__ = [
    "isPipInstallInProgress",
    "load_requirements",
    "pip_check",
    "pip_ensure",
    "pip_install",
    "pip_uninstall",
]


@dataclass(frozen=True)
class Call:
    """One call that would have changed what is installed."""

    function: str
    requirements: object
    options: dict = field(default_factory=dict)


calls: list[Call] = []
failure: Exception | None = None


def load_requirements(path: str | Path) -> list[Requirement]:
    """Requirements of a file in pip's format.

    Lines that begin with ``-`` are left out as Slicer does.

    Raises:
        packaging.requirements.InvalidRequirement: for a line that is none; a comment behind a requirement makes it so.
    """
    lines = (line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def pip_check(requirements) -> bool:
    """Whether all requirements are met by what is installed, as this process would import it."""
    return all(_isMet(requirement) for requirement in _asList(requirements))


def pip_ensure(requirements, **options) -> None:
    """Asks, then installs what is missing; in testing mode does nothing, as Slicer's.

    Raises:
        RuntimeError: if the user says no.
    """
    missing = [requirement for requirement in _asList(requirements) if not _isMet(requirement)]
    if not missing or slicer.app.testingEnabled():
        return
    names = ", ".join(str(requirement) for requirement in missing)
    if not slicer.util.confirmOkCancelDisplay(f"These packages are needed and will be installed: {names}"):
        msg = "Installation of the packages was declined."
        raise RuntimeError(msg)
    _record("pip_ensure", missing, options)


def pip_install(requirements, **options) -> None:
    """Records what would be installed."""
    _record("pip_install", requirements, options)


def pip_uninstall(requirements, **options) -> None:
    """Records what would be removed."""
    _record("pip_uninstall", requirements, options)


def isPipInstallInProgress() -> bool:
    return False


def _record(function: str, requirements: object, options: dict) -> None:
    calls.append(Call(function, requirements, options))
    if failure is not None:
        raise failure


def _asList(requirements) -> list[Requirement]:
    several = requirements if isinstance(requirements, list | tuple) else [requirements]
    return [each if isinstance(each, Requirement) else Requirement(each) for each in several]


def _isMet(requirement: Requirement) -> bool:
    if requirement.marker is not None and not requirement.marker.evaluate():
        return True
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False
