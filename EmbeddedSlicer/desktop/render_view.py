"""A widget that shows an off-screen VTK window and tells it of mouse and keyboard.

The window draws by itself (EGL where there is no display); Qt only shows its pictures. So the views work alike on a
desktop, in a virtual machine without OpenGL, and where no screen is at all.
"""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import Qt, QtCore, QtGui, QtWidgets, Signal
from EmbeddedSlicer.offscreen import OffscreenWindow

BUTTONS = {
    Qt.MouseButton.LeftButton: "Left",
    Qt.MouseButton.MiddleButton: "Middle",
    Qt.MouseButton.RightButton: "Right",
}
ARROWS = {Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right", Qt.Key.Key_Up: "Up", Qt.Key.Key_Down: "Down"}
CURSORS = {
    9: Qt.CursorShape.PointingHandCursor,  # VTK_CURSOR_HAND
    10: Qt.CursorShape.CrossCursor,  # VTK_CURSOR_CROSSHAIR
    7: Qt.CursorShape.SizeAllCursor,  # VTK_CURSOR_SIZEALL
}
WHEEL_STEP = 120  # eighths of a degree: one notch, by Qt's documentation of QWheelEvent
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LATER = 1  # millisecond
SMALLEST = 80  # pixels; a layout of many views must still fit a small screen


class RenderView(QtWidgets.QWidget):
    """Shows an :class:`OffscreenWindow`, drawn anew at most once for each turn of Qt's event loop.

    Args:
        offscreen: the window; it takes this widget's size.
        parent: widget.
    """

    resized = Signal(int, int)
    """New width and height in pixels of the window, when it has them."""

    def __init__(self, offscreen: OffscreenWindow, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._offscreen = offscreen
        self._picture = QtGui.QImage()
        self._paused = 0
        self._released = False
        self._due = True
        self._turned = 0
        self._shift = False
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._renderIfDue)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(SMALLEST, SMALLEST)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Expanding)

    def renderWindow(self):
        """VTK's render window."""
        return self._offscreen.window

    def interactor(self):
        """VTK's interactor."""
        return self._offscreen.interactor

    @property
    def isDrawingDue(self) -> bool:
        """Whether what can be seen is older than what there is to be drawn."""
        return self._due and not self._paused and self.visible

    def scheduleRender(self, *_: object) -> None:
        """Draws when Qt has nothing more urgent to do; takes, and ignores, the arguments of a VTK observer.

        Of several views, the one that the mouse is in comes first, and is seen before the others are drawn.
        """
        if not self._due or not self._timer.isActive():
            self._due = True
            self._timer.start(0 if self.underMouse() else LATER)

    def forceRender(self) -> None:
        """Draws now, unless rendering is paused."""
        if self._paused or self._released:
            self._due = True
            return
        self._due = False
        self._timer.stop()
        pixels = self._offscreen.grab()
        height, width = pixels.shape[:2]
        view = QtGui.QImage(pixels.data, width, height, 3 * width, QtGui.QImage.Format.Format_RGB888)
        self._picture = view.convertToFormat(QtGui.QImage.Format.Format_RGB32)  # a copy, and what Qt paints fastest
        self._picture.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    def pauseRender(self) -> None:
        """Draws nothing until :meth:`resumeRender` was called as often."""
        self._paused += 1

    def resumeRender(self) -> None:
        """Draws what changed in the meantime."""
        self._paused = max(0, self._paused - 1)
        if self._due:
            self.scheduleRender()

    def release(self) -> None:
        """Gives the window back; the widget stays, blank."""
        self._timer.stop()
        self._released = True
        self._closeWindow()

    def _closeWindow(self) -> None:
        self._offscreen.close()

    def _renderIfDue(self) -> None:
        # A view that nobody sees is drawn when it is shown.
        if self._due and self.visible:
            self.forceRender()
            self.repaint()  # now: Qt would wait for the other views

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect, Qt.GlobalColor.black)
        painter.drawImage(0, 0, self._picture)
        painter.end()

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        self.scheduleRender()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._released:
            return
        ratio = self.devicePixelRatioF()
        size = max(1, round(self.width * ratio)), max(1, round(self.height * ratio))
        if size != tuple(self._offscreen.size):
            self._offscreen.resize(size)
            self.resized.emit(*size)
        self.scheduleRender()

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        self._tellButton(event, "Press")

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        self._tellButton(event, "Release")

    def mouseDoubleClickEvent(self, event: QtGui.QMouseEvent) -> None:
        self._tellButton(event, "DoubleClick")

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        self._tell(event, "MouseMoveEvent")

    def enterEvent(self, event: QtGui.QEnterEvent) -> None:
        self._tell(event, "EnterEvent")

    def leaveEvent(self, _event: QtCore.QEvent) -> None:
        self.interactor().InvokeEvent("LeaveEvent")

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        self._turned += event.angleDelta().y()
        while abs(self._turned) >= WHEEL_STEP:
            forward = self._turned > 0
            self._turned -= WHEEL_STEP if forward else -WHEEL_STEP
            self._tell(event, "MouseWheelForwardEvent" if forward else "MouseWheelBackwardEvent")
        event.accept()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if not self._tellKey(event, "KeyPressEvent"):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QtGui.QKeyEvent) -> None:
        if not self._tellKey(event, "KeyReleaseEvent"):
            super().keyReleaseEvent(event)

    def _tellButton(self, event: QtGui.QMouseEvent, what: str) -> None:
        button = BUTTONS.get(event.button())
        if button is not None:
            self._tell(event, f"{button}Button{what}Event")

    def _tell(self, event: QtGui.QSinglePointEvent, name: str) -> None:
        place, keys, ratio = event.position(), event.modifiers(), self.devicePixelRatioF()
        row = self._offscreen.size[1] - 1 - int(place.y() * ratio)
        control, shift, alt = (bool(keys & key) for key in (CONTROL, SHIFT, ALT))
        self._tellShift(shift)
        interactor = self.interactor()
        interactor.SetEventInformation(int(place.x() * ratio), row, control, shift)
        interactor.SetAltKey(alt)
        interactor.InvokeEvent(name)
        shape = CURSORS.get(self._offscreen.window.GetCurrentCursor())
        self.unsetCursor() if shape is None else self.setCursor(shape)

    def _tellShift(self, pressed: bool) -> None:
        """Slicer's crosshair listens to the key itself, which Qt tells only to the widget with the keyboard focus."""
        if pressed != self._shift:
            self._shift = pressed
            self.interactor().SetKeyEventInformation(False, pressed, "\0", 0, "Shift_L")
            self.interactor().InvokeEvent("KeyPressEvent" if pressed else "KeyReleaseEvent")

    def _tellKey(self, event: QtGui.QKeyEvent, name: str) -> bool:
        """Whether it was a key that VTK has a name for."""
        text = event.text()
        symbol = ARROWS.get(event.key()) or (text if text.isalnum() else "")
        if not symbol:
            return False
        keys = event.modifiers()
        interactor = self.interactor()
        interactor.SetKeyEventInformation(bool(keys & CONTROL), bool(keys & SHIFT), text[:1] or "\0", 0, symbol)
        interactor.InvokeEvent(name)
        if name == "KeyPressEvent" and text:
            interactor.InvokeEvent("CharEvent")
        return True
