"""Prints what becomes of odd DICOM: ``python Testing/end_to_end/odd_dicom_table.py > Docs/dicom-in.md``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

from odd_dicom import OddInput, odd_inputs

from u2ad.errors import RefusedInputError, U2ADError
from u2ad.scan import Scan, SeveralSeriesError, Verdict, check_form, read_proposed

HEAD = """# What becomes of DICOM as it comes

Every row is a folder or file that the tests write and that `u2ad detect` and `u2ad check` are given; a test writes this
table anew and compares. **Read**: it is detected on. **Asked**: the series are listed, the most suitable first, and
`--series N` chooses. **Refused**: it was read, but a detection on it would be meaningless (exit code 3); *or --anyway*:
a person may insist. **Not read**: exit code 4. Nothing is written where the detection does not run. What else a folder
may hold is in [bad-input.md](bad-input.md).

A series *suits* if its headers say MR, T2-weighted, sagittal (or nearly isotropic), and nothing speaks against the
cervical spine, the number of slices and their distances. If exactly one series of a folder suits, it is taken, and a
line says which and why; `u2ad adapt`, `u2ad calibrate extend` and `u2ad export` take the same one, and where the first
two would have to ask, an image of the series that is meant says which. Localizers, diffusion, phase, projections,
mosaics, screenshots, fat and opposed-phase images are never taken unasked; STIR, FLAIR, axial and coronal series, and
those computed from others, only come after a plain T2-weighted one. Water and in-phase images are asked about: nothing
was measured on them. Images of one series at the same places are told apart by type, echo time, inversion time,
b-value, sequence or acquisition, where the header gives one and each part is as long as the others.

Values are decoded by GDCM from uncompressed, deflated, RLE, JPEG, JPEG-LS and JPEG 2000 images; HTJ2K, JPEG XL and
videos are refused. Of a header no more is read than `u2ad/scan/dicom/header.py` lists.

Measured on two cores of a server: 2002 files with headers of 105 elements in 182 series are listed and ranked in 7 s,
each header read once. `python Testing/fuzz/dicom_headers.py --count 20000` gives broken headers to the reader that
hypothesis draws, and makes simpler what fails. It found damaged RLE images that GDCM decoded for ten seconds, or that
ended the program: what their headers promise is compared with what is there now, and told in a sentence.

On 27 November 2026, with seed 0, 20 000 inputs ended 11 204 times in a scan and 8796 times in a sentence, without a
fault, in 968 s of a busy machine; the slowest took 0.8 s. The same seed tries the same inputs.

| input | outcome | what is said |
|---|---|---|
"""


def outcome_of(odd: OddInput) -> tuple[str, str, Scan | None]:
    """What became of an input, what is said about it, and the scan if there is one."""
    try:
        scan = read_proposed(odd.path)
    except SeveralSeriesError as error:
        return "asked", str(error), None
    except U2ADError as error:
        return "refused" if isinstance(error, RefusedInputError) else "not read", str(error), None
    told = [check for check in check_form(scan) if check.verdict is not Verdict.OK or check.name == "series"]
    said = " ".join(f"{check.sentence} {check.remedy}".strip() for check in told)
    refusals = [check for check in told if check.verdict is Verdict.REFUSE]
    if not refusals:
        return "read", said, scan
    return "refused, or --anyway" if all(check.overridable for check in refusals) else "refused", said, scan


def row(odd: OddInput) -> str:
    """The row of the table."""
    outcome, said, _ = outcome_of(odd)
    lines = "<br>".join(line.strip() for line in said.replace("|", " ").splitlines())
    return f"| {odd.kind} | {outcome} | {lines} |\n"


def main() -> None:
    """Print the page."""
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(HEAD + "".join(row(odd) for odd in odd_inputs(Path(folder))))


if __name__ == "__main__":
    main()
