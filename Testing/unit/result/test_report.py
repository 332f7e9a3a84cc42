"""report.html: one file, complete in words, harmless in what it shows."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from u2ad.calibration import Yardstick
from u2ad.errors import OutputError
from u2ad.result import write_report
from u2ad.result.chart import MARK_RADIUS, chart_of
from u2ad.result.document import RESEARCH_USE, text_of
from u2ad.result.files import FINDINGS, OVERVIEW, REPORT, picture_of
from u2ad.result.report import PNG
from u2ad.result.words import confidence, picture_note, uncertainty
from u2ad.scan import Check, Verdict

VOID = {"meta", "img", "br", "rect", "line", "polyline", "circle", "link", "input"}


class Reader(HTMLParser):
    """Reads a page: its text, its pictures, its links, and whether every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def report(tmp_path: Path, make_document: Callable) -> Callable[..., Reader]:
    """``report(3)``: the page of so many findings; ``pictures`` of them are there."""

    def make(count: int = 3, *, pictures: int = 0, problems: tuple[str, ...] = (), change=None, **kinds) -> Reader:
        document = make_document(count, **kinds)
        if change:
            change(document)
        (tmp_path / FINDINGS).write_text(text_of(document), encoding="utf-8")
        (tmp_path / "pictures").mkdir(exist_ok=True)
        for name in (OVERVIEW, *map(picture_of, range(1, pictures + 1))) if pictures else ():
            (tmp_path / name).write_bytes(PNG + name.encode())
        path = write_report(tmp_path, problems)
        assert path == tmp_path / REPORT
        page = Reader(path.read_text(encoding="utf-8"))
        assert page.open == []
        return page

    return make


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "No candidate region"), (1, "1 candidate region "), (3, "3 candidate regions"), (25, "25 candidate regions")],
)
def test_it_says_first_how_many_candidates_there_are(report: Callable, count: int, words: str) -> None:
    assert words in report(count).text[:400]


def test_it_says_that_it_is_for_research(report: Callable) -> None:
    assert RESEARCH_USE in report(0).text[:400]


def test_the_patient_score_is_said_to_be_uncalibrated(report: Callable) -> None:
    text = report(2).text
    assert "patient score is 100.1" in text
    assert "not calibrated" in text


def test_no_candidates_does_not_mean_no_lesion(report: Callable) -> None:
    assert "does not exclude a lesion" in report(0).text


@pytest.mark.parametrize("count", [1, 3, 25])
def test_every_finding_has_its_row_and_its_place(report: Callable, count: int) -> None:
    page = report(count)
    rows = [link["href"] for link in page.all("a")]
    assert rows == [f"#finding-{label}" for label in range(1, count + 1)]
    assert [article["id"] for article in page.all("article")] == [row[1:] for row in rows]


def test_a_row_holds_the_figures(report: Callable) -> None:
    text = report(1).text.replace("\N{MULTIPLICATION SIGN}", "x")
    for words in ("6 x 2 x 3 mm", "50 mm³", "5.0", "100.1", "difference 15.0%, spread 3.0%", "L 1 · A 2 · I 50 mm"):
        assert words in text


def test_input_warnings_come_before_the_overview(report: Callable) -> None:
    text = report(1).text
    warning = text.index("The weighting is <not> known & unclear. Check that this is T2-weighted.")
    assert warning < text.index("The cord mask has a gap of 4 mm. Look at the mask.") < text.index("Overview")
    assert "13 slices" not in text, "a check that is fine is no news"


def test_an_overridden_refusal_comes_first_and_is_plain(report: Callable) -> None:
    def refuse(document: dict) -> None:
        document["input"]["verdict"] = "refuse"
        document["input"]["checks"].append(
            {"name": "region", "verdict": "refuse", "sentence": "This is lumbar.", "remedy": ""}
        )

    text = report(1, change=refuse).text
    assert text.index("was refused") < text.index("This is lumbar.") < text.index("The weighting is")


@pytest.mark.parametrize(
    ("source", "seen", "words"),
    [
        ("automatic", False, "Nobody has looked at the cord mask"),
        ("automatic", True, "a person has looked at it"),
        ("reader", True, "given by the reader"),
        ("reader", False, "Nobody has looked at the cord mask. It was given"),
        ("points", False, "follows points that the reader clicked. Nobody has looked at the cord mask"),
        ("points", True, "follows points that the reader clicked; a person has looked at it"),
    ],
)
def test_it_says_whether_a_person_has_looked_at_the_mask(report: Callable, source: str, seen: bool, words: str) -> None:
    page = report(1, change=lambda document: document["cord"].update(source=source, seen_by_person=seen))
    assert words in page.text
    assert ("Nobody" in page.text) is not seen


