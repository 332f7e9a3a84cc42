"""The module uses what desktop Slicer 5.12 has, and nothing that only the stand-ins or PySide understand.

The tests in the other files run against stand-ins; this one holds the code against written lists of the real thing.
Each rule is tried on a snippet that breaks it. A line that is right for a reason that the reader of the code cannot see
may end with ``# desktop API: the reason``.
"""

import ast
import re

import pytest
from desktop_api.form import UiForm, parameters_of, property_of, text_of
from desktop_api.idioms import LATE_IMPORT, RULES, offences
from desktop_api.project import Project
from desktop_api.sources import FORM, MODULE, Source, desktop_sources
from desktop_api.surface import KINDS, Surface
from desktop_api.usage import problems_of

SOURCES = desktop_sources()


@pytest.fixture(scope="module")
def surface() -> Surface:
    return Surface()


@pytest.fixture(scope="module")
def form() -> UiForm:
    return UiForm(FORM.read_text(encoding="utf-8"))


def source(name: str) -> Source:
    return next(found for found in SOURCES if found.name == name)


# The module


def test_every_name_of_slicer_qt_and_vtk_is_one_that_desktop_slicer_has(surface: Surface, form: UiForm) -> None:
    project = Project(SOURCES, surface, form)
    for file in (MODULE / "u2ad").rglob("*.py"):
        project.learn_words(ast.parse(file.read_text(encoding="utf-8")))
    assert [f"{p.file}:{p.line}: {p.text}" for p in problems_of(project)] == []


@pytest.mark.parametrize("code", SOURCES, ids=lambda found: found.name)
def test_no_habits_of_pyside_and_of_scripts(code: Source) -> None:
    broken = [o for o in offences(code.tree) if not code.waived(o.line)]
    assert [f"{code.name}:{o.line}: {o.rule}: {o.why}" for o in broken] == []


def test_the_form_is_one_that_desktop_slicer_can_load(surface: Surface, form: UiForm) -> None:
    assert list(form.problems(surface)) == []


def test_every_parameter_is_shown_by_a_widget_that_can_show_it(form: UiForm) -> None:
    parameters = parameters_of(source("U2ADSlicer.py").tree)
    assert parameters
    assert list(form.binding_problems(parameters)) == []


WIDGET_NAME = re.compile(
    r"[a-z][A-Za-z]*(?:Button|Slider|Combo|Edit|Check|Label|Section|Table|Bar|Box|Page|Spin|Selector)"
)


