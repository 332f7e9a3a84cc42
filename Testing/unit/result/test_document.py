"""findings.json: complete, valid against its schema, and without a word too many."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from jsonschema import Draft202012Validator, ValidationError

from u2ad.calibration import Yardstick
from u2ad.cord import Cord
from u2ad.findings import Findings
from u2ad.result.document import RESEARCH_USE, document_of, schema, text_of
from u2ad.scan import Check, Verdict

VALIDATOR = Draft202012Validator(schema())


def properties(node: dict, path: str = "") -> Iterator[tuple[str, dict]]:
    """Every named field of a schema."""
    for name, field in node.get("properties", {}).items():
        yield f"{path}/{name}", field
        yield from properties(field, f"{path}/{name}")
    for inner in ("items", *(f"$defs/{name}" for name in node.get("$defs", {}))):
        branch = node["$defs"][inner[6:]] if inner.startswith("$defs") else node.get("items")
        if branch:
            yield from properties(branch, f"{path}/{inner}")


FIELDS = dict(properties(schema()))


def types_in(field: dict) -> set[str]:
    """Types of a field and of what it lists."""
    own = field.get("type", [])
    inner = types_in(field["items"]) if "items" in field else set()
    return {own} | inner if isinstance(own, str) else set(own) | inner


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$id"].startswith("urn:")


@pytest.mark.parametrize("path", [path for path, field in FIELDS.items() if "$ref" not in field])
def test_every_field_has_title_description_and_unit(path: str) -> None:
    field = FIELDS[path]
    assert field["title"]
    assert field["description"].endswith(".")
    if types_in(field) & {"number", "integer"} and "items" not in field.get("items", {}):
        assert field["unit"]


def test_the_schema_has_many_fields() -> None:
    assert len(FIELDS) > 50, "else the test above looks at nothing"


@pytest.mark.parametrize("count", [0, 1, 3, 25])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("uncertain", [True, False])
def test_a_document_is_valid(make_document: Callable, count: int, known: bool, uncertain: bool) -> None:
    document = json.loads(text_of(make_document(count, known=known, uncertain=uncertain)))
    VALIDATOR.validate(document)
    assert len(document["findings"]) == count


def objects_in(node: object, path: tuple = ()) -> Iterator[tuple]:
    """Paths of the objects of a document that hold fixed fields, the first of each list."""
    if isinstance(node, dict):
        if path[-1:] not in (("detector_settings",), ("versions",)):
            yield path
        for name, inner in node.items():
            yield from objects_in(inner, (*path, name))
    elif isinstance(node, list) and node:
        yield from objects_in(node[0], (*path, 0))


def at(document: dict, path: tuple) -> dict:
    for step in path:
        document = document[step]
    return document


def test_a_field_too_many_is_noticed_everywhere(make_document: Callable) -> None:
    whole = make_document(1)
    paths = list(objects_in(whole))
    assert len(paths) >= 10
    for path in paths:
        changed = copy.deepcopy(whole)
        at(changed, path)["patient_name"] = "Doe"
        with pytest.raises(ValidationError, match="patient_name"):
            VALIDATOR.validate(changed)


def test_a_missing_field_is_noticed_everywhere(make_document: Callable) -> None:
    whole = make_document(1)
    for path in objects_in(whole):
        for name in at(whole, path):
            changed = copy.deepcopy(whole)
            del at(changed, path)[name]
            with pytest.raises(ValidationError, match="required"):
                VALIDATOR.validate(changed)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("threshold",), 0),
        (("findings", 0, "score"), -1),
        (("findings", 0, "label"), 0),
        (("findings", 0, "centre_ras_mm"), [1, 2]),
        (("findings", 0, "level"), "somewhere"),
        (("findings", 0, "extent_mm", "along_cord"), 0),
        (("input", "verdict"), "fine"),
        (("provenance", "scan_sha256"), "abc"),
        (("provenance", "started_utc"), "yesterday"),
        (("cord", "seen_by_person"), None),
    ],
)
def test_a_wrong_value_is_noticed(make_document: Callable, path: tuple, value: object) -> None:
    document = make_document(1)
    at(document, path[:-1])[path[-1]] = value
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)


def test_it_says_what_was_found(make_document: Callable, make_findings: Callable) -> None:
    document, findings = make_document(3), make_findings(3)
    assert document["patient_score"] == pytest.approx(findings.patient_score, abs=1e-3)
    for told, finding in zip(document["findings"], findings.ranked, strict=True):
        assert told["label"] == finding.label
        assert told["level"] == finding.level
        assert told["centre_ras_mm"] == pytest.approx(finding.centre, abs=0.01)
        assert list(told["extent_mm"].values()) == pytest.approx(finding.extent)
    assert document["curve"]["value"] == pytest.approx(list(findings.curve.value), abs=1e-3)


def test_what_was_not_searched_is_null(cord: Cord, make_findings: Callable[..., Findings], provenance, levels) -> None:
    findings = make_findings(1)
    value = findings.curve.value.copy()
    value[:2] = np.nan
    broken = replace(findings, curve=replace(findings.curve, value=value))
    document = json.loads(text_of(document_of(cord, broken, (), provenance, levels)))
    VALIDATOR.validate(document)
    assert document["curve"]["value"][:2] == [None, None]
    assert document["curve"]["value"][2] == pytest.approx(value[2], abs=1e-3)


def test_it_is_not_for_diagnosis_at_all() -> None:
    assert "not for diagnosis." in RESEARCH_USE


def test_numbers_are_rounded_to_what_can_be_meant(make_document: Callable) -> None:
    text = text_of(make_document(3, known=True))
    affine_and_spacing = 6
    assert not re.search(rf"\d\.\d{{{affine_and_spacing + 1},}}", text)
    assert '"score": 100.123,' in text


def test_a_number_that_is_none_is_never_written(make_document: Callable) -> None:
    document = make_document(1)
    document["patient_score"] = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        text_of(document)


def test_checks_of_the_cord_are_told_once(make_document: Callable) -> None:
    document = make_document(0)
    assert [check["name"] for check in document["input"]["checks"]] == ["slices", "weighting"]
    assert [check["name"] for check in document["cord"]["checks"]] == ["cord_continuity"]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_gravest_verdict_counts(
    cord: Cord, make_findings: Callable[..., Findings], provenance, levels, verdict: Verdict
) -> None:
    calm = replace(cord, checks=())
    document = document_of(calm, make_findings(0), (Check("slices", verdict, "So."),), provenance, levels)
    assert document["input"]["verdict"] == verdict.value


@pytest.mark.parametrize("count", [0, 3])
def test_a_calibrated_document_is_valid_and_holds_every_field(
    make_document: Callable, calibrated: Yardstick, count: int
) -> None:
    document = json.loads(text_of(make_document(count, yardstick=calibrated)))
    VALIDATOR.validate(document)
    assert document["calibration"]["reference"] == {"scans": 100, "own": 0}
    assert document["percentile"] == (100.0 if count else 30.5)
    assert [finding["confidence"] for finding in document["findings"]] == [0.7, 0.37, 0.21][:count]


def test_an_uncalibrated_document_says_so(make_document: Callable) -> None:
    document = make_document(2)
    assert document["percentile"] is None
    assert {finding["confidence"] for finding in document["findings"]} == {None}
    assert document["calibration"]["note"] == "The scores are not calibrated."
    assert document["calibration"]["sha256"] is None
