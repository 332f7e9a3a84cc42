"""Clicks in the views become points of a list, as long as a button of the panel is pressed."""

from __future__ import annotations

import slicer


class Placing:
    """Slicer's own place mode behind buttons of which one at most is pressed; Esc and Slicer's toolbar end it, too."""

    def __init__(self) -> None:
        self._button = None
        self._followed: tuple | None = None

    def isOn(self, button) -> bool:
        """Whether the next click places a point for this button."""
        return self._button is button

    def start(self, button, node, *, many: bool) -> None:
        """From now on clicks place points.

        Args:
            button: checkable; pressed while points are placed.
            node: point list that gets them.
            many: whether placing goes on after the first.
        """
        self._forget()
        logic = slicer.modules.markups.logic()
        logic.SetActiveListID(node)
        logic.StartPlaceMode(many)
        button.setChecked(True)
        interaction = slicer.app.applicationLogic().GetInteractionNode()
        event = slicer.vtkMRMLInteractionNode.InteractionModeChangedEvent
        self._button, self._followed = button, (interaction, interaction.AddObserver(event, self.onMode))

    def stop(self) -> None:
        """Clicks are clicks again."""
        if self._followed is None:
            return
        interaction, _ = self._followed
        self._forget()
        interaction.SetCurrentInteractionMode(slicer.vtkMRMLInteractionNode.ViewTransform)

    def onMode(self, interaction, _event) -> None:
        """Esc, or the toolbar, has ended the placing."""
        if interaction.GetCurrentInteractionMode() != slicer.vtkMRMLInteractionNode.Place:
            self._forget()

    def _forget(self) -> None:
        if self._followed is None:
            return
        interaction, observation = self._followed
        interaction.RemoveObserver(observation)
        self._button.setChecked(False)
        self._button, self._followed = None, None
