"""Each check says ok, warn or refuse where a radiologist would."""

import numpy as np
import pytest
from bad_inputs import neck

from u2ad.scan import Check, Facts, Grid, Scan, Verdict, check_form

OK, WARN, REFUSE = Verdict.OK, Verdict.WARN, Verdict.REFUSE


def sagittal(spacing=(3.3, 0.6, 0.6), shape=(15, 64, 48), facts=None, voxels=None) -> Scan:
    affine = np.array([[0, 0, spacing[0], 0], [-spacing[2], 0, 0, 0], [0, -spacing[1], 0, 0], [0, 0, 0, 1.0]])
    return Scan(neck(shape) if voxels is None else voxels, Grid(shape, affine), facts or Facts())


def verdict(scan: Scan, name: str) -> Verdict:
    (check,) = (check for check in check_form(scan) if check.name == name)
    return check.verdict


@pytest.mark.parametrize(
    ("pixel", "expected"),
    [(0.05, REFUSE), (0.25, WARN), (0.3, OK), (0.6, OK), (1.0, OK), (1.2, OK), (1.3, WARN), (2.5, REFUSE)],
)
def test_pixel_spacing(pixel, expected):
    assert verdict(sagittal((3.3, pixel, pixel)), "pixel spacing") is expected


@pytest.mark.parametrize(("spacing", "expected"), [(0.8, OK), (3.3, OK), (4.5, OK), (5.5, WARN), (6.5, REFUSE)])
def test_slice_spacing(spacing, expected):
    assert verdict(sagittal((spacing, 0.6, 0.6)), "slice spacing") is expected


@pytest.mark.parametrize(("count", "expected"), [(3, REFUSE), (4, REFUSE), (5, WARN), (7, OK), (15, OK)])
def test_number_of_slices(count, expected):
    assert verdict(sagittal(shape=(count, 64, 48)), "slices") is expected


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        (None, OK),
        (np.arange(15) * 3.3, OK),
        (np.arange(15) * 3.3 + np.where(np.arange(15) == 4, 0.1, 0), WARN),
        (np.arange(15) * 3.3 + np.where(np.arange(15) == 4, 0.6, 0), REFUSE),
        (np.delete(np.arange(17), [3, 9]) * 3.3, REFUSE),
    ],
)
def test_gaps(positions, expected):
    facts = Facts(slice_positions_mm=None if positions is None else tuple(positions))

    assert verdict(sagittal(facts=facts), "gaps") is expected


def test_the_sentence_about_missing_slices_says_how_far_off_positions_are():
    facts = Facts(slice_positions_mm=(0.0, 3.0, 6.0, 12.0, 15.0))
    check = next(check for check in check_form(sagittal(facts=facts)) if check.name == "gaps")

    assert check.sentence.startswith("1 slice is missing")
    assert "up to 1.5 mm" in check.sentence


@pytest.mark.parametrize(
    ("columns", "expected"),
    [((2, 0, 1), OK), ((0, 2, 1), WARN), ((0, 1, 2), WARN)],
    ids=["sagittal", "coronal", "axial"],
)
def test_direction_of_the_slices(columns, expected):
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, np.argsort(columns)] @ np.diag([0.6, 0.6, 3.3])
    across = np.abs(Grid((15, 64, 48), affine).directions[0]).argmax()
    scan = Scan(neck(), Grid((15, 64, 48), affine))

    assert verdict(scan, "direction") is (OK if across == 0 else WARN)
    assert (across == 0) == (expected is OK)


def test_an_isotropic_scan_in_any_axis_order_has_sagittal_slices():
    for order in ([0, 1, 2], [1, 2, 0], [2, 0, 1]):
        affine = np.eye(4)
        affine[:3, :3] = np.eye(3)[:, order]

        assert verdict(Scan(neck((40, 64, 48)), Grid((40, 64, 48), affine)), "direction") is OK


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), OK),
        (Facts(weighting_hint="T2", echo_time_ms=102, repetition_time_ms=3500), OK),
        (Facts(echo_time_ms=120), OK),
        (Facts(echo_time_ms=50), WARN),
        (Facts(weighting_hint="T1"), REFUSE),
        (Facts(weighting_hint="T1", echo_time_ms=102), OK),
        (Facts(echo_time_ms=11, repetition_time_ms=600), REFUSE),
        (Facts(echo_time_ms=3, repetition_time_ms=2000), REFUSE),
        (Facts(weighting_hint="T2", echo_time_ms=12), REFUSE),
    ],
)
def test_weighting(facts, expected):
    assert verdict(sagittal(facts=facts), "weighting") is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), OK),
        (Facts(body_part="CSPINE", region_hint="cervical"), OK),
        (Facts(body_part="SPINE"), OK),
        (Facts(body_part="LSPINE"), REFUSE),
        (Facts(region_hint="thoracic"), REFUSE),
        (Facts(body_part="HEAD"), REFUSE),
        (Facts(body_part="KNEE"), REFUSE),
        (Facts(body_part="LSPINE", region_hint="cervical"), WARN),
    ],
)
def test_region(facts, expected):
    assert verdict(sagittal(facts=facts), "region") is expected


@pytest.mark.parametrize(("modality", "expected"), [(None, OK), ("MR", OK), ("CT", REFUSE), ("US", REFUSE)])
def test_modality(modality, expected):
    assert verdict(sagittal(facts=Facts(modality=modality)), "modality") is expected


def test_empty_slices_at_the_edge_are_padding_but_within_they_are_a_fault():
    edge, within = neck(), neck()
    edge[[0, -1]] = 0
    within[7] = 0

    assert verdict(sagittal(voxels=edge), "voxels") is OK
    assert verdict(sagittal(voxels=within), "voxels") is WARN


def test_one_repeated_slice_is_warned_about():
    voxels = neck()
    voxels[6] = voxels[5]

    assert verdict(sagittal(voxels=voxels), "voxels") is WARN


def test_what_reading_brought_up_comes_first():
    remark = Check("position", WARN, "Odd.")
    scan = sagittal()

    checks = check_form(Scan(scan.array, scan.grid, scan.facts, (remark,)))

    assert checks[0] is remark
    assert len({check.name for check in checks}) == len(checks)


def test_every_refusal_says_what_to_do():
    facts = Facts("CT", 500, 10, "KNEE", "lumbar", "T1", (0, 3, 9, 12), 1.0)
    checks = check_form(sagittal((8, 3, 3), (4, 64, 48), facts))

    refused = [check for check in checks if check.verdict is REFUSE]
    assert {check.name for check in refused} >= {"slices", "pixel spacing", "slice spacing", "gaps", "modality"}
    assert all(check.remedy.endswith(".") and check.sentence.endswith(".") for check in refused)
