"""The pre-flight: what would be written, what cannot be and why, and what a reader should know before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from u2ad.errors import U2ADError
from u2ad.export.caveats import CORRECTED, UNSEEN, refusals
from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.product import Product
from u2ad.export.products import product_of
from u2ad.export.reviewed import Reviewed
from u2ad.review.decision import REASONS, Decision


@dataclass(frozen=True)
class Hint:
    """Something that a reader should know before an export.

    Args:
        fact: one sentence.
        remedy: one sentence; empty where nothing is to be done.
        option: of the command line by which it is done; told there alone.
    """

    fact: str
    remedy: str = ""
    option: str = ""


@dataclass(frozen=True, eq=False)
class Plan:
    """What an export would do; nothing is written yet.

    Args:
        products: one a format, in the order asked for.
        hints: what a reader should know.
        identifying: attribute and value of what would identify the patient in DICOM objects; shown, never logged.
    """

    products: tuple[Product, ...]
    hints: tuple[Hint, ...]
    identifying: tuple[tuple[str, str], ...] = ()

    @property
    def possible(self) -> tuple[Product, ...]:
        """The products that can be written."""
        return tuple(product for product in self.products if product.obstacle is None)

    @property
    def impossible(self) -> tuple[Product, ...]:
        """The products that cannot, with their obstacles."""
        return tuple(product for product in self.products if product.obstacle is not None)

    @property
    def size(self) -> int:
        """Expected bytes of everything."""
        return sum(product.size for product in self.possible)


def plan_of(job: Job) -> Plan:
    """What an export would do."""
    products = tuple(product_of(job, format_) for format_ in job.choice.wanted)
    hints = (*_of_scene(job, products), *_hints(job))
    return Plan(products, hints, _identifying(job, products))


def _identifying(job: Job, products: tuple[Product, ...]) -> tuple[tuple[str, str], ...]:
    if job.choice.deidentify or not any(product.format.is_dicom and product.obstacle is None for product in products):
        return ()
    source = job.source
    return () if isinstance(source, U2ADError) else source.identifying()


def _of_scene(job: Job, products: tuple[Product, ...]) -> Iterator[Hint]:
    possible = {product.format for product in products if product.obstacle is None}
    if job.open_scene is not None and Format.MRB in possible:
        yield Hint(
            "The Slicer scene (review.mrb) holds everything that is open, other volumes too, and names in it may tell "
            "who the patient is.",
            "Close what shall not go with it, and rename what names the patient.",
        )


def _hints(job: Job) -> Iterator[Hint]:
    reviewed = job.reviewed
    for check in refusals(reviewed):
        yield Hint(f"Detected in spite of a refusal, which goes with the files: {check}")
    undecided = sum(one.judgement.decision is Decision.UNDECIDED for one in reviewed.findings)
    if undecided:
        yield Hint(f"{undecided} of {len(reviewed.findings)} findings are undecided.", "Decide on them first.")
    if not reviewed.reader:
        yield Hint("The reader has no name.", "Give the reader's name, in Slicer on the page Review.", "--reader")
    if not reviewed.cord_is_seen:
        yield Hint(UNSEEN, "Look at its outline: outside of it nothing was searched.")
    if reviewed.cord_is_corrected:
        yield Hint(CORRECTED, "Detect again.")
    if reviewed.image is None:
        yield Hint("The scan is not at hand, so the report has no pictures.", "Give the scan.", "--source")
    if _prints(job) and _unknown(reviewed):
        yield Hint(
            "Some words are in letters that the PDF cannot show; a sign stands in their place.",
            "Write them in Latin, Greek or Cyrillic letters, or use the report for a browser.",
        )
    elif _prints(job) and _foreign(reviewed):
        yield Hint(
            "Some words are in letters that the PDF does not carry, so that they show only where the reader of the PDF "
            "has them.",
            "Write them in Latin, Greek or Cyrillic letters, or use the report for a browser.",
        )
    if any(_typed(reviewed)):
        yield Hint("The reader's name and own words are written as they were typed.", "See that they name no patient.")


def _prints(job: Job) -> bool:
    return bool({Format.REPORT_PDF, Format.DICOM_PDF} & set(job.choice.wanted))


def _typed(reviewed: Reviewed) -> Iterator[str]:
    """All that a person has typed: names, comments, reasons in own words; empty ones among them."""
    yield reviewed.reader
    for said in (one.judgement for one in reviewed.findings):
        yield from (said.comment, said.reader, "" if said.reason in REASONS[said.decision] else said.reason)
    if reviewed.impression is not None:
        yield from (reviewed.impression.text, reviewed.impression.reader)
    if reviewed.assessment is not None:
        yield from (reviewed.assessment.comment, reviewed.assessment.reader)


def _unknown(reviewed: Reviewed) -> bool:
    """Whether anything that the report repeats has letters for which it has no font, such as Thai ones."""
    from u2ad.export.report.fonts import shows

    return not all(shows(text) for text in _typed(reviewed))


def _foreign(reviewed: Reviewed) -> bool:
    """Whether anything that the report repeats has letters of Chinese, Japanese or Korean."""
    from u2ad.export.report.fonts import carries

    return not all(carries(text) for text in _typed(reviewed))
