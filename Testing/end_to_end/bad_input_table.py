"""Prints the documentation's table: ``python Testing/end_to_end/bad_input_table.py > Docs/bad-input.md``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bad_inputs import BadInput, bad_inputs

HEAD = """# What happens with bad and odd input

Every row is a file or folder that the tests write and hand to `u2ad detect`. Exit code 3: the image was read, but a
detection on it would be meaningless. Exit code 4: it is not an image that can be read. Nothing is written in either
case. Where the message offers `--anyway`, the check can be overridden.

| input | exit code | message |
|---|---|---|
"""


def message_for(bad: BadInput, output: Path) -> tuple[int, str]:
    """Exit code and message of ``u2ad detect`` in a process of its own; the input's path is shown as INPUT."""
    code = "import sys; from u2ad.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "detect", str(bad.path), "-o", str(output), "--detector", "local_z"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in ended.stderr.splitlines() if line.strip() and not _is_progress(line)]
    return ended.returncode, " ".join(lines).replace(str(bad.path), "INPUT")


def _is_progress(line: str) -> bool:
    seconds, _, rest = line.strip().partition(" s  ")
    return bool(rest) and seconds.replace(".", "").isdigit()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(HEAD)
        for bad in bad_inputs(Path(folder)):
            if bad.kind.startswith("real "):
                continue
            code, message = message_for(bad, Path(folder) / "result")
            sys.stdout.write(f"| {bad.kind} | {code} | {message.replace('|', ' ')} |\n")


if __name__ == "__main__":
    main()
