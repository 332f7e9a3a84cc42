"""The report of a review: what stands in it, that it paginates, prints in grey, and names nobody."""

import io
import re
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from u2ad.benchmark.crowded import crowded
from u2ad.export.formats import Format
from u2ad.export.job import Choice, Job
from u2ad.export.plan import plan_of
from u2ad.export.report.drawing import DASHES, dashed
from u2ad.export.report.fonts import markup
from u2ad.export.report.html import html_of
from u2ad.export.report.pdf import pdf_of
from u2ad.export.report.pictures import Painter
from u2ad.export.report.planes import Cuts
from u2ad.export.report.sections import content_of
from u2ad.export.reviewed import Reviewed
from u2ad.review.decision import Decision
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid, SagittalView, Scan

SHAPE = (10, 160, 160)
LONG = "The signal rises on the sagittal and on the axial picture. " * 150


@pytest.fixture(scope="module")
def reviewed() -> Reviewed:
    return crowded(SHAPE, 4)


@pytest.fixture(scope="module")
def pdf(reviewed) -> str:
    return words_in(pdf_of(content_of(reviewed)))


@pytest.fixture(scope="module")
def html(reviewed) -> str:
    return html_of(content_of(reviewed))


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def words_in(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def said(reviewed: Reviewed, number: int, **changed) -> Reviewed:
    findings = [
        replace(one, judgement=replace(one.judgement, **changed)) if one.number == number else one
        for one in reviewed.findings
    ]
    return replace(reviewed, findings=tuple(findings))


EVERYTHING = (
    "Research use only",
    "4 candidate regions: 1 confirmed, 1 unsure, 1 rejected, 1 undecided",
    "First impression",
    "before anything of the detection was shown",
    "Assessment",
    "Multifocal disease is likely.",
    "Nobody has looked at the cord mask",
    "lesion-free scans",
    "Anomaly along the cord",
    "Confirmed: demyelination (Dr Example, 2026-11-26 09:30 UTC)",
    "Typical place, no oedema.",
    "Unsure: partial volume at the rim",
    "Provenance",
    "starter",
    "b" * 64,
)


@pytest.mark.parametrize("words", EVERYTHING)
def test_both_layouts_say_everything(pdf, html, words):
    assert words in pdf
    assert words in " ".join(html.split())


def test_the_html_refers_to_nothing_outside(html):
    assert not re.search(r'(src|href)="(?!data:|#)', html)
    assert "http" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", html)


def test_what_a_reader_writes_is_never_taken_for_markup(reviewed):
    wild = said(reviewed, 1, comment='<script>alert("x")</script> & <b>bold</b>', reader="<i>A</i>")
    content = content_of(replace(wild, image=None))
    assert "<script>" not in html_of(content)
    assert '<script>alert("x")</script> & <b>bold</b>' in words_in(pdf_of(content))


@pytest.mark.parametrize("count", [0, 1, 25])
def test_reports_of_any_length_number_their_pages(count):
    content = content_of(crowded(SHAPE, count))
    pages = pages_of(pdf_of(content))
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Research use only" in page
    assert (count + 1) / 4 < len(pages) < 4 + count / 2
    for entry in content.entries:
        assert sum(f"{entry.number} · {entry.place} {entry.decided}" in page for page in pages) == 1


@pytest.mark.parametrize("count", [0, 1])
def test_overview_and_curve_stand_on_the_first_page(count):
    first = pages_of(pdf_of(content_of(crowded(SHAPE, count))))[0]
    assert "The middle of the cord; Its mask and levels" in first
    assert "Anomaly along the cord" in first
    assert ("All findings" in first) == (count > 0)


def test_a_comment_of_pages_runs_on(reviewed):
    pages = pages_of(pdf_of(content_of(said(replace(reviewed, image=None), 1, comment=LONG))))
    assert sum("The signal rises" in page for page in pages) >= 2
    assert " ".join(pages).count("The signal rises") == 150


@pytest.mark.parametrize("name", ["Иванова", "Ελένη Παπά", "Đặng Thị Hà", "Łukasz Żółć"])
def test_names_in_other_letters_are_printed(reviewed, name):
    assert name in words_in(pdf_of(content_of(said(replace(reviewed, image=None), 1, reader=name))))


def test_hebrew_is_turned_into_the_order_of_print():
    assert markup("שלום 12") == "םולש 12"


@pytest.mark.parametrize(("text", "font"), [("山田", "STSong"), ("やまだ", "Heisei"), ("김", "HYGothic")])
def test_letters_that_the_font_lacks_are_left_to_the_viewer_and_told(reviewed, text, font):
    assert font in markup(text)
    asked = Job(said(reviewed, 1, reader=text), Choice((Format.REPORT_PDF,)))
    assert any("PDF does not carry" in hint.fact for hint in plan_of(asked).hints)
    asked = Job(said(reviewed, 1, reader="Ж"), Choice((Format.REPORT_PDF,)))
    assert not any("PDF does not carry" in hint.fact for hint in plan_of(asked).hints)


def test_signs_that_scripts_share_are_of_the_script_beside_them():
    assert markup("頚髄の所見") == '<font name="HeiseiKakuGo-W5">頚髄の所見</font>'
    assert markup("金 김") == '<font name="HYGothic-Medium">金</font> <font name="HYGothic-Medium">김</font>'
    assert markup("ﾔﾏﾀﾞ") == '<font name="HeiseiKakuGo-W5">ﾔﾏﾀﾞ</font>'


@pytest.mark.parametrize("text", ["สมชาย", "नमस्ते", "\U00020b9f"])
def test_letters_that_nothing_has_are_replaced_and_told(reviewed, text):
    assert "\N{REPLACEMENT CHARACTER}" in markup(text)
    asked = Job(said(reviewed, 1, reader=text), Choice((Format.REPORT_PDF,)))
    told = [hint.fact for hint in plan_of(asked).hints if "PDF" in hint.fact]
    assert told == ["Some words are in letters that the PDF cannot show; a sign stands in their place."]


def test_an_adapted_model_is_told_on_the_first_page(reviewed):
    told = {**reviewed.document, "provenance": {**reviewed.document["provenance"], "model": "0123456789ab"}}
    first = pages_of(pdf_of(content_of(replace(reviewed, document=told, image=None))))[0]
    assert "model 0123456789ab, which was adapted at this site" in first


def test_an_overridden_refusal_is_told_on_the_first_page(reviewed):
    refused = {"name": "slices", "verdict": "refuse", "sentence": "A slice is missing.", "remedy": "Send it again."}
    told = {**reviewed.document, "input": {**reviewed.document["input"], "checks": [refused]}}
    first = pages_of(pdf_of(content_of(replace(reviewed, document=told, image=None))))[0]
    assert "searched on request all the same" in first
    assert "A slice is missing. Send it again." in first


def test_a_scan_that_is_all_rejected_scores_nothing(reviewed):
    rejected = tuple(
        replace(one, judgement=replace(one.judgement, decision=Decision.REJECTED)) for one in reviewed.findings
    )
    assert "patient score is 0" in content_of(replace(reviewed, findings=rejected, image=None)).summary


def test_the_same_review_gives_the_same_pdf(reviewed):
    bare = replace(reviewed, image=None)
    assert pdf_of(content_of(bare)) == pdf_of(content_of(bare))


def _letters(axis: np.ndarray) -> tuple[str, str]:
    """Where an axis (RAS) runs to, and where it comes from."""
    names = (("R", "L"), ("A", "P"), ("S", "I"))[int(np.abs(axis).argmax())]
    return names if axis[np.abs(axis).argmax()] > 0 else (names[1], names[0])


class TestPictures:
    """A bright block in the patient's left, front, upper part, in scans stored in different ways."""

    @pytest.fixture(params=["sagittal", "slices reversed", "axial"])
    def scan(self, request) -> Scan:
        columns = {
            "sagittal": ((0, 0, -1), (-1, 0, 0), (0, -1, 0)),
            "slices reversed": ((0, 0, 1), (-1, 0, 0), (0, -1, 0)),
            "axial": ((1, 0, 0), (0, -1, 0), (0, 0, 1)),
        }[request.param]
        directions = np.array(columns, float)
        affine = np.eye(4)
        affine[:3, :3] = directions * (1.0, 1.0, 3.0)
        shape = (30, 90, 90)
        affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape[::-1]) - 1) / 2)
        grid = Grid(shape, affine)
        ras = grid.to_ras(np.moveaxis(np.indices(shape), 0, -1))
        block = (np.abs(ras - np.array([-6.0, 6.0, 6.0])) < (4, 4, 4)).all(axis=-1)
        return Scan(np.where(block, 1000, 100).astype(np.int16), grid)

    def brightest(self, picture) -> tuple[float, float]:
        """Middle of the bright place: share of the width and of the height."""
        grey = np.asarray(Image.open(io.BytesIO(picture.data)).convert("L")).astype(float)
        inside = grey[40:-40, 40:-40] > 200
        rows, columns = np.nonzero(inside)
        return (columns.mean() + 40) / grey.shape[1], (rows.mean() + 40) / grey.shape[0]

    def test_letters_name_the_directions_of_the_voxels(self, scan):
        view = SagittalView.from_grid(scan.grid)
        cuts = Cuts(view, scan.array, {})
        left, down, back = ("".join(_letters(axis)) for axis in view.grid.directions)
        sagittal, axial = cuts.sagittal(3).letters, cuts.axial(3).letters
        assert (sagittal.left, sagittal.right, sagittal.top, sagittal.bottom) == (back[1], back[0], down[1], down[0])
        assert (axial.left, axial.right, axial.top, axial.bottom) == (left[1], left[0], back[1], back[0])

    def test_left_is_right_and_front_is_up_on_axial_pictures(self, scan, reviewed):
        middle = Voxels(np.round(scan.grid.to_kji(np.array([[0.0, 0.0, 6.0]]))).astype(int))
        finding = replace(reviewed.findings[0], voxels=middle)
        painter = Painter(scan, replace(reviewed.case, grid=scan.grid, cord=None, line=None), [finding])
        right, down = self.brightest(painter.finding(finding)[2])
        assert right == pytest.approx(0.5 + 6 / 32, abs=0.06)
        assert down == pytest.approx(0.5 - 6 / 32, abs=0.06)

    def test_front_is_left_and_head_is_up_on_sagittal_pictures(self, scan, reviewed):
        middle = Voxels(np.round(scan.grid.to_kji(np.array([[-6.0, 0.0, 0.0]]))).astype(int))
        finding = replace(reviewed.findings[0], voxels=middle)
        painter = Painter(scan, replace(reviewed.case, grid=scan.grid, cord=None, line=None), [finding])
        right, down = self.brightest(painter.finding(finding)[0])
        assert right == pytest.approx(0.5 - 6 / 64, abs=0.04)
        assert down == pytest.approx(0.5 - 6 / 64, abs=0.04)


