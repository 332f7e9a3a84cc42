"""Protocol names from everyday work, and what they mean."""

import pytest

from u2ad.scan.words import region_in, weighting_in


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("T2_SAG LSPINE", "lumbar"),
        ("t2_tse_sag_HWS", "cervical"),
        ("Sag T2 C-Spine", "cervical"),
        ("SAG T2 CERVICAL", "cervical"),
        ("CSPINE", "cervical"),
        ("CTSPINE", "cervical"),
        ("MRI cervicothoracic spine", "cervical"),
        ("T SPINE", "thoracic"),
        ("thoracolumbar", "thoracic"),
        ("LWS t2 sag", "lumbar"),
        ("MR Lumbar Spine", "lumbar"),
        ("T2 SAG", None),
        ("T2 SPINE", None),
        ("SPINE", None),
        ("cervix uteri pelvis", "other"),
        ("BRAIN", "head"),
        ("MRI Knee left", "other"),
        ("", None),
    ],
)
def test_regions(text, region):
    assert region_in(text) == region


@pytest.mark.parametrize(
    ("text", "weighting"),
    [
        ("T1 SAG", "T1"),
        ("t1_tse_sag", "T1"),
        ("T1W", "T1"),
        ("MPRAGE iso", "T1"),
        ("T2_SAG LSPINE", "T2"),
        ("t2_spc_sag", "T2"),
        ("SAG T2W TSE", "T2"),
        ("C2-T1 T2 sag", None),
        ("T12 lesion", None),
        ("STIR sag", None),
        ("localizer", None),
    ],
)
def test_weightings(text, weighting):
    assert weighting_in(text) == weighting
