"""U2AD's results as MRML nodes. No Qt: runs in desktop Slicer and in EmbeddedSlicer alike."""
