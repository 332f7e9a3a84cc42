"""Detections in a process of their own, watched from the window without ever blocking it."""
