"""How the stand-in application was started."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class CommandOptions:
    """What ``slicer.app.commandOptions()`` tells; properties there, so plain attributes here."""

    noMainWindow: bool = True
    testingEnabled: bool = True
    runPythonAndExit: bool = False
    verboseModuleDiscovery: bool = False
    disableSettings: bool = True
    noSplash: bool = True
