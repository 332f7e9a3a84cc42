"""A layout description turned into nested Qt containers."""

from __future__ import annotations

from collections.abc import Callable

from EmbeddedSlicer.desktop.native import Qt, QtWidgets

SPACING = 2  # pixels between views
DEFAULT_SHARE = 500  # of an item that names no splitSize

ViewOf = Callable[[object], tuple[QtWidgets.QWidget, str] | None]
"""The widget and the title of a <view> element, or None where there is no widget for it."""


class LayoutTree:
    """Builds the containers of one layout.

    Args:
        viewOf: gives the widget of a <view> element.
    """

    def __init__(self, viewOf: ViewOf) -> None:
        self._viewOf = viewOf

    def build(self, element) -> QtWidgets.QWidget | None:
        """The widget of a <layout> or <view> element (vtkXMLDataElement); None where nothing is to be seen."""
        if element.GetName() == "view":
            found = self._viewOf(element)
            return found and found[0]
        kind = element.GetAttribute("type") or "horizontal"
        items = [item for item in self._children(element) if item.GetName() == "item"]
        if kind == "tab":
            return self._tabs(items)
        if kind == "grid":
            return self._grid(items)
        return self._row(items, Qt.Orientation.Vertical if kind == "vertical" else Qt.Orientation.Horizontal)

    @staticmethod
    def _children(element) -> list:
        return [element.GetNestedElement(index) for index in range(element.GetNumberOfNestedElements())]

    def _contentOf(self, item) -> QtWidgets.QWidget | None:
        contents = [child for child in self._children(item) if child.GetName() in ("layout", "view")]
        return self.build(contents[0]) if contents else None

    def _row(self, items, orientation: Qt.Orientation) -> QtWidgets.QWidget:
        """Slicer draws plain rows and splitters; here all can be moved, as what is too small is no use."""
        splitter = QtWidgets.QSplitter(orientation)
        splitter.setHandleWidth(SPACING)
        splitter.setChildrenCollapsible(False)
        shares = []
        for item in items:
            content = self._contentOf(item)
            if content is not None:
                splitter.addWidget(content)
                content.show()
                shares.append(int(item.GetAttribute("splitSize") or DEFAULT_SHARE))
        splitter.setSizes(shares)
        for index, share in enumerate(shares):
            splitter.setStretchFactor(index, share)
        return splitter

    def _grid(self, items) -> QtWidgets.QWidget:
        container = QtWidgets.QWidget()
        grid = QtWidgets.QGridLayout(container)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACING)
        for item in items:
            content = self._contentOf(item)
            if content is None:
                continue
            row, column, rows, columns = (
                int(item.GetAttribute(name) or default)
                for name, default in (("row", 0), ("column", 0), ("rowspan", 1), ("colspan", 1))
            )
            grid.addWidget(content, row, column, rows, columns)
            content.show()
            for index in range(row, row + rows):
                grid.setRowStretch(index, 1)
            for index in range(column, column + columns):
                grid.setColumnStretch(index, 1)
        return container

    def _tabs(self, items) -> QtWidgets.QWidget:
        tabs = QtWidgets.QTabWidget()
        for number, item in enumerate(items, 1):
            content = self._contentOf(item)
            if content is not None:
                tabs.addTab(content, item.GetAttribute("name") or self._titleOf(item) or str(number))
        return tabs

    def _titleOf(self, item) -> str:
        views = [child for child in self._children(item) if child.GetName() == "view"]
        found = self._viewOf(views[0]) if views else None
        return found[1] if found else ""
