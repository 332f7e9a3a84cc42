"""What may be wrong with a DICOM header, as hypothesis strategies: each draws a damage that shrinks to a simple one."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from dicom_elements import UNDEFINED, Act, Element, Elements, elements_of, everywhere, file_of, only_first
from hypothesis import strategies as st
from pydicom.datadict import tag_for_keyword

from u2ad.scan.dicom.header import READ_TAGS

MOST_CHANGES = 4
LAYOUT = ["BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelData"]
CODING = ["SpecificCharacterSet", "TransferSyntaxUID", "MediaStorageSOPClassUID"]
FIELDS = [*READ_TAGS, *LAYOUT, *CODING]
"""All that the reader asks a header for; each is in one of the good files."""

WORST = (
    *(b"", b"0", b"-1", b"1e308", b"-1e-308", b"nan", b"inf", b"99999999999", b"\\\\\\", b"x" * 70, b"\0", b"\xff\xfe"),
    *(b"MONOCHROME1", b"RGB", b"\x1b$B\xff", b"ISO 2022 IR 87", b"1\\0\\0\\0\\1\\0", b"1\\0\\0\\1\\0\\0", b"65535"),
    *(b"ORIGINAL\\PRIMARY\\P", b"DERIVED\\SECONDARY\\MOSAIC", b"T1 STIR LOC", b"SEG", b"19700101"),
    *(b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.50"),
    *(b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.5", b"1.2.840.10008.5.1.4.1.1.66.4"),
)
"""What a field may hold at worst."""

TYPES = (b"SQ", b"UN", b"FD", b"OB", b"OW", b"IS", b"DS", b"PN", b"US", b"UL", b"AT", b"UI", b"CS", b"??", b"\0\0")
LENGTHS = (0, 1, 7, 254, 255, 65534, 65535, UNDEFINED - 1, UNDEFINED)


@dataclass(frozen=True)
class Holds:
    """The element holds other bytes."""

    value: bytes

    def __call__(self, one: Element) -> Elements:
        return (replace(one, value=self.value),)


@dataclass(frozen=True)
class Part:
    """One of the element's values is another."""

    index: int
    value: bytes

    def __call__(self, one: Element) -> Elements:
        if not isinstance(one.value, bytes):
            return (replace(one, value=one.value[: self.index]),)
        parts = one.value.split(b"\\")
        parts[self.index % len(parts)] = self.value
        return (replace(one, value=b"\\".join(parts)),)


@dataclass(frozen=True)
class Says:
    """The element gives itself another value representation."""

    vr: bytes

    def __call__(self, one: Element) -> Elements:
        return (replace(one, vr=self.vr),)


@dataclass(frozen=True)
class Claims:
    """The element lies about its length."""

    length: int

    def __call__(self, one: Element) -> Elements:
        return (replace(one, length=self.length),)


@dataclass(frozen=True)
class Named:
    """The element stands under another tag."""

    tag: int

    def __call__(self, one: Element) -> Elements:
        return (replace(one, tag=self.tag),)


@dataclass(frozen=True)
class Times:
    """The element stands there so often; not at all with 0."""

    count: int

    def __call__(self, one: Element) -> Elements:
        return (one,) * self.count


@dataclass(frozen=True)
class Nested:
    """The element is a sequence of items that hold what it was, at some depth."""

    items: int
    depth: int

    def __call__(self, one: Element) -> Elements:
        inner = reduce(lambda made, _: replace(one, vr=b"SQ", value=((made,),)), range(self.depth), one)
        return (replace(one, vr=b"SQ", value=((inner,),) * self.items),)


@dataclass(frozen=True)
class Change:
    """Something done to the elements of one name.

    Args:
        field: their keyword.
        everywhere: in all frames and all files; otherwise once, in the first.
        act: what is done.
    """

    field: str
    everywhere: bool
    act: Act


