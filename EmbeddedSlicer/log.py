"""Keeps what VTK complains about, instead of printing it."""

from __future__ import annotations

import vtk

CORE_ERROR = "GetSliceOrientationPreset: invalid orientation preset name: Reformat"
"""What Slicer's core reports of itself, as an error, whenever a saved scene with an oblique slice view is read.

vtkMRMLSliceNode writes its orientation as "Reformat" where no preset fits, asks for a preset of that name when it reads
that back, and goes on with the right matrix. Nothing that a module does can avoid it.
"""


class VtkLog:
    """VTK's errors and warnings since :meth:`listen`, in the order they came.

    Attributes:
        errors: texts of the errors.
        warnings: texts of the warnings.
    """

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def listen(self) -> None:
        """Silences VTK on the terminal and starts to collect everything but :data:`CORE_ERROR`."""
        vtk.vtkLogger.SetStderrVerbosity(vtk.vtkLogger.VERBOSITY_OFF)
        window = vtk.vtkOutputWindow.GetInstance()
        window.AddObserver("ErrorEvent", self._collectInto(self.errors))
        window.AddObserver("WarningEvent", self._collectInto(self.warnings))

    @staticmethod
    def _collectInto(texts: list[str]):
        @vtk.calldata_type(vtk.VTK_STRING)
        def collect(_caller, _event, text: str = "") -> None:
            if not text.strip().endswith(CORE_ERROR):
                texts.append(text.strip())

        return collect
