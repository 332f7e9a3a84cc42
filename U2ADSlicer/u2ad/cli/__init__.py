"""The command ``u2ad``: thin commands over the rooms, and the one place where an error becomes a message."""

from u2ad.cli.ending import main

__all__ = ["main"]
