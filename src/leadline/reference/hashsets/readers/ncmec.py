"""Hash-sharing XML of NCMEC's exchange: records with fingerprints, and deletions by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused
from leadline.reading.bounded import Bounded
from leadline.reference.hashsets.contract import Category, Example, HashRecord, HashSetFormat, digests_in, record_of
from leadline.reference.hashsets.extras import needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.reference.hashsets.contract import Tally

_SPACE = "{https://hashsharing.ncmec.org/hashsharing/v2}"
_RECORDS = {f"{_SPACE}{name}" for name in ("image", "video")}
_DELETED = {f"{_SPACE}{name}" for name in ("deletedImage", "deletedVideo")}
_DEEPEST = 24
_MOST_ATTRIBUTES = 32
_KINDS = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "pdq": "pdq"}


def read(path: Path, tally: Tally) -> Iterator[HashRecord]:
    """Records in file order; a deletion names member and id and holds against earlier records of this name."""
    etree = needed("defusedxml.ElementTree")
    with path.open("rb") as stream:
        bounded = Bounded(stream, where=path.name)
        try:
            events = etree.iterparse(bounded, events=("start", "end"), forbid_dtd=True)
            yield from _elements(events, bounded, path, tally)
        except (etree.ParseError, ValueError, LookupError) as error:
            raise _refused(path, f"is no sound XML: {error}") from error


def _elements(events: Any, bounded: Bounded, path: Path, tally: Tally) -> Iterator[HashRecord]:
    above: list[Any] = []
    for event, element in events:
        if event == "start":
            above.append(element)
            _refuse_odd(above, path)
            continue
        above.pop()
        if element.tag in _RECORDS or element.tag in _DELETED:
            bounded.taken()
            tally.rows += 1
            yield from _record(f"record {tally.rows}", element, tally)
            if above:
                above[-1].remove(element)


def _refuse_odd(above: list[Any], path: Path) -> None:
    if len(above) == 1 and above[0].tag != f"{_SPACE}queryResult":
        raise _refused(path, f"begins with {above[0].tag[:80]!r}, not with queryResult.")
    if len(above) > _DEEPEST or len(above[-1].attrib) > _MOST_ATTRIBUTES:
        raise _refused(path, "nests deeper, or has more attributes, than the format does.")


def _record(place: str, element: Any, tally: Tally) -> Iterator[HashRecord]:
    member = (element.findtext(f"{_SPACE}member") or "").strip()
    member_element = element.find(f"{_SPACE}member")
    number = member_element.get("id", "") if member_element is not None else member
    name = f"{number}/{(element.findtext(f'{_SPACE}id') or '').strip()}"
    if element.tag in _DELETED:
        yield HashRecord(record=name, removed=True)
        return
    prints = element.find(f"{_SPACE}fingerprints")
    written: dict[str, object] = {}
    for one in prints if prints is not None else ():
        kind = _KINDS.get(str(one.tag).removeprefix(_SPACE).lower())
        if kind:
            written[kind] = one.text
    digests = digests_in(place, written, tally)
    if digests:
        code = (element.findtext(f"{_SPACE}classification") or "").strip()[:16]
        yield record_of(digests, record=name, category=Category("ncmec-hash-sharing", "US", "v2", code))


def _refused(path: Path, problem: str) -> InputRefused:
    return InputRefused(f"the file {problem}", where=path.name, advice="Fetch the export again.")


def _document(body: bytes) -> bytes:
    return b'<?xml version="1.0"?><queryResult xmlns="%s">%s</queryResult>' % (_SPACE[1:-1].encode(), body)


_A1 = Category("ncmec-hash-sharing", "US", "v2", "A1")
_ONE = (
    b'<image><member id="42">A</member><timestamp>2019-09-20T00:00:00Z</timestamp><id>img1</id>'
    b"<classification>A1</classification><fingerprints><md5>%s</md5><pdna>AAAA</pdna><pdq>%s</pdq></fingerprints></image>"
    % (b"A" * 32, b"f" * 64)
)
_GONE = b'<deletedImage><member id="42">A</member><id>img1</id></deletedImage>'
_BOMB = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><q>&b;</q>'
PLUGIN = HashSetFormat(
    name="ncmec",
    feed=True,
    read=read,
    examples=(
        Example(
            "a record and its deletion",
            _document(b'<images count="2">' + _ONE + _GONE + b"</images>"),
            (
                HashRecord(md5="a" * 32, pdq="f" * 64, record="42/img1", category=_A1),
                HashRecord(record="42/img1", removed=True),
            ),
        ),
        Example(
            "a record with none of our fingerprints",
            _document(b'<image><member id="1"/><id>x</id><fingerprints><pdna>A</pdna></fingerprints></image>'),
            (),
            refused=1,
        ),
        Example("entities", _BOMB, None),
        Example("too deep", _document(b"<a>" * 40 + b"</a>" * 40), None),
        Example("another document", b"<html/>", None),
        Example("cut off", _document(_ONE)[:-30], None),
    ),
)