def test_it_holds_its_pictures_and_asks_for_nothing_else(report: Callable, tmp_path: Path) -> None:
    page = report(2, pictures=2)
    assert len(page.all("img")) == 3
    assert all(image["src"].startswith("data:image/png;base64,") and image["alt"] for image in page.all("img"))
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    raw = (tmp_path / REPORT).read_text(encoding="utf-8")
    assert not re.findall(r"https?:|//\w|url\(|@import|file:", re.sub(r"base64,[\w+/=]+", "", raw))


def test_missing_pictures_are_told_with_the_reason(report: Callable) -> None:
    page = report(2, problems=("Pictures could not be drawn. Install libegl1.",))
    assert page.all("img") == []
    text = page.text
    assert text.index("Install libegl1.") < text.index("The overview picture is not there: see the note above")
    assert text.count("No picture of this finding") == 2


def test_one_missing_picture_costs_only_itself(report: Callable) -> None:
    page = report(3, pictures=2)
    assert len(page.all("img")) == 3
    assert page.text.count("No picture of this finding") == 1


def test_a_broken_picture_is_missing(report: Callable, tmp_path: Path) -> None:
    (tmp_path / OVERVIEW).write_bytes(b"")
    assert "The overview picture is not there" in report(0).text


def test_what_others_wrote_is_shown_and_never_obeyed(report: Callable, tmp_path: Path) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'

    def plant(document: dict) -> None:
        document["input"]["checks"][1].update(sentence=evil, remedy=evil)
        document["findings"][0]["level"] = evil
        document["curve"]["level"] = [evil] * len(document["curve"]["level"])
        document["provenance"]["detector_settings"][evil] = evil

    page = report(1, problems=(evil,), change=plant)
    assert page.text.count("alert(1)") >= 6
    assert not page.all("script")
    assert not page.all("img")
    assert "<script" not in (tmp_path / REPORT).read_text(encoding="utf-8")


def test_unknown_levels_are_told(report: Callable) -> None:
    text = report(2, known=False).text
    assert "Vertebral levels are not known" in text
    assert "level unknown" in text


def test_a_detector_without_uncertainty_says_so(report: Callable) -> None:
    assert "Uncertainty not given: this detector gives none." in report(1, uncertain=False).text


def test_provenance_stands_at_the_end(report: Callable) -> None:
    text = report(1).text
    end = text[text.rindex("Provenance") :]
    for words in (
        "2026-04-30T23:30:00Z",
        "a" * 64,
        "b" * 64,
        "c" * 64,
        "10 draws",
        "Seed 7",
        "patch_mm 3.0",
        "2 threads",
    ):
        assert words in end


def test_a_report_that_cannot_be_written_is_told(report: Callable, tmp_path: Path) -> None:
    report(0)
    (tmp_path / REPORT).unlink()
    (tmp_path / REPORT).mkdir()
    (tmp_path / REPORT / "x").touch()
    with pytest.raises(OutputError):
        write_report(tmp_path)


@pytest.mark.parametrize(
    ("epistemic", "aleatoric", "word"),
    [
        (0.02, 0.08, "low"),
        (0.02, 0.079, "moderate"),
        (0.02, 0.04, "moderate"),
        (0.02, 0.039, "high"),
        (0.0, 0.1, "low"),
    ],
)
def test_uncertainty_compares_difference_and_spread(epistemic: float, aleatoric: float, word: str) -> None:
    assert uncertainty({"epistemic": epistemic, "aleatoric": aleatoric}).word == word


def test_marks_of_the_chart_do_not_cover_each_other(make_document: Callable) -> None:
    chart = chart_of(make_document(80))
    assert chart is not None
    places = np.array([(mark.x, mark.y) for mark in chart.marks])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e6 * np.eye(len(places))
    assert apart.min() >= 2 * MARK_RADIUS
    assert places[:, 1].min() >= MARK_RADIUS
    assert places[:, 1].max() <= chart.top - MARK_RADIUS


def test_the_chart_draws_the_curve_to_scale(make_document: Callable) -> None:
    document = make_document(1)
    chart = chart_of(document)
    assert chart is not None
    (line,) = chart.lines
    assert chart.gaps == ()
    heights = np.array([float(point.split(",")[1]) for point in line.split()])
    values = np.array(document["curve"]["value"])
    per_unit = (chart.base - chart.threshold) / document["threshold"]
    np.testing.assert_allclose(chart.base - heights, values * per_unit, atol=0.11)


def test_the_chart_breaks_where_nothing_was_searched(make_document: Callable) -> None:
    document = make_document(0)
    for place in (0, 1, 30, 32):
        document["curve"]["value"][place] = None
    chart = chart_of(document)
    assert chart is not None
    assert [len(line.split()) for line in chart.lines] == [28, 2, 27]
    per_mm = (chart.right - chart.left) / 60
    ends = [(gap.start, gap.end) for gap in chart.gaps]
    expected = [chart.left + per_mm * np.array(stretch) for stretch in ((0, 2), (30, 31), (32, 33))]
    np.testing.assert_allclose(ends, expected)


