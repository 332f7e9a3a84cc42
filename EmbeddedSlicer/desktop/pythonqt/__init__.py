"""PythonQt's rules on PySide6's classes.

Desktop Slicer reaches Qt by PythonQt, whose rules differ from PySide6's: properties are attributes that are not
callable, signals are connected by their C++ signature, a plain Qt object takes no new attributes. The rules are put on
PySide6's classes in place, not on subclasses: objects that Qt makes by itself (from a .ui file, children, layouts) then
follow them too, and ``type(widget) is qt.QCheckBox`` holds as in Slicer.

Rules after the public sources of PythonQt (PythonQtInstanceWrapper, PythonQtClassInfo, PythonQtSignalReceiver).
"""

from EmbeddedSlicer.desktop.pythonqt.rules import installRules

__all__ = ["installRules"]
