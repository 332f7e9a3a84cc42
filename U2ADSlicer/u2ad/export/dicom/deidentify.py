"""De-identification of what objects repeat of their source: the basic profile of DICOM PS3.15 annex E.

Objects made here repeat only the attributes of :data:`IDENTIFYING` and UIDs: everything else in a source, private
attributes among it, never leaves, with or without this profile. Docs/dicom-out.md has the table.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from string import hexdigits
from typing import TYPE_CHECKING

from u2ad.errors import OutputError
from u2ad.scan.output import in_words

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

METHOD = "U2ADSlicer: DICOM PS3.15 annex E basic profile"

PSEUDONYM = ("PatientName", "PatientID")
EMPTIED = (
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
)
"""Action Z of table E.1-1, with an empty value."""

REMOVED = ("IssuerOfPatientID", "StudyDescription")
"""Action X of table E.1-1."""

IDENTIFYING = (*PSEUDONYM, *REMOVED, *EMPTIED)
"""All attributes about patient and visit that are repeated from a source."""

RENAMED = ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
"""Action U of table E.1-1; instance and tracking UIDs are renamed with them."""

KEY_FILE = "deidentification.key"
KEY_BYTES = 32


def site_key(root: Path) -> bytes:
    """The secret of this data folder, 32 bytes, made when it is first asked for.

    Args:
        root: the data folder, such as :func:`u2ad.home.default_root`.

    Raises:
        OutputError: if it cannot be read or written.
    """
    path = root / KEY_FILE
    with in_words():
        if not path.exists():
            root.mkdir(parents=True, exist_ok=True)
            _write_key(path)
        text = path.read_text(encoding="ascii", errors="replace").strip()
    if len(text) != 2 * KEY_BYTES or set(text) - set(hexdigits):
        raise OutputError(
            "The secret for de-identified exports in the data folder is damaged.",
            "Delete the file deidentification.key there; later exports then get other pseudonyms.",
        )
    return bytes.fromhex(text)


def _write_key(path: Path) -> None:
    """Whole or not at all, for this user only."""
    handle, unfinished = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES))
    Path(unfinished).replace(path)


def pseudonymous(header: Dataset, token: Callable[..., str], rename: Callable[[str], str]) -> Dataset:
    """A header with a pseudonym for the patient and without what tells the visit.

    Args:
        header: of a source.
        token: makes the same unguessable text of the same words.
        rename: gives a UID its new value.
    """
    hidden = deepcopy(header)
    # without an ID nobody knows who is meant: another study is another patient
    own = str(header.get("PatientID", "")) or str(header.StudyInstanceUID)
    patient = token("patient", str(header.get("IssuerOfPatientID", "")), own)
    hidden.PatientName, hidden.PatientID = f"U2AD^{patient[:12]}", f"U2AD-{patient[:12]}"
    for keyword in EMPTIED:
        setattr(hidden, keyword, None)
    for keyword in REMOVED:
        hidden.pop(keyword, None)
    for keyword in RENAMED:
        setattr(hidden, keyword, rename(str(header[keyword].value)))
    return _recorded(hidden)


def _recorded(hidden: Dataset) -> Dataset:
    """With what was done to it: PS3.15 E.1.1 and PS3.3 C.7.1.1."""
    from highdicom.sr import CodedConcept
    from pydicom.sequence import Sequence

    done = CodedConcept("113100", "DCM", "Basic Application Confidentiality Profile")
    hidden.PatientIdentityRemoved = "YES"
    hidden.DeidentificationMethod = METHOD
    hidden.DeidentificationMethodCodeSequence = Sequence([done])
    hidden.LongitudinalTemporalInformationModified = "REMOVED"
    return hidden
