"""DICOM files as trees of elements that may hold anything: what no library writes, since it keeps to the standard."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import RawDataElement
from pydicom.filereader import data_element_generator, read_sequence

UNDEFINED = 0xFFFFFFFF
LONG_FORM = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
"""Value representations whose length takes four bytes, PS3.5 7.1.2."""

START = b"\0" * 128 + b"DICM"
ITEM, SEQUENCE_END = 0xFFFEE000, 0xFFFEE0DD


@dataclass(frozen=True)
class Element:
    """One element of a data set.

    Args:
        tag: group and number in one.
        vr: two bytes, those of a value representation or not.
        value: its bytes, or the items of a sequence.
        length: what it says of its length; the truth where None.
    """

    tag: int
    vr: bytes
    value: bytes | Items
    length: int | None = None

    @property
    def keyword(self) -> str:
        """Its name in PS3.6; empty where it has none."""
        return keyword_for_tag(self.tag)


Elements = tuple[Element, ...]
Items = tuple[Elements, ...]
Act = Callable[[Element], Elements]
"""What becomes of one element: another, several or none."""


def elements_of(content: bytes) -> Elements:
    """The elements of a good file in explicit VR little endian; the length of its first group is left out."""
    raw = data_element_generator(BytesIO(content[len(START) :]), is_implicit_VR=False, is_little_endian=True)
    return tuple(_element(one) for one in raw if one.tag != 0x00020000)


def file_of(elements: Elements) -> bytes:
    """The bytes of a file; the length of its first group is put in."""
    meta = b"".join(_bytes_of(one) for one in elements if one.tag < 0x00030000)
    length = _bytes_of(Element(0x00020000, b"UL", struct.pack("<I", len(meta))))
    return START + length + meta + b"".join(_bytes_of(one) for one in elements if one.tag >= 0x00030000)


def everywhere(elements: Elements, keyword: str, act: Act) -> Elements:
    """The tree with something done to every element of a name, at whatever depth."""
    return tuple(made for one in elements for made in _acted(one, keyword, act))


def only_first(act: Act) -> Act:
    """An act that is done once, then no more."""
    left = [act]
    return lambda element: left.pop()(element) if left else (element,)


def _acted(one: Element, keyword: str, act: Act) -> Elements:
    if one.keyword == keyword:
        return act(one)
    if isinstance(one.value, bytes):
        return (one,)
    items = tuple(everywhere(item, keyword, act) for item in one.value)
    return (Element(one.tag, one.vr, items, one.length),)


def _element(raw: RawDataElement) -> Element:
    tag, vr = int(raw.tag), str(raw.VR).encode()
    if vr != b"SQ":
        return Element(tag, vr, raw.value or b"", UNDEFINED if raw.length == UNDEFINED else None)
    items = read_sequence(BytesIO(raw.value), False, True, len(raw.value), "iso8859")
    return Element(tag, vr, tuple(tuple(_element(item.get_item(one)) for one in sorted(item.keys())) for item in items))


def _bytes_of(one: Element) -> bytes:
    value = one.value if isinstance(one.value, bytes) else b"".join(map(_item, one.value))
    value += b"\0" * (len(value) % 2)
    length = len(value) if one.length is None else one.length
    if length == UNDEFINED:
        value += _tag(SEQUENCE_END) + struct.pack("<I", 0)
    if one.vr in LONG_FORM:
        return _tag(one.tag) + one.vr + struct.pack("<HI", 0, length) + value
    return _tag(one.tag) + one.vr + struct.pack("<H", length & 0xFFFF) + value


def _item(elements: Elements) -> bytes:
    content = b"".join(map(_bytes_of, elements))
    return _tag(ITEM) + struct.pack("<I", len(content)) + content


def _tag(tag: int) -> bytes:
    return struct.pack("<HH", tag >> 16, tag & 0xFFFF)
