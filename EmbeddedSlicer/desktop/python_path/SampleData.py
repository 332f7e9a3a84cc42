"""Stand-in for Slicer's ``SampleData``: registers own sources of a module, and runs them on demand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class SampleDataSource:
    """One tile of the Sample Data module."""

    sampleName: str
    sampleDescription: str = ""
    uris: Any = None
    fileNames: Any = None
    nodeNames: Any = None
    customDownloader: Callable[["SampleDataSource"], Any] | None = None
    thumbnailFileName: str = ""
    options: dict = field(default_factory=dict)


sources: dict[str, list[SampleDataSource]] = {}
"""Registered sources by category."""


class SampleDataLogic:
    """Registers and loads samples."""

    @staticmethod
    def registerCustomSampleDataSource(
        category: str = "Custom",
        sampleName: str = "",
        sampleDescription: str = "",
        uris=None,
        fileNames=None,
        nodeNames=None,
        customDownloader=None,
        thumbnailFileName: str = "",
        **options,
    ) -> None:
        """As in Slicer; a second sample of a name takes the place of the first.

        Raises:
            TypeError: without ``uris``, ``fileNames`` or ``nodeNames``, which Slicer goes through side by side.
        """
        if None in (uris, fileNames, nodeNames):
            msg = "uris, fileNames and nodeNames are needed, also where a function makes the sample"
            raise TypeError(msg)
        source = SampleDataSource(
            sampleName, sampleDescription, uris, fileNames, nodeNames, customDownloader, thumbnailFileName, options
        )
        others = [known for known in sources.get(category, ()) if known.sampleName != sampleName]
        sources[category] = [*others, source]

    def sourceForSampleName(self, sampleName: str) -> SampleDataSource | None:
        found = (source for known in sources.values() for source in known if source.sampleName == sampleName)
        return next(found, None)


def pressTile(sampleName: str) -> Any:
    """What a click on a sample's tile does: only the tile calls a source's own function, ``downloadSample`` does not.

    Raises:
        KeyError: for an unknown name.
        NotImplementedError: for a source that is downloaded: nothing leaves this computer.
    """
    source = SampleDataLogic().sourceForSampleName(sampleName)
    if source is None:
        raise KeyError(sampleName)
    if source.customDownloader is None:
        msg = f"The sample {sampleName} comes from the network, which this stand-in does not use."
        raise NotImplementedError(msg)
    return source.customDownloader(source)
