"""The scripted module: what Slicer asks for, the panel's state, and the self-test; U2ADSlicerLib does the work."""

import hashlib
import json
import os
import sys
import tempfile
import time
import unittest
from enum import Enum
from pathlib import Path
from typing import Annotated

import numpy as np
import slicer
import vtk
from slicer import vtkMRMLScalarVolumeNode
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import Choice, WithinRange, parameterNodeWrapper
from slicer.ScriptedLoadableModule import *  # noqa: F403
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin


class U2ADSlicer(ScriptedLoadableModule):
    """What Slicer shows of the module before it is opened."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("U2AD")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Segmentation")]
        self.parent.dependencies = ["Segmentations", "Volumes", "Colors", "Markups", "Plots", "Terminologies"]
        self.parent.contributors = ["The U2ADSlicer contributors"]
        self.parent.helpText = _(
            "Finds unusually bright regions of the cervical spinal cord on T2-weighted MRI, shows how sure the model "
            "is, and records what the reader decides. Research use only, not a medical device. "
            '<a href="{link}">Documentation</a>'
        ).format(link="https://github.com/U2ADSlicer/SlicerU2AD")
        self.parent.acknowledgementText = _(
            "The method follows U2AD (uncertainty-based unsupervised anomaly detection). "
            "Nothing that this module reads leaves the computer."
        )
        slicer.app.connect("startupCompleted()", onStartupCompleted)


def onStartupCompleted():
    """What needs Slicer to be complete: the sample scan and the terms of the findings."""
    from U2ADSlicerLib.sample_data import registerSampleData
    from U2ADSlicerLib.scene import layout
    from U2ADSlicerLib.scene.terminology import loadTerms

    registerSampleData()
    loadTerms()
    if slicer.app.layoutManager() is not None:
        layout.register()  # a scene that was saved with it may be opened before the module


class ReviewFilter(Enum):
    """Which findings the table lists; stored by name."""

    ALL = "all"
    UNDECIDED = "undecided"
    CONFIRMED = "confirmed"
    UNSURE = "unsure"
    REJECTED = "rejected"

    def label(self):
        return {
            "ALL": _("all findings"),
            "UNDECIDED": _("not decided yet"),
            "CONFIRMED": _("confirmed"),
            "UNSURE": _("unsure"),
            "REJECTED": _("rejected"),
        }[self.name]


class OutlineChoice(Enum):
    """Which uncertainty lies as outlines over the anomaly map; stored by name."""

    NOTHING = "nothing"
    EPISTEMIC = "epistemic"
    ALEATORIC = "aleatoric"

    def label(self):
        return {
            "NOTHING": _("no outlines over the anomaly"),
            "EPISTEMIC": _("epistemic uncertainty"),
            "ALEATORIC": _("aleatoric uncertainty"),
        }[self.name]


@parameterNodeWrapper
class U2ADSlicerParameterNode:
    """State of the panel that a saved scene brings back; what belongs to a scan hangs on its volume node."""

    inputVolume: vtkMRMLScalarVolumeNode
    detector: Annotated[str, Choice(["u2ad", "column_median", "local_z"])] = "u2ad"
    draws: Annotated[int, WithinRange(2, 50)] = 10
    seed: Annotated[int, WithinRange(0, 9999)] = 0
    showMaps: bool = True
    opacity: Annotated[float, WithinRange(0.0, 1.0)] = 0.6
    outline: OutlineChoice = OutlineChoice.NOTHING
    reviewFilter: ReviewFilter = ReviewFilter.ALL


class U2ADSlicerWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The panel: makes its pages, follows the scene, and leaves everything else to them."""

    def __init__(self, parent=None):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.panel = None
        self.logic = None
        self._parameters = None
        self._guiTag = None
        self._replaced = False
        self._nodesCame = False

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        from U2ADSlicerLib.panels.panel import Panel

        root = slicer.util.loadUI(self.resourcePath("UI/U2ADSlicer.ui"))
        self.layout.addWidget(root)
        root.setMRMLScene(slicer.mrmlScene)
        self.ui = slicer.util.childWidgetVariables(root)
        self.logic = U2ADSlicerLogic()
        self.panel = Panel(self.ui, root, self.resourcePath)
        scene = slicer.mrmlScene
        self.addObserver(scene, scene.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, scene.EndCloseEvent, self.onSceneReplaced)
        self.addObserver(scene, scene.StartImportEvent, self.onSceneStartImport)
        self.addObserver(scene, scene.EndImportEvent, self.onSceneReplaced)
        self.addObserver(scene, scene.EndBatchProcessEvent, self.onBatchEnded)
        self.addObserver(scene, scene.NodeAddedEvent, self.onNodesAdded)
        self.addObserver(scene, scene.NodeAboutToBeRemovedEvent, self.onNodeAboutToBeRemoved)
        self.addObserver(scene, scene.NodeRemovedEvent, self.onNodeRemoved)
        self.useSceneState()
        if self.parent.isEntered:  # Slicer enters a reloaded module only when it is selected again
            self.enter()

    def cleanup(self):
        """May be called twice: by a reload of ours, and by Slicer."""
        if self.panel:
            self.panel.close()
            self.followParameters(None)
            self.panel = None
        self.removeObservers()

    def enter(self):
        self.useSceneState()
        self.panel.enter()

    def exit(self):
        self.panel.exit()

    def onReload(self):
        """Slicer executes this file alone again: its library shall be new, too."""
        self.cleanup()  # with the library that it was made with
        for name in [name for name in sys.modules if name.split(".")[0] in {"U2ADSlicerLib", "u2ad"}]:
            del sys.modules[name]
        ScriptedLoadableModuleWidget.onReload(self)

    def onSceneStartClose(self, caller, event):
        self.panel.leaveScene()
        self.followParameters(None)

    def onSceneStartImport(self, caller, event):
        self.panel.finishByHand()
        self.unbindWidgets()  # the node selector drops its choice when the import ends: that is no choice of the reader

    def onSceneReplaced(self, caller, event):
        self._replaced = slicer.mrmlScene.IsBatchProcessing()  # an .mrb says so before all of it is read
        if self.panel and not self._replaced:
            self._nodesCame = False
            self.useSceneState()
            self.panel.sceneReplaced()

    def onBatchEnded(self, caller, event):
        if self._replaced:
            self.onSceneReplaced(caller, event)
        else:
            self.lookAtNodes()

    def onNodesAdded(self, caller, event):
        self._nodesCame = True
        self.lookAtNodes()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def onNodeAboutToBeRemoved(self, caller, event, node):
        """Unless nothing is chosen by then, the node selector takes the next volume for one that goes."""
        if self._parameters and node is self._parameters.inputVolume:
            self.panel.letVolumeGo()

    def onNodeRemoved(self, caller, event):
        self.lookAtNodes()

    def lookAtNodes(self):
        if self._parameters and not slicer.mrmlScene.IsBatchProcessing():
            self.panel.lookAtNodesSoon(choose=self._nodesCame)
            self._nodesCame = False

    def useSceneState(self):
        if slicer.mrmlScene.IsClosing():
            return
        node = ScriptedLoadableModuleLogic.getParameterNode(self.logic)
        if self._parameters and self._parameters.parameterNode is node:  # a new wrapper would observe it once more
            self.bindWidgets()
            self.onParametersModified()
        else:
            self.followParameters(U2ADSlicerParameterNode(node))

    def followParameters(self, parameters):
        """Binds the panel to a parameter node, or to none while there is no scene to speak of."""
        if self._parameters:
            self.unbindWidgets()
            self.removeObserver(self._parameters, vtk.vtkCommand.ModifiedEvent, self.onParametersModified)
        self._parameters = parameters
        self.panel.useParameters(parameters)
        if parameters:
            self.bindWidgets()
            self.addObserver(parameters, vtk.vtkCommand.ModifiedEvent, self.onParametersModified)
            self.onParametersModified()

    def bindWidgets(self):
        if self._guiTag is None:
            self._guiTag = self._parameters.connectParametersToGui(self.boundWidgets())

    def unbindWidgets(self):
        if self._guiTag is not None:
            self._parameters.disconnectGui(self._guiTag)
            self._guiTag = None

    def boundWidgets(self):
        """Widgets by the parameter that they show. Slicer's connectGui does the same but forgets to return its tag."""
        bound = {widget.property("SlicerParameterName"): widget for widget in vars(self.ui).values()}
        return {name: widget for name, widget in bound.items() if name}

    def onParametersModified(self, caller=None, event=None):
        if not slicer.mrmlScene.IsBatchProcessing():  # a scene that is being read is looked at when it is complete
            self.panel.parametersChanged()


