"""A worker that answers jobs of adaptation at once, as the real one would: for tests of the panel that shows them.

Run as a script, ``adapting_worker.py JOB.json``. What it is to answer stands in ``answer.json`` beside it.
"""

import hashlib
import json
import shutil
import sys
import time
from pathlib import Path

from u2ad.models.manifest import STARTER_FOLDER
from u2ad.worker.events import Advance, Estimated, Finished, Learned, Step, Stopped, line_of

STARTER = "u2ad"


def main(job_file: Path) -> None:
    job = json.loads(job_file.read_text(encoding="utf-8"))
    answer = json.loads(Path(__file__).with_name("answer.json").read_text(encoding="utf-8"))
    Path(__file__).with_name("job.json").write_text(json.dumps(job), encoding="utf-8")
    for number, scan in enumerate(job["scans"]):
        for name in ("decisions", "cord"):
            if scan[name]:
                shutil.copy(scan[name], Path(__file__).with_name(f"{name}-{number}.npy"))
    say(Step("Read the scan", 1, 3))
    say(Estimated(42.4, 812.0))
    if job["kind"] == "adapt":
        learn(job, answer)
    output = Path(job["output"])
    part = output.with_name("part")
    part.mkdir()
    if job["kind"] == "adapt":
        write(part, answer)
    part.rename(output)
    say(Finished(1.0))


def learn(job: dict, answer: dict) -> None:
    say(Step("Adapt the model", 2, 3))
    for step in range(1, 6):
        say(Learned(step, 1, 0.05 / step, 0.04 / step if step % 2 else None))
        say(Advance(step / 6, 6.0 - step))
        time.sleep(0.02)
    while answer["hold"]:
        time.sleep(0.02)
        if Path(job["stop"]).exists():
            say(Stopped())
            sys.exit(0)


def write(folder: Path, answer: dict) -> None:
    """A version that differs from the starter in its last number, the report, and both results."""
    weights = bytearray((STARTER_FOLDER / f"{STARTER}.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / f"{STARTER}.safetensors").write_bytes(weights)
    manifest = json.loads((STARTER_FOLDER / f"{STARTER}.json").read_text(encoding="utf-8"))
    manifest["parent"] = manifest["sha256"]
    manifest["sha256"] = hashlib.sha256(weights).hexdigest()
    manifest["training"]["adaptation"] = {
        "created": "2026-11-26T10:00:00Z",
        "scans": [{"sha256": "0" * 64, "healthy": False, "confirmed": 1, "rejected": 0, "undecided": 1}],
    }
    (folder / f"{STARTER}.json").write_text(json.dumps(manifest), encoding="utf-8")
    report = {**answer["report"], "model": manifest["sha256"][:12]}
    (folder / "adaptation.json").write_text(json.dumps(report), encoding="utf-8")
    (folder / "adaptation.html").write_text("<p>report</p>", encoding="utf-8")
    for when in ("before", "after"):
        shutil.copytree(answer[when], folder / when)


def say(event) -> None:
    print(line_of(event), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
