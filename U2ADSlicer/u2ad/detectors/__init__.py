"""Detectors: one protocol, one file a method, and the controls that need no weights."""
