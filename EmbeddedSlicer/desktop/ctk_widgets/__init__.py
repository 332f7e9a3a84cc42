"""CTK's widgets as far as scripted modules use them: documented properties, methods, signals; own looks."""

from __future__ import annotations

import types

from EmbeddedSlicer.desktop.ctk_widgets.choices import ctkCheckBox, ctkComboBox
from EmbeddedSlicer.desktop.ctk_widgets.collapsible_button import ctkCollapsibleButton
from EmbeddedSlicer.desktop.ctk_widgets.directory_button import ctkDirectoryButton
from EmbeddedSlicer.desktop.ctk_widgets.double_slider import ctkDoubleSlider
from EmbeddedSlicer.desktop.ctk_widgets.expandable_widget import ctkExpandableWidget
from EmbeddedSlicer.desktop.ctk_widgets.fitted_text_browser import ctkFittedTextBrowser
from EmbeddedSlicer.desktop.ctk_widgets.message_box import ctkMessageBox
from EmbeddedSlicer.desktop.ctk_widgets.path_line_edit import ctkPathLineEdit
from EmbeddedSlicer.desktop.ctk_widgets.slider_widget import ctkSliderWidget

WIDGETS = (
    ctkCheckBox,
    ctkCollapsibleButton,
    ctkComboBox,
    ctkDirectoryButton,
    ctkDoubleSlider,
    ctkExpandableWidget,
    ctkFittedTextBrowser,
    ctkMessageBox,
    ctkPathLineEdit,
    ctkSliderWidget,
)


def makeCtkModule() -> types.ModuleType:
    """The module ``ctk``."""
    module = types.ModuleType("ctk", __doc__)
    module.__dict__.update({cls.__name__: cls for cls in WIDGETS})
    return module
