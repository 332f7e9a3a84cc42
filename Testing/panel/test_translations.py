"""Everything that a reader sees can be translated: in the code by literals in ``_()``, in the form by default."""

import ast
import re
import string
from collections.abc import Iterator

import pytest
from desktop_api.form import BINDING, UiForm, property_of
from desktop_api.idioms import called, is_text
from desktop_api.sources import FORM, Source, desktop_sources, shown_sources

SHOWN = shown_sources()
SINKS = {
    *("addButton", "addItem", "addTab", "confirmOkCancelDisplay", "confirmYesNoDisplay", "errorDisplay", "infoDisplay"),
    *(
        "insertItem",
        "QAction",
        "QLabel",
        "QPushButton",
        "QTableWidgetItem",
        "setHorizontalHeaderLabels",
        "setPlaceholderText",
    ),
    *("setStatusTip", "setText", "setTitle", "setToolTip", "setWhatsThis", "setWindowTitle", "showStatusMessage"),
    "warningDisplay",
}
"""What shows its first argument, or the named one, to the reader."""

SHOWN_ATTRIBUTES = {"acknowledgementText", "helpText", "placeholderText", "text", "title", "toolTip", "windowTitle"}
SHOWN_KEYWORDS = {"detailedText", "text", "title", "toolTip", "windowTitle"}
UNSHOWN_CALLS = {"AddNewNodeByClass", "compile", "debug", "exception", "fullmatch", "info", "match", "sub", "warning"}
"""Calls whose texts are no words of the panel: the log, patterns, and names of nodes, which a scene keeps."""

SELF_TEST = "U2ADSlicerTest"
"""Slicer's self-test speaks to developers."""

SENTENCE = re.compile(r"[A-Za-z]{2,}[,.:;]? +[A-Za-z(]")
"""Words with a space between them: made for people."""


