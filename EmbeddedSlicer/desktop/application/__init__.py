"""``slicer.app`` and what it hands out: managers of modules and files, settings, the command line's options."""
