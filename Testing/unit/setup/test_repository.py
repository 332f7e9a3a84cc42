"""What is kept in the repository: nothing large, nothing that tells of the computer that it was written on."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LARGEST = 8_000_000

PRIVATE = re.compile(r"/(?:home|Users)/(?!runner/)\w+|/root/|[A-Za-z]:\\\\?Users\\|file:///(?!\{)")
"""Home folders of Linux, macOS and Windows, and links to local files."""


def kept_files() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def private_paths(text: str) -> list[str]:
    places = {str(ROOT), str(Path.home())} - {"/"}
    return [place for place in places if f"{place}/" in text] + PRIVATE.findall(text)


def text_of(file: Path) -> str:
    data = file.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def test_no_file_is_large() -> None:
    large = {str(file.relative_to(ROOT)): file.stat().st_size for file in kept_files()}
    assert {name: size for name, size in large.items() if size > LARGEST} == {}


def test_no_file_names_a_folder_of_somebodys_computer() -> None:
    found = {
        str(file.relative_to(ROOT)): private_paths(text_of(file))
        for file in kept_files()
        if file != Path(__file__).resolve()
    }
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_no_scan_is_kept() -> None:
    scans = (".dcm", ".nii", ".nii.gz", ".nrrd", ".mha", ".mhd", ".img", ".hdr")
    assert [str(file.relative_to(ROOT)) for file in kept_files() if file.name.lower().endswith(scans)] == []


@pytest.mark.parametrize(
    "text", [f"see {ROOT}/README.md", "/home/jane/x", "/Users/jane/x", "C:\\Users\\jane", "cd /root/u2ad"]
)
def test_a_private_path_is_noticed(text: str) -> None:
    assert private_paths(text)


@pytest.mark.parametrize("text", ["../shared/data", "/usr/bin/python3", "/dev/null", "https://example.org/home"])
def test_a_public_path_is_not(text: str) -> None:
    assert not private_paths(text)