@pytest.mark.parametrize("count", [0, 1])
def test_a_gap_is_said_and_shaded(report: Callable, count: int) -> None:
    def gap(document: dict) -> None:
        document["curve"]["value"][20:30] = [None] * 10

    broken, whole = report(count, change=gap), report(count)
    assert [sum(box.get("class") == "unsearched" for box in page.all("rect")) for page in (broken, whole)] == [1, 0]
    assert [page.text.lower().count("not searched") for page in (broken, whole)] == [1, 0]


@pytest.mark.parametrize("count", [0, 2])
def test_a_cord_that_was_not_searched_at_all_is_no_fault(report: Callable, count: int) -> None:
    page = report(count, change=lambda document: document["curve"].update(value=[None] * 60))
    assert page.all("polyline") == []
    assert ("nothing was searched" in page.text) is (count == 0)


def test_a_mark_stands_where_the_curve_peaks_within_the_finding(make_document: Callable) -> None:
    document = make_document(1)
    document["findings"][0].update(along_mm=30.0, extent_mm={**document["findings"][0]["extent_mm"], "along_cord": 6.0})
    value = [1.0] * 60
    value[31], value[35], value[28] = 5.0, 9.0, None
    document["curve"]["value"] = value
    chart = chart_of(document)
    assert chart is not None
    (mark,) = chart.marks
    assert mark.x == pytest.approx(chart.left + (chart.right - chart.left) * 31.5 / 60)
    per_unit = (chart.base - chart.threshold) / document["threshold"]
    assert chart.base - mark.foot == pytest.approx(5 * per_unit, abs=0.11)


def test_weighted_figures_are_said_to_be_weighted(report: Callable) -> None:
    page = report(1)
    caption = page.text[page.text.index("Highest anomaly of each") :]
    assert "a probe in anomaly.nii.gz may read higher" in caption[: caption.index("Findings, the")]
    assert "at its peak, weighted down at the cord's rim" in page.text
    assert "weighted down at its rim" in report(0).text


def test_the_table_scrolls_in_a_narrow_window(report: Callable, tmp_path: Path) -> None:
    report(1)
    page = (tmp_path / REPORT).read_text(encoding="utf-8")
    assert re.search(r'<div class="scroll">\s*<table class="findings">', page)
    assert re.search(r"\.scroll \{[^}]*overflow-x: auto", page)


@pytest.mark.parametrize(
    ("verdict", "seen", "words"),
    [
        (Verdict.WARN, True, ""),
        (Verdict.WARN, False, "Nobody has looked at the cord mask."),
        (Verdict.REFUSE, True, "Refused by a check, run anyway: This is lumbar."),
        (Verdict.REFUSE, False, "Refused by a check, run anyway: This is lumbar. Nobody has looked at the cord mask."),
    ],
)
def test_a_picture_says_what_must_be_known_of_it(verdict: Verdict, seen: bool, words: str) -> None:
    checks = (Check("slices", Verdict.OK, "Fine."), Check("region", verdict, "This is lumbar."))
    assert picture_note(checks, seen) == words


def test_the_chart_names_each_known_vertebra_once_in_order(make_document: Callable) -> None:
    chart = chart_of(make_document(0))
    assert chart is not None
    assert [stretch.name for stretch in chart.stretches] == ["C3", "C4", "C5"]
    ends = [(stretch.start, stretch.end) for stretch in chart.stretches]
    assert all(abs(above[1] - below[0]) < 0.01 for above, below in pairwise(ends))


def test_a_curve_of_no_length_is_no_chart(make_document: Callable) -> None:
    document = make_document(0)
    document["curve"] = {"along_mm": [], "value": [], "level": []}
    assert chart_of(document) is None


def test_a_calibrated_finding_is_told_in_plain_words(report: Callable, calibrated: Yardstick) -> None:
    text = report(3, yardstick=calibrated).text
    assert "In simulated scans about 7 of 10 such candidates were real." in text
    assert "about 2 of 10" in text
    assert "The cord scores higher than each of 100 lesion-free scans (simulated)." in text
    assert "No probability of disease" in text
    assert calibrated.digest in text


def test_a_silent_cord_has_its_place_too(report: Callable, calibrated: Yardstick) -> None:
    text = report(0, yardstick=calibrated).text
    assert "The cord scores higher than 30 % of 100 lesion-free scans (simulated)." in text
    assert text.count("does not exclude a lesion") >= 1


def test_without_a_calibration_no_share_is_told(report: Callable) -> None:
    text = report(3).text
    assert "The scores are not calibrated." in text
    assert "of 10" not in text


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, "not calibrated"), (0.02, "fewer than 1 of 10"), (0.07, "about 1 of 10"), (0.68, "about 7 of 10"),
     (0.93, "about 9 of 10"), (0.99, "more than 9 of 10")],
)  # fmt: skip
def test_a_share_is_told_in_tenths(share: float | None, words: str) -> None:
    assert confidence({"confidence": share}) == words
