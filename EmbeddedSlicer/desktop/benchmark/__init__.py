"""Measures how fast the panel answers, with live views: ``python -m EmbeddedSlicer.desktop.benchmark``.

``u2ad benchmark panel`` runs it and shows its figures as a table.
"""
