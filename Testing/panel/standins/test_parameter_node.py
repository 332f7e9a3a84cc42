"""Typed parameters live on the node, are checked, and follow their widgets."""

import enum
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
import slicer

DEMO = Path(__file__).parent / "demo" / "StandInDemo.py"


@pytest.fixture
def widget(desktop):
    return desktop.loadModule(DEMO).widget


@pytest.fixture
def wrap(desktop):
    """Makes a class with annotations a wrapper around a new node."""
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    def wrap(annotations, **defaults):
        cls = parameterNodeWrapper(type("Parameters", (), {"__annotations__": annotations, **defaults}))
        return cls(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScriptedModuleNode"))

    return wrap


def test_defaults_stand_on_the_node(widget):
    parameters = widget.parameters
    assert (parameters.threshold, parameters.count, parameters.method) == (0.25, 10, "second")
    assert (parameters.shown.name, parameters.inverted, parameters.folder) == ("FEW", False, Path("somewhere"))
    node = parameters.parameterNode
    assert (node.GetParameter("threshold"), node.GetParameter("shown")) == ("0.25", "FEW")


def test_widgets_show_the_parameters(widget):
    ui = widget.ui
    assert (ui.thresholdSlider.value, ui.thresholdSlider.maximum, ui.thresholdSlider.decimals) == (0.25, 1.0, 3)
    assert (ui.countBox.value, ui.countBox.minimum, ui.countBox.maximum) == (10, 2, 50)
    assert (ui.methodBox.currentText, ui.shownBox.currentText) == ("second", "a few")
    assert (ui.folderEdit.currentPath, ui.inputSelector.nodeTypes) == ("somewhere", ("vtkMRMLScalarVolumeNode",))


def test_widgets_follow_parameters(widget):
    parameters, ui = widget.parameters, widget.ui
    volume = slicer.util.addVolumeFromArray(np.zeros((2, 3, 4)), name="Scan")
    parameters.threshold, parameters.shown, parameters.remark, parameters.inputVolume = (
        0.75,
        type(parameters.shown).ALL,
        "note",
        volume,
    )
    parameters.inverted = True
    assert (ui.thresholdSlider.value, ui.shownBox.currentIndex, ui.remarkEdit.text) == (0.75, 0, "note")
    assert (ui.inputSelector.currentNode(), ui.invertedBox.checked) == (volume, True)


def test_parameters_follow_widgets(widget):
    parameters, ui = widget.parameters, widget.ui
    ui.thresholdSlider.value = 0.5
    ui.countBox.value = 3
    ui.methodBox.currentIndex = 0
    ui.invertedBox.click()
    ui.remarkEdit.text = "typed"
    ui.folderEdit.currentPath = "elsewhere"
    assert (parameters.threshold, parameters.count, parameters.method) == (0.5, 3, "first")
    assert (parameters.inverted, parameters.remark, parameters.folder) == (True, "typed", Path("elsewhere"))


def test_disconnected_widgets_go_their_own_way(widget):
    parameters = widget.parameters
    parameters.disconnectGui(widget.guiTag)
    widget.ui.countBox.value = 3
    assert parameters.count == 10
    parameters.threshold = 0.9
    assert widget.ui.thresholdSlider.value == 0.25


def test_values_of_wrong_type_or_out_of_range_are_refused(widget):
    parameters = widget.parameters
    for name, value in (("count", 2.5), ("count", True), ("remark", 3), ("inputVolume", "Scan"), ("folder", "text")):
        with pytest.raises(TypeError, match=name):
            setattr(parameters, name, value)
    for name, value in (("count", 1), ("threshold", 1.1), ("method", "third")):
        with pytest.raises(ValueError, match="Value must be"):
            setattr(parameters, name, value)


def test_a_removed_node_is_none(widget):
    volume = slicer.util.addVolumeFromArray(np.zeros((2, 3, 4)))
    widget.parameters.inputVolume = volume
    slicer.mrmlScene.RemoveNode(volume)
    assert widget.parameters.inputVolume is None
    assert widget.ui.inputSelector.currentNode() is None


def test_parameters_are_fresh_after_the_scene_was_closed(widget):
    widget.ui.countBox.value = 3
    slicer.mrmlScene.Clear(False)
    assert widget.parameters.count == 10
    assert widget.ui.countBox.value == 10


def test_a_wrapper_survives_its_node_being_removed(wrap):
    parameters = wrap({"count": int}, count=3)
    slicer.mrmlScene.RemoveNode(parameters.parameterNode)
    parameters.count = 4
    assert parameters.count == 4


def test_parameters_come_back_with_the_scene(widget, tmp_path):
    widget.ui.countBox.value = 3
    file = str(tmp_path / "scene.mrb")
    slicer.util.saveScene(file)
    slicer.util.loadScene(file, {"clear": True})
    assert widget.parameters.count == 3
    assert widget.ui.countBox.value == 3


def test_several_changes_in_one_go_are_told_once(widget):
    told = []
    widget.parameters.AddObserver("ModifiedEvent", lambda *_: told.append(1))
    with slicer.util.NodeModify(widget.parameters):
        widget.parameters.count = 3
        widget.parameters.remark = "x"
    assert told == [1]


def test_natural_defaults_obey_the_annotations(wrap):
    from slicer.parameterNodeWrapper import Choice, Default, Minimum, WithinRange

    class Side(enum.Enum):
        LEFT = 1
        RIGHT = 2

    parameters = wrap(
        {
            "size": Annotated[int, WithinRange(2, 5)],
            "least": Annotated[float, Minimum(1.5)],
            "kind": Annotated[str, Choice(["a", "b"])],
            "given": Annotated[int, Default(7)],
            "side": Side,
            "node": slicer.vtkMRMLTextNode | None,
        }
    )
    values = (parameters.size, parameters.least, parameters.kind, parameters.given, parameters.side, parameters.node)
    assert values == (2, 1.5, "a", 7, Side.LEFT, None)
    assert not parameters.isCached("size")
    assert parameters.dataType("size") is int


def test_types_without_a_stand_in_are_refused(wrap):
    with pytest.raises(TypeError, match="serializer"):
        wrap({"values": list[int]})


def test_a_default_that_breaks_its_own_rule_is_refused(wrap):
    from slicer.parameterNodeWrapper import WithinRange

    with pytest.raises(ValueError, match="within range"):
        wrap({"count": Annotated[int, WithinRange(0, 5)]}, count=6)


def test_widgets_must_suit_their_parameter(wrap):
    import ctk
    import qt

    parameters = wrap({"count": int, "text": str})
    for name, widget in (("count", ctk.ctkSliderWidget()), ("text", qt.QSpinBox()), ("text", qt.QPlainTextEdit())):
        with pytest.raises(RuntimeError):
            parameters.connectParametersToGui({name: widget})
    with pytest.raises(ValueError, match="misspelt"):
        parameters.connectParametersToGui({"misspelt": qt.QSpinBox()})


def test_widgets_are_compared_by_their_exact_class(wrap):
    import qt

    class OwnEdit(qt.QLineEdit):
        pass

    with pytest.raises(RuntimeError, match="OwnEdit"):
        wrap({"text": str}).connectParametersToGui({"text": OwnEdit()})