@pytest.mark.parametrize("code", [s for s in SOURCES if "/panels/" in s.name], ids=lambda found: found.name)
def test_widgets_named_by_strings_exist(code: Source, form: UiForm) -> None:
    """Tables of widget names, read with getattr."""
    texts = {n.value for n in ast.walk(code.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    assert {text for text in texts if WIDGET_NAME.fullmatch(text)} - set(form.classes) == set()


def tooltips_set_in_code() -> set[str]:
    """Widgets whose tooltip is made at run time."""
    found = set()
    for code in SOURCES:
        found.update(re.findall(r"ui\.(\w+)\.setToolTip\(", code.text))
        named = re.findall(r"(\w+) = (?:self\.)?ui\.(\w+)\n", code.text)
        found.update(widget for name, widget in named if f"{name}.setToolTip(" in code.text)
    return found


def test_every_control_has_a_tooltip(form: UiForm) -> None:
    silent = {w.get("name") for w in form.controls() if not property_of(w, "toolTip")}
    assert silent - tooltips_set_in_code() == set()


def keys() -> dict[str, str]:
    """Button by key, from the table KEYS of shortcuts.py."""
    body = source("U2ADSlicerLib/panels/shortcuts.py").tree.body
    tables = [n for n in body if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "KEYS"]
    return ast.literal_eval(tables[0].value)


@pytest.mark.parametrize(("key", "name"), keys().items())
def test_a_tooltip_names_its_key(key: str, name: str, form: UiForm) -> None:
    widget = next(w for w in form.widgets if w.get("name") == name)
    assert f"key {key})" in (property_of(widget, "toolTip") or "")


# What cannot be followed in the code itself


FORM_TEXT = """
<ui version="4.0"><class>F</class>
<widget class="qMRMLWidget" name="F">
 <widget class="QPushButton" name="okButton"><property name="checkable"><bool>true</bool></property></widget>
 <widget class="QLineEdit" name="nameEdit"/>
 <widget class="QTableWidget" name="table"/>
 <widget class="ctkSliderWidget" name="slider"/>
 <widget class="qMRMLNodeComboBox" name="selector"/>
</widget>
<customwidgets>
 <customwidget><class>qMRMLWidget</class></customwidget>
 <customwidget><class>ctkSliderWidget</class></customwidget>
 <customwidget><class>qMRMLNodeComboBox</class></customwidget>
</customwidgets>
<connections/></ui>
"""
HEAD = "import qt\nimport ctk\nimport slicer\nimport vtk\n"


def judged(code: str, surface: Surface) -> str:
    found = problems_of(Project([Source("x.py", HEAD + code)], surface, UiForm(FORM_TEXT)))
    return "\n".join(problem.text for problem in found)


IN_A_PAGE = """
class Page:
    def __init__(self, ui):
        self.ui = ui
        self.table = Table(ui.table)
    def on(self, one, two):
        pass
    def do(self, thing):
        {line}

class Table:
    def __init__(self, table):
        self.widget = table
        self.timer = qt.QTimer()
    def show(self):
        {table}
"""


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("qt.QPushButtn()", "qt has no QPushButtn"),
        ("ctk.ctkSlider()", "ctk has no ctkSlider"),
        ("slicer.vtkMRMLNoNode()", "slicer has no vtkMRMLNoNode"),
        ("slicer.qMRMLNoWidget()", "slicer has no qMRMLNoWidget"),
        ("slicer.saveNode(thing)", "slicer has no saveNode"),
        ("vtk.vtkNoFilter()", "vtk has no vtkNoFilter"),
        ("slicer.util.showMessage('x')", "slicer.util has no showMessage"),
        ("slicer.util.addVolumeFromArray(thing, names='y')", "slicer.util.addVolumeFromArray takes no names"),
        ("slicer.app.windowHandle2()", "qSlicerApplication has no windowHandle2"),
        ("slicer.app.layoutManager().sliceView('Red')", "qSlicerLayoutManager has no sliceView"),
        ("slicer.modules.segments.logic()", "slicer.modules has no segments"),
        ("slicer.modules.markups.logic().NoSuch()", "vtkSlicerMarkupsLogic has no NoSuch"),
        ("slicer.mrmlScene.AddNewNode('vtkMRMLTextNode')", "vtkMRMLScene has no AddNewNode"),
        ("slicer.mrmlScene.AddNewNodeByClass('vtkMRMLTxtNode')", "no node class vtkMRMLTxtNode"),
        ("slicer.mrmlScene.AddNewNodeByClass('vtkMRMLTextNode').SetTxt('x')", "vtkMRMLTextNode has no SetTxt"),
        ("slicer.vtkMRMLScene.NoEvent", "vtkMRMLScene has no NoEvent"),
        ("slicer.vtkSegmentation().GetSegment('x').SetStatus(1)", "vtkSegment has no SetStatus"),
        ("qt.Qt.AlignMiddle", "Qt has no AlignMiddle"),
        ("qt.Qt.AlignmentFlag.AlignCenter", "Qt has no AlignmentFlag"),
        ("qt.QMessageBox.ask('x')", "QMessageBox has no ask"),
        ("self.ui.okButon.click()", "the form has no widget okButon"),
        ("self.ui.okButton.press()", "QPushButton has no press"),
        ("self.ui.nameEdit.text()", "QLineEdit.text is a property"),
        ("self.ui.slider.value()", "ctkSliderWidget.value is a property"),
        ("self.ui.selector.currentNodeID()", "qMRMLNodeComboBox.currentNodeID is a property"),
        ("self.ui.okButton.label = 'x'", "QPushButton has no label"),
        ("self.ui.okButton.click = None", "is no property and cannot be assigned"),
        ("thing.text()", ".text is a property of Qt objects"),
        ("thing.currentIndex()", ".currentIndex is a property of Qt objects"),
        ("thing.setTekst('x')", "nobody knows .setTekst"),
        ("self.tabel.show()", "nobody knows .tabel"),
        ("if self.ui.okButton.isChecked: pass", "QPushButton.isChecked is a method: call it"),
        ("return not slicer.mrmlScene.IsClosing", "vtkMRMLScene.IsClosing is a method: call it"),
        ("row = self.ui.table.currentRow; return row < 0", "QTableWidget.currentRow is a method: call it"),
        ("self.ui.okButton.connect('click()', self.do)", "QPushButton has no signal click()"),
        ("thing.connect('valueChnged(double)', self.do)", "no class has a signal valueChnged(double)"),
        ("self.ui.okButton.connect('clicked()', self.on)", "the slot needs 2 arguments, clicked() brings 0"),
        ("self.ui.okButton.connect('clicked(bool)', lambda a, b: a)", "the slot needs 2 arguments"),
        ("from slicer.packaging import pip_ensur", "slicer.packaging has no pip_ensur"),
        ("from slicer.packaging import pip_ensure; pip_ensure([], prompt=True)", "takes no prompt"),
        (
            "import SampleData; SampleData.SampleDataLogic.registerCustomSampleDataSource(category='x')",
            "registerCustomSampleDataSource fails without uris",
        ),
        ("from slicer import vtkMRMLVolumeNod", "slicer has no vtkMRMLVolumeNod"),
        ("import slicer.pakaging", "slicer has no pakaging"),
    ],
)
def test_what_desktop_slicer_has_not_is_noticed(line: str, complaint: str, surface: Surface) -> None:
    assert complaint in judged(IN_A_PAGE.format(line=line, table="pass"), surface)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("self.widget.rowCount()", "QTableWidget.rowCount is a property"),
        ("self.widget.item(0, 0).label()", "QTableWidgetItem has no label"),
        ("self.widget.horizontalHeader().stretch()", "QHeaderView has no stretch"),
        ("self.timer.connect('timeOut()', self.show)", "QTimer has no signal timeOut()"),
    ],
)
def test_it_is_noticed_in_what_another_class_was_given(line: str, complaint: str, surface: Surface) -> None:
    assert complaint in judged(IN_A_PAGE.format(line="pass", table=line), surface)


