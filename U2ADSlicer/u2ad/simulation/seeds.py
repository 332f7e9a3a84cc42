"""Whose seeds are whose: no phantom that something was trained or fitted on is tested on."""

from __future__ import annotations

TRAINING = range(10_000)
"""Phantoms that networks are trained on; thresholds of the benchmark come from lesion-free ones of them, too."""

DEVELOPMENT = range(10_000, 20_000)
"""Phantoms to choose between variants on, as often as needed."""

CALIBRATION = range(20_000, 50_000)
"""Phantoms that scores are calibrated on."""

TEST = range(50_000, 1_000_000)
"""Phantoms of the benchmark. Nothing else may use them, and no choice may be made on them."""