class U2ADSlicerLogic(ScriptedLoadableModuleLogic):
    """For scripts and the self-test: what the panel does, without a panel."""

    def getParameterNode(self):
        return U2ADSlicerParameterNode(ScriptedLoadableModuleLogic.getParameterNode(self))

    def loadSimulatedScan(self, seed=7, lesions=3):
        """A simulated scan as a volume node; made on the spot, needs no network."""
        from U2ADSlicerLib.sample_data import addSimulatedScan

        return addSimulatedScan(seed, lesions)

    def detect(self, volume, detector="u2ad", draws=10, seed=0, secondsAtMost=600.0):
        """Runs a detection in the child process and waits for it; Slicer stays alive meanwhile.

        :param volume: scalar volume node of the scan.
        :return: the scan's :class:`U2ADSlicerLib.session.ReviewSession`, its maps and findings in the scene.
        :raises U2ADError: if the scan is refused or removed, the run fails, or takes longer than secondsAtMost.
        """
        from U2ADSlicerLib.process.detection import Options
        from U2ADSlicerLib.scripting import detectAndWait
        from U2ADSlicerLib.session import ReviewSession

        session = ReviewSession(volume)
        detectAndWait(session, Options(detector=detector, draws=draws, seed=seed), secondsAtMost)
        return session


