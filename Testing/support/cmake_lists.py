"""The lists of files in ``U2ADSlicer/CMakeLists.txt``, and the files that belong there.

After adding, moving or removing a file below ``U2ADSlicer``, bring the lists in line with the folder::

    python3 Testing/support/cmake_lists.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "U2ADSlicer"
LISTS = MODULE / "CMakeLists.txt"
SCRIPTS = "MODULE_PYTHON_SCRIPTS"
RESOURCES = "MODULE_PYTHON_RESOURCES"


def files_of(module: Path = MODULE) -> list[str]:
    """What is installed, relative to the module's folder: all that git keeps or would keep, but not the lists."""
    if shutil.which("git") and (module.parent / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."]
        names = subprocess.run(command, cwd=module, capture_output=True, text=True, check=True).stdout.split("\0")
    else:
        names = [path.relative_to(module).as_posix() for path in module.rglob("*") if "__pycache__" not in path.parts]
    return sorted({name for name in names if name and (module / name).is_file() and name != LISTS.name})


def wanted(names: list[str]) -> dict[str, list[str]]:
    """The files by the list that they belong to."""
    scripts = [name for name in names if name.endswith(".py")]
    return {SCRIPTS: scripts, RESOURCES: [name for name in names if name not in scripts]}


def listed(text: str, variable: str) -> list[str]:
    """The files that a list of a CMakeLists.txt names, in its order."""
    found = re.search(rf"set\({variable}\s([^)]*)\)", text)
    if found is None:
        raise ValueError(f"no list {variable}")
    return found[1].split()


def rewritten(text: str, lists: dict[str, list[str]]) -> str:
    """A CMakeLists.txt with other lists; all else stays."""
    for variable, names in lists.items():
        lines = "".join(f"  {name}\n" for name in names)
        text = re.sub(rf"set\({variable}\s[^)]*\)", lambda _, v=variable, n=lines: f"set({v}\n{n}  )", text)
    return text


def main() -> None:
    text = LISTS.read_text(encoding="utf-8")
    new = rewritten(text, wanted(files_of()))
    LISTS.write_text(new, encoding="utf-8", newline="\n")
    print("U2ADSlicer/CMakeLists.txt", "is in line with the folder" if new == text else "was brought in line")


if __name__ == "__main__":
    main()
