"""The decorator ``parameterNodeWrapper``."""

import itertools
import typing
from collections.abc import Mapping
from typing import Any

import qt
import slicer

from .binding import Binding
from .parameter import UNSET, Parameter

SlicerParameterNamePropertyName = "SlicerParameterName"


class _Wrapper:
    """What the decorator gives a class: typed attributes on a parameter node."""

    allParameters: Mapping[str, Parameter]

    def __init__(self, parameterNode: slicer.vtkMRMLScriptedModuleNode) -> None:
        self.parameterNode = parameterNode
        self._bindings: dict[int, Binding] = {}
        self._tags = itertools.count()
        with slicer.util.NodeModify(parameterNode):
            for parameter in self.allParameters.values():
                parameter.writeDefault(parameterNode)

    def getValue(self, paramName: str) -> Any:
        return self.allParameters[paramName].read(self.parameterNode)

    def setValue(self, paramName: str, value: Any) -> None:
        self.allParameters[paramName].write(self.parameterNode, value)

    def default(self, paramName: str) -> Any:
        return self.allParameters[paramName].default

    def dataType(self, paramName: str) -> Any:
        return self.allParameters[paramName].kind

    def isCached(self, _paramName: str) -> bool:
        return False

    def connectGui(self, gui: Any) -> None:
        """Binds every widget with the dynamic property ``SlicerParameterName``.

        Returns no tag to disconnect them by, as in Slicer up to 5.13 (Slicer/Slicer#8667): who needs one calls
        :meth:`connectParametersToGui`.

        Args:
            gui: a widget, or the object that ``slicer.util.childWidgetVariables`` gives.
        """
        widgets = gui.findChildren(qt.QWidget) if isinstance(gui, qt.QWidget) else vars(gui).values()
        named = {}
        for widget in widgets:
            name = widget.property(SlicerParameterNamePropertyName)
            if name:
                named[name] = widget
        self.connectParametersToGui(named)

    def connectParametersToGui(self, mapping: Mapping[str, Any]) -> int:
        """Binds widgets by name of their parameter; returns a tag to disconnect them.

        Raises:
            ValueError: for a name that is no parameter.
        """
        for name in mapping:
            if name not in self.allParameters:
                msg = f"Cannot find a param with the given name: {name}"
                raise ValueError(msg)
        tag = next(self._tags)
        self._bindings[tag] = Binding(self, mapping)
        return tag

    def disconnectGui(self, tag: int) -> None:
        binding = self._bindings.pop(tag, None)
        if binding is not None:
            binding.end()

    def StartModify(self) -> int:
        return self.parameterNode.StartModify()

    def EndModify(self, wasModifying: int) -> int:
        return self.parameterNode.EndModify(wasModifying)

    def AddObserver(self, event: Any, callback: Any, priority: float = 0.0) -> int:
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag: int) -> None:
        self.parameterNode.RemoveObserver(tag)

    def HasObserver(self, *arguments: Any) -> int:
        return self.parameterNode.HasObserver(*arguments)

    def Modified(self) -> None:
        self.parameterNode.Modified()


def parameterNodeWrapper(classtype: type | None = None) -> Any:
    """Class decorator: annotated names become attributes that live on a parameter node."""
    if classtype is None:
        return parameterNodeWrapper
    hints = typing.get_type_hints(classtype, include_extras=True)
    parameters = {name: Parameter(name, hint, getattr(classtype, name, UNSET)) for name, hint in hints.items()}
    for parameter in parameters.values():
        if parameter.default is not None:
            parameter.check(parameter.default)
    for name, member in vars(_Wrapper).items():
        if callable(member):
            setattr(classtype, name, member)
    for name in parameters:
        setattr(classtype, name, _attributeOf(name))
    classtype.allParameters = parameters
    classtype._is_parameterNodeWrapper = True
    return classtype


def _attributeOf(name: str) -> property:
    return property(lambda self: self.getValue(name), lambda self, value: self.setValue(name, value))
