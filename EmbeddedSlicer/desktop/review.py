"""Opens the module with live views in a window, without desktop Slicer: ``python -m EmbeddedSlicer.desktop.review``.

With a scan (image file or DICOM folder) that is loaded, without one a simulated scan is made on the spot.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from EmbeddedSlicer.desktop.display import why_no_window
from EmbeddedSlicer.graphics import NoGraphicsError, prepare_offscreen

MODULE = Path(__file__).resolve().parents[2] / "U2ADSlicer" / "U2ADSlicer.py"
INTERRUPTED = 130  # a shell's status after Ctrl-C
SIGNAL_CHECKS_MS = 200  # Qt's loop leaves Python no other time to hear of Ctrl-C
PICTURE_SIZE = (1366, 768)  # and least size of the window, where the screen has room
LARGEST_SIZE = (1920, 1200)  # pixels beyond these cost more drawing than they show
SCREEN_SHARE = 0.9  # of the screen's width and height that the window takes where there is room
EXPOSURE_SECONDS = 2.0  # that a desktop may need to bring the window onto the screen
MAKING = "Making a simulated scan. This takes some seconds..."


def main(arguments: Sequence[str] | None = None) -> int:
    """Shows the window until it is closed, or writes its picture; returns the exit status."""
    try:
        return _main(_parse(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED


def _main(options: argparse.Namespace) -> int:
    if options.screenshot:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if problem := _whyNot(options):
        print(problem, file=sys.stderr)
        return 1
    sys.path.insert(0, str(MODULE.parent))
    from u2ad.errors import U2ADError

    desktop, window = openWindow(dark=options.dark, size=options.size or _sizeOnScreen())
    try:
        return _showPicture(window, options) if options.screenshot else _run(window, options)
    except (U2ADError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        closeWindow(desktop, window)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py review", description=__doc__)
    parser.add_argument("scan", nargs="?", type=Path, help="image file or DICOM folder; a simulated scan without it")
    parser.add_argument("--series", metavar="N", help="which series of a DICOM folder with several; asked without it")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="write a PNG of the window, and leave")
    parser.add_argument("--size", type=_size, metavar="WxH", help="of the window, in pixels")
    parser.add_argument("--dark", action="store_true", help="dark colours")
    return parser.parse_args(arguments)


def _size(text: str) -> tuple[int, int]:
    """Width and height of a text such as 1920x1080."""
    width, height = (int(part) for part in text.lower().split("x"))
    return width, height


def _whyNot(options: argparse.Namespace) -> str:
    if options.scan is not None and not options.scan.exists():
        return f"There is no file or folder {options.scan}."
    try:
        prepare_offscreen()
    except NoGraphicsError as error:
        return str(error)
    return why_no_window()


def _sizeOnScreen() -> tuple[int, int]:
    """As large as the screen allows and the views can still be drawn without a wait."""
    from EmbeddedSlicer.desktop.native import application, valueOf

    return fittingSize(valueOf(application().primaryScreen(), "availableGeometry").size())


def fittingSize(free) -> tuple[int, int]:
    """Most of a screen's free space, as desktop Slicer opens; all of a small one."""
    return tuple(
        min(whole, largest, max(least, round(SCREEN_SHARE * whole)))
        for whole, least, largest in zip((free.width(), free.height()), PICTURE_SIZE, LARGEST_SIZE, strict=True)
    )


def openWindow(module: Path = MODULE, dark: bool = False, testing: bool = False, size: tuple[int, int] = PICTURE_SIZE):
    """Starts the stand-in desktop with its main window, the module open in it; nothing is loaded yet.

    Args:
        module: file of the scripted module.
        dark: colours.
        testing: as Slicer's ``--testing``: dialogs answer themselves.
        size: width and height in pixels.

    Returns:
        The desktop and the window, which is shown.
    """
    from EmbeddedSlicer.desktop import start

    desktop, window = openEmptyWindow(start(testing), dark)
    name = desktop.loadModule(module, enter=False).name
    showModule(desktop, window, name)
    window.resize(*size)
    window.show()
    return desktop, window


