"""What a reader of address tables promises; each reader is one file in `readers` with a constant `PLUGIN`."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from leadline.errors import InputRefused
from leadline.reading.streams import StreamBroken, detect_compression, open_stream
from leadline.reference.countries import read_country
from leadline.reference.ranges import NetworkRange, RefusedRow, address_number
from leadline.registry import Registry
from leadline.vocabulary.scales import AddressKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KINDS = tuple(kind.value for kind in AddressKind if kind is not AddressKind.SPECIAL)
"""The kinds that a table may state."""
MAX_LINE = 4096
"""Bytes; a longer line is no row of an address table."""
MAX_HOLDER = 200
SHOWN = 200
"""Characters of a refused row that are kept."""
MAX_ASN = 4_294_967_295
_HEAD = 1 << 16
_TAIL = 1 << 17


@dataclass(frozen=True)
class Glance:
    """The look by which a reader tells its own layout: the last bytes of the file, and its first rows."""

    tail: bytes
    rows: tuple[str, ...]
    """The first lines, at most 20, without empty ones and comments (`#`); none where the file is no text."""


@dataclass(frozen=True)
class Example:
    """A small file, and what reading it gives."""

    contents: bytes
    ranges: tuple[NetworkRange, ...]
    refused: tuple[tuple[int, str], ...] = ()
    """Line and reason."""
    kind: str | None = None


@dataclass(frozen=True)
class AddressTableReader:
    """One layout of address tables."""

    name: str
    title: str
    recognises: Callable[[Glance], int]
    """0 (no) to 100 (certainly)."""
    read: Callable[[Path, str | None], Iterator[NetworkRange | RefusedRow]]
    """All rows in file order; the second argument is the kind of rows that state none, or None."""
    examples: tuple[Example, ...]
    needs_kind: bool = False
    """The layout has no place for a kind, and an address without a kind means nothing in it."""


ADDRESS_TABLES: Registry[AddressTableReader] = Registry(
    "address-table reader", package="leadline.reference.readers", group="leadline.address_tables"
)


def glance(path: Path) -> Glance:
    """Look at a file as :class:`Glance` says; damage in a compressed file is left to the reading."""
    with path.open("rb") as raw:
        raw.seek(0, 2)
        raw.seek(max(0, raw.tell() - _TAIL))
        tail = raw.read()
    with closing(unpacked(path)) as stream:
        try:
            head = stream.read(_HEAD)
        except StreamBroken:
            head = b""
    if b"\0" in head:
        return Glance(tail, ())
    lines = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").splitlines()
    rows = (line.strip() for line in (lines[:-1] if len(head) == _HEAD else lines))
    return Glance(tail, tuple(row for row in rows if row and not row.startswith("#"))[:20])


def unpacked(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gz or zst."""
    raw = path.open("rb")
    compression = detect_compression(raw.read(4))
    raw.seek(0)
    return open_stream(raw, compression)


def numbered_lines(path: Path) -> Iterator[tuple[int, str] | RefusedRow]:
    """Lines of a text table with their numbers from 1, without line ends; what is no line of text is refused.

    :class:`InputRefused` where a compressed file is damaged: half a table is none.
    """
    with closing(unpacked(path)) as stream:
        try:
            yield from _numbered(stream)
        except StreamBroken as broken:
            raise InputRefused(
                f"the table is damaged: {broken.message}", where=path.name, advice="Get the file again."
            ) from broken


def _numbered(stream: BinaryIO) -> Iterator[tuple[int, str] | RefusedRow]:
    for number, data in enumerate(_cut_lines(stream), start=1):
        line = data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data
        if len(line) > MAX_LINE:
            yield RefusedRow(number, "too-long", line[:SHOWN].decode("utf-8", "replace"))
            continue
        try:
            yield number, line.decode("utf-8")
        except UnicodeDecodeError:
            yield RefusedRow(number, "bad-encoding", line[:SHOWN].decode("utf-8", "backslashreplace"))


def _cut_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines cut at line feeds; of one that is too long only the beginning is held."""
    rest = b""
    skipping = False
    while piece := stream.read(1 << 20):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if not skipping:
                yield line.removesuffix(b"\r")
            skipping = False
        if len(rest) > MAX_LINE + 2:
            if not skipping:
                yield rest[: MAX_LINE + 1]
            rest, skipping = b"", True
    if rest and not skipping:
        yield rest.removesuffix(b"\r")


def read_rows(
    path: Path, kind: str | None, parse: Callable[[str, int, str], NetworkRange | str | None]
) -> Iterator[NetworkRange | RefusedRow]:
    """Rows of a table with one row a line; empty lines and comments are passed over.

    ``parse(line, number, kind)`` gives the row, the reason why it is refused, or None where the line is
    none of the table's rows (a header, a sum).
    """
    for item in numbered_lines(path):
        if isinstance(item, RefusedRow):
            yield item
            continue
        number, text = item
        line = text.strip()
        if not line or line.startswith("#"):
            continue
        found = parse(line, number, kind or AddressKind.UNKNOWN)
        if isinstance(found, str):
            yield RefusedRow(number, found, line[:SHOWN])
        elif found is not None:
            yield found


def row_of(
    first: str, last: str, *, line: int, country: str = "", asn: str = "", holder: str = "", kind: str
) -> NetworkRange | str:
    """A row made of texts, checked; or the reason why it is refused."""
    begin, end = address_number(first), address_number(last)
    if begin is None or end is None or (":" in first) != (":" in last):
        return "bad-address"
    if end < begin:
        return "last-before-first"
    code, number = read_country(country), read_asn(asn)
    if code is None:
        return "bad-country"
    if number == -1:
        return "bad-asn"
    if kind not in KINDS:
        return "bad-kind"
    name = holder.strip()
    if len(name) > MAX_HOLDER or not (name.isprintable() or not name):
        return "bad-holder"
    return NetworkRange(begin, end, code, number, name, kind, line)


def read_asn(text: str) -> int | None:
    """The number of an autonomous system, with or without `AS` before it; None for nothing, -1 for nonsense."""
    digits = text.strip().upper().removeprefix("AS")
    if not text.strip():
        return None
    return int(digits) if digits.isascii() and digits.isdecimal() and int(digits[:11]) <= MAX_ASN else -1
