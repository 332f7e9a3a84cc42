"""Makes the generator of bad inputs, which the end-to-end tests share, importable here."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "end_to_end"))

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


@pytest.fixture
def real_data() -> Path:
    if not DATA.is_dir():
        pytest.skip("the real scans are not on this computer")
    return DATA
