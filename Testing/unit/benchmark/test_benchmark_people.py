"""Healthy people from a folder: what is missing is named."""

from dataclasses import replace
from pathlib import Path

import pytest
from cord_tube import make_tube

from u2ad.benchmark.people import Person, read_people
from u2ad.errors import RefusedInputError, UnreadableInputError


def test_what_is_missing_of_a_person_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match=r"no sub-a/sub-a_T2w\.nii\.gz in"):
        read_people(tmp_path, ["sub-a"])


def test_nobody_counts_twice(tmp_path: Path) -> None:
    with pytest.raises(RefusedInputError, match="twice"):
        read_people(tmp_path, ["sub-a", "sub-a"])


def test_a_person_with_another_mask_or_other_levels_is_another_one() -> None:
    tube = make_tube((3.3, 1.0, 1.0))
    person = Person(tube.scan, tube.cord.fraction)
    others = (replace(person, cord=person.cord * 0.5), replace(person, levels={"C2": (0.0, 0.0, 1.0)}))
    digests = {one.digest for one in (person, *others)}
    assert len(digests) == 3
    assert replace(person, name="sub-a").digest == person.digest
