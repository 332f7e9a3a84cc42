"""Sending DICOM objects to a destination that the site has set; only when a reader asks."""
