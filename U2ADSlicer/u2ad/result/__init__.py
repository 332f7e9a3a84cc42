"""The result of one run: a folder that is whole or not there, with maps, a document for programs and a report."""

from u2ad.result.contents import write_result
from u2ad.result.folder import ResultFolder, expect_free
from u2ad.result.provenance import Provenance, WeightFile
from u2ad.result.report import write_report

__all__ = [
    "Provenance",
    "ResultFolder",
    "WeightFile",
    "expect_free",
    "write_report",
    "write_result",
]