@pytest.mark.parametrize(
    "line",
    [
        "self.ui.okButton.setText(self.ui.nameEdit.text.strip())",
        "self.ui.okButton.connect('clicked()', self.table.show)",
        "self.ui.slider.connect('valueChanged(double)', lambda value: value)",
        "self.ui.slider.maximum = 3",
        "self.ui.selector.currentNode().GetName()",
        "qt.QTimer.singleShot(0, self.table.show)",
        "item = qt.QTableWidgetItem('x'); item.text()",
        "thing.GetSegmentation().GetNthSegment(0).SetTag('a', 'b')",
        "thing.values(); thing.strip(); thing.shape",
        "slicer.mrmlScene.AddNode(slicer.vtkMRMLPlotViewNode()).SetPlotChartNodeID(None)",
        "slicer.mrmlScene.GetNodeByID('x').SetOverwriteMode(1)",
        "slicer.util.errorDisplay('x', windowTitle='y')",
        "slicer.modules.markups.logic().StartPlaceMode(False)",
        "slicer.app.connect('startupCompleted()', self.table.show)",
        "slicer.app.layoutManager().sliceWidget('Red').sliceController()",
        "from slicer.i18n import tr as _; _('x').format(a=1)",
    ],
)
def test_what_desktop_slicer_has_is_not(line: str, surface: Surface) -> None:
    assert judged(IN_A_PAGE.format(line=line, table="pass"), surface) == ""


def test_a_waiver_needs_a_reason(surface: Surface) -> None:
    assert judged("slicer.vtkMRMLNew  # desktop API: since 5.13, asked for by hasattr above", surface) == ""
    assert judged("slicer.vtkMRMLNew  # desktop API:", surface)


# Habits

