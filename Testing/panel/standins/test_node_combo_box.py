"""The node selector lists what fits, follows the scene, and tells of changes."""

import pytest
import slicer


@pytest.fixture
def box(desktop):
    box = slicer.qMRMLNodeComboBox()
    box.nodeTypes = ["vtkMRMLScalarVolumeNode"]
    box.noneEnabled = True
    box.setMRMLScene(slicer.mrmlScene)
    return box


@pytest.fixture
def changes(box):
    changes = []
    box.connect("currentNodeChanged(vtkMRMLNode*)", changes.append)
    return changes


def add(kind="vtkMRMLScalarVolumeNode", name="Scan", **attributes):
    node = slicer.mrmlScene.CreateNodeByClass(kind)
    node.UnRegister(None)
    node.SetName(name)
    for key, value in attributes.items():
        node.SetAttribute(key, value)
    return slicer.mrmlScene.AddNode(node)


def listed(box):
    return [box.nodeFromIndex(index).GetName() for index in range(box.nodeCount())]


def shown(box):
    inner = box.focusProxy()
    return [inner.itemText(row) for row in range(inner.count)]


def test_types_come_back_as_a_tuple(box):
    assert box.nodeTypes == ("vtkMRMLScalarVolumeNode",)


def test_nodes_are_listed_as_they_come_change_and_go(box):
    node = add(name="Scan")
    add("vtkMRMLTextNode", "Text")
    assert listed(box) == ["Scan"]
    node.SetName("Other")
    assert "Other" in shown(box)
    slicer.mrmlScene.RemoveNode(node)
    assert listed(box) == []


def test_hidden_nodes_are_not_listed(box):
    node = add()
    node.HideFromEditorsOn()
    assert listed(box) == []
    box.showHidden = True
    assert listed(box) == ["Scan"]


def test_child_types_are_listed_on_demand(box):
    add("vtkMRMLLabelMapVolumeNode", "Labels")
    assert listed(box) == ["Labels"]
    box.hideChildNodeTypes = ["vtkMRMLLabelMapVolumeNode"]
    assert listed(box) == []
    box.hideChildNodeTypes = []
    box.showChildNodeTypes = False
    assert listed(box) == []


def test_attributes_decide_with_and_without_a_value(box):
    add(name="plain")
    add(name="marked", Mark="1")
    changing = add(name="other", Mark="2")
    box.addAttribute("vtkMRMLScalarVolumeNode", "Mark")
    assert listed(box) == ["marked", "other"]
    box.addAttribute("vtkMRMLScalarVolumeNode", "Mark", "1")
    assert listed(box) == ["marked"]
    changing.SetAttribute("Mark", "1")
    assert listed(box) == ["marked", "other"]
    box.removeAttribute("vtkMRMLScalarVolumeNode", "Mark")
    assert listed(box) == ["plain", "marked", "other"]


def test_with_none_enabled_nothing_is_chosen_by_itself(box, changes):
    add()
    assert box.currentNode() is None
    assert changes == []


def test_without_none_the_first_node_is_chosen(box, changes):
    box.noneEnabled = False
    first, _second = add(), add(name="Second")
    assert box.currentNode() is first
    assert changes == [first]


def test_none_that_was_set_stays_when_nodes_come(box, changes):
    box.noneEnabled = False
    box.setCurrentNode(None)
    add()
    assert box.currentNode() is None
    assert changes == []


def test_a_choice_is_told_by_every_signal_and_once(box, changes):
    told = []
    box.connect("currentNodeChanged(bool)", told.append)
    box.connect("currentNodeIDChanged(QString)", told.append)
    node = add()
    box.setCurrentNode(node)
    box.setCurrentNode(node)
    assert changes == [node]
    assert told == [True, node.GetID()]
    assert box.currentNodeID == node.GetID()


def test_a_node_that_does_not_fit_is_no_node(box, changes):
    box.setCurrentNode(add())
    box.setCurrentNode(add("vtkMRMLTextNode", "Text"))
    assert box.currentNode() is None
    assert changes[-1] is None


def test_the_current_node_goes_with_the_scene(box, changes):
    node = add()
    box.setCurrentNode(node)
    slicer.mrmlScene.Clear(False)
    assert changes == [node, None]


def test_nodes_of_an_imported_scene_are_listed(box, tmp_path):
    add(name="Kept")
    file = str(tmp_path / "scene.mrb")
    assert slicer.util.saveScene(file)
    slicer.mrmlScene.Clear(False)
    slicer.util.loadScene(file)
    assert listed(box) == ["Kept"]


def choose(box, text):
    inner = box.focusProxy()
    row = inner.findText(text)
    assert row >= 0, shown(box)
    inner.setCurrentIndex(row)
    inner.activated.emit(row)


def test_the_user_chooses_adds_and_removes(box, changes):
    node = add()
    choose(box, "Scan")
    assert changes == [node]
    added = []
    box.baseName = "New"
    box.addAttribute("vtkMRMLScalarVolumeNode", "Mark", "1")
    box.connect("nodeAddedByUserAction(vtkMRMLNode*)", added.append)
    choose(box, "Create new ScalarVolume")
    assert [each.GetName() for each in added] == ["New"]
    assert added[0].GetAttribute("Mark") == "1"
    assert box.currentNode() is added[0]
    box.removeCurrentNode()
    assert slicer.mrmlScene.GetFirstNodeByName("New") is None


def test_what_is_not_allowed_is_not_offered(box):
    box.addEnabled = box.removeEnabled = False
    box.setCurrentNode(add())
    assert shown(box) == ["None", "Scan"]


def test_a_deleted_selector_no_longer_listens(desktop, box):
    box.delete()
    slicer.mrmlScene.RemoveNode(add())
    assert list(desktop.complaints) == []


def test_the_next_node_or_the_last_is_taken_for_one_that_goes(box, changes):
    first, second, third = add(name="First"), add(name="Second"), add(name="Third")
    box.setCurrentNode(second)
    slicer.mrmlScene.RemoveNode(second)
    assert box.currentNode() is third
    slicer.mrmlScene.RemoveNode(third)
    assert box.currentNode() is first
    slicer.mrmlScene.RemoveNode(first)
    assert box.currentNode() is None
    assert changes == [second, third, first, None]


def test_the_choice_is_changed_while_the_node_that_goes_is_still_there(box):
    first, second = add(name="First"), add(name="Second")
    box.setCurrentNode(first)
    there = []
    box.connect("currentNodeChanged(vtkMRMLNode*)", lambda _: there.append(first.GetScene() is not None))
    slicer.mrmlScene.RemoveNode(first)
    assert there == [True]
    assert box.currentNode() is second


def test_nodes_of_a_batch_are_listed_as_they_come(box):
    slicer.mrmlScene.StartState(slicer.vtkMRMLScene.BatchProcessState)
    add(name="Scan")
    assert listed(box) == ["Scan"]
    slicer.mrmlScene.EndState(slicer.vtkMRMLScene.BatchProcessState)


def test_an_import_lists_its_nodes_at_its_end_and_drops_the_choice(box, changes):
    node = add(name="Scan")
    box.setCurrentNode(node)
    slicer.mrmlScene.StartState(slicer.vtkMRMLScene.ImportState)
    other = add(name="Other")
    assert listed(box) == ["Scan"]
    box.setCurrentNode(other)
    assert box.currentNode() is None
    box.setCurrentNode(node)
    slicer.mrmlScene.EndState(slicer.vtkMRMLScene.ImportState)
    assert listed(box) == ["Scan", "Other"]
    assert box.currentNode() is None
    assert changes == [node, None, node, None]
