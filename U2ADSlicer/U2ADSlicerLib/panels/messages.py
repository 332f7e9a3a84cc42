"""The one place where an error becomes a dialog."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import slicer
from slicer.i18n import tr as _

from u2ad.errors import U2ADError


@contextmanager
def toldToReader() -> Iterator[None]:
    """Shows what a reader can act on in a dialog and goes on after the block; a fault of our own is shown and raised.

    What comes after the failing line of the block is not done.
    """
    try:
        yield
    except U2ADError as error:
        slicer.util.warningDisplay(f"{error.problem}\n\n{error.remedy}".strip(), windowTitle=_("U2AD"))
    except Exception as error:
        logging.exception("U2AD failed")
        slicer.util.errorDisplay(
            _("U2AD failed on a fault of its own ({kind}). What you decided so far is kept.").format(
                kind=type(error).__name__
            ),
            windowTitle=_("U2AD"),
        )
        raise
