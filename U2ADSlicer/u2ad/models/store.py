"""Weights on disk: safetensors beside a JSON manifest that says what they are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import load_file
from safetensors.torch import save as packed

from u2ad.errors import U2ADError
from u2ad.models.manifest import STARTER_FOLDER, Manifest, read_manifest, sha256_of

__all__ = ["STARTER_FOLDER", "Manifest", "load", "read_manifest", "save", "sha256_of"]


def save(network: torch.nn.Module, manifest: Manifest, folder: Path) -> Manifest:
    """Write weights and manifest into ``folder``; returns the manifest with the file's sha256.

    Both files are written under a temporary name and renamed, weights first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / f"{manifest.name}.safetensors"
    part = weights.with_suffix(".part")
    part.write_bytes(_packed(network))
    written = Manifest(**{**asdict(manifest), "sha256": sha256_of(part)})
    part.replace(weights)
    description = weights.with_suffix(".json")
    part.write_text(json.dumps(asdict(written), indent=2) + "\n", encoding="utf-8")
    part.replace(description)
    return written


def digest_of(network: torch.nn.Module) -> str:
    """SHA-256 of the file in which :func:`save` will write a network."""
    return hashlib.sha256(_packed(network)).hexdigest()


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


def _packed(network: torch.nn.Module) -> bytes:
    return packed({key: value.contiguous() for key, value in network.state_dict().items()})
