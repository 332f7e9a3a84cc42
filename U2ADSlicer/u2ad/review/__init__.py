"""Review: what a reader decides about findings, kept step by step so that nothing is lost, whatever is killed when.

Files are imported when they are first asked for: a decision alone needs no maps.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from u2ad.review.action import Action
    from u2ad.review.case import Case
    from u2ad.review.decision import REASONS, Decision, Judgement, Origin
    from u2ad.review.journal import Journal
    from u2ad.review.listing import Listed
    from u2ad.review.review import Review
    from u2ad.review.voxels import Voxels
else:
    _PLACES = {
        "Action": "action",
        "Case": "case",
        "Decision": "decision",
        "Journal": "journal",
        "Judgement": "decision",
        "Listed": "listing",
        "Origin": "decision",
        "REASONS": "decision",
        "Review": "review",
        "Voxels": "voxels",
    }

    def __getattr__(name: str) -> object:
        """What is imported late (PEP 562)."""
        if name not in _PLACES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


__all__ = ["REASONS", "Action", "Case", "Decision", "Journal", "Judgement", "Listed", "Origin", "Review", "Voxels"]
