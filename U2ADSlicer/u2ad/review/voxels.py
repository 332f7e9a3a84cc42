"""The voxels of one finding: a set of places in the scan, and its short written form."""

from __future__ import annotations

import base64
import binascii
import math
import re
import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from u2ad.scan.pieces import connected_pieces

BITS = 21
"""Bits for each index in the number that stands for a voxel: three of them fill 63."""

LONGEST_SIDE = 1 << BITS

_FORM = re.compile(r"(\d{1,7}),(\d{1,7}),(\d{1,7})\+(\d{1,7}),(\d{1,7}),(\d{1,7}):([A-Za-z0-9+/]*={0,2})")


@dataclass(frozen=True, eq=False)
class Voxels:
    """A set of voxels of one scan.

    Equal where it holds the same voxels; has a length.

    Args:
        kji: their array indices, (N, 3), in any order; kept as int32, sorted, each once, read-only.

    Raises:
        ValueError: if these are no indices of an array.
    """

    kji: np.ndarray

    def __post_init__(self) -> None:
        kji = np.asarray(self.kji)
        if kji.size == 0:
            kji = np.zeros((0, 3), np.int32)
        if kji.ndim != 2 or kji.shape[1] != 3 or not np.issubdtype(kji.dtype, np.integer):
            msg = f"expected integer indices of shape (N, 3), got {kji.dtype} {kji.shape}"
            raise ValueError(msg)
        if kji.size and not (kji.min() >= 0 and kji.max() < LONGEST_SIDE):
            msg = f"expected indices from 0 to {LONGEST_SIDE - 1}, got {kji.min()} to {kji.max()}"
            raise ValueError(msg)
        object.__setattr__(self, "kji", _kji_of(np.unique(_codes_of(kji))))

    @classmethod
    def none(cls) -> Voxels:
        """No voxels."""
        return cls(np.zeros((0, 3), np.int32))

    @classmethod
    def of_mask(cls, mask: np.ndarray, corner: tuple[int, int, int] = (0, 0, 0)) -> Voxels:
        """The voxels that are not 0 in a part of the scan.

        Args:
            mask: KJI.
            corner: where its first voxel lies in the scan, KJI.
        """
        return cls(np.argwhere(mask) + np.array(corner))

    @classmethod
    def decoded(cls, text: str) -> Voxels:
        """The voxels that :meth:`encoded` has written.

        Raises:
            ValueError: if the text is damaged.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError("expected voxels as corner+shape:bits")
        k, j, i, *shape = (int(number) for number in match.groups()[:6])
        if max(shape) > LONGEST_SIDE:
            raise ValueError("expected a box that fits into a scan")
        bits = np.unpackbits(_unpacked(match[7], math.prod(shape)), count=math.prod(shape))
        return cls.of_mask(bits.reshape(shape), (k, j, i))

    def encoded(self) -> str:
        """A short text: corner and shape of the bounding box, and its bits packed, deflated, in base64."""
        corner, shape = (",".join(str(number) for number in numbers) for numbers in (self.corner, self.mask.shape))
        return f"{corner}+{shape}:{base64.b64encode(zlib.compress(np.packbits(self.mask).tobytes(), 9)).decode()}"

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """The smallest part of the scan that holds all of them, KJI; empty where there are none."""
        if not len(self):
            return slice(0, 0), slice(0, 0), slice(0, 0)
        low, high = self.kji.min(axis=0).tolist(), self.kji.max(axis=0).tolist()
        return slice(low[0], high[0] + 1), slice(low[1], high[1] + 1), slice(low[2], high[2] + 1)

    @property
    def corner(self) -> tuple[int, int, int]:
        """The first voxel of the box, KJI."""
        k, j, i = self.box
        return k.start, j.start, i.start

    @property
    def mask(self) -> np.ndarray:
        """Which voxels of the box they are, bool, KJI."""
        mask = np.zeros([side.stop - side.start for side in self.box], dtype=bool)
        mask[tuple((self.kji - np.array(self.corner)).T)] = True
        return mask

    def holds(self, kji: tuple[int, int, int]) -> bool:
        """Whether one voxel is among them."""
        code = _codes_of(np.array([kji]))[0]
        place = int(np.searchsorted(self._codes, code))
        return place < len(self) and bool(self._codes[place] == code)

    def meets(self, other: Voxels) -> bool:
        """Whether both share a voxel."""
        return bool(np.isin(self._codes, other._codes).any())

    def union(self, *others: Voxels) -> Voxels:
        """What is in any of them."""
        return Voxels(np.concatenate([self.kji, *(other.kji for other in others)]))

    def without(self, other: Voxels) -> Voxels:
        """What is here and not there; the same object where both are apart."""
        kept = ~np.isin(self._codes, other._codes)
        return self if kept.all() else Voxels(self.kji[kept])

    def parts(self) -> tuple[Voxels, ...]:
        """The 26-connected pieces, the largest first; equal ones in the order of the array."""
        labels, count = connected_pieces(self.mask)
        pieces = [Voxels.of_mask(labels == label, self.corner) for label in range(1, count + 1)]
        return tuple(sorted(pieces, key=len, reverse=True))

    def __len__(self) -> int:
        return len(self.kji)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Voxels) and np.array_equal(self._codes, other._codes)

    def __hash__(self) -> int:
        return hash(self._codes.tobytes())

    @cached_property
    def _codes(self) -> np.ndarray:
        return _codes_of(self.kji)


def _codes_of(kji: np.ndarray) -> np.ndarray:
    """One number a voxel, in the order of the array, int64."""
    wide = kji.astype(np.int64)
    return (wide[:, 0] << 2 * BITS) | (wide[:, 1] << BITS) | wide[:, 2]


def _kji_of(codes: np.ndarray) -> np.ndarray:
    last = LONGEST_SIDE - 1
    kji = np.stack([codes >> 2 * BITS, codes >> BITS & last, codes & last], axis=1).astype(np.int32)
    kji.setflags(write=False)
    return kji


def _unpacked(text: str, bits: int) -> np.ndarray:
    """The bytes of a bit mask, uint8; never more than it should have, whatever a damaged text says."""
    wanted = (bits + 7) // 8
    try:
        stream = zlib.decompressobj()
        data = stream.decompress(base64.b64decode(text, validate=True), wanted + 1)
    except (binascii.Error, zlib.error):
        raise ValueError("expected bits in base64, deflated") from None
    if len(data) != wanted or not stream.eof:
        raise ValueError("expected as many bits as the box has voxels")
    return np.frombuffer(data, np.uint8)
