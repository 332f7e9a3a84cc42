"""Scans: reading, writing, geometry, and checks of the input. Everything else asks this room where a voxel lies."""

from u2ad.scan.grid import Grid
from u2ad.scan.scan import Facts, Scan
from u2ad.scan.verdict import Check, Verdict, worst

__all__ = ["Check", "Facts", "Grid", "Scan", "Verdict", "worst"]
