"""The table of decisions, as a spreadsheet gets it."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from reviewed_cord import make_case

from u2ad.errors import OutputError
from u2ad.review import Decision, Listed, Review
from u2ad.review.table import COLUMNS, rows, write_csv


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_finding_is_a_row_with_its_figures(review: Review, tmp_path: Path) -> None:
    review.decide("finding-2", Decision.CONFIRMED, "demyelination", 'Größe "3 mm",\nzwei Zeilen')
    write_csv(tmp_path / "decisions.csv", review.findings)
    table = read(tmp_path / "decisions.csv")
    assert tuple(table[0]) == COLUMNS
    assert [row["number"] for row in table] == ["1", "2", "3", "4"]
    row, figures = table[1], review.findings[1].figures.rounded()
    assert (row["decision"], row["reason"], row["reader"]) == ("confirmed", "demyelination", "Reader One")
    assert row["comment"] == 'Größe "3 mm",\nzwei Zeilen'
    assert row["time_utc"] == review.findings[1].judgement.at
    assert (row["origin"], row["edited"], row["level"]) == ("model", "no", figures.level)
    assert tuple(float(row[name]) for name in ("length_mm", "depth_mm", "width_mm")) == figures.extent
    centre = ("centre_right_mm", "centre_anterior_mm", "centre_superior_mm")
    assert tuple(float(row[name]) for name in centre) == figures.centre
    for name, value in {"volume_mm3": figures.volume, "peak": figures.peak, "mean": figures.mean}.items():
        assert float(row[name]) == value
    for name in ("score", "epistemic", "aleatoric"):
        assert float(row[name]) == getattr(figures, name)


def test_unknown_uncertainty_is_an_empty_cell(review: Review, tmp_path: Path) -> None:
    first = review.findings[0]
    write_csv(tmp_path / "t.csv", [replace(first, figures=replace(first.figures, epistemic=None))])
    assert read(tmp_path / "t.csv")[0]["epistemic"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "  -2", "=cmd|' /C calc'!A0"])
@pytest.mark.parametrize("place", ["reason", "comment", "reader"])
def test_no_free_text_is_a_formula(text: str, place: str, tmp_path: Path) -> None:
    first: Listed = Review(make_case()).findings[0]
    judged = replace(first, judgement=replace(first.judgement, **{place: text}))
    (row,) = rows([judged])
    assert row[place] == f"'{text}"
    write_csv(tmp_path / "t.csv", [judged])
    assert read(tmp_path / "t.csv")[0][place] == f"'{text}"


def test_harmless_text_and_negative_numbers_stay_as_they_are(review: Review) -> None:
    review.decide("finding-1", Decision.REJECTED, "motion", "a - b = c")
    (row, *_) = rows(review.findings)
    assert row["comment"] == "a - b = c"
    assert row["centre_superior_mm"] < 0


def test_a_file_is_replaced_whole_or_not_at_all(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("old")
    with monkeypatch.context() as broken:
        broken.setattr("u2ad.review.table.os.fsync", _full)
        with pytest.raises(OutputError, match="full"):
            write_csv(path, review.findings)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    write_csv(path, review.findings)
    assert len(read(path)) == 4
    assert list(tmp_path.iterdir()) == [path]


def _full(_file: int) -> None:
    raise OSError(28, "no space left on device")


def test_a_folder_that_is_not_there_is_told(review: Review, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_csv(tmp_path / "nowhere" / "t.csv", review.findings)
