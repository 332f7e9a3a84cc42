"""From an expression's kind to the kinds of its attributes and of what calling it gives; refuses what is not there."""

from __future__ import annotations

from desktop_api.kinds import Class, Foreign, Instance, Kind, Method, Module, Own, OwnInstance, Property, Signal
from desktop_api.surface import Surface

NAMES_A_CLASS = {
    "AddNewNodeByClass": 0,
    "CreateNodeByClass": 0,
    "GetFirstNodeByClass": 0,
    "GetSingletonNode": 1,
    "getNodesByClass": None,
}
"""Methods that name a node class by a string, and in which argument; what they return is of that class."""


class NotThere(Exception):
    """Desktop Slicer has no such thing."""


class Resolver:
    """Looks names up in the surface of desktop Slicer."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface

    def of_class(self, name: str) -> Kind | None:
        """An object of the class of that name, or of one that derives from it; None where the name says nothing."""
        if name in self.surface.widgets or self.surface.vtk_class(name) is not None:
            return Instance(name, exact=False)
        return None

    def attribute(self, kind: Kind | None, name: str) -> Kind | None:
        """What an attribute is, None where nothing can be said.

        Raises:
            NotThere: if desktop Slicer has no such attribute.
        """
        if isinstance(kind, Module):
            return self._of_module(kind.path, name)
        if isinstance(kind, Class):
            return self._of_class_itself(kind.name, name)
        if isinstance(kind, Instance):
            return self._of_instance(kind, name)
        if isinstance(kind, Foreign):
            return Foreign()
        return None

    # Modules

    def _of_module(self, path: str, name: str) -> Kind | None:
        if path in ("qt", "ctk"):
            return self._widget_class(path, name, "ctk" if path == "ctk" else "Q")
        if path == "slicer":
            return self._of_slicer(name)
        if path == "slicer.util":
            return self._util(name)
        if path == "slicer.modules":
            return self._module_of_slicer(name)
        if path.split(".", maxsplit=1)[0] == "vtk":
            return self._of_vtk(path, name)
        return self._of_python(path, name)

    def _widget_class(self, path: str, name: str, prefix: str) -> Kind:
        if name in self.surface.widgets and name.startswith(prefix):
            return Class(name)
        raise NotThere(f"{path} has no {name} (Testing/panel/desktop_api lists what it has)")

    def _of_slicer(self, name: str) -> Kind | None:
        attributes = self.surface.python["slicer"]
        if name in attributes:
            return self.of_class(attributes[name])
        if name in ("util", "modules") or f"slicer.{name}" in self.surface.python:
            return Module(f"slicer.{name}")
        if name.startswith("vtk"):
            return self._vtk_class(name, "slicer")
        if name.startswith(("qMRML", "qSlicer")):
            return self._widget_class("slicer", name, "q")
        raise NotThere(f"slicer has no {name}")

    def _vtk_class(self, name: str, module: str) -> Kind:
        if name in self.surface.vtk_names(module) and self.surface.vtk_class(name) is not None:
            return Class(name)
        raise NotThere(f"{module} has no {name}")

    def _of_vtk(self, path: str, name: str) -> Kind | None:
        if path == "vtk" and name.startswith("vtk"):
            return self._vtk_class(name, "vtk")
        if path == "vtk" and name == "util":
            return Module("vtk.util")
        if name == "numpy_support" or path == "vtk.util.numpy_support" or name in self.surface.vtk_names("vtk"):
            return Foreign()
        raise NotThere(f"{path} has no {name}")

    def _util(self, name: str) -> Kind:
        if name not in self.surface.util:
            raise NotThere(f"slicer.util has no {name}")
        parameters = self.surface.util[name]
        return Method("slicer.util", name, parameters=None if parameters is None else tuple(parameters))

    def _module_of_slicer(self, name: str) -> Kind:
        if name in self.surface.python["slicer.modules"]:
            return Instance(f"slicer.modules.{name}")
        raise NotThere(f"slicer.modules has no {name}")

    def _of_python(self, path: str, name: str) -> Kind:
        known = self.surface.python[path]
        if name not in known:
            raise NotThere(f"{path} has no {name}")
        if f"{path}.{name}" in self.surface.python:
            return Module(f"{path}.{name}")
        return Method(path, name, parameters=tuple(known[name]))

    # Classes and objects

    def _of_class_itself(self, name: str, attribute: str) -> Kind:
        cls = self.surface.vtk_class(name)
        if cls is not None:
            return self._of_vtk_object(cls, attribute)
        member = self.surface.static(name, attribute)
        if member is None:
            raise NotThere(f"{name} has no {attribute}: no such method, and enumerators stand in the class itself")
        return Method(name, attribute) if member.kind == "methods" else Foreign()

    def _of_instance(self, kind: Instance, attribute: str) -> Kind:
        name = kind.name
        if name.startswith("slicer.modules."):
            return self._of_slicer_module_object(name, attribute)
        cls = self.surface.vtk_class(name)
        if cls is not None:
            return self._of_vtk_object(cls if kind.exact else self.surface.vtk_heir(cls, attribute) or cls, attribute)
        member = self.surface.member(name, attribute)
        if member is None and not kind.exact:
            member = self.surface.derived_member(name, attribute)
        if member is None:
            raise NotThere(f"{name} has no {attribute}")
        if member.kind == "properties":
            return Property(name, attribute)
        if member.kind == "methods":
            return Method(name, attribute, member.returns)
        return Signal(name, attribute) if member.kind == "signals" else Foreign()

    def _of_slicer_module_object(self, name: str, attribute: str) -> Kind:
        kind = self._of_instance(Instance("qSlicerAbstractModule"), attribute)
        if attribute == "logic":
            return Method(name, attribute, self.surface.python["slicer.modules"][name.rsplit(".", 1)[1]])
        return kind

    def _of_vtk_object(self, cls: type, attribute: str) -> Kind:
        if not hasattr(cls, attribute):
            raise NotThere(f"{cls.__name__} has no {attribute}")
        if callable(getattr(cls, attribute)):
            return Method(cls.__name__, attribute, self.surface.vtk_returns(cls, attribute))
        return Foreign()

    # Calls

    def call(self, kind: Kind | None, texts: list[str | None]) -> Kind | None:
        """What a call gives.

        Args:
            kind: of what is called.
            texts: the positional arguments that are strings, None for the others.

        Raises:
            NotThere: if a property is called, or a node class is named that does not exist.
        """
        if isinstance(kind, Property):
            raise NotThere(f"{kind.owner}.{kind.name} is a property: read it without parentheses")
        if isinstance(kind, Class):
            return Instance(kind.name)
        if isinstance(kind, Own):
            return OwnInstance(kind.name)
        if isinstance(kind, Module):
            return kind  # a class of a Python module, listed with its methods
        if isinstance(kind, Method):
            return self._returned(kind, texts)
        return Foreign() if isinstance(kind, Foreign) else None

    def _returned(self, method: Method, texts: list[str | None]) -> Kind | None:
        if method.name in NAMES_A_CLASS:
            at = NAMES_A_CLASS[method.name]
            name = texts[at or 0] if len(texts) > (at or 0) else None
            if name is not None and self.surface.vtk_class(name) is None:
                raise NotThere(f"there is no node class {name}")
            return Instance(name) if name is not None and at is not None else None
        return self.of_class(method.returns) if method.returns else None
