"""Where each disc lies in a spine strip, by a small network that runs on NumPy: the window has no PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from u2ad.cord.levels import DISCS
from u2ad.cord.spine_strip import SpineStrip
from u2ad.errors import U2ADError
from u2ad.models.manifest import STARTER_FOLDER, read_manifest, sha256_of

WEIGHTS = "levels"

NAMED = DISCS[1:]
"""The discs that the network knows: C2/C3 to T3/T4."""


@dataclass(frozen=True, eq=False)
class DiscEvidence:
    """What a strip says of each disc of ``NAMED``.

    Args:
        place: logarithm of the probability that the disc's rear edge lies in a row of the strip, (discs, rows).
        absent: logarithm of the probability that it lies in none, (discs,).
    """

    place: np.ndarray
    absent: np.ndarray


def disc_evidence(strip: SpineStrip) -> DiscEvidence:
    """Look for every disc in a strip.

    Raises:
        U2ADError: if the weights are missing or damaged.
    """
    return evidence_of(features(strip.signal, strip.known), *_weights())


def features(signal: np.ndarray, known: np.ndarray) -> np.ndarray:
    """What the network sees: signal about its mean at each depth, and which share is known, (depths + 1, rows)."""
    about = np.where(known, signal - 1, 0)
    return np.concatenate([about, known.mean(axis=1, keepdims=True)], axis=1).T.astype(np.float32)


def evidence_of(seen: np.ndarray, weights: Mapping[str, np.ndarray], dilations: tuple[int, ...]) -> DiscEvidence:
    """The network of :mod:`u2ad.models.disc_network` on one strip, (channels, rows)."""
    hidden = np.maximum(_convolved(seen, weights, "first", 1), 0)
    for number, dilation in enumerate(dilations):
        hidden = hidden + np.maximum(_convolved(hidden, weights, f"blocks.{number}", dilation), 0)
    place = _convolved(hidden, weights, "place", 1)
    absent = weights["absent.weight"] @ hidden.mean(axis=1) + weights["absent.bias"]
    highest = np.maximum(place.max(axis=1), absent)
    total = highest + np.log(np.exp(place - highest[:, None]).sum(axis=1) + np.exp(absent - highest))
    return DiscEvidence(place - total[:, None], absent - total)


def _convolved(seen: np.ndarray, weights: Mapping[str, np.ndarray], layer: str, dilation: int) -> np.ndarray:
    kernel, bias = weights[f"{layer}.weight"], weights[f"{layer}.bias"]
    size, rows = kernel.shape[2], seen.shape[1]
    padded = np.pad(seen, [(0, 0), (dilation * (size // 2),) * 2])
    taps = [kernel[:, :, tap] @ padded[:, tap * dilation : tap * dilation + rows] for tap in range(size)]
    return np.sum(taps, axis=0) + bias[:, None]


@cache
def _weights() -> tuple[dict[str, np.ndarray], tuple[int, ...]]:
    from safetensors.numpy import load_file  # a review with marked levels does without

    manifest = read_manifest(WEIGHTS)
    path = STARTER_FOLDER / f"{WEIGHTS}.safetensors"
    if not path.is_file() or sha256_of(path) != manifest.sha256:
        raise U2ADError(
            f"The weights {WEIGHTS!r} are missing or not the ones of their manifest.", "Reinstall U2ADSlicer."
        )
    return load_file(path), tuple(manifest.network["dilations"])