BROKEN = {
    "exec_": ["dialog.exec()", "exec('x')"],
    "PySide": ["from PySide6.QtWidgets import QLabel", "import PyQt5", "QtWidgets.QLabel()"],
    "connect by string": ["button.clicked.connect(go)", "timer.timeout.connect(self.go)"],
    "slots declare what they take": [
        "b.connect('clicked()', functools.partial(go, 1))",
        "b.connect('clicked(bool)', lambda row=row: go(row))",
    ],
    "unscoped enums": ["qt.Qt.AlignmentFlag.AlignLeft", "x = qt.QMessageBox.StandardButton.Ok"],
    "literals in _()": ["_(f'{n} findings')", "_(text)", "_('a' + b)", "translate('context', name)", "_()"],
    "no Qt subclasses": ["class A(qt.QWidget): pass", "class A(slicer.qMRMLWidget): pass"],
    "not in PythonQt": ["changed = qt.Signal(int)", "qt.QThread()"],
    "no event filters": ["w.installEventFilter(self)", "def eventFilter(self, o, e): pass"],
    "no style sheets": ["w.setStyleSheet('color: red')", "w.styleSheet = ''"],
    "no fixed widths": ["w.setFixedWidth(3)", "w.minimumWidth = 300", "w.setMaximumSize(1, 1)"],
    "no wildcard imports": ["from slicer.util import *"],
    "no print": ["print('x')"],
    "no bare except": ["try:\n    pass\nexcept:\n    pass"],
    "no __del__": ["def __del__(self): pass"],
    "no endless waiting": ["process.waitForFinished(-1)"],
    LATE_IMPORT.name: [
        "import torch",
        "from monai.networks import nets",
        "class A:\n    import SampleData",
        "import PyTorchUtils",
    ],
}


def broken() -> list[tuple[str, str]]:
    return [(rule, code) for rule, codes in BROKEN.items() for code in codes]


def rules_broken_by(code: str) -> set[str]:
    return {offence.rule for offence in offences(ast.parse(code))}


@pytest.mark.parametrize(("rule", "code"), broken())
def test_a_harmful_habit_is_noticed(rule: str, code: str) -> None:
    assert rule in rules_broken_by(code)


def test_every_rule_is_tried() -> None:
    assert BROKEN.keys() == {*(rule.name for rule in RULES), LATE_IMPORT.name}


@pytest.mark.parametrize(
    "code",
    [
        "dialog.exec_()",
        "button.connect('clicked()', self.go)",
        "button.connect('clicked(bool)', lambda _checked: go(row))",
        "item.setTextAlignment(int(qt.Qt.AlignCenter))",
        "_('{count} findings').format(count=n)",
        "_('one' ' and two')",
        "translate('context', 'text')",
        "from slicer.ScriptedLoadableModule import *",
        "class A(ScriptedLoadableModuleWidget, VTKObservationMixin): pass",
        "w.setMinimumHeight(150)",
        "def f():\n    import torch",
        "if TYPE_CHECKING:\n    import torch",
        "try:\n    pass\nexcept Exception:\n    pass",
    ],
)
def test_a_good_habit_is_not(code: str) -> None:
    assert rules_broken_by(code) == set()