def openEmptyWindow(desktop, dark: bool = False):
    """The desktop and its main window, without a module in it; not shown yet."""
    from EmbeddedSlicer.desktop.layout_manager import LayoutManager
    from EmbeddedSlicer.desktop.window import MainWindow

    layoutManager = LayoutManager(desktop.runtime)
    desktop.app.setLayoutManager(layoutManager)
    window = MainWindow(layoutManager)
    window.viewMenu.dark.setChecked(dark)
    layoutManager.setLayout(layoutManager.layoutLogic().GetLayoutNode().SlicerLayoutFourUpView)
    return desktop, window


def showModule(desktop, window, name: str) -> None:
    """Selects a loaded module: its widget is made and stands in the window's panel."""
    loaded = desktop.selectModule(name)
    window.setPanel(loaded.module.parent.title, loaded.parent)


def closeWindow(desktop, window) -> None:
    """Ends the modules, with what they have running, and gives the views' memory back."""
    layoutManager = window.layoutManager()
    window.takePanel()
    for loaded in desktop.modules:
        desktop.unloadModule(loaded.name)
    desktop.app.setLayoutManager(None)
    window.close()
    layoutManager.release()
    window.delete()


def _run(window, options: argparse.Namespace) -> int:
    """Qt's event loop, with the scan as the first thing in it, so that the window is there meanwhile."""
    from EmbeddedSlicer.desktop.native import QtCore, application

    interruption = Interruption(application())
    ticking = QtCore.QTimer()
    ticking.timeout.connect(lambda: None)
    ticking.start(SIGNAL_CHECKS_MS)
    QtCore.QTimer.singleShot(0, lambda: interruption.mayEnd(lambda: _loadOrTell(window, options)))
    return application().exec_()


class Interruption:
    """Ctrl-C in the terminal, or SIGTERM: ends Qt's loop, and what keeps Qt from it.

    Args:
        qt: application, whose loop ends.
    """

    def __init__(self, qt) -> None:
        self._qt = qt
        self._busy = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self._qt.quit()
        if self._busy:
            raise KeyboardInterrupt

    def mayEnd(self, act: Callable[[], None]) -> None:
        """Does something that takes seconds, unless it is interrupted."""
        self._busy = True
        try:
            with contextlib.suppress(KeyboardInterrupt):
                act()
        finally:
            self._busy = False


def _loadOrTell(window, options: argparse.Namespace) -> None:
    import slicer

    with slicer.util.tryWithErrorDisplay("The scan could not be loaded."):
        if options.scan is None:
            showSimulated(window)
        else:
            window.fileMenu.loadVolume(options.scan, options.series)


def _showPicture(window, options: argparse.Namespace) -> int:
    """As :func:`_run`, without questions: nobody could answer them."""
    from EmbeddedSlicer.desktop.scan_loading import loadScan, showScan

    if options.scan is None:
        showSimulated(window)
    else:
        showScan(loadScan(options.scan, options.series), window.layoutManager())
    window.savePicture(options.screenshot, options.size or PICTURE_SIZE)
    print(options.screenshot)
    return 0


def showSimulated(window):
    """The volume node of a simulated scan, made on the spot and shown in the window's views."""
    import slicer

    from EmbeddedSlicer.desktop.scan_loading import showScan
    from U2ADSlicerLib.sample_data import addSimulatedScan

    window.statusBar().showMessage(MAKING)
    window.waitUntilSeen(EXPOSURE_SECONDS)
    with slicer.util.WaitCursor():
        volume = addSimulatedScan()
    showScan(volume, window.layoutManager())
    window.statusBar().clearMessage()
    return volume


if __name__ == "__main__":
    sys.exit(main())
