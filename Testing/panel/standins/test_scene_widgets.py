"""The table view and the place button follow their nodes."""

import pytest
import slicer


@pytest.fixture
def table(desktop):
    import vtk

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode")
    for name, values in {"level": ("C3", "C4"), "score": ("1.5", "2.5")}.items():
        column = vtk.vtkStringArray()
        column.SetName(name)
        for value in values:
            column.InsertNextValue(value)
        node.AddColumn(column)
    return node


def test_a_table_is_shown_and_followed(table):
    import qt

    view = slicer.qMRMLTableView()
    view.setMRMLTableNode(table)
    model = view.model()
    assert (model.rowCount(), model.columnCount()) == (2, 2)
    assert model.headerData(1, qt.Qt.Horizontal) == "score"
    table.SetCellText(1, 1, "9")
    assert model.item(1, 1).text() == "9"
    view.setMRMLTableNode(None)
    assert model.rowCount() == 0


def test_cells_are_edited_unless_the_table_is_locked(table):
    import qt

    view = slicer.qMRMLTableView()
    view.setMRMLTableNode(table)
    view.model().item(0, 0).setText("C5")
    assert table.GetCellText(0, 0) == "C5"
    table.SetLocked(True)
    assert not view.model().item(0, 0).flags() & qt.Qt.ItemIsEditable


def test_a_row_that_is_selected_is_told(table):
    view = slicer.qMRMLTableView()
    view.setMRMLTableNode(table)
    told = []
    view.connect("selectionChanged()", lambda: told.append(view.selectionModel().selectedRows()[0].row()))
    view.selectRow(1)
    assert told == [1]


@pytest.fixture
def place(desktop):
    widget = slicer.qSlicerMarkupsPlaceWidget()
    widget.setMRMLScene(slicer.mrmlScene)
    widget.setCurrentNode(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Levels"))
    yield widget
    widget.interactionNode().SetCurrentInteractionMode(slicer.vtkMRMLInteractionNode.ViewTransform)


def test_placing_goes_through_the_scenes_own_nodes(place):
    told = []
    place.connect("activeMarkupsPlaceModeChanged(bool)", told.append)
    place.placeMultipleMarkups = slicer.qSlicerMarkupsPlaceWidget.ForcePlaceMultipleMarkups
    place.setPlaceModeEnabled(True)
    interaction, selection = place.interactionNode(), place.selectionNode()
    assert interaction.GetCurrentInteractionMode() == slicer.vtkMRMLInteractionNode.Place
    assert interaction.GetPlaceModePersistence() == 1
    assert selection.GetActivePlaceNodeID() == place.currentNode().GetID()
    interaction.SetCurrentInteractionMode(slicer.vtkMRMLInteractionNode.ViewTransform)
    assert not place.placeModeEnabled
    assert told == [True, False]


def test_another_nodes_placing_is_not_ones_own(place):
    place.setPlaceModeEnabled(True)
    other = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Other")
    place.selectionNode().SetActivePlaceNodeID(other.GetID())
    assert not place.placeModeEnabled
    assert not place.placeButton().checked


def test_the_last_point_is_deleted(place):
    node = place.currentNode()
    for x in range(3):
        node.AddControlPoint(x, 0, 0)
    place.deleteButton().click()
    assert node.GetNumberOfControlPoints() == 2


def test_a_closed_scene_leaves_nothing_to_place(place):
    slicer.mrmlScene.Clear(False)
    assert place.currentNode() is None
    assert not place.enabled