# The form


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('class="QLineEdit"', 'class="QLineEdt"', "no class QLineEdt"),
        ('name="nameEdit"', 'name="okButton"', "two objects are called okButton"),
        ('name="checkable"', 'name="chekable"', "QPushButton has no property chekable"),
        ("<customwidget><class>ctkSliderWidget</class></customwidget>", "", "ctkSliderWidget is no class of Qt"),
        (
            '<property name="checkable"><bool>true</bool></property>',
            '<property name="SlicerParameterNme" stdset="0"><string>x</string></property>',
            "unknown dynamic property SlicerParameterNme",
        ),
        (
            '<property name="checkable"><bool>true</bool></property>',
            '<property name="styleSheet"><string>x</string></property>',
            "no style sheets",
        ),
        (
            '<property name="checkable"><bool>true</bool></property>',
            '<property name="minimumSize"><size><width>300</width><height>0</height></size></property>',
            "no fixed widths",
        ),
        (
            '<property name="checkable"><bool>true</bool></property>',
            '<property name="focusPolicy"><enum>Qt::FocusPolicy::NoFocus</enum></property>',
            "is written as Qt 6 does",
        ),
        (
            '<property name="checkable"><bool>true</bool></property>',
            '<property name="focusPolicy"><enum>Qt::NoFocs</enum></property>',
            "there is no Qt::NoFocs",
        ),
        (
            "<connections/>",
            "<connections><connection><sender>F</sender><signal>sceneChanged()</signal>"
            "<receiver>selector</receiver><slot>setScene()</slot></connection></connections>",
            "F has no signal sceneChanged()",
        ),
        (
            "<connections/>",
            "<connections><connection><sender>F</sender><signal>mrmlSceneChanged(vtkMRMLScene*)</signal>"
            "<receiver>selector</receiver><slot>setScene()</slot></connection></connections>",
            "selector has no slot setScene()",
        ),
    ],
)
def test_a_form_that_desktop_slicer_cannot_load_is_noticed(
    old: str, new: str, complaint: str, surface: Surface
) -> None:
    assert list(UiForm(FORM_TEXT).problems(surface)) == []
    assert old in FORM_TEXT
    assert complaint in "\n".join(UiForm(FORM_TEXT.replace(old, new)).problems(surface))


def bound(widget: str, parameter: str = "value") -> UiForm:
    text = f'<property name="SlicerParameterName" stdset="0"><string notr="true">{parameter}</string></property>'
    return UiForm(f'<ui><widget class="QWidget" name="F"><widget {widget}>{text}</widget></widget></ui>')


@pytest.mark.parametrize(
    ("widget", "annotation", "complaint"),
    [
        ('class="QSpinBox" name="a"', "float", "QSpinBox does not show a float"),
        ('class="QLineEdit" name="a"', "Choice_", "does not show a Choice_"),
        ('class="ctkSliderWidget" name="a"', "float", "ctkSliderWidget needs WithinRange"),
        ('class="QComboBox" name="a"', "str", "QComboBox needs Choice"),
        ('class="QPushButton" name="a"', "bool", "the button is not checkable"),
        ('class="QComboBox" name="a"', "vtkMRMLScalarVolumeNode", "QComboBox does not show a node"),
    ],
)
def test_a_widget_that_cannot_show_its_parameter_is_noticed(widget: str, annotation: str, complaint: str) -> None:
    tree = ast.parse(f"@parameterNodeWrapper\nclass P:\n    value: {annotation} = 1")
    assert complaint in "\n".join(bound(widget).binding_problems(parameters_of(tree)))


def test_parameters_and_widgets_without_each_other_are_noticed() -> None:
    tree = ast.parse("@parameterNodeWrapper\nclass P:\n    other: bool = True")
    assert list(bound('class="QCheckBox" name="a"').binding_problems(parameters_of(tree))) == [
        "other is shown by no widget",
        "a: the parameter node has no value",
    ]


# The lists


def test_the_lists_name_each_other_rightly(surface: Surface) -> None:
    assert {base for members in surface.widgets.values() for base in members["bases"]} <= set(surface.widgets)
    assert all(set(members) == {"bases", *KINDS} for members in surface.widgets.values())
    for method, returned in surface._returns.items():
        owner, _, name = method.partition(".")
        member = surface.member(owner, name)
        assert member is not None, method
        assert (member.kind, member.returns) == ("methods", returned)
        assert returned in surface.widgets or surface.vtk_class(returned) is not None, returned


def test_the_logics_of_modules_exist(surface: Surface) -> None:
    logics = {name for name in surface.python["slicer.modules"].values() if name}
    assert {name for name in logics if surface.vtk_class(name) is None} == set()


def test_a_property_value_is_read_with_its_text(form: UiForm) -> None:
    spaced = UiForm(
        '<ui><widget class="QLabel" name="a"><property name="text"><string>A b</string></property></widget></ui>'
    )
    assert property_of(spaced.widgets[0], "text") == "A b"
    assert text_of(spaced.widgets[0]) == "A b"