def test_outlines_of_different_decisions_are_dashed_differently():
    line = np.stack([np.linspace(0, 100, 11), np.zeros(11)], axis=1)
    drawn = {decision: [piece[:, 0].tolist() for piece in dashed(line, DASHES[decision])] for decision in Decision}
    assert len(drawn[Decision.CONFIRMED]) == 1
    counts = [len(pieces) for pieces in drawn.values()]
    assert len(set(counts)) == len(Decision)


def test_plain_pictures_are_grey_and_outlines_are_seen_in_grey(reviewed):
    finding = reviewed.findings[0]
    plain, outlined, *_ = Painter(reviewed.image, reviewed.case, reviewed.findings).finding(finding)
    assert Image.open(io.BytesIO(plain.data)).mode == "L"
    before, after = (np.asarray(Image.open(io.BytesIO(one.data)).convert("L")).astype(int) for one in (plain, outlined))
    changed = np.abs(after - before) > 60
    assert 300 < changed.sum() < 0.1 * changed.size


def test_what_makes_a_result_unreliable_stands_before_all_other_warnings(reviewed):
    doubt = {"name": "gaps", "verdict": "warn", "sentence": "Slices are missing.", "remedy": "Look."}
    told = reviewed.document
    made = {**told["provenance"], "model": "adapted"}
    document = {**told, "provenance": made, "input": {**told["input"], "checks": [doubt]}}
    notes = content_of(replace(reviewed, document=document)).notes
    assert "Slices are missing." in [note.fact for note in notes]
    assert [note.grave for note in notes] == sorted((note.grave for note in notes), reverse=True)
    assert notes[0].grave
