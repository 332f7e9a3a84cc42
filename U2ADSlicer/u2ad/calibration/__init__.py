"""Calibration: what scores of scans with known truth say of the scores of this one. Loads no PyTorch."""

from u2ad.calibration.calibration import Calibration, ScanClass
from u2ad.calibration.confidence import Confidence
from u2ad.calibration.reference import Reference
from u2ad.calibration.yardstick import UNCALIBRATED, Yardstick

__all__ = ["UNCALIBRATED", "Calibration", "Confidence", "Reference", "ScanClass", "Yardstick"]
