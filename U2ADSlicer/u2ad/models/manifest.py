"""What a set of weights is: the JSON beside a safetensors file. Loads no PyTorch."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from u2ad.errors import U2ADError

STARTER_FOLDER = Path(__file__).parent / "starter"


@dataclass(frozen=True)
class Manifest:
    """What a set of weights is.

    Args:
        name: file stem, such as "cord".
        version: of the weights, such as "0.1".
        sha256: of the safetensors file.
        network: constructor arguments of the network.
        training: people, seed, steps and date; free of patients' names and of paths.
        parent: sha256 of the weights these were adapted from; None for weights trained from scratch.
    """

    name: str
    version: str
    sha256: str
    network: dict[str, Any]
    training: dict[str, Any] = field(default_factory=dict)
    parent: str | None = None


def read_manifest(name: str, folder: Path = STARTER_FOLDER) -> Manifest:
    """The manifest of the weights ``name``.

    Raises:
        U2ADError: if there are no such weights, or the file is not a manifest.
    """
    path = folder / f"{name}.json"
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise U2ADError(f"The weights {name!r} are missing or damaged.", "Reinstall U2ADSlicer.") from error


def sha256_of(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file as a hexadecimal string."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
