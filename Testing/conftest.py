"""What tests of several rooms share: the command run in their process, and the real scans."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

REAL = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def no_models_of_this_computer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whoever runs the tests may have adapted the model: what they detect with is the starter."""
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path_factory.getbasetemp() / "no-data"))


@pytest.fixture
def real() -> Path:
    if not REAL.is_dir():
        pytest.skip("the real scans are not here")
    return REAL


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., SimpleNamespace]:
    """Runs ``u2ad`` in this process; returns its exit code and what it printed."""
    from u2ad.cli import ending

    monkeypatch.setattr(ending, "STOP", SimpleNamespace(listen=lambda: None, requested=False))
    monkeypatch.setattr(ending, "_quieten", lambda: None)

    def run(*arguments: object) -> SimpleNamespace:
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            ending.main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return SimpleNamespace(code=end.value.code, out=out, err=err)

    return run
