"""The keys that Slicer's Segment Editor takes while it is asked to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from EmbeddedSlicer.desktop.native import QtCore, QtGui

Action = Callable[[], None]


def effectKeys(names: tuple[str, ...], choose: Callable[[str], None]) -> dict[str, Action]:
    """Digits for the effects in the order of their buttons; 0 and Escape put the effect away."""
    numbered = {str(index + 1): name for index, name in enumerate(names[:9])}
    return {key: lambda name=name: choose(name) for key, name in {"0": "", "Escape": "", **numbered}.items()}


class SegmentEditorKeys:
    """Keys that are taken and given back together."""

    def __init__(self) -> None:
        self._shortcuts: list[QtGui.QShortcut] = []

    @property
    def areTaken(self) -> bool:
        return bool(self._shortcuts)

    def take(self, parent: QtCore.QObject, actions: Mapping[str, Action]) -> None:
        """For a widget and all in it; what was taken before is given back."""
        self.giveBack()
        for key, action in actions.items():
            shortcut = QtGui.QShortcut(QtGui.QKeySequence(key), parent)
            shortcut.activated.connect(action)
            self._shortcuts.append(shortcut)

    def giveBack(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setParent(None)
            shortcut.deleteLater()
        self._shortcuts = []
