"""The guard against code that only the stand-ins understand: see ``surface.py`` for what desktop Slicer has."""
