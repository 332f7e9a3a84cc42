"""The cord from a few clicks: points along it, an outline that follows them at once, and its acceptance."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _

from u2ad.errors import U2ADError
from u2ad.progress import Silent
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.placing import Placing
from U2ADSlicerLib.panels.watch import Watch
from U2ADSlicerLib.scene import cord_points
from U2ADSlicerLib.scene.input import scanOf

FEWEST = 3
"""Points from which on an outline is shown."""

EVENTS = (
    slicer.vtkMRMLMarkupsNode.PointPositionDefinedEvent,
    slicer.vtkMRMLMarkupsNode.PointPositionUndefinedEvent,
    slicer.vtkMRMLMarkupsNode.PointModifiedEvent,
    slicer.vtkMRMLMarkupsNode.PointRemovedEvent,
)


class CordPointsSection:
    """Points are placed, moved and deleted freely; the outline is a proposal until the reader uses it."""

    def __init__(self, ui, workspace, placing: Placing) -> None:
        self.ui = ui
        self.workspace = workspace
        self.placing = placing
        self._cord = None
        self._problem = ""
        self._noticed: tuple = ()
        self._outlined: tuple = ()
        self._watch = Watch(self.onRest, self._isOther)
        ui.cordPointsButton.connect("clicked()", self.onPlace)
        ui.cordPointsUseButton.connect("clicked()", self.onUse)
        ui.cordPointsClearButton.connect("clicked()", self.onClear)

    def refresh(self) -> None:
        session = self.workspace.session
        places = self._follow(session)
        self.ui.cordPointsButton.setEnabled(session is not None)
        self.ui.cordPointsButton.setText(_("Done") if self._isPlacing else _("Click along the cord"))
        self.ui.cordPointsUseButton.setEnabled(self._cord is not None)
        self.ui.cordPointsClearButton.setEnabled(bool(places))
        self.ui.cordPointsLabel.setText(self._words(len(places)))
        self.ui.cordPointsLabel.setVisible(bool(places) or self._isPlacing)

    @property
    def _isPlacing(self) -> bool:
        return self.placing.isOn(self.ui.cordPointsButton)

    def _words(self, count: int) -> str:
        if self._problem:
            return "\u26a0 " + self._problem
        if count < FEWEST:
            return _(
                "Click 3 to 6 points along the middle of the cord, from its upper to its lower end, in sagittal or "
                "axial views; Esc ends. Points: {count}."
            ).format(count=count)
        if self._cord is None:
            return _("Following the points ...")
        return _(
            "The blue outline follows your {count} points. Move or delete points, or add more; then use it if it is "
            "right in every slice."
        ).format(count=count)

    # Points

    def onPlace(self) -> None:
        with toldToReader():
            if self._isPlacing:
                self.placing.stop()
            else:
                node = cord_points.cordPointsForPlacing(self.workspace.session.nodes)
                self.placing.start(self.ui.cordPointsButton, node, many=True)
        self.workspace.changed()

    def onRest(self) -> None:
        """The points have been changed and left alone for a moment: outline the cord through them."""
        if self.workspace.session is not None:
            with toldToReader():
                self._outline(self.workspace.session.nodes)
            self.workspace.changed()

    def _isOther(self) -> bool:
        """Whether a point has come, gone, or moved; the point that hangs on the mouse is none yet."""
        places = cord_points.cordPlaces(self.workspace.session.nodes)
        other, self._noticed = places != self._noticed, places
        return other

    def _follow(self, session) -> tuple:
        """Follows the points of the chosen scan; returns their places."""
        if session is None:
            self._watch.follow(None, EVENTS)
            self._forget()
            return ()
        self._watch.follow(session.nodes.cordPoints, EVENTS)
        places = cord_points.cordPlaces(session.nodes)
        if self._outlined and places != self._outlined:
            self._forget()  # of another scan, or of other points
        if len(places) >= FEWEST and not self._outlined:
            self._watch.tellSoon()
        return places

    def _outline(self, nodes) -> None:
        from u2ad.cord.path import cord_through  # scipy's optimization is not loaded before it is needed

        self._forget()
        self._outlined = places = cord_points.cordPlaces(nodes)
        if len(places) < FEWEST:
            cord_points.clearPreview(nodes)
            return
        try:
            self._cord = cord_through(scanOf(nodes.volume), places, Silent())
        except U2ADError as error:
            self._problem = f"{error.problem} {error.remedy}".strip()
            cord_points.clearPreview(nodes)
            return
        cord_points.showPreview(nodes, self._cord.mask)

    def _forget(self) -> None:
        self._cord, self._problem, self._outlined = None, "", ()

    # The outline

    def onUse(self) -> None:
        with toldToReader():
            self.placing.stop()
            self.workspace.session.acceptCord(self._cord.fraction, seen=True)
            self._clear()
        self.workspace.changed()

    def onClear(self) -> None:
        self.placing.stop()
        self._clear()
        self.workspace.changed()

    def _clear(self) -> None:
        self._watch.follow(None, EVENTS)
        cord_points.clearCordPoints(self.workspace.session.nodes)
        self._forget()
