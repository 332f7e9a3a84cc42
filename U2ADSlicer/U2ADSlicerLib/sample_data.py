"""The simulated scan in Slicer's module Sample Data: made on the spot, works without a network."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from slicer.i18n import tr as _

SAMPLE_NAME = "U2ADSimulatedCord"
THUMBNAIL = Path(__file__).parents[1] / "Resources" / "Icons" / "SimulatedCord.png"


def registerSampleData() -> None:
    """Offers the simulated scan in the category U2AD of Sample Data."""
    import SampleData

    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category="U2AD",
        sampleName=SAMPLE_NAME,
        uris="",  # nothing is fetched, but one source is expected
        fileNames="",
        nodeNames=SAMPLE_NAME,
        thumbnailFileName=str(THUMBNAIL),
        customDownloader=lambda source: [addSimulatedScan()],
    )


@lru_cache(maxsize=1)
def simulatedPhantom(seed: int, lesions: int):
    """The scan with its truth, :class:`u2ad.simulation.Phantom`; the last one is kept, as drawing it takes seconds."""
    from u2ad.simulation import Acquisition, simulate

    return simulate(seed, Acquisition.sagittal(), lesions=lesions)


def addSimulatedScan(seed: int = 7, lesions: int = 3):
    """A volume node with a simulated sagittal T2w scan of a neck with lesions in its cord.

    Args:
        seed: another one is another person.
        lesions: how many.
    """
    from U2ADSlicerLib.scene.volumes import addVolume

    phantom = simulatedPhantom(seed, lesions)
    return addVolume(phantom.scan.array, phantom.scan.grid.affine, _("Simulated cervical cord"))
