"""Which nodes of the scene a node selector lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import slicer


@dataclass
class NodeFilter:
    """Conditions that a node must meet; named as the properties of qMRMLNodeComboBox.

    Attributes:
        attributes: value that a node attribute must have, or None for any, by node type and attribute name.
    """

    nodeTypes: tuple[str, ...] = ()
    showChildNodeTypes: bool = True
    hideChildNodeTypes: tuple[str, ...] = ()
    showHidden: bool = False
    attributes: dict[tuple[str, str], Any] = field(default_factory=dict)

    def accepts(self, node: slicer.vtkMRMLNode | None) -> bool:
        if node is None or (node.GetHideFromEditors() and not self.showHidden):
            return False
        return self.isOfType(node) and all(
            self._hasAttribute(node, name, value)
            for (nodeType, name), value in self.attributes.items()
            if node.IsA(nodeType)
        )

    def isOfType(self, node: slicer.vtkMRMLNode) -> bool:
        """Whether the class fits, whatever the node's attributes are."""
        if any(node.IsA(hidden) for hidden in self.hideChildNodeTypes):
            return False
        if self.showChildNodeTypes:
            return any(node.IsA(nodeType) for nodeType in self.nodeTypes)
        return node.GetClassName() in self.nodeTypes

    @staticmethod
    def _hasAttribute(node: slicer.vtkMRMLNode, name: str, value: Any) -> bool:
        found = node.GetAttribute(name)
        return found is not None and (value is None or found == str(value))
