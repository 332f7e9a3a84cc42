"""What goes wrong between result files and scene."""

from __future__ import annotations


class SceneError(RuntimeError):
    """A result cannot be put into the scene or written from it; the message names no path."""
