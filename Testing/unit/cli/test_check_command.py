"""``u2ad check`` on files that are made here."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk


def write(path: Path, size: tuple[int, int, int]) -> Path:
    rng = np.random.default_rng(0)
    image = sitk.GetImageFromArray(rng.integers(0, 500, size, dtype=np.int16))
    image.SetSpacing((0.6, 0.6, 3.3))
    image.SetDirection((0, 0, 1, 1, 0, 0, 0, -1, 0))
    sitk.WriteImage(image, str(path))
    return path


def test_a_good_scan_passes_and_every_check_is_said(command, tmp_path) -> None:
    done = command("check", write(tmp_path / "scan.nii.gz", (15, 256, 256)))
    assert done.code == 0
    assert done.out.count("\n") >= 5
    assert "refuse" not in done.out


def test_a_refused_scan_leaves_with_3(command, tmp_path) -> None:
    done = command("check", write(tmp_path / "scan.nii.gz", (2, 256, 256)))
    assert done.code == 3
    assert any(line.startswith("refuse") for line in done.out.splitlines())


@pytest.mark.parametrize("content", [None, b"", b"this is no image"])
def test_what_cannot_be_read_leaves_with_4_and_one_sentence(command, tmp_path, content) -> None:
    path = tmp_path / "Jane_Doe.nii.gz"
    if content is not None:
        path.write_bytes(content)
    done = command("check", path)
    assert done.code == 4
    assert "Traceback" not in done.err
    assert "Doe" not in done.err
