"""Idle threads of PyTorch sleep, so that a computer with other work does not stand still."""

import os
import subprocess
import sys

import pytest

POLICY = "OMP_WAIT_POLICY"
SHOWN = f"import os; print(os.environ.get({POLICY!r}))"


@pytest.mark.parametrize(("told", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_the_command_lets_idle_threads_sleep_unless_told_otherwise(told: str | None, expected: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key != POLICY} | ({POLICY: told} if told else {})
    script = f"from u2ad.cli import main\ntry:\n    main(['--version'])\nexcept SystemExit:\n    {SHOWN}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True, timeout=60
    )
    assert done.stdout.split()[-1] == expected
