"""What the views show: maps, opacity, outlines, the threshold, and the layout."""

from __future__ import annotations

import math

import qt
import slicer
from slicer.i18n import tr as _

from U2ADSlicerLib.panels.impression import mustWait
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.scene import layout
from U2ADSlicerLib.scene.case import CaseNodes

SETTLED = 400
"""Milliseconds without a movement after which a threshold counts as chosen."""


class DisplaySection:
    """The switches above the table of findings."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self._shown = None
        self._volume = None
        self._settling = qt.QTimer()
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLED)
        self._settling.connect("timeout()", self.onSettled)
        ui.thresholdSlider.connect("valueChanged(double)", self.onThreshold)
        ui.layoutButton.connect("clicked()", self.showLayout)

    def refresh(self) -> None:
        session = self.workspace.session
        self._followVolume(session)
        hasResult = session is not None and session.hasResult
        for name in ("mapsButton", "opacitySlider", "outlineCombo", "thresholdSlider"):
            getattr(self.ui, name).setEnabled(hasResult)
        self.ui.layoutButton.setEnabled(session is not None)
        if hasResult:
            self._showThreshold(session)
            self._showMaps(session)
        else:
            self._shown = None

    def _followVolume(self, session) -> None:
        """The views show the scan that is decided on, and nothing of the one before."""
        volume = session.volume if session is not None else None
        if volume is None or volume is self._volume:
            return
        former, self._volume = self._volume, volume
        if former is not None and slicer.mrmlScene.IsNodePresent(former):
            layout.setOutlinesVisible(CaseNodes(former), False)
            layout.setMapsVisible(CaseNodes(former), False)
        layout.setOutlinesVisible(session.nodes, True)
        self._shown = None
        if layout.isShown():
            with toldToReader():
                layout.show(session.nodes, maps=not mustWait(self.workspace))

    def showLayout(self) -> None:
        """The review layout with the chosen scan, as the switches say."""
        session = self.workspace.session
        if session is None:
            return
        with toldToReader():
            layout.show(session.nodes, maps=not mustWait(self.workspace))
            self._shown = None
            self.refresh()

    def onThreshold(self, value) -> None:
        session = self.workspace.session
        if session is None or not session.hasResult or value == session.threshold:
            return
        session.moveThreshold(value)
        self._settling.start()
        self.workspace.changed()

    def onSettled(self) -> None:
        if self.workspace.session is not None:
            with toldToReader():
                self.workspace.session.settleThreshold()

    def _showThreshold(self, session) -> None:
        slider = self.ui.thresholdSlider
        blocked = slider.blockSignals(True)  # a lower maximum would move the threshold of the scan just chosen
        highest = max(12.0, math.ceil(session.highestAnomaly))
        if slider.maximum != highest:
            slider.maximum = highest
        if slider.value != session.threshold:
            slider.value = session.threshold
        slider.blockSignals(blocked)

    def _showMaps(self, session) -> None:
        parameters = self.workspace.parameters
        hidden = mustWait(self.workspace)
        wanted = (
            session.volume.GetID(),
            session.resultId,
            hidden,
            parameters.showMaps and not hidden,
            parameters.opacity,
            parameters.outline.value,
        )
        if self._shown == (wanted, layout.outlineShown()):
            return
        layout.setMapsVisible(session.nodes, parameters.showMaps and not hidden)
        layout.setCurveVisible(session.nodes, not hidden)
        layout.setOpacity(session.nodes, parameters.opacity)
        outline = None if hidden or not parameters.showMaps else parameters.outline.value
        layout.setOutlineOverlay(session.nodes, None if outline == "nothing" else outline)
        session.setFindingsVisible(not hidden)
        if not hidden:
            session.markShown()
        self._shown = (wanted, layout.outlineShown())
        self.ui.mapsButton.setText(_("Maps") if parameters.showMaps else _("Maps are hidden"))
