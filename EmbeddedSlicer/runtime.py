"""MRML scene, module logics, and the names ``slicer.mrmlScene`` and ``slicer.modules``, without desktop Slicer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import slicer
import vtk

from EmbeddedSlicer.core_module import CoreModule
from EmbeddedSlicer.log import VtkLog

HOME = Path(__file__).parent

# Terminologies before Segmentations, which asks it for the default term.
LOGIC_CLASSES = {
    "Terminologies": "vtkSlicerTerminologiesModuleLogic",
    "Colors": "vtkSlicerColorLogic",
    "Units": "vtkSlicerUnitsLogic",
    "SubjectHierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "Transforms": "vtkSlicerTransformLogic",
    "Volumes": "vtkSlicerVolumesLogic",
    "Segmentations": "vtkSlicerSegmentationsModuleLogic",
    "Markups": "vtkSlicerMarkupsLogic",
    "Models": "vtkSlicerModelsLogic",
    "Tables": "vtkSlicerTablesLogic",
    "Plots": "vtkSlicerPlotsLogic",
    "Texts": "vtkSlicerTextsLogic",
}


class EmbeddedRuntime:
    """Slicer's C++ core in this Python process; made once by :meth:`start`.

    Attributes:
        log: what VTK complained about since the start.
        scene: the MRML scene, also ``slicer.mrmlScene``.
        applicationLogic: what views and module logics ask for their shared state.
    """

    _running: ClassVar[EmbeddedRuntime | None] = None

    @classmethod
    def start(cls) -> EmbeddedRuntime:
        """The runtime of this process: started at the first call, the same at every later one.

        Raises:
            RuntimeError: inside desktop Slicer, which has its own.
        """
        if cls._running is None:
            if hasattr(slicer, "app"):
                msg = "This is desktop Slicer: it has its own scene and views."
                raise RuntimeError(msg)
            cls._running = cls()
        return cls._running

    def __init__(self) -> None:
        self.log = VtkLog()
        self.log.listen()
        self.scene = self._makeScene()
        self.applicationLogic = self._makeApplicationLogic()
        slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(self.scene, True)
        self._makeDataManager()
        slicer.mrmlScene = self.scene
        slicer.modules = SimpleNamespace(
            **{name.lower(): self._makeModule(name, className) for name, className in LOGIC_CLASSES.items()}
        )

    @staticmethod
    def _makeScene() -> slicer.vtkMRMLScene:
        scene = slicer.vtkMRMLScene()
        crosshair = slicer.vtkMRMLCrosshairNode()
        crosshair.SetCrosshairName("default")
        scene.AddNode(crosshair)
        return scene

    def _makeApplicationLogic(self) -> slicer.vtkSlicerApplicationLogic:
        logic = slicer.vtkSlicerApplicationLogic()
        logic.SetHomeDirectory(str(HOME))
        logic.SetShareDirectory("share")
        logic.SetMRMLScene(self.scene)
        logic.GetColorLogic().SetMRMLScene(self.scene)
        logic.GetColorLogic().AddDefaultColorNodes()
        logic.SetSliceLogics(vtk.vtkCollection())
        logic.SetViewLogics(vtk.vtkCollection())
        return logic

    def _makeDataManager(self) -> None:
        """What reads and writes scene bundles (.mrb); its files go with the process."""
        self._cache = tempfile.TemporaryDirectory(prefix="EmbeddedSlicer-cache-")
        self._remoteLogic = slicer.vtkMRMLRemoteIOLogic()
        self._remoteLogic.SetMRMLScene(self.scene)
        self._remoteLogic.SetMRMLApplicationLogic(self.applicationLogic)
        self._remoteLogic.GetCacheManager().SetRemoteCacheDirectory(self._cache.name)
        self._dataLogic = slicer.vtkDataIOManagerLogic()
        self._dataLogic.SetMRMLScene(self.scene)
        self._dataLogic.SetMRMLApplicationLogic(self.applicationLogic)
        self._dataLogic.SetAndObserveDataIOManager(self._remoteLogic.GetDataIOManager())
        self._remoteLogic.AddDataIOToScene()

    def _makeModule(self, name: str, className: str) -> CoreModule:
        logic = getattr(slicer, className)()
        if name == "Terminologies":
            logic.SetModuleShareDirectory(str(HOME / "share" / "Terminologies"))
        # The application logic comes first: setting the scene already asks it for the share folder.
        logic.SetMRMLApplicationLogic(self.applicationLogic)
        logic.SetMRMLScene(self.scene)
        self.applicationLogic.SetModuleLogic(name, logic)
        return CoreModule(name, logic)
