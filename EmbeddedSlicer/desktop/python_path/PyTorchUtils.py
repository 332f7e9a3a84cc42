"""Stand-in for the PyTorch extension's ``PyTorchUtils``: tells truly whether torch is there, and installs nothing.

Attributes:
    calls: options of each call of ``installTorch``, in order.
    failure: set it to an exception to be raised by the next installation.
"""

from importlib import metadata, util

calls: list[dict] = []
failure: Exception | None = None


class PyTorchUtilsLogic:
    """Finds and installs torch."""

    @staticmethod
    def torchInstalled() -> bool:
        return util.find_spec("torch") is not None

    @property
    def torch(self):
        """The module, imported."""
        import torch

        return torch

    @staticmethod
    def isTorchVersionSupported(requirement: str) -> bool:
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(requirement).contains(metadata.version("torch"), prereleases=True)

    def installTorch(self, askConfirmation: bool = False, **options):
        """Records the call; the module where torch is installed already, otherwise None."""
        calls.append({"askConfirmation": askConfirmation, **options})
        if failure is not None:
            raise failure
        return self.torch if self.torchInstalled() else None
