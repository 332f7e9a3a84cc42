"""The source of DICOM objects: what is repeated of it, what is hidden on request, and what is refused in words."""

from dataclasses import replace

import numpy as np
import pydicom
import pytest
from dicom_series import OBLIQUE, PATIENT, write_enhanced, write_series
from reviewed_scan import SHAPE, reviewed_scan, voxels_of

from u2ad.errors import OutputError
from u2ad.export.dicom.deidentify import KEY_FILE, site_key
from u2ad.export.dicom.document import encapsulated_pdf
from u2ad.export.dicom.errors import NoDicomSourceError
from u2ad.export.dicom.maps import parametric_maps
from u2ad.export.dicom.options import DicomOptions
from u2ad.export.dicom.seg import segmentation
from u2ad.export.dicom.source import read_source
from u2ad.export.dicom.sr import structured_report
from u2ad.scan import Grid, Scan, read_scan

KEY = b"k" * 32
ALL = DicomOptions(confirmed_only=False)


def objects_of(reviewed, source) -> list[pydicom.Dataset]:
    segments = segmentation(reviewed, source, ALL)
    report = structured_report(reviewed, source, ALL, segments)
    return [segments, report, *parametric_maps(reviewed, source), encapsulated_pdf(b"%PDF-1.4", reviewed, source)]


def bytes_of(dataset: pydicom.Dataset, folder) -> bytes:
    dataset.save_as(folder / "one.dcm")
    return (folder / "one.dcm").read_bytes()


def test_what_identifies_the_patient_is_shown_with_its_values(source):
    told = dict(source.identifying())

    assert set(told.values()) == set(PATIENT.values())
    assert told["Patient ID"] == "PID-4711"


def test_objects_are_filed_with_the_patient_and_the_study(reviewed, source, scan):
    image = pydicom.dcmread(scan.source[0].path)

    for dataset in objects_of(reviewed, source):
        for keyword in (*PATIENT, "StudyInstanceUID"):
            assert str(dataset.get(keyword)) == str(image.get(keyword)), keyword


def test_nothing_private_and_nothing_else_of_the_source_leaves(reviewed, source, tmp_path):
    for dataset in objects_of(reviewed, source):
        written = bytes_of(dataset, tmp_path)
        assert b"SECRET MAKER" not in written
        assert b"Private of" not in written
        assert b"T2 TSE SAG" not in written
        assert not any(element.tag.is_private for element in dataset.iterall())


def test_nobody_is_named_and_no_uid_is_kept_when_de_identified(reviewed, source, scan, tmp_path):
    hidden = source.deidentified(KEY)
    uids = [source.header.StudyInstanceUID, source.header.SeriesInstanceUID, source.header.FrameOfReferenceUID]
    uids += [image.instance for image in scan.source]
    telling = [*(value for value in PATIENT.values() if len(value) > 1), "Müller", "Leser", "Reader Two"]
    telling += ["in my own words", "Comment of", "Whole cord", *uids]

    for dataset in objects_of(reviewed, hidden):
        written = bytes_of(dataset, tmp_path)
        assert [text for text in telling if text.encode() in written] == []
        assert not dataset.PatientSex
        assert dataset.PatientIdentityRemoved == "YES"
        assert [one.CodeValue for one in dataset.DeidentificationMethodCodeSequence] == ["113100"]
        assert str(dataset.PatientName).startswith("U2AD^")
        dates = {str(one.value) for one in dataset.iterall() if one.VR in ("DA", "DT") and one.value}
        assert dates <= {"20000101"}


def test_what_is_hidden_still_belongs_together(reviewed, source):
    one, other = (objects_of(reviewed, source.deidentified(KEY)) for _ in range(2))

    assert len({(str(dataset.PatientID), dataset.StudyInstanceUID) for dataset in (*one, *other)}) == 1
    trackings = [[item.TrackingUID for item in made[0].SegmentSequence] for made in (one, other)]
    assert trackings[0] == trackings[1]


def test_another_key_gives_other_pseudonyms(source):
    names = {str(source.deidentified(key).header.PatientID) for key in (KEY, b"o" * 32)}

    assert len(names) == 2


def test_what_was_de_identified_before_stays_said(tmp_path):
    write_series(tmp_path / "a", voxels_of(SHAPE), PatientIdentityRemoved="YES", DeidentificationMethod="by hand")
    scan = read_scan(tmp_path / "a")

    dataset = segmentation(reviewed_scan(scan), read_source(scan), ALL)

    assert (dataset.PatientIdentityRemoved, dataset.DeidentificationMethod) == ("YES", "by hand")


