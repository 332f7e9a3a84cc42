"""The pages of the panel: one small controller each, which reads its widgets, asks the workspace, and shows it."""