def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def above(node: ast.AST, tree: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    while node in tree:
        node = tree[node]
        yield node


def is_translated(node: ast.AST, tree: dict[ast.AST, ast.AST]) -> bool:
    return any(called(parent) in ("_", "translate") for parent in above(node, tree))


def is_documentation(node: ast.AST, tree: dict[ast.AST, ast.AST]) -> bool:
    return isinstance(tree.get(node), ast.Expr)


def is_unshown(node: ast.AST, tree: dict[ast.AST, ast.AST]) -> bool:
    for parent in above(node, tree):
        if called(parent) in UNSHOWN_CALLS or (isinstance(parent, ast.ClassDef) and parent.name == SELF_TEST):
            return True
        if isinstance(parent, ast.Dict) and node in parent.keys:
            return True
        if isinstance(parent, ast.Assign) and any(getattr(t, "attr", "") == "contributors" for t in parent.targets):
            return True
    return False


def untranslated_sentences(code: str) -> list[tuple[int, str]]:
    """Texts with more than one word that are neither translated nor documentation nor log."""
    root = ast.parse(code)
    tree = parents(root)
    texts = [node for node in ast.walk(root) if is_text(node) and SENTENCE.search(node.value)]  # type: ignore[attr-defined]
    spared = (is_translated, is_documentation, is_unshown)
    return [(n.lineno, n.value) for n in texts if not any(test(n, tree) for test in spared)]  # type: ignore[attr-defined]


def letters(node: ast.AST | None) -> bool:
    """Whether an expression is a text with letters in it, or one that is put together from such."""
    if isinstance(node, ast.JoinedStr):
        return any(letters(part) for part in node.values)
    return is_text(node) and bool(re.search(r"[A-Za-z]{2,}", node.value))  # type: ignore[union-attr]


def shown(node: ast.AST) -> Iterator[ast.AST]:
    """Expressions that a statement or call shows to the reader."""
    if isinstance(node, ast.Call) and called(node) in SINKS:
        yield from node.args[:1]
        yield from (word.value for word in node.keywords if word.arg in SHOWN_KEYWORDS)
    elif isinstance(node, ast.Assign):
        targets = [target for target in node.targets if isinstance(target, ast.Attribute)]
        yield from (node.value for target in targets if target.attr in SHOWN_ATTRIBUTES)


def untranslated_words(code: str) -> list[int]:
    """Lines that show a text of their own without translating it."""
    root = ast.parse(code)
    tree = parents(root)
    places = [node for node in ast.walk(root) if not is_unshown(node, tree)]
    return [value.lineno for node in places for value in shown(node) if letters(value)]  # type: ignore[attr-defined]


def placeholder_faults(code: str) -> list[tuple[int, str]]:
    """Translated texts whose places have no names, or are filled with other names than they have."""
    root = ast.parse(code)
    tree = parents(root)
    faults = []
    for node in ast.walk(root):
        if called(node) == "_" and isinstance(node, ast.Call) and node.args and is_text(node.args[0]):
            text = node.args[0].value  # type: ignore[attr-defined]
            wanted = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
            given = filled_with(node, tree)
            if any(not field.isidentifier() for field in wanted):
                faults.append((node.lineno, f"places need names: {text}"))
            elif given is not None and given != wanted:
                faults.append((node.lineno, f"filled with {sorted(given)}, wants {sorted(wanted)}"))
            elif given is None and wanted:
                faults.append((node.lineno, f"is not filled: {text}"))
    return faults


def filled_with(node: ast.AST, tree: dict[ast.AST, ast.AST]) -> set[str] | None:
    """Names given by ``.format(name=...)`` to a translated text; None where it is not filled."""
    method = tree.get(node)
    if isinstance(method, ast.Attribute) and method.attr == "format" and isinstance(tree.get(method), ast.Call):
        return {word.arg or "**" for word in tree[method].keywords}  # type: ignore[attr-defined]
    return None


@pytest.mark.parametrize("code", SHOWN, ids=lambda found: found.name)
def test_sentences_are_translated(code: Source) -> None:
    assert untranslated_sentences(code.text) == []


@pytest.mark.parametrize("code", SHOWN, ids=lambda found: found.name)
def test_words_on_widgets_are_translated(code: Source) -> None:
    assert untranslated_words(code.text) == []


@pytest.mark.parametrize("code", desktop_sources(), ids=lambda found: found.name)
def test_places_in_translated_texts_have_names_and_are_filled(code: Source) -> None:
    assert placeholder_faults(code.text) == []


@pytest.mark.parametrize("code", desktop_sources(), ids=lambda found: found.name)
def test_the_translator_is_slicers(code: Source) -> None:
    """Slicer finds the texts by the name ``_``, which must be its own function and nothing else."""
    uses = any(called(node) == "_" for node in ast.walk(code.tree))
    imports = [n for n in ast.walk(code.tree) if isinstance(n, ast.ImportFrom) and n.module == "slicer.i18n"]
    assert not uses or any(a.name == "tr" and a.asname == "_" for n in imports for a in n.names)
    stored = [
        n.lineno
        for n in ast.walk(code.tree)
        if isinstance(n, ast.Name) and n.id == "_" and isinstance(n.ctx, ast.Store)
    ]
    assert not uses or stored == []


# The form


@pytest.fixture(scope="module")
def form() -> UiForm:
    return UiForm(FORM.read_text(encoding="utf-8"))


def wrongly_marked(form: UiForm) -> list[str]:
    """Texts for people that are not translated, and names for programs that are."""
    faults = []
    for widget in form.widgets:
        for prop in (*widget.findall("property"), *widget.findall("attribute")):
            for text in (*prop.findall("string"), *prop.findall("stringlist")):
                for_programs = prop.get("name") in (BINDING, "nodeTypes", "settingKey")
                if (text.get("notr") == "true") is not for_programs:
                    faults.append(f"{widget.get('name')}.{prop.get('name')}")
    return faults


def test_texts_of_the_form_are_translated_and_names_are_not(form: UiForm) -> None:
    assert wrongly_marked(form) == []


def test_labels_of_the_form_have_texts_or_get_them(form: UiForm) -> None:
    code = "\n".join(source.text for source in desktop_sources())
    speechless = [w.get("name") for w in form.widgets if w.get("class") in ("QLabel", "QPushButton", "QCheckBox")]
    speechless = [
        n
        for n, w in zip(speechless, [w for w in form.widgets if w.get("name") in speechless], strict=True)
        if not property_of(w, "text")
    ]
    assert [name for name in speechless if f"{name}.setText(" not in code] == []


# Each of these can fail


@pytest.mark.parametrize(
    "code",
    [
        "label.setText('No findings')",
        "x = 'No findings here'",
        "raise U2ADError('Too few slices.', _('Load another.'))",
    ],
)
def test_a_sentence_is_noticed(code: str) -> None:
    assert untranslated_sentences(code)


@pytest.mark.parametrize(
    "code",
    [
        "label.setText('Confirm')",
        "label.setToolTip(f'Level {level}')",
        "button.text = 'Cancel'",
        "slicer.util.errorDisplay(_('x'), windowTitle='Trouble')",
        "combo.addItem('all', 'ALL')",
    ],
)
def test_a_word_is_noticed(code: str) -> None:
    assert untranslated_words(code)


@pytest.mark.parametrize(
    "code",
    [
        '"""A file for people."""',
        "label.setText(_('No findings'))",
        "label.setText(_('{count} findings').format(count=3))",
        "logging.warning('No findings here')",
        "label.setText(f'{count:.1f}')",
        "label.setText('\\u26a0 ' + _('No findings'))",
        "class U2ADSlicerTest:\n    def test(self):\n        self.delayDisplay('Saving the scene')",
    ],
)
def test_what_is_translated_or_for_developers_is_not(code: str) -> None:
    assert untranslated_sentences(code) == []
    assert untranslated_words(code) == []
    assert placeholder_faults(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "_('{} findings').format(3)",
        "_('{0} findings').format(3)",
        "_('{n} findings').format(m=3)",
        "x = _('{n} findings')",
    ],
)
def test_a_place_that_is_not_filled_by_name_is_noticed(code: str) -> None:
    assert placeholder_faults(code)


def test_a_wrongly_marked_text_is_noticed() -> None:
    text = '<ui><widget class="QLabel" name="a"><property name="{}"><string{}>x</string></property></widget></ui>'
    assert wrongly_marked(UiForm(text.format("text", ' notr="true"'))) == ["a.text"]
    assert wrongly_marked(UiForm(text.format(BINDING, ""))) == [f"a.{BINDING}"]
    assert wrongly_marked(UiForm(text.format("text", ""))) == []
