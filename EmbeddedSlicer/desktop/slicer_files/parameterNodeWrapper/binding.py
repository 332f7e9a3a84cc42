"""Parameters and widgets that follow each other."""

from collections.abc import Callable, Mapping
from typing import Any

import vtk

from .connectors import connectorOf


class Binding:
    """Some parameters of one wrapper on their widgets, in both directions, until :meth:`end`."""

    def __init__(self, wrapper: Any, widgets: Mapping[str, Any]) -> None:
        self._wrapper = wrapper
        self._updating = False
        self._connectors = {name: connectorOf(wrapper.allParameters[name], widgets[name]) for name in widgets}
        self._showAll()
        self._slots = {name: self._slotFor(name) for name, connector in self._connectors.items() if connector.signal}
        for name, slot in self._slots.items():
            self._connectors[name].widget.connect(self._connectors[name].signal, slot)
        self._tag = wrapper.AddObserver(vtk.vtkCommand.ModifiedEvent, self._onNodeModified)

    def _slotFor(self, name: str) -> Callable[[], None]:
        return lambda: self._onWidgetChanged(name)

    def _onWidgetChanged(self, name: str) -> None:
        if not self._updating:
            self._wrapper.setValue(name, self._connectors[name].read())

    def _onNodeModified(self, _caller: Any, _event: str) -> None:
        self._showAll()

    def _showAll(self) -> None:
        if self._updating:
            return
        self._updating = True
        try:
            for name, connector in self._connectors.items():
                connector.write(self._wrapper.getValue(name))
        finally:
            self._updating = False

    def end(self) -> None:
        """Widgets keep what they show."""
        self._wrapper.RemoveObserver(self._tag)
        for name, slot in self._slots.items():
            self._connectors[name].widget.disconnect(self._connectors[name].signal, slot)
