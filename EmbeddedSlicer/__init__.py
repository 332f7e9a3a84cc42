"""3D Slicer's scene, logics and slice views where no desktop Slicer is installed."""
