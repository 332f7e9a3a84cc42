"""``u2ad simulate`` with a phantom that is faked: what it asks for, and what it says."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import u2ad
from u2ad.errors import OutputError


@pytest.fixture
def simulation(monkeypatch):
    fake = ModuleType("u2ad.simulation")
    fake.asked = []
    fake.Acquisition = SimpleNamespace(isotropic=lambda: "isotropic", sagittal=lambda: "sagittal")
    fake.expect_free = lambda folder, force: None
    fake.simulate = lambda *asked: fake.asked.append(asked) or SimpleNamespace(lesions=[None] * asked[2])
    fake.write_phantom = lambda phantom, folder, force: fake.asked.append((folder, force)) or folder
    monkeypatch.setitem(sys.modules, "u2ad.simulation", fake)
    monkeypatch.setattr(u2ad, "simulation", fake, raising=False)
    return fake


def test_every_option_reaches_the_simulation(command, simulation) -> None:
    arguments = ("--lesions", 2, "--seed", 7, "--acquisition", "isotropic", "--stenoses", 1, "--force")
    done = command("simulate", "-o", "phantom", *arguments)
    assert simulation.asked == [(7, "isotropic", 2, 1), (Path("phantom"), True)]
    assert done.code == 0
    assert "2 lesions" in done.out
    assert str(Path("phantom/scan.nii.gz")) in done.out


def test_a_clinical_protocol_is_the_default(command, simulation) -> None:
    command("simulate", "-o", "phantom")
    assert simulation.asked == [(0, "sagittal", 3, 0), (Path("phantom"), False)]


def test_a_folder_that_exists_leaves_with_5(command, simulation) -> None:
    def expect_free(folder, force):
        raise OutputError("The output folder exists already.", "Use --force.")

    simulation.expect_free = expect_free
    assert command("simulate", "-o", "phantom").code == 5
    assert simulation.asked == [], "the phantom was drawn for nothing"


def test_the_simulation_has_the_protocols_that_can_be_chosen() -> None:
    from u2ad.cli.app import AcquisitionName
    from u2ad.simulation import Acquisition

    assert all(isinstance(getattr(Acquisition, name.value)(), Acquisition) for name in AcquisitionName)


def test_the_detectors_that_can_be_chosen_are_those_that_there_are() -> None:
    from u2ad.cli.app import DetectorName
    from u2ad.detectors import registry

    assert tuple(name.value for name in DetectorName) == registry.NAMES
