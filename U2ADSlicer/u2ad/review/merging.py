"""What is known of a finding that was made of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from u2ad.review.decision import UNJUDGED, Decision, Judgement


def judgement_of_all(judgements: Sequence[Judgement]) -> Judgement:
    """The judgement of the whole, from those of its parts.

    Where all decisions agree, undecided parts aside, it is the last of them; where they do not, the whole is undecided.
    No comment is lost: they stand one behind the other.
    """
    decided = [judgement for judgement in judgements if judgement.decision is not Decision.UNDECIDED]
    agree = len({judgement.decision for judgement in decided}) == 1
    comments = "; ".join(dict.fromkeys(judgement.comment for judgement in judgements if judgement.comment))
    if agree:
        return replace(max(decided, key=lambda judgement: judgement.at), comment=comments)
    return replace(UNJUDGED, comment=comments)
