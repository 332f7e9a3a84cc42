"""ctkCollapsibleButton: a header that shows and hides what lies below it."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Property, Qt, QtCore, QtGui, QtWidgets, Signal
from EmbeddedSlicer.desktop.registry import parentOf, standIn

PADDING = 4
ARROW = 10


@standIn
class ctkCollapsibleButton(QtWidgets.QAbstractButton):
    """Checkable button around its contents: checked means expanded.

    A child that its owner has hidden stays hidden when the button is expanded, as in CTK.
    """

    contentsCollapsed = Signal(bool)

    def __init__(self, *arguments: str | QtWidgets.QWidget | None) -> None:
        super().__init__(parentOf(arguments))
        self._collapsed = False
        self._collapsedHeight = 10
        self._hidden: list[QtWidgets.QWidget] = []
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QtWidgets.QSizePolicy.Preferred, QtWidgets.QSizePolicy.Preferred)
        self.setFocusPolicy(Qt.StrongFocus)
        self.setContentsMargins(0, self.headerHeight(), 0, 0)
        self.toggled.connect(self._onToggled)
        if arguments and isinstance(arguments[0], str):
            self.setText(arguments[0])

    def headerHeight(self) -> int:
        return self.fontMetrics().height() + 2 * PADDING

    def _setCollapsed(self, collapsed: bool) -> None:
        self.setChecked(not collapsed)

    collapsed = Property(bool, lambda self: self._collapsed, _setCollapsed, notify=contentsCollapsed)

    def _setCollapsedHeight(self, height: int) -> None:
        self._collapsedHeight = height

    collapsedHeight = Property(int, lambda self: self._collapsedHeight, _setCollapsedHeight)

    def _onToggled(self, expanded: bool) -> None:
        self._collapsed = not expanded
        if self._collapsed:
            self._hidden = [child for child in self._contents() if not child.isHidden()]
            for child in self._hidden:
                child.hide()
        else:
            for child in self._hidden:
                child.show()
            self._hidden = []
        self.setMaximumHeight(self.headerHeight() if self._collapsed else 16777215)
        self.updateGeometry()
        self.contentsCollapsed.emit(self._collapsed)

    def _contents(self) -> list[QtWidgets.QWidget]:
        return [child for child in self.children() if isinstance(child, QtWidgets.QWidget) and not child.isWindow()]

    def childEvent(self, event: QtCore.QChildEvent) -> None:
        """What is added while collapsed shows when expanded."""
        super().childEvent(event)
        child = event.child()
        if event.removed():
            self._hidden = [known for known in self._hidden if known is not child]
        elif event.polished() and self._collapsed and isinstance(child, QtWidgets.QWidget) and not child.isHidden():
            self._hidden.append(child)
            child.hide()

    def hitButton(self, position: QtCore.QPoint) -> bool:
        return position.y() < self.headerHeight() and self.rect.contains(position)

    def sizeHint(self) -> QtCore.QSize:
        return self._withContents(QtWidgets.QLayout.totalSizeHint)

    def minimumSizeHint(self) -> QtCore.QSize:
        return self._withContents(QtWidgets.QLayout.totalMinimumSize)

    def _withContents(self, sizeOf) -> QtCore.QSize:
        header = QtCore.QSize(
            self.fontMetrics().horizontalAdvance(self.text) + ARROW + 4 * PADDING, self.headerHeight()
        )
        return header if self._collapsed or self.layout() is None else sizeOf(self.layout()).expandedTo(header)

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtWidgets.QStylePainter(self)
        option = QtWidgets.QStyleOptionButton()
        option.initFrom(self)
        option.rect.setHeight(self.headerHeight())
        if self.down:
            option.state |= QtWidgets.QStyle.State_Sunken
        else:
            option.state |= QtWidgets.QStyle.State_Raised
        painter.drawControl(QtWidgets.QStyle.CE_PushButtonBevel, option)
        self._paintArrow(painter, option)
        self._paintText(painter, option)

    def _paintArrow(self, painter: QtWidgets.QStylePainter, option: QtWidgets.QStyleOptionButton) -> None:
        arrow = QtWidgets.QStyleOption(option)
        arrow.rect = QtCore.QRect(2 * PADDING, (self.headerHeight() - ARROW) // 2, ARROW, ARROW)
        style = QtWidgets.QStyle
        painter.drawPrimitive(style.PE_IndicatorArrowRight if self._collapsed else style.PE_IndicatorArrowDown, arrow)

    def _paintText(self, painter: QtWidgets.QStylePainter, option: QtWidgets.QStyleOptionButton) -> None:
        area = option.rect.adjusted(3 * PADDING + ARROW, 0, -PADDING, 0)
        flags = Qt.AlignLeft | Qt.AlignVCenter | Qt.TextShowMnemonic
        painter.drawItemText(area, flags, self.palette, self.enabled, self.text, QtGui.QPalette.ButtonText)
