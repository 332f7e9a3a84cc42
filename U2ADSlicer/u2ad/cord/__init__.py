"""The cord: its mask, its centreline, the straightened cord, and the vertebral levels beside it."""

from u2ad.cord.centreline import Centreline
from u2ad.cord.cord import Cord, MaskSource

__all__ = ["Centreline", "Cord", "MaskSource"]
