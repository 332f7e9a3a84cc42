"""What the command prints into a log or a console whose code page lacks a letter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DETECT = """
import sys, u2ad
sys.path.insert(0, {here!r})
from fake_pipeline import FakePipeline, finding, outcome
from u2ad.cli import main

fake = u2ad.pipeline = sys.modules["u2ad.pipeline"] = FakePipeline()
fake.answer = lambda request, progress: outcome(request.output, (finding(1, 4.0, "C4"),))
main(["detect", "scan.nii.gz", "-o", "résultat"])
"""


@pytest.mark.parametrize("code_page", ["ascii", "cp1251", "cp437", "utf-8"])
def test_a_code_page_costs_a_letter_and_not_the_run(code_page: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": code_page, "PYTHONUTF8": "0", "COLUMNS": "120"}
    code = DETECT.format(here=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, timeout=60, check=False)
    printed = done.stdout.decode(code_page)
    assert done.returncode == 0, done.stderr
    assert ("mm³" if code_page == "utf-8" else "mm?") in printed
    assert "sultat" in printed