class U2ADSlicerTest(ScriptedLoadableModuleTest):
    """The hour of a reader in short: runs without a network; with the packages installed it takes a minute or two."""

    SECONDS = 120.0

    def setUp(self):
        slicer.mrmlScene.Clear()
        self._folder = tempfile.TemporaryDirectory(prefix="U2ADSlicerTest-")
        self._data = os.environ.get("U2ADSLICER_DATA")
        os.environ["U2ADSLICER_DATA"] = self._folder.name  # the reader's own journals are left alone

    def tearDown(self):
        slicer.mrmlScene.Clear()
        os.environ.pop("U2ADSLICER_DATA")
        if self._data is not None:
            os.environ["U2ADSLICER_DATA"] = self._data
        self._folder.cleanup()

    def runTest(self):
        """What the button "Reload and Test" runs."""
        for test in (
            self.test_detect_decide_save_and_go_on,
            self.test_points_along_the_cord_become_its_mask,
            self.test_adapt_keep_and_roll_back,
            self.test_unfit_volume_is_refused_in_words,
        ):
            self.setUp()
            try:
                test()
            except unittest.SkipTest as reason:
                self.delayDisplay(str(reason))
            finally:
                self.tearDown()
                self.doCleanups()

    def test_detect_decide_save_and_go_on(self):
        from U2ADSlicerLib.requirements import missing

        if missing():
            self.skipTest("not installed: " + ", ".join(missing()))
        widget = self.openModule()
        session = self.detectSimulated(widget)
        self.assertGreaterEqual(len(session.findings), 1)
        widget.ui.confirmButton.click()
        confirmed = widget.panel.workspace.selected
        self.assertEqual(self.decisions(widget)[confirmed], "confirmed")
        widget.ui.undoButton.click()
        widget.ui.redoButton.click()
        self.assertEqual(self.decisions(widget)[confirmed], "confirmed")
        widget.ui.thresholdSlider.value = widget.ui.thresholdSlider.maximum
        self.assertEqual(list(self.decisions(widget)), [confirmed])

        self.delayDisplay("Saving the scene and going on with it")
        path = str(Path(self._folder.name) / "review.mrb")
        self.assertTrue(slicer.util.saveScene(path))
        slicer.mrmlScene.Clear()
        slicer.util.loadScene(path)
        self.waitUntil(lambda: widget.panel.workspace.session is not None)
        self.assertEqual(self.decisions(widget)[confirmed], "confirmed")
        self.assertTrue(widget.panel.workspace.session.hasResult)

    def test_points_along_the_cord_become_its_mask(self):
        from U2ADSlicerLib.sample_data import simulatedPhantom

        widget = self.openModule()
        U2ADSlicerLogic().loadSimulatedScan()
        self.waitUntil(lambda: widget.panel.workspace.session is not None)
        session = widget.panel.workspace.session
        truth = simulatedPhantom(7, 3).levels
        self.delayDisplay("Clicking along the cord")
        widget.ui.cordPointsButton.click()
        for level in ("C2", "C4", "C6", "T1"):
            session.nodes.cordPoints.AddControlPoint(*truth[level])
        self.waitUntil(widget.ui.cordPointsUseButton.isEnabled)
        widget.ui.cordPointsUseButton.click()
        self.assertTrue(session.anatomy.cordSeen)
        self.assertEqual([action.kind for action in session.review.actions], ["cord", "seen"])

    def test_adapt_keep_and_roll_back(self):
        """An adaptation is begun and cancelled, as its end takes too long here; what is kept differs by one bit."""
        from U2ADSlicerLib.requirements import missing

        if missing():
            self.skipTest("not installed: " + ", ".join(missing()))
        widget = self.openModule()
        session = self.detectSimulated(widget)
        widget.ui.pages.setCurrentWidget(widget.ui.adaptPage)
        self.delayDisplay("Beginning an adaptation, and cancelling it")
        widget.ui.adaptButton.click()
        self.waitUntil(lambda: session.nodes.learningTable or not widget.panel.adapt.isRunning)
        self.assertTrue(widget.panel.adapt.isRunning, widget.ui.adaptStatus.text)
        widget.ui.adaptButton.click()
        self.waitUntil(lambda: not widget.panel.adapt.isRunning)
        models = widget.panel.workspace.models
        self.assertEqual(models.active, "starter")

        self.delayDisplay("Keeping a model and going back")
        self.proposeChangedStarter(session)
        widget.panel.adapt.proposal.lookAgain()
        widget.panel.refresh()
        widget.ui.adaptKeepButton.click()
        self.assertNotEqual(models.active, "starter")
        self.assertIn(models.active, widget.ui.versionsLabel.text)
        widget.ui.versionBackButton.click()
        self.assertEqual(models.active, "starter")

    def test_unfit_volume_is_refused_in_words(self):
        widget = self.openModule()
        volume = slicer.util.addVolumeFromArray(np.zeros((3, 4, 5), dtype=np.int16))
        widget.ui.inputSelector.setCurrentNode(volume)
        self.assertFalse(widget.ui.detectButton.isEnabled())
        self.assertIn(widget.panel.input.refusals[0].sentence, widget.ui.detectButton.toolTip)

    def detectSimulated(self, widget):
        """The review of a simulated scan after a detection, its maps shown."""
        self.addCleanup(widget.ui.blindCheck.setChecked, widget.ui.blindCheck.isChecked())
        widget.ui.blindCheck.setChecked(False)
        U2ADSlicerLogic().loadSimulatedScan()
        self.delayDisplay("Detecting in the simulated scan")
        self.waitUntil(widget.ui.detectButton.isEnabled)  # the scan is chosen when Slicer has finished loading it
        widget.ui.detectButton.click()
        self.waitUntil(lambda: not widget.panel.detect.isRunning)
        session = widget.panel.workspace.session
        self.assertTrue(session.hasResult, widget.ui.detectStatus.text)
        return session

    def proposeChangedStarter(self, session):
        """As an adaptation leaves it beside the review: a version that differs from the starter by one bit."""
        from u2ad.models.manifest import STARTER_FOLDER
        from U2ADSlicerLib.adaptation import PROPOSAL, REPORT

        folder = session.folder / PROPOSAL
        folder.mkdir(parents=True)
        weights = bytearray((STARTER_FOLDER / "u2ad.safetensors").read_bytes())
        weights[-1] ^= 1
        manifest = json.loads((STARTER_FOLDER / "u2ad.json").read_text(encoding="utf-8"))
        manifest.update(parent=manifest["sha256"], sha256=hashlib.sha256(weights).hexdigest())
        (folder / "u2ad.safetensors").write_bytes(weights)
        (folder / "u2ad.json").write_text(json.dumps(manifest), encoding="utf-8")
        (folder / REPORT).write_text(json.dumps({"verdict": {"passed": True, "reasons": []}}), encoding="utf-8")

    def openModule(self):
        """The module's widget, entered where Slicer has a window."""
        if slicer.util.mainWindow() is not None:
            slicer.util.selectModule("U2ADSlicer")
        return slicer.modules.u2adslicer.widgetRepresentation().self()

    def decisions(self, widget):
        """Decision by key of all findings."""
        return {finding.key: finding.judgement.decision.value for finding in widget.panel.workspace.session.findings}

    def waitUntil(self, done):
        """Keeps Slicer alive until something has come true."""
        end = time.monotonic() + self.SECONDS
        while not done():
            self.assertLess(time.monotonic(), end, "took too long")
            slicer.app.processEvents()
            time.sleep(0.02)
