"""Jobs for the worker: a tube of cord with a bright spot, small enough for a second."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cord_tube import make_tube, with_spot
from worker_jobs import MODULE_FOLDER, write_job

from u2ad.scan import Scan
from u2ad.simulation import Acquisition, simulate, write_phantom
from u2ad.worker.job import DetectJob

START = "import runpy, sys; sys.argv = ['worker', sys.argv[1]]; runpy.run_module('u2ad.worker', run_name='__main__')"


@pytest.fixture(scope="session")
def tube():
    return make_tube()


@pytest.fixture(scope="session")
def spotted(tube) -> Scan:
    return with_spot(tube, superior=10.0, brighter=300.0)


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a simulated clinical scan with three lesions."""
    folder = tmp_path_factory.mktemp("simulated") / "phantom"
    write_phantom(simulate(7, Acquisition.sagittal(), lesions=3), folder)
    return folder


@pytest.fixture
def job(tmp_path: Path, tube, spotted) -> DetectJob:
    """A job with the reader's cord and a detector that needs no network: a second's work."""
    return write_job(tmp_path, spotted, tube.cord.fraction, detector="local_z")


@pytest.fixture
def child(tmp_path: Path) -> Callable[..., subprocess.Popen]:
    """Starts workers, and ends them after the test."""
    started: list[subprocess.Popen] = []

    def start(job: DetectJob, before: str = "") -> subprocess.Popen:
        file = Path(job.stop).with_name("job.json")
        file.write_text(job.to_json(), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{START}", str(file)],
            cwd=MODULE_FOLDER,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
