"""Writing a phantom as a folder: scan, truth masks, levels and the record of how it was made."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from u2ad import __version__
from u2ad.errors import OutputError
from u2ad.scan.output import LEFT_BY_SYSTEMS, expect_writable, in_words
from u2ad.scan.writing import write_nifti
from u2ad.simulation.phantom import Phantom

SCAN, CORD, LESIONS, LEVELS, TRUTH = "scan.nii.gz", "cord.nii.gz", "lesions.nii.gz", "levels.json", "truth.json"
WRITTEN = frozenset({SCAN, CORD, LESIONS, LEVELS, TRUTH})
"""All that lies in the folder of a phantom."""

BLOCKED = "The phantom cannot be written there."


def write_phantom(phantom: Phantom, folder: Path, force: bool = False) -> Path:
    """Write ``scan``, ``cord`` and ``lesions`` as .nii.gz, the level points and the truth as JSON.

    ``levels.json`` maps names of vertebrae and discs to the cord's middle there, RAS in mm. ``truth.json`` holds
    seed, settings and the lesions (label, centre, extent, contrast, volume), and is enough to make the phantom again.
    Everything is written under a temporary name beside ``folder`` and renamed at the end.

    Args:
        phantom: what is written.
        folder: where to; its parent is made if missing.
        force: replace a former phantom.

    Returns:
        The folder.

    Raises:
        OutputError: if :func:`expect_free` refuses the folder, or it cannot be written.
    """
    folder = Path(folder)
    expect_free(folder, force=force)
    with in_words():
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        unfinished.chmod(0o755)
        _write_files(phantom, unfinished)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.replace(folder)
    except OSError:
        raise OutputError(BLOCKED, "Check the free space and that no file of it is open.") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def expect_free(folder: Path, *, force: bool) -> None:
    """Look whether a phantom may be written to ``folder``.

    Args:
        folder: where to.
        force: whether a former phantom may be replaced. Nothing else ever is: a folder with files but without
            ``truth.json``, or with a file that u2ad does not write, is not ours to delete.

    Raises:
        OutputError: if it may not, or nothing can be written there.
    """
    expect_writable(folder)
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / TRUTH).is_file():
        raise OutputError("There is something else than a phantom at the output's place.", "Choose another folder.")
    if any(path.name not in WRITTEN | LEFT_BY_SYSTEMS for path in folder.iterdir()):
        raise OutputError(
            "Beside a phantom the folder holds files that u2ad did not write, so it is not replaced.",
            "Move them elsewhere, or choose another folder.",
        )
    if not force:
        raise OutputError("The output folder exists already.", "Choose another folder, or use --force to replace it.")


def _write_files(phantom: Phantom, folder: Path) -> None:
    grid = phantom.scan.grid
    write_nifti(folder / SCAN, phantom.scan.array, grid)
    write_nifti(folder / CORD, phantom.cord, grid)
    write_nifti(folder / LESIONS, phantom.labels, grid)
    levels = {name: [round(mm, 3) for mm in ras] for name, ras in phantom.levels.items()}
    (folder / LEVELS).write_text(json.dumps(levels, indent=2) + "\n", encoding="utf-8")
    (folder / TRUTH).write_text(json.dumps(_truth(phantom), indent=2) + "\n", encoding="utf-8")


def _truth(phantom: Phantom) -> dict:
    voxel = phantom.scan.grid.voxel_volume
    lesions = []
    for label, lesion in enumerate(phantom.lesions, start=1):
        volume = float((phantom.labels == label).sum()) * voxel
        lesions.append({"label": label, **lesion.record(), "label_volume_mm3": round(volume, 2)})
    return {
        "made_by": f"u2ad {__version__}",
        "seed": phantom.seed,
        "settings": phantom.settings,
        "lesions": lesions,
        "scan_digest": phantom.scan.digest,
    }
