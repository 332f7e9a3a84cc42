"""Weights on disk: safetensors beside a JSON manifest that says what they are."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

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


def save(network: torch.nn.Module, manifest: Manifest, folder: Path) -> Manifest:
    """Write weights and manifest into ``folder``; returns the manifest with the file's sha256.

    Both files are written under a temporary name and renamed, weights first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / f"{manifest.name}.safetensors"
    part = weights.with_suffix(".part")
    save_file({key: value.contiguous() for key, value in network.state_dict().items()}, part)
    written = Manifest(**{**asdict(manifest), "sha256": sha256_of(part)})
    part.replace(weights)
    description = weights.with_suffix(".json")
    part.write_text(json.dumps(asdict(written), indent=2) + "\n", encoding="utf-8")
    part.replace(description)
    return written


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


def load(network: torch.nn.Module, manifest: Manifest, folder: Path = STARTER_FOLDER) -> None:
    """Fill ``network`` with the weights of ``manifest``.

    Raises:
        U2ADError: if the file is missing, not the one of the manifest, or made for another network.
    """
    path = folder / f"{manifest.name}.safetensors"
    remedy = "Reinstall U2ADSlicer, or import the weights again."
    if not path.is_file() or sha256_of(path) != manifest.sha256:
        raise U2ADError(f"The weights {manifest.name!r} are missing or not the ones of their manifest.", remedy)
    try:
        network.load_state_dict(load_file(path))
    except RuntimeError as error:
        raise U2ADError(f"The weights {manifest.name!r} do not fit this version's network.", remedy) from error


def sha256_of(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file as a hexadecimal string."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
