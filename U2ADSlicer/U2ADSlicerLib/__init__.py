"""The Slicer side of U2ADSlicer: scene (MRML only), later panels and process."""