def test_the_key_is_made_once_and_for_this_user_alone(tmp_path):
    root = tmp_path / "data"

    key = site_key(root)

    assert len(key) == 32
    assert site_key(root) == key
    assert (root / KEY_FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in root.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("text", ["", "abcd", "z" * 64])
def test_a_damaged_key_hides_nothing_so_it_is_refused(tmp_path, text):
    (tmp_path / KEY_FILE).write_text(text)

    with pytest.raises(OutputError, match=r"damaged\. Delete the file"):
        site_key(tmp_path)


def refused(scan: Scan) -> str:
    """The problem that is told, which names nobody and no path."""
    with pytest.raises(NoDicomSourceError) as caught:
        read_source(scan)
    assert caught.value.remedy
    assert "Müller" not in str(caught.value)
    assert "/" not in str(caught.value)
    return caught.value.problem


def test_a_scan_of_no_dicom_is_refused(scan):
    assert "was not read from DICOM" in refused(replace(scan, source=()))


def test_a_scan_that_was_moved_is_refused(scan):
    affine = scan.grid.affine.copy()
    affine[0, 3] += 5

    assert "does not lie where" in refused(replace(scan, grid=Grid(scan.grid.shape, affine)))


def test_slices_in_another_order_than_their_images_are_refused(scan):
    assert "does not lie where" in refused(replace(scan, source=scan.source[::-1]))


def test_a_scan_of_other_pixels_is_refused(scan):
    other = Grid((7, 60, 46), scan.grid.affine)

    assert "does not lie where" in refused(replace(scan, array=scan.array[..., :46], grid=other))


def test_images_that_are_exchanged_damaged_or_gone_are_noticed_at_once(scan):
    read_source(scan)
    first, second = (image.path for image in scan.source[:2])
    whole = first.read_bytes()
    first.write_bytes(second.read_bytes())
    assert "has changed" in refused(scan)
    first.write_bytes(whole[:100])
    assert "cannot be read any more" in refused(scan)
    first.unlink()
    assert "cannot be read any more" in refused(scan)


def test_the_last_image_is_read_anew_as_well(scan):
    read_source(scan)
    scan.source[-1].path.unlink()
    one = replace(scan, array=scan.array[-1:], source=scan.source[-1:], grid=_last_slice(scan))

    assert "cannot be read any more" in refused(one)


def _last_slice(scan: Scan) -> Grid:
    affine = scan.grid.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (len(scan.array) - 1)
    return Grid((1, *scan.grid.shape[1:]), affine)


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID"])
def test_images_without_a_study_or_series_are_refused(tmp_path, keyword):
    write_series(tmp_path / "a", voxels_of(SHAPE), **{keyword: None})

    assert "do not say to which study and series" in refused(read_scan(tmp_path / "a"))


def test_images_of_several_patients_are_refused(scan):
    other = pydicom.dcmread(scan.source[3].path)
    other.PatientID = "somebody else"
    other.save_as(scan.source[3].path)

    assert "of several patients" in refused(scan)


def test_without_a_frame_of_reference_the_series_is_its_own(tmp_path):
    write_series(tmp_path / "a", voxels_of(SHAPE), FrameOfReferenceUID=None)
    scan = read_scan(tmp_path / "a")

    sources = [read_source(scan) for _ in range(2)]

    assert sources[0].header.FrameOfReferenceUID == sources[1].header.FrameOfReferenceUID
    assert segmentation(reviewed_scan(scan), sources[0], ALL).FrameOfReferenceUID.startswith("2.25.")


@pytest.mark.parametrize(
    "odd",
    [
        {"PatientBirthDate": "1970.01.02"},
        {"PatientSex": "X"},
        {"StudyTime": "7 am"},
        {"PatientName": "A" * 80},
        {"PatientName": "no caret, but a comma"},
        {"PatientName": None},
        {"PatientID": ""},
        {"ReferringPhysicianName": None, "AccessionNumber": None, "StudyID": None},
        {"SliceThickness": None},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore")
def test_odd_headers_leave_readable_objects_with_the_patient_id_as_it_was(tmp_path, odd):
    write_series(tmp_path / "a", voxels_of(SHAPE), **odd)
    scan = read_scan(tmp_path / "a")
    reviewed, source = reviewed_scan(scan), read_source(scan)

    for dataset in (segmentation(reviewed, source, ALL), encapsulated_pdf(b"%PDF-1.4", reviewed, source)):
        read = pydicom.dcmread(_saved(dataset, tmp_path))
        assert str(read.PatientID or "") == odd.get("PatientID", PATIENT["PatientID"])


def _saved(dataset: pydicom.Dataset, folder):
    path = folder / "one.dcm"
    dataset.save_as(path, enforce_file_format=True)
    return path


def test_an_enhanced_source_is_referred_to_by_frame(tmp_path):
    order = np.array([3, 1, 0, 2, 6, 5, 4])
    scan = read_scan(write_enhanced(tmp_path / "a" / "x.dcm", voxels_of(SHAPE), order))
    source = read_source(scan)

    dataset = segmentation(reviewed_scan(scan), source, ALL)

    assert [plane.frame for plane in source.planes] == (np.argsort(order) + 1).tolist()
    references = [
        groups.DerivationImageSequence[0].SourceImageSequence[0] for groups in dataset.PerFrameFunctionalGroupsSequence
    ]
    assert {one.ReferencedSOPInstanceUID for one in references} == {scan.source[0].instance}
    assert len(dataset.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == 1
    frames = {plane.frame: plane.position for plane in source.planes}
    for groups, reference in zip(dataset.PerFrameFunctionalGroupsSequence, references, strict=True):
        position = groups.PlanePositionSequence[0].ImagePositionPatient
        assert [float(x) for x in position] == pytest.approx(frames[reference.ReferencedFrameNumber])


ODD = [
    ("StudyDate", "00000000", None),
    ("PatientBirthDate", "19700000", None),
    ("StudyTime", "246060", None),
    ("AccessionNumber", "A" * 17, None),
    ("SeriesNumber", "3A", 0),
    ("SeriesNumber", str(2**30), 0),
]


@pytest.mark.parametrize(("keyword", "stated", "taken"), ODD)
def test_what_is_no_value_of_dicom_is_left_out_and_stops_nothing(tmp_path, keyword, stated, taken):
    write_series(tmp_path / "a", voxels_of(SHAPE))
    for path in (tmp_path / "a").iterdir():
        header = pydicom.dcmread(path)
        header[keyword] = pydicom.DataElement(keyword, "LO", stated)  # as text, whatever the standard asks for
        header.save_as(path)
    scan = read_scan(tmp_path / "a")

    source = read_source(scan)

    assert source.header.get(keyword) == taken
    segmentation(reviewed_scan(scan), source, ALL).save_as(tmp_path / "seg.dcm")


def test_a_slice_thickness_that_is_no_number_gives_way_to_the_spacing(tmp_path):
    write_series(tmp_path / "a", voxels_of(SHAPE))
    for path in (tmp_path / "a").iterdir():
        header = pydicom.dcmread(path)
        header["SliceThickness"] = pydicom.DataElement("SliceThickness", "LO", "thick")
        header.save_as(path)

    assert float(read_source(read_scan(tmp_path / "a")).header.SliceThickness) == pytest.approx(3.3)


def test_a_patient_id_that_is_too_long_is_not_cut(tmp_path):
    write_series(tmp_path / "a", voxels_of(SHAPE), PatientID="1" * 65)

    assert "patient ID" in refused(read_scan(tmp_path / "a"))


@pytest.mark.parametrize("instance", ["", "1.2.3.4"])
def test_images_without_uids_of_their_own_are_refused(scan, instance):
    images = tuple(replace(image, instance=instance) for image in scan.source)

    assert "lack UIDs of their own" in refused(replace(scan, source=images))


def test_each_slice_finds_its_image_where_one_is_missing(tmp_path):
    positions = np.array([0, 1, 2, 3, 4, 5, 7]) * 3.3
    scan = read_scan(write_series(tmp_path / "a", voxels_of(SHAPE), positions=positions))

    planes = read_source(scan).planes

    along = np.array([plane.position for plane in planes]) @ np.cross(*OBLIQUE)
    np.testing.assert_allclose(along - along[0], positions, atol=1e-3)


def test_a_scan_that_was_moved_along_its_normal_is_refused(scan):
    affine = scan.grid.affine.copy()
    affine[:3, 3] += affine[:3, 2]

    assert "does not lie where" in refused(replace(scan, grid=Grid(scan.grid.shape, affine)))


def test_patients_without_an_id_do_not_become_one(tmp_path):
    names = set()
    for folder in ("a", "b"):
        write_series(tmp_path / folder, voxels_of(SHAPE), PatientID="")
        names.add(str(read_source(read_scan(tmp_path / folder)).deidentified(KEY).header.PatientID))

    assert len(names) == 2
