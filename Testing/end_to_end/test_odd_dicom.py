"""What becomes of DICOM as it comes: every row of ``Docs/dicom-in.md`` made anew, and the voxels of what is read."""

import numpy as np
import odd_dicom
import pytest
from odd_dicom import WRITERS, OddInput
from odd_dicom_table import outcome_of, row

from u2ad.scan import SourceImage

READ = "read"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> dict[str, OddInput]:
    return {odd.kind: odd for odd in odd_dicom.odd_inputs(tmp_path_factory.mktemp("odd"))}


@pytest.fixture(scope="module")
def documented(pytestconfig) -> str:
    return (pytestconfig.rootpath / "Docs" / "dicom-in.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", WRITERS)
def test_the_documentation_says_what_becomes_of_it(kind, inputs, documented):
    line = row(inputs[kind])

    assert line in documented, line
    assert "Doe" not in line
    assert str(inputs[kind].path) not in line


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_read_has_the_values_and_the_sources_of_the_file(kind, inputs):
    outcome, _, scan = outcome_of(inputs[kind])
    expected = inputs[kind].voxels

    assert (outcome == READ) == (expected is not None)
    if expected is not None:
        np.testing.assert_allclose(scan.array, expected, rtol=1e-6)
        assert len(scan.source) == len(scan.array)
        assert all(isinstance(one, SourceImage) and one.path.is_file() for one in scan.source)


def test_at_least_forty_kinds_are_documented_and_none_besides(documented):
    rows = [line.split(" | ")[0].removeprefix("| ") for line in documented.splitlines() if line.startswith("| ")]

    assert rows[1:] == list(WRITERS)
    assert len(WRITERS) >= 40


def test_frames_of_an_enhanced_image_name_their_instance_and_frame(inputs):
    path = inputs["enhanced multi-frame, frames in no order"].path
    _, _, scan = outcome_of(inputs["enhanced multi-frame, frames in no order"])

    assert {one.path for one in scan.source} == {path}
    assert len({one.instance for one in scan.source}) == 1
    assert [one.frame for one in scan.source] == np.argsort(np.random.default_rng(3).permutation(15)).tolist()
