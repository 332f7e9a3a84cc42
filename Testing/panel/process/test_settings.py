"""The user's choices: kept as text, as QSettings gives them back, and never taken from the system."""

from pathlib import Path

import pytest

from U2ADSlicerLib.settings import GROUP, Settings


class AsText:
    """A store that, like QSettings in an .ini file, gives back text whatever it was given."""

    def __init__(self):
        self.values = {}

    def value(self, key, default=None):
        return self.values.get(key, default)

    def setValue(self, key, value):
        self.values[key] = str(value)


@pytest.fixture
def store():
    return AsText()


def test_at_first_nothing_is_chosen(store):
    settings = Settings(store)
    assert (settings.readerName, settings.packageFolder, settings.threads) == ("", None, None)
    assert settings.shortcutsEnabled
    assert store.values == {}


def test_choices_come_back_in_the_next_session(store, tmp_path):
    settings = Settings(store)
    settings.readerName = "  Dr. Ä. Öz "
    settings.packageFolder = tmp_path
    settings.threads = 3
    settings.shortcutsEnabled = False
    again = Settings(store)
    assert (again.readerName, again.packageFolder, again.threads) == ("Dr. Ä. Öz", tmp_path, 3)
    assert not again.shortcutsEnabled
    assert all(key.startswith(f"{GROUP}/") for key in store.values)


def test_choices_can_be_taken_back(store, tmp_path):
    settings = Settings(store)
    settings.packageFolder, settings.threads = tmp_path, 3
    settings.packageFolder = settings.threads = None
    assert (settings.packageFolder, settings.threads) == (None, None)


@pytest.mark.parametrize("odd", ["", "yes", "-1", "many", "0", None])
def test_what_makes_no_sense_counts_as_not_chosen(store, odd):
    for name in ("threads", "shortcutsEnabled"):
        store.values[f"{GROUP}/{name}"] = odd
    settings = Settings(store)
    assert settings.threads is None
    assert settings.shortcutsEnabled


def test_a_folder_may_have_any_name(store):
    Settings(store).packageFolder = Path("/mnt/Räume & Pakete")
    assert Settings(store).packageFolder == Path("/mnt/Räume & Pakete")
