"""MISP: the index `hashes.csv` of a feed, and the CSV export of attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.errors import InputRefused
from leadline.reference.hashsets.contract import (
    Category,
    Example,
    HashRecord,
    HashSetFormat,
    digest_of,
    digests_in,
    record_of,
)
from leadline.reference.hashsets.delimited import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.reference.hashsets.contract import Tally

_TYPES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256"}
_FEED = Category("misp-feed", "", "", "")


def read(path: Path, tally: Tally) -> Iterator[HashRecord]:
    """Records. `hashes.csv` has the MD5 of each *value as text*, so it names a file only by way of its digests."""
    found = rows(path, tally, delimiter=",")
    number, first = next(found, (0, []))
    header = [cell.strip().lower() for cell in first]
    if {"type", "value"} <= set(header):
        yield from _attributes(found, header, tally)
    elif len(first) == 2 and digest_of("md5", first[0]):
        yield from _index(number, first, tally)
        for number, cells in found:
            yield from _index(number, cells, tally)
    else:
        raise InputRefused(
            "this is neither a feed's hashes.csv nor a CSV export of attributes.",
            where=f"{path.name}, line 1",
            advice="For other lists use --kind list.",
        )


def _attributes(found: Iterator[tuple[int, list[str]]], header: list[str], tally: Tally) -> Iterator[HashRecord]:
    kind_at, value_at = header.index("type"), header.index("value")
    for number, cells in found:
        tally.rows += 1
        if len(cells) != len(header):
            tally.refuse(f"line {number}", "not-the-format")
            continue
        kind = _TYPES.get(cells[kind_at].strip().lower().removeprefix("filename|"))
        if kind is None:
            tally.refuse(f"line {number}", "no-digest")
            continue
        digests = digests_in(f"line {number}", {kind: cells[value_at].rpartition("|")[2]}, tally)
        if digests:
            yield record_of(digests, category=_FEED)


def _index(number: int, cells: list[str], tally: Tally) -> Iterator[HashRecord]:
    tally.rows += 1
    value = digest_of("md5", cells[0]) if len(cells) == 2 else None
    if value is None:
        tally.refuse(f"line {number}", "not-the-format")
        return
    yield HashRecord(value_md5=value, category=_FEED)


_EVENT = b"5f6b2a9e-0000-4000-8000-000000000001"
PLUGIN = HashSetFormat(
    name="misp",
    read=read,
    examples=(
        Example(
            "the index of a feed",
            b"%s,%s\n%s,%s\nx\n" % (b"a" * 32, _EVENT, b"b" * 32, _EVENT),
            (HashRecord(value_md5="a" * 32, category=_FEED), HashRecord(value_md5="b" * 32, category=_FEED)),
            refused=1,
        ),
        Example(
            "an export of attributes",
            b'uuid,event_id,category,type,value,comment\n1,2,"Payload",filename|sha256,x.bin|%s,\n1,2,"P",domain,a.example,\n'
            % (b"C" * 64),
            (HashRecord(sha256="c" * 64, category=_FEED),),
            refused=1,
        ),
        Example("something else", b"name,age\n", None),
        Example("nothing", b"", None),
    ),
)
