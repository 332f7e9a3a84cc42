"""One scan to adapt to: its straightened cord, and what the reader's decisions say of its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import ndimage

from u2ad.cord.straight_cord import CORD_SIGNAL, StraightCord, core_of

TOUCHED = 0.05
"""A straightened pixel belongs to a finding when at least this share of it does."""

BLOCK = 16
"""Rows of the straightened cord, 12 mm, that are set aside or learned together."""

EVERY = 8
"""One block in so many is set aside."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """What is known of a scan's findings, bool arrays on its grid, KJI.

    Args:
        confirmed: lesions.
        rejected: normal cord that was taken for a lesion.
        undecided: candidates on which nobody has decided.
    """

    confirmed: np.ndarray
    rejected: np.ndarray
    undecided: np.ndarray


@dataclass(frozen=True, eq=False)
class AdaptationCase:
    """A straightened cord and what may be learned from it. Arrays have the axes (slice, along, across).

    Args:
        cord: the straightened cord.
        never: confirmed findings, bool: never trained on.
        normal: rejected findings, bool: learned as normal.
        left_out: candidates on which nobody has decided, bool: not trained on.
    """

    cord: StraightCord
    never: np.ndarray
    normal: np.ndarray
    left_out: np.ndarray

    @classmethod
    def of(cls, cord: StraightCord, decisions: Decisions | None = None) -> AdaptationCase:
        """The case of a straightened cord; without decisions all of it may be learned."""
        if decisions is None:
            nothing = np.zeros(cord.image.shape, bool)
            return cls(cord, nothing, nothing, nothing)
        parts = (decisions.confirmed, decisions.undecided, decisions.rejected)
        never, left_out, normal = (cord.frame.straighten(part.astype(np.float32)) >= TOUCHED for part in parts)
        return cls(cord, never, normal & ~never & ~left_out, left_out)

    @property
    def findings(self) -> np.ndarray:
        """All that is not trained on, bool."""
        return self.never | self.left_out

    @cached_property
    def excluded(self) -> np.ndarray:
        """The same and a pixel around it, in the neighbouring slices too, into which its edges reach, bool."""
        return np.asarray(ndimage.binary_dilation(self.findings, _AROUND), bool)

    @cached_property
    def learned(self) -> StraightCord:
        """The cord with its findings painted over: the network that learns from it has never met them."""
        return replace(self.cord, image=np.where(self.findings, np.float32(CORD_SIGNAL), self.cord.image))

    @property
    def measured(self) -> np.ndarray:
        """Core of the cord away from its findings, by whose residual a network is judged, bool."""
        return core_of(self.cord.fraction) & ~self.excluded

    @property
    def aside(self) -> np.ndarray:
        """Blocks of cord that are not learned either, to tell by them how well others are rebuilt, bool."""
        rows = np.arange(self.cord.image.shape[1]) // BLOCK % EVERY == EVERY // 2
        return np.broadcast_to(rows[:, None], self.cord.image.shape)


_AROUND = np.ones((3, 3, 3), bool)
