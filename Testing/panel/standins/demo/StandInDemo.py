"""A scripted module in Slicer's own style, on which the stand-ins are tried."""

import os
from enum import Enum
from pathlib import Path
from typing import Annotated

import qt
import slicer
import vtk
from slicer import vtkMRMLScalarVolumeNode
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import Choice, Decimals, WithinRange, parameterNodeWrapper
from slicer.ScriptedLoadableModule import *  # noqa: F403
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin

EVENTS = []
"""What happened to the module, in order."""


class StandInDemo(ScriptedLoadableModule):
    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("Demo")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Testing")]
        self.parent.dependencies = ["Volumes"]
        self.parent.contributors = ["Nobody"]
        self.parent.helpText = "Help"
        slicer.app.connect("startupCompleted()", onStartupCompleted)


def onStartupCompleted():
    EVENTS.append("startup completed")


class Shown(Enum):
    ALL = "all"
    FEW = "few"

    def label(self):
        return {"ALL": "all of them", "FEW": "a few"}[self.name]


@parameterNodeWrapper
class StandInDemoParameterNode:
    inputVolume: vtkMRMLScalarVolumeNode
    threshold: Annotated[float, WithinRange(0.0, 1.0), Decimals(3)] = 0.25
    count: Annotated[int, WithinRange(2, 50)] = 10
    method: Annotated[str, Choice(["first", "second"])] = "second"
    shown: Shown = Shown.FEW
    inverted: bool = False
    remark: str = ""
    folder: Path = Path("somewhere")


class StandInDemoWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.parameters = None
        self.guiTag = None

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        EVENTS.append("setup with scene" if self.parent.mrmlScene() else "setup")
        root = slicer.util.loadUI(self.resourcePath("UI/StandInDemo.ui"))
        self.layout.addWidget(root)
        self.ui = slicer.util.childWidgetVariables(root)
        root.setMRMLScene(slicer.mrmlScene)
        self.logic = StandInDemoLogic()
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(slicer.mrmlScene, slicer.mrmlScene.EndCloseEvent, self.onSceneEndClose)
        self.ui.applyButton.connect("clicked(bool)", self.onApply)
        self.shortcut = qt.QShortcut(root)
        self.shortcut.setKey(qt.QKeySequence("A"))
        self.shortcut.connect("activated()", self.onApply)
        self.follow(StandInDemoParameterNode(self.logic.getParameterNode()))

    def enter(self):
        EVENTS.append("enter")

    def exit(self):
        EVENTS.append("exit")

    def cleanup(self):
        EVENTS.append("cleanup")
        self.follow(None)
        self.removeObservers()

    def onSceneStartClose(self, caller, event):
        EVENTS.append("close starts")
        self.follow(None)

    def onSceneEndClose(self, caller, event):
        EVENTS.append("close ends")
        if self.parent.isEntered:
            self.follow(StandInDemoParameterNode(self.logic.getParameterNode()))

    def follow(self, parameters):
        if self.parameters:
            self.parameters.disconnectGui(self.guiTag)
            self.removeObserver(self.parameters, vtk.vtkCommand.ModifiedEvent, self.onParameters)
        self.parameters = parameters
        if parameters:
            bound = {widget.property("SlicerParameterName"): widget for widget in vars(self.ui).values()}
            bound.pop(None, None)
            self.guiTag = parameters.connectParametersToGui(bound)
            self.addObserver(parameters, vtk.vtkCommand.ModifiedEvent, self.onParameters)
            self.onParameters()

    def onParameters(self, caller=None, event=None):
        self.ui.applyButton.enabled = self.parameters.inputVolume is not None

    def onApply(self):
        with slicer.util.tryWithErrorDisplay(_("Failed"), waitCursor=True):
            self.ui.statusLabel.text = self.logic.describe(self.parameters.inputVolume)


class StandInDemoLogic(ScriptedLoadableModuleLogic):
    def describe(self, volume):
        if volume.GetImageData() is None:
            raise ValueError("empty")
        return os.fspath(f"{volume.GetName()}: {slicer.util.arrayFromVolume(volume).shape}")


class StandInDemoTest(ScriptedLoadableModuleTest):
    def runTest(self):
        EVENTS.append("self-test")

    def test_nothing(self):
        assert slicer.app.testingEnabled()
