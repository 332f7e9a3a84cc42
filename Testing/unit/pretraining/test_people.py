"""Finding healthy people: as Spine Generic stores them, with sessions, and flat."""

from pathlib import Path

import pytest

from u2ad.errors import U2ADError
from u2ad.pretraining.people import people_in


def touch(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def test_spine_generic_with_masks_below_derivatives(tmp_path: Path):
    scan = tmp_path / "sub-amu01" / "anat" / "sub-amu01_T2w.nii.gz"
    mask = tmp_path / "derivatives" / "labels" / "sub-amu01" / "anat" / "sub-amu01_T2w_label-SC_seg.nii.gz"
    touch(scan, mask, scan.with_name("sub-amu01_T1w.nii.gz"), tmp_path / "sub-amu02" / "anat" / "sub-amu02_T1w.nii.gz")
    (person,) = people_in(tmp_path)
    assert (person.name, person.scan, person.mask) == ("sub-amu01", scan, mask)


def test_a_folder_a_person_with_the_mask_beside_the_scan_and_without(tmp_path: Path):
    touch(*(tmp_path / f"sub-{n}" / f"sub-{n}_T2w.nii.gz" for n in (1, 2)))
    touch(tmp_path / "sub-1" / "sub-1_T2w_label-SC_seg.nii.gz")
    first, second = people_in(tmp_path)
    assert first.mask == tmp_path / "sub-1" / "sub-1_T2w_label-SC_seg.nii.gz"
    assert second.mask is None


def test_the_mask_of_another_session_is_not_taken(tmp_path: Path):
    early, late = (tmp_path / "sub-1" / f"ses-{n}" / "anat" / f"sub-1_ses-{n}_T2w.nii.gz" for n in (1, 2))
    touch(early, late)
    touch(tmp_path / "derivatives" / "x" / "sub-1" / "ses-2" / "anat" / "sub-1_ses-2_T2w_seg.nii.gz")
    (person,) = people_in(tmp_path)
    assert (person.scan, person.mask) == (early, None)


def test_only_those_named_are_taken_in_the_order_named(tmp_path: Path):
    touch(*(tmp_path / f"sub-{n}" / f"sub-{n}_T2w.nii.gz" for n in (1, 2, 3)))
    assert [person.name for person in people_in(tmp_path, ["sub-3", "sub-1"])] == ["sub-3", "sub-1"]


def test_a_folder_without_scans_is_refused_with_a_remedy_and_without_its_path(tmp_path: Path):
    with pytest.raises(U2ADError) as refused:
        people_in(tmp_path)
    assert "sub-NAME" in refused.value.remedy
    assert str(tmp_path) not in str(refused.value)


def test_somebody_who_is_not_there_is_refused(tmp_path: Path):
    touch(tmp_path / "sub-1" / "sub-1_T2w.nii.gz")
    with pytest.raises(U2ADError, match="1 of the people named"):
        people_in(tmp_path, ["sub-1", "sub-7"])
