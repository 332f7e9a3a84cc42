"""Writes ``qt.json``: what Qt 5.15 and Qt 6 both have of the classes that a Slicer module may use.

Desktop Slicer 5.12 is built with Qt 5.15, or with Qt 6; a module may use what both have. Needs PyQt5 (Qt 5.15) and
PySide6 (Qt 6) side by side, in an environment of its own::

    python -m venv scratch && scratch/bin/pip install PyQt5 PySide6-Essentials
    scratch/bin/python Testing/panel/desktop_api/make_qt_list.py
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

CLASSES = [
    "QAbstractButton",
    "QAbstractItemModel",
    "QAbstractItemView",
    "QAbstractScrollArea",
    "QAbstractSlider",
    "QAbstractSpinBox",
    "QAction",
    "QApplication",
    "QBoxLayout",
    "QBrush",
    "QButtonGroup",
    "QByteArray",
    "QCheckBox",
    "QClipboard",
    "QColor",
    "QComboBox",
    "QCoreApplication",
    "QCursor",
    "QDateTime",
    "QDesktopServices",
    "QDialog",
    "QDialogButtonBox",
    "QDir",
    "QDoubleSpinBox",
    "QEventLoop",
    "QFileDialog",
    "QFileInfo",
    "QFont",
    "QFormLayout",
    "QFrame",
    "QGridLayout",
    "QGroupBox",
    "QGuiApplication",
    "QHBoxLayout",
    "QHeaderView",
    "QIcon",
    "QImage",
    "QItemSelectionModel",
    "QKeySequence",
    "QLabel",
    "QLayout",
    "QLayoutItem",
    "QLineEdit",
    "QListWidget",
    "QListWidgetItem",
    "QListView",
    "QLocale",
    "QMainWindow",
    "QMenu",
    "QMessageBox",
    "QModelIndex",
    "QObject",
    "QPalette",
    "QPixmap",
    "QPlainTextEdit",
    "QPoint",
    "QPointF",
    "QProcess",
    "QProcessEnvironment",
    "QProgressBar",
    "QProgressDialog",
    "QPushButton",
    "QRadioButton",
    "QRect",
    "QScrollArea",
    "QSettings",
    "QShortcut",
    "QSize",
    "QSizePolicy",
    "QSlider",
    "QSpacerItem",
    "QSpinBox",
    "QSplitter",
    "QStackedWidget",
    "QStandardPaths",
    "QStatusBar",
    "QStyle",
    "QTabBar",
    "QTabWidget",
    "QTableView",
    "QTableWidget",
    "QTableWidgetItem",
    "QTextDocument",
    "QTextEdit",
    "QTimer",
    "QToolBar",
    "QToolButton",
    "QTreeView",
    "QUrl",
    "QVBoxLayout",
    "QWidget",
    "Qt",
]
"""A class that is missing here is not forbidden: add it and run this again."""

MODULES = ("QtCore", "QtGui", "QtWidgets")
PYTHONQT = {"QObject": ("className", "connect", "delete", "disconnect"), "QDialog": ("exec_",), "QMenu": ("exec_",)}
"""Methods that PythonQt adds, or names otherwise than both bindings."""

NOT_IN_PYTHONQT = re.compile(r"^(_|pyqt|exec$|tr$|trUtf8$|sender$|event$|eventFilter$|metaObject$|static)|Event$")


def normalized(signature: str) -> str:
    return re.sub(r"\bconst\b|[&\s]", "", signature)


class Binding:
    """What one Python binding of Qt knows of its classes."""

    def __init__(self, package: str) -> None:
        self.modules = [__import__(f"{package}.{name}", fromlist=["x"]) for name in MODULES]

    def find(self, name: str):
        return next((getattr(module, name) for module in self.modules if hasattr(module, name)), None)

    def describe(self, name: str) -> dict:
        cls = self.find(name)
        if cls is None:
            return {}
        meta = getattr(cls, "staticMetaObject", None) if name != "Qt" else None
        properties, signals = self.meta_members(meta) if meta is not None else (set(), set())
        members = {member for member in dir(cls) if not NOT_IN_PYTHONQT.search(member)}
        plain = {member for member in members if not isinstance(getattr(cls, member, None), type)}
        constants = {member for member in plain if self.is_constant(getattr(cls, member, None))}
        named = {signal.split("(")[0] for signal in signals}
        methods = {member for member in plain - constants - named if callable(getattr(cls, member, None))}
        enums = {member for member in members - plain if self.is_enum(getattr(cls, member, None))}
        return {
            "bases": [base.__name__ for base in cls.__mro__[1:] if base.__name__ in CLASSES],
            "properties": properties,
            "methods": (methods | set(PYTHONQT.get(name, ()))),
            "signals": signals,
            "constants": constants | self.scoped(cls, enums),
        }

    @staticmethod
    def meta_members(meta) -> tuple[set[str], set[str]]:
        properties = {meta.property(index).name() for index in range(meta.propertyCount())}
        methods = [meta.method(index) for index in range(meta.methodCount())]
        signals = [m for m in methods if str(getattr(m.methodType(), "name", m.methodType())) in ("Signal", "1")]
        return properties, {normalized(bytes(signal.methodSignature()).decode()) for signal in signals}

    @staticmethod
    def is_constant(value) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    @staticmethod
    def is_enum(value) -> bool:
        return hasattr(value, "__members__")

    @staticmethod
    def scoped(owner, enums) -> set[str]:
        return {member for enum in enums for member in getattr(owner, enum).__members__}


def described(package: str) -> dict:
    binding = Binding(package)
    return {name: {k: sorted(v) for k, v in binding.describe(name).items()} for name in CLASSES}


def both(first: dict, second: dict) -> dict:
    return {key: sorted(set(first.get(key, ())) & set(second.get(key, ()))) for key in first}


def without_inherited(name: str, classes: dict) -> dict:
    inherited = {key: {m for base in classes[name]["bases"] for m in classes[base][key]} for key in classes[name]}
    own = {
        key: [m for m in values if m not in inherited[key]] for key, values in classes[name].items() if key != "bases"
    }
    return {"bases": nearest(name, classes), **own}


def nearest(name: str, classes: dict) -> list[str]:
    above = classes[name]["bases"]
    return sorted(base for base in above if not any(base in classes[other]["bases"] for other in above))


def main() -> None:
    if len(sys.argv) > 1:  # two bindings do not go together in one process
        print(json.dumps(described(sys.argv[1])))
        return
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = [sys.executable, __file__]
    texts = [subprocess.check_output([*run, package], env=environment) for package in ("PyQt5", "PySide6")]
    qt5, qt6 = (json.loads(text) for text in texts)
    classes = {name: both(qt5[name], qt6[name]) for name in CLASSES if qt5[name] and qt6[name]}
    slim = {name: without_inherited(name, classes) for name in sorted(classes)}
    target = Path(__file__).with_name("qt.json")
    lines = [f'"{name}": {json.dumps(members)}' for name, members in slim.items()]
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{target.name}: {len(slim)} classes")


if __name__ == "__main__":
    main()
