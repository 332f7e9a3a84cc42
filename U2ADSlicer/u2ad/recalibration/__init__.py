"""A calibration anew: from scans with known truth, or with a site's own lesion-free scans."""
