"""A model of confidence whose answers can be worked out by hand."""

from u2ad.calibration import Confidence

WEIGHTS = ("a" * 64,)
"""SHA-256 of the weights that the calibration is made for."""

CONFIDENCE = Confidence(-6.0, {"log_score": 2.0, "certainty": 1.0, "steadiness": 0.5})
