"""Finding healthy people in a folder: BIDS with derivatives, or a folder a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from u2ad.errors import U2ADError

SCAN = "_T2w.nii.gz"

MASKS = ("_T2w_label-SC_seg.nii.gz", "_T2w_label-SC_mask.nii.gz", "_T2w_seg-manual.nii.gz", "_T2w_seg.nii.gz")
"""Endings of cord masks in Spine Generic, newest first."""


@dataclass(frozen=True)
class Person:
    """A person's T2-weighted scan.

    Args:
        name: of the folder, such as "sub-errsm11"; written into no file.
        scan: the scan.
        mask: the cord mask drawn for it; None where there is none.
    """

    name: str
    scan: Path
    mask: Path | None


def people_in(data: Path, names: Sequence[str] = ()) -> tuple[Person, ...]:
    """The people of a folder, by name, each with the first of their T2-weighted scans.

    Scans are ``sub-*/anat/*_T2w.nii.gz``, ``sub-*/ses-*/anat/*_T2w.nii.gz`` or ``sub-*/*_T2w.nii.gz``; masks lie beside
    them or in the same place below ``derivatives/*``, as in Spine Generic.

    Args:
        data: the folder.
        names: whom to take; everybody where empty.

    Raises:
        U2ADError: if the folder holds no such scan, or somebody named is not there.
    """
    found = {folder.name: scan for folder in sorted(data.glob("sub-*")) if (scan := _scan_in(folder)) is not None}
    if not found:
        raise U2ADError(
            "This folder holds no healthy scans in BIDS layout.",
            "Give a folder with sub-NAME/anat/sub-NAME_T2w.nii.gz, as of Spine Generic.",
        )
    missing = [name for name in names if name not in found]
    if missing:
        raise U2ADError(
            f"{len(missing)} of the people named have no T2-weighted scan in this folder.",
            f"Take names from the folder, which has {len(found)} people, such as {next(iter(found))}.",
        )
    return tuple(Person(name, found[name], _mask_of(found[name], data)) for name in names or found)


def _scan_in(folder: Path) -> Path | None:
    places = (folder / "anat", *sorted(folder.glob("ses-*/anat")), folder)
    return next((scan for place in places for scan in sorted(place.glob(f"*{SCAN}"))), None)


def _mask_of(scan: Path, data: Path) -> Path | None:
    stem, inside = scan.name.removesuffix(SCAN), scan.parent.relative_to(data)
    places = (scan.parent, *(place / inside for place in sorted(data.glob("derivatives/*"))))
    return next((mask for end in MASKS for place in places if (mask := place / f"{stem}{end}").is_file()), None)
