"""Findings and decisions for spreadsheets and for programs, and the journal."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from u2ad import __version__
from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.obstacles import no_journal
from u2ad.export.product import Part, Product
from u2ad.export.reviewed import Reviewed
from u2ad.result.document import RESEARCH_USE
from u2ad.result.text import write_text
from u2ad.review.decision import Decision
from u2ad.review.listing import Listed
from u2ad.review.table import write_csv

FORMAT, VERSION = "u2ad-review", 1
ROW, FINDING, REST = 200, 900, 3_500
"""Bytes of a row of the table, of a finding, and of all else in ``review.json``; what readers wrote comes on top."""


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of ``review.json``, with title and unit of every field."""
    return json.loads(files("u2ad.export").joinpath("review.schema.json").read_text(encoding="utf-8"))


def csv(job: Job) -> Product:
    """``findings.csv``: one row a finding, all of them whatever was decided; columns of :mod:`u2ad.review.table`."""
    listed = job.reviewed.findings
    size = ROW * (1 + len(listed)) + _words(listed)
    return Product(Format.CSV, (Part("findings.csv", size, lambda path: write_csv(path, listed)),))


def as_json(job: Job) -> Product:
    """``review.json``: all findings, decisions, the reading of the whole scan and how it all came about."""
    reviewed = job.reviewed
    size = REST + FINDING * len(reviewed.findings) + _words(reviewed.findings)
    return Product(Format.JSON, (Part("review.json", size, lambda path: _write_json(path, reviewed)),))


def journal(job: Job) -> Product:
    """``journal.jsonl``: the journal as it stands."""
    text = job.reviewed.journal
    part = Part("journal.jsonl", len(text.encode()), lambda path: _write_text(path, text))
    return _unless(no_journal(job), Format.JOURNAL, part)


def review_document(reviewed: Reviewed) -> dict[str, Any]:
    """What ``review.json`` holds."""
    told = reviewed.document
    return {
        "format": FORMAT,
        "version": VERSION,
        "u2ad": __version__,
        "research_use": RESEARCH_USE,
        "reader": reviewed.reader,
        "impression": None if reviewed.impression is None else asdict(reviewed.impression),
        "assessment": None if reviewed.assessment is None else asdict(reviewed.assessment),
        "patient_score": round(patient_score(reviewed), 3),
        "findings": [_finding(finding) for finding in reviewed.findings],
        "levels": [{"name": body.name, "along_mm": round(body.along, 2)} for body in reviewed.case.levels.bodies],
        "levels_source": reviewed.case.levels.source.value,
        "grid": told["input"]["grid"],
        "checks": told["input"]["checks"] + told["cord"]["checks"],
        "cord": {"source": reviewed.cord_source, "seen_by_person": reviewed.cord_is_seen},
        "provenance": told["provenance"],
    }


def patient_score(reviewed: Reviewed) -> float:
    """The highest score of a finding that is not rejected, 0 where there is none."""
    kept = (one.figures.score for one in reviewed.findings if one.judgement.decision is not Decision.REJECTED)
    return max(kept, default=0.0)


def _finding(finding: Listed) -> dict[str, Any]:
    figures, said = finding.figures.rounded(), finding.judgement
    return {
        "number": finding.number,
        "origin": finding.origin.value,
        "edited": finding.edited,
        "decision": said.decision.value,
        "reason": said.reason,
        "comment": said.comment,
        "reader": said.reader,
        "decided_utc": said.at or None,
        "level": figures.level,
        "centre_ras_mm": list(figures.centre),
        "along_mm": figures.along,
        "extent_mm": dict(zip(("along_cord", "antero_posterior", "right_left"), figures.extent, strict=True)),
        "volume_mm3": figures.volume,
        "voxels": len(finding.voxels),
        "score": figures.score,
        "mean": figures.mean,
        "peak": figures.peak,
        "epistemic": figures.epistemic,
        "aleatoric": figures.aleatoric,
        "certainty": figures.certainty,
        "confidence": figures.confidence,
    }


def _write_json(path: Path, reviewed: Reviewed) -> None:
    _write_text(path, json.dumps(review_document(reviewed), indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _write_text(path: Path, text: str) -> None:
    write_text(path, text)


def _words(listed: tuple[Listed, ...]) -> int:
    """Bytes of what readers have written."""
    return sum(len((one.judgement.comment + one.judgement.reason).encode()) for one in listed)


def _unless(obstacle: Exception | None, format_: Format, *parts: Part) -> Product:
    return Product(format_, parts) if obstacle is None else Product(format_, obstacle=obstacle)  # type: ignore[arg-type]
