"""Stand-in for ``slicer.testing``: runs a module's unit tests and ends the application with their outcome."""

import importlib
import sys
import unittest

import slicer

EXIT_SUCCESS = 0
EXIT_FAILURE = 1


def exitSuccess() -> None:
    slicer.util.exit(EXIT_SUCCESS)


def exitFailure(message: str = "") -> None:
    if message:
        print(message)
    slicer.util.exit(EXIT_FAILURE)


def runUnitTest(path: str | list[str], testname: str) -> None:
    """Runs all tests of a Python file; ``slicer.app.exitCode`` tells how it went.

    Args:
        path: folder, or folders, in which the file lies.
        testname: its name without ``.py``.
    """
    sys.path.extend([path] if isinstance(path, str) else path)
    suite = unittest.TestLoader().loadTestsFromModule(importlib.import_module(testname))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    if result.wasSuccessful():
        exitSuccess()
    else:
        exitFailure()
