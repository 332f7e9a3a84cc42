"""A simulated scan to run the command on."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def phantom_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinical scan with three simulated lesions, as ``u2ad simulate --lesions 3 --seed 7`` writes it."""
    from u2ad.simulation import Acquisition, simulate, write_phantom

    folder = tmp_path_factory.mktemp("simulated") / "phantom"
    write_phantom(simulate(7, Acquisition.sagittal(), lesions=3), folder)
    return folder
