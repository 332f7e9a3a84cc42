"""The calibration that counts for a run: of this model, of scans like this one, and never a reason to fail."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from calibrated import WEIGHTS

from u2ad.calibration import Calibration, Reference, Yardstick
from u2ad.calibration.choosing import yardstick_for
from u2ad.calibration.site import FILE, OwnScan, add_own, read_own, reset_own
from u2ad.calibration.store import OWN, read, write
from u2ad.cord import Cord, MaskSource
from u2ad.errors import U2ADError
from u2ad.findings import Finding

OTHER = ("b" * 64,)


@pytest.fixture
def starter(tmp_path: Path, calibration: Calibration) -> Path:
    write([calibration], tmp_path / "starter.json")
    return tmp_path / "starter.json"


@pytest.fixture
def choose(tmp_path: Path, starter: Path, make_cord: Callable[..., Cord]) -> Callable[..., Yardstick]:
    """``choose(3.3)``: for slices so far apart, with the weights that the calibration is made for."""

    def of(
        slices: float,
        weights: tuple[str, ...] = WEIGHTS,
        detector: str = "u2ad",
        ancestors: tuple[str, ...] = (),
        **cord,
    ) -> Yardstick:
        return yardstick_for(detector, weights, make_cord(slices, **cord), tmp_path / "data", starter, ancestors)

    return of


@pytest.mark.parametrize(
    ("slices", "source", "threshold"),
    [
        (0.8, MaskSource.AUTOMATIC, 5.0),
        (3.3, MaskSource.AUTOMATIC, 6.0),
        (0.8, MaskSource.READER, 3.0),
        (3.3, MaskSource.READER, 4.0),
    ],
)
def test_each_slice_thickness_and_kind_of_mask_has_its_threshold(
    choose: Callable[..., Yardstick], slices: float, source: MaskSource, threshold: float
) -> None:
    yardstick = choose(slices, source=source)
    assert yardstick.threshold == threshold
    assert yardstick.settings(9.0).threshold == threshold


def test_a_given_mask_that_nobody_has_looked_at_counts_as_automatic(
    calibration: Calibration, make_cord: Callable[..., Cord]
) -> None:
    unseen = replace(make_cord(3.3, source=MaskSource.READER), seen_by_person=False)
    assert calibration.yardstick(unseen, "c" * 64).threshold == 6.0


@pytest.mark.parametrize("cord", [{"slices": 6.0}, {"slices": 0.6, "pixel": 3.0}, {"slices": 0.5, "pixel": 0.5}])
def test_scans_that_the_calibration_has_not_seen_are_not_calibrated(choose: Callable, cord: dict) -> None:
    yardstick = choose(**cord)
    assert not yardstick.is_calibrated
    assert "not calibrated for slices like these" in yardstick.note


def test_a_class_that_stands_on_too_few_scans_is_not_calibrated(
    choose: Callable, starter: Path, calibration: Calibration
) -> None:
    few = [replace(one, reference=Reference(one.reference.scores[1:])) for one in calibration.classes]
    write([replace(calibration, classes=tuple(few))], starter)
    yardstick = choose(3.3)
    assert not yardstick.is_calibrated
    assert yardstick.threshold is None
    assert "only 19 lesion-free scans" in yardstick.note


@pytest.mark.parametrize(("weights", "detector"), [(OTHER, "u2ad"), (WEIGHTS, "local_z"), ((), "u2ad")])
def test_other_weights_are_not_calibrated_and_say_so(
    choose: Callable, finding: Finding, weights: tuple[str, ...], detector: str
) -> None:
    yardstick = choose(3.3, weights, detector)
    assert "not calibrated for this model" in yardstick.note
    assert "ask whoever looks after this installation" in yardstick.note, "radiologists have no shell"
    assert yardstick.rated(finding).confidence is None
    assert yardstick.settings(9.0).threshold == 9.0, "the detector's own"


def test_an_adapted_model_finds_by_the_threshold_of_its_nearest_calibrated_ancestor(
    tmp_path: Path, choose: Callable, finding: Finding, calibration: Calibration
) -> None:
    scaled = tuple(replace(one, threshold=7.5, scale={"C4": 1.2}) for one in calibration.classes)
    write([replace(calibration, weights=("c" * 64,), classes=scaled)], tmp_path / "data" / OWN)
    yardstick = choose(3.3, OTHER, ancestors=("d" * 64, "c" * 64, *WEIGHTS))
    assert yardstick.threshold == 7.5
    assert yardstick.scale == {"C4": 1.2}
    assert not yardstick.is_calibrated
    assert not yardstick.kind, "its scans belong to no class: a site's own normal scans are not counted for it"
    assert yardstick.rated(finding).confidence is None
    assert "keeps the threshold of the one before" in yardstick.note


def test_where_the_ancestor_has_not_seen_such_scans_its_reason_is_told(choose: Callable) -> None:
    yardstick = choose(6.0, OTHER, ancestors=WEIGHTS)
    assert yardstick.threshold is None
    assert "not calibrated for slices like these" in yardstick.note


@pytest.mark.parametrize("damage", ["", "{}", "[1]", "not JSON"])
def test_a_damaged_file_is_said_and_nothing_fails(choose: Callable, starter: Path, damage: str) -> None:
    starter.write_text(damage)
    yardstick = choose(3.3)
    assert not yardstick.is_calibrated
    assert yardstick.note.startswith("The calibration is missing or damaged.")


def test_a_missing_file_is_said_too(choose: Callable, starter: Path) -> None:
    starter.unlink()
    assert "missing or damaged" in choose(3.3).note


def test_a_changed_number_is_noticed(choose: Callable, starter: Path) -> None:
    starter.write_text(starter.read_text().replace('"threshold": 6.0', '"threshold": 2.0'))
    assert not choose(3.3).is_calibrated


def test_a_calibration_comes_back_as_it_was_written(starter: Path, calibration: Calibration) -> None:
    assert read(starter) == (calibration,)


def test_a_site_can_calibrate_its_own_version(tmp_path: Path, choose: Callable, calibration: Calibration) -> None:
    mine = replace(calibration, weights=OTHER, classes=tuple(replace(c, threshold=7.5) for c in calibration.classes))
    write([mine], tmp_path / "data" / OWN)
    assert choose(3.3, OTHER).threshold == 7.5
    assert choose(3.3).threshold == 6.0, "the starter keeps its own"


def own_scan(score: float, scan: str, kind: str = "thick, automatic", weights: tuple[str, ...] = WEIGHTS) -> OwnScan:
    return OwnScan(scan, "u2ad", weights, kind, score, 0)


def test_own_scans_change_percentiles_and_can_be_taken_back(tmp_path: Path, choose: Callable) -> None:
    before = choose(3.3)
    add_own([own_scan(60.0, "1"), own_scan(70.0, "2")], tmp_path / "data")
    after = choose(3.3)
    assert after.reference.percentile(50.0) < before.reference.percentile(50.0) == 100
    assert after.digest != before.digest
    assert "2 of this site" in after.note
    assert choose(0.8).reference.own == 0, "another class of scans"
    assert choose(3.3, source=MaskSource.READER).reference.own == 0
    assert reset_own(tmp_path / "data")
    assert choose(3.3) == before
    assert not reset_own(tmp_path / "data")


def test_the_same_scan_counts_once(tmp_path: Path) -> None:
    add_own([own_scan(60.0, "1")], tmp_path)
    assert add_own([own_scan(61.0, "1"), own_scan(5.0, "2")], tmp_path) == (own_scan(61.0, "1"), own_scan(5.0, "2"))
    assert len(read_own(tmp_path)) == 2


def test_own_scans_of_another_version_do_not_count(tmp_path: Path, choose: Callable) -> None:
    add_own([own_scan(60.0, "1", weights=OTHER)], tmp_path / "data")
    assert choose(3.3).reference.own == 0


def test_a_damaged_list_of_own_scans_is_said_and_the_starter_counts(tmp_path: Path, choose: Callable) -> None:
    before = choose(3.3)
    add_own([own_scan(60.0, "1")], tmp_path / "data")
    file = tmp_path / "data" / FILE
    file.write_text(file.read_text().replace("60.0", "61.0"))
    after = choose(3.3)
    assert after.reference == before.reference
    assert "calibrate reset" in after.note
    with pytest.raises(U2ADError):
        read_own(tmp_path / "data")


def test_nothing_of_an_own_scan_is_kept_but_digests_and_figures(tmp_path: Path) -> None:
    add_own([own_scan(60.0, "c" * 64)], tmp_path)
    told = json.loads((tmp_path / FILE).read_text())
    assert set(told) == {"format", "version", "sha256", "scans"}
    assert set(told["scans"][0]) == {"scan", "detector", "weights", "kind", "score", "alarms"}


def test_a_killed_write_leaves_what_was(tmp_path: Path, calibration: Calibration, monkeypatch) -> None:
    path = tmp_path / "one.json"
    write([calibration], path)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write([], path)
    monkeypatch.undo()
    assert read(path) == (calibration,)
    assert list(tmp_path.iterdir()) == [path], "and nothing beside it"


def test_two_programs_do_not_lose_each_others_scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second begins while the first has read the list and not yet written it."""
    mine, others = (OwnScan(digest * 64, "u2ad", WEIGHTS, "thick", 9.0, 0) for digest in "cd")
    other = Thread(target=add_own, args=([others], tmp_path))

    def read_and_meet(root: Path) -> tuple[OwnScan, ...]:
        known = read_own(root)
        if not other.ident:
            other.start()
            other.join(0.3)
        return known

    monkeypatch.setattr("u2ad.calibration.site.read_own", read_and_meet)
    add_own([mine], tmp_path)
    other.join()
    assert set(read_own(tmp_path)) == {mine, others}
