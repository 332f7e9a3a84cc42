"""The command, run in the process of the tests, with a detection that is faked."""

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import u2ad
from fake_pipeline import FakePipeline


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    monkeypatch.setitem(sys.modules, "u2ad.pipeline", fake)
    monkeypatch.setattr(u2ad, "pipeline", fake, raising=False)
    return fake


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
