"""Slicer's Python files that stand-ins replace: packaging, PyTorchUtils, SampleData, i18n."""

import functools
import os
import subprocess
import sys

import pytest
import slicer


@pytest.fixture
def packaging(desktop, monkeypatch):
    from slicer import packaging

    monkeypatch.setattr(packaging, "calls", [])
    return packaging


def test_what_is_installed_is_told_truly(packaging):
    assert packaging.pip_check("numpy>=1.20")
    assert not packaging.pip_check("numpy>=99")
    assert not packaging.pip_check(["numpy", "no-such-package-at-all"])
    assert packaging.pip_check("no-such-package-at-all; python_version < '3'")


def test_requirements_are_read_as_slicer_reads_them(packaging, tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("# what is needed\nnumpy>=1.20\n--no-deps\n\nscipy\n")
    assert [str(each) for each in packaging.load_requirements(file)] == ["numpy>=1.20", "scipy"]
    file.write_text("numpy  # for arrays\n")
    with pytest.raises(ValueError, match="numpy"):
        packaging.load_requirements(file)


def test_installing_is_recorded_and_never_done(packaging):
    slicer.util.pip_install("--no-index --find-links folder monai")
    packaging.pip_uninstall("monai")
    assert [(call.function, call.requirements) for call in packaging.calls] == [
        ("pip_install", "--no-index --find-links folder monai"),
        ("pip_uninstall", "monai"),
    ]


def test_ensuring_asks_first_and_does_nothing_when_testing(packaging, monkeypatch):
    packaging.pip_ensure("no-such-package-at-all", requester="U2AD")
    assert packaging.calls == []
    slicer.app.setTestingEnabled(False)
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text, **_: False)
    with pytest.raises(RuntimeError, match="declined"):
        packaging.pip_ensure("no-such-package-at-all", requester="U2AD")
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text, **_: True)
    packaging.pip_ensure(["numpy", "no-such-package-at-all"], requester="U2AD")
    assert [str(each) for each in packaging.calls[0].requirements] == ["no-such-package-at-all"]
    packaging.pip_ensure("numpy")
    assert len(packaging.calls) == 1


def test_an_installation_can_be_made_to_fail(packaging, monkeypatch):
    monkeypatch.setattr(packaging, "failure", RuntimeError("no network"))
    with pytest.raises(RuntimeError, match="no network"):
        packaging.pip_install("monai")


def test_torch_is_asked_for_and_not_installed(desktop, monkeypatch):
    import PyTorchUtils

    monkeypatch.setattr(PyTorchUtils, "calls", [])
    monkeypatch.setattr(PyTorchUtils.PyTorchUtilsLogic, "torchInstalled", staticmethod(lambda: False))
    logic = PyTorchUtils.PyTorchUtilsLogic()
    assert logic.installTorch(askConfirmation=True, torchVersionRequirement=">=2.4") is None
    assert PyTorchUtils.calls == [{"askConfirmation": True, "torchVersionRequirement": ">=2.4"}]


def test_a_sample_is_made_by_its_own_function(desktop, monkeypatch):
    import SampleData

    monkeypatch.setattr(SampleData, "sources", {})
    register = functools.partial(
        SampleData.SampleDataLogic.registerCustomSampleDataSource, category="U2AD", fileNames="", nodeNames=""
    )
    register(sampleName="Scan", uris="", customDownloader=lambda source: "first")
    register(sampleName="Scan", uris="", customDownloader=lambda source: ("second", source.sampleName))
    register(sampleName="Far", uris="somewhere")
    assert SampleData.pressTile("Scan") == ("second", "Scan")
    assert len(SampleData.sources["U2AD"]) == 2
    with pytest.raises(NotImplementedError, match="network"):
        SampleData.pressTile("Far")
    with pytest.raises(KeyError):
        SampleData.pressTile("Unknown")
    with pytest.raises(TypeError):
        register(sampleName="Scan", customDownloader=lambda source: "no source")


def test_texts_stay_as_they_are(desktop):
    from slicer.i18n import tr, translate

    assert (tr("Apply"), translate("context", "Apply")) == ("Apply", "Apply")


def test_detecting_never_loads_qt():
    code = (
        "import sys\n"
        "import u2ad.cli.app, u2ad.pipeline, EmbeddedSlicer.child, EmbeddedSlicer.result_scene\n"
        "from EmbeddedSlicer.runtime import EmbeddedRuntime\n"
        "EmbeddedRuntime.start()\n"
        "print(sorted({'PySide6', 'qt', 'EmbeddedSlicer.desktop'} & set(sys.modules)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