@dataclass(frozen=True)
class Patch:
    """Bytes of the first file turned, lost, put in, or there twice.

    Args:
        at: where; counted anew from the start beyond the end.
        lost: so many are taken away.
        put: these stand in their place.
        again: so many of those that follow come twice.
    """

    at: int
    lost: int
    put: bytes
    again: int

    def __call__(self, content: bytes) -> bytes:
        start = self.at % (len(content) or 1)
        kept = content[start + self.lost :]
        return content[:start] + self.put + kept[: self.again] + kept


@dataclass(frozen=True)
class Damage:
    """All that is wrong with one series.

    Args:
        series: which of the good ones it was.
        changes: of its elements.
        patches: of the bytes of its first file.
        end: where its first file ends early.
    """

    series: str
    changes: tuple[Change, ...]
    patches: tuple[Patch, ...]
    end: int | None

    def files(self, good: Sequence[bytes]) -> list[bytes]:
        """The files of the series as they are now."""
        first, *others = reduce(_changed, self.changes, [elements_of(one) for one in good])
        start = reduce(lambda content, patch: patch(content), self.patches, file_of(first))
        return [start[: self.end], *map(file_of, others)]


def damages(series: Sequence[str]) -> st.SearchStrategy[Damage]:
    """One of some series, damaged in its elements, in its bytes or in both."""
    none = st.just(())
    changed = st.lists(_changes(), min_size=1, max_size=MOST_CHANGES).map(tuple)
    patched = st.lists(_patches(), min_size=1, max_size=MOST_CHANGES).map(tuple)
    whole, ended = st.none(), st.integers(0, 4000)
    return st.one_of(
        *(st.builds(Damage, st.sampled_from(series), changed, none, whole) for _ in range(3)),
        st.builds(Damage, st.sampled_from(series), none, patched, whole),
        st.builds(Damage, st.sampled_from(series), changed | none, patched | none, whole | ended),
    )


def _changed(files: list[Elements], change: Change) -> list[Elements]:
    act = change.act if change.everywhere else only_first(change.act)
    return [everywhere(one, change.field, act) for one in files]


def _changes() -> st.SearchStrategy[Change]:
    return st.builds(Change, st.sampled_from(FIELDS), st.booleans(), _acts())


def _acts() -> st.SearchStrategy[Act]:
    private = st.integers(0, 0xFFFF).map(lambda number: 0x00190000 | number)
    other_tag = st.sampled_from(FIELDS).map(lambda keyword: int(tag_for_keyword(keyword) or 0))
    return st.one_of(
        st.builds(Holds, _values()),
        st.builds(Part, st.integers(0, 5), _numbers()),
        st.builds(Says, st.sampled_from(TYPES)),
        st.builds(Claims, st.sampled_from(LENGTHS)),
        st.builds(Times, st.sampled_from([0, 2])),
        st.builds(Named, other_tag | private),
        st.builds(Nested, st.integers(0, 2), st.integers(0, 3)),
    )


def _values() -> st.SearchStrategy[bytes]:
    several = st.lists(_numbers(), min_size=1, max_size=7).map(b"\\".join)
    words = st.text(max_size=20).map(lambda text: text.encode(errors="replace"))
    packed = st.integers(0, 0xFFFF).map(lambda whole: struct.pack("<H", whole)) | st.floats().map(_packed)
    return st.one_of(st.sampled_from(WORST), _numbers(), several, words, packed, st.binary(max_size=24))


def _numbers() -> st.SearchStrategy[bytes]:
    plain = st.one_of(st.integers(-20, 200), st.integers(), st.floats(-300, 300), st.floats())
    return st.one_of(plain.map(lambda number: repr(number).encode()), st.sampled_from(WORST))


def _packed(number: float) -> bytes:
    return struct.pack("<d", number)


def _patches() -> st.SearchStrategy[Patch]:
    return st.builds(Patch, st.integers(0, 2500), st.integers(0, 40), st.binary(max_size=8), st.integers(0, 200))
