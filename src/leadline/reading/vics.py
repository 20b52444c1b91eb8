"""VICS documents (data models 1.x and 2.0): what they say of themselves, and their media entries one at a time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import ijson

from leadline.errors import InputRefused
from leadline.reading.bounded import Bounded
from leadline.reading.broken import DocumentBroken
from leadline.reading.records import Record, Refusal
from leadline.reading.streams import StreamBroken
from leadline.vocabulary.instants import iso_z
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import BinaryIO

_CONTEXT = re.compile(
    r".*/DataModels/(1\.[0-3]|2\.0)\.xml(?:/([A-Za-z]{2,10}))?(?:/\$metadata)?#(Cases|Media)\Z", re.ASCII
)
_SHOWN = re.compile(rb"\"@?odata\.(?:metadata|context)\"\s*:\s*\"[^\"]{0,300}DataModels")
_DEEPEST = 32
_MOST_DIGITS = 1000
_ENDLESS = re.compile(rb"[0-9]{%d}" % (_MOST_DIGITS + 1))
_MOST_NAMES = 10_000
"""Names in one object."""
_NAMED = {"sha256": "SHA256", "pdq": "PDQ"}
_DOTNET = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/\Z", re.ASCII)
_SEPARATORS = re.compile(r"[\\/]+")
_DAMAGE = (ijson.JSONError, UnicodeDecodeError, ValueError, StreamBroken)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

OURS = {
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA256": "sha256",
    "PDQ": "pdq",
    "MediaSize": "size",
    "Category": "category",
    "CategoryScheme": "category_scheme",
}
"""Names of an entry whose meaning the data model fixes → ours; what the logs call the object it does not say."""
FILE_NAME = "FileName"
"""Our name for what a file is called: `FileName` of `MediaFiles`, else the last part of `RelativeFilePath`."""
FILE_PATH = "FilePath/FileName"
"""`FilePath` and `FileName` of `MediaFiles` with one slash between."""
SCHEME = "CategoryScheme"
"""Our name for what a category's code belongs to: scheme, country and version of the data model."""


@dataclass(frozen=True)
class VicsDocument:
    """What a document says of itself: version of the data model, country (or empty), and where its media stand."""

    version: str
    country: str
    place: str


def looks_like_vics(piece: bytes) -> bool:
    """Whether a piece of a file names a VICS data model."""
    return _SHOWN.search(piece) is not None


def document_in(stream: BinaryIO, *, where: str, to_the_break: bool = False) -> VicsDocument:
    """What the document is; the whole stream is walked, for the context may come last.

    The walk also refuses what nests deeper than any export does, before anything is built of it. A damaged document
    raises :class:`DocumentBroken`, unless ``to_the_break`` and its beginning says what it is.
    """
    walk = _Walk(where)
    try:
        for event, value in ijson.basic_parse(Bounded(_json(stream, where), where=where, most=1 << 62)):
            walk.see(event, value)
    except _DAMAGE as error:
        if not (to_the_break and walk.says_what_it_is):
            raise _broken(where) from error
    return walk.document()


def media_in(stream: BinaryIO, document: VicsDocument, *, where: str) -> Iterator[Any]:
    """Every media entry in file order, one at a time; then :class:`DocumentBroken` where the document breaks off."""
    bounded = Bounded(_json(stream, where), where=where)
    try:
        for media in ijson.items(bounded, document.place):
            bounded.taken()
            yield media
    except _DAMAGE as error:
        raise _broken(where) from error


def columns_of(names: Collection[str]) -> dict[str, str]:
    """The names of a document that have a meaning of ours. An object is called as its files are, else by `MediaID`."""
    key = FILE_NAME if FILE_NAME in names else "MediaID"
    return {name: ours for name, ours in ({key: "object_key"} | OURS).items() if name in names}


def vics_records(opened: Callable[[], BinaryIO], *, where: str) -> Iterator[Record | Refusal]:
    """Media entries as records, one for each of an entry's files; a record's line is the number of its entry, from 1.

    ``opened`` gives the document from its beginning, twice. The bytes of a record are its texts as JSON. A damaged
    document raises :class:`DocumentBroken` after all entries before the damage.
    """
    with opened() as stream:
        document = document_in(stream, where=where, to_the_break=True)
    with opened() as stream:
        for number, media in enumerate(media_in(stream, document, where=where), start=1):
            if isinstance(media, dict):
                yield from (Record(number, row, _bytes(row)) for row in rows_of(media, document))
            else:
                raw = _bytes(media)
                yield Refusal(number, RejectReason.NOT_THE_FORMAT, raw, sha256(raw).hexdigest())


def _bytes(stated: object) -> bytes:
    return json.dumps(stated, sort_keys=True, ensure_ascii=True, default=str).encode()


class _Walk:
    """Follows the events of a document and keeps what its shape needs: the context, and what is a list."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._depth = 0
        self._keys: list[str] = [""]
        self._named: list[set[str]] = [set()]
        """Of each object that is open, its names so far."""
        self._context: str | None = None
        self._shapes: dict[str, set[str]] = {"value": set(), "Media": set()}
        """Key → how it opens: `start_map` (one) or `start_array` (several)."""

    def see(self, event: str, value: Any) -> None:
        if event == "map_key":
            self._keys[self._depth] = value
            self._name(value)
        elif event in ("start_map", "start_array"):
            self._open(event)
        elif event in ("end_map", "end_array"):
            self._depth -= 1
            self._keys.pop()
            self._named.pop()
        elif self._depth == 1 and event == "string" and self._keys[1] in ("odata.metadata", "@odata.context"):
            self._context = value

    def _name(self, name: str) -> None:
        named = self._named[self._depth]
        if name in named:
            # One reader takes the first and another the last: two people would see two documents.
            raise _refused(self._where, "names a key twice in one object.")
        if len(named) >= _MOST_NAMES:
            raise _refused(self._where, f"has an object of more than {_MOST_NAMES} names.")
        named.add(name)

    def _open(self, event: str) -> None:
        path = self._keys[1:]
        if path == ["value"] or ([key for key in path if key] == ["value", "Media"] and path[-1] == "Media"):
            self._shapes[path[-1]].add(event)
        self._depth += 1
        self._keys.append("")
        self._named.append(set())
        if self._depth > _DEEPEST:
            raise _refused(self._where, f"nests deeper than {_DEEPEST} levels.")

    @property
    def says_what_it_is(self) -> bool:
        return self._context is not None

    def document(self) -> VicsDocument:
        if self._context is None:
            raise _refused(self._where, "names no VICS data model (odata.metadata or @odata.context).")
        found = _CONTEXT.match(self._context)
        if not found:
            raise _refused(self._where, f"has a data model that is not read: {self._context[:120]!r}.")
        country = (found[2] or "").upper()
        place = self._place("value") + (f".{self._place('Media')}" if found[3] == "Cases" else "")
        return VicsDocument(found[1], "" if country in ("DEFAULT", "CUSTOM") else country, place)

    def _place(self, key: str) -> str:
        """Exports with one entry may write the entry itself in the place of a list."""
        shapes = self._shapes[key]
        if len(shapes) > 1:
            raise _refused(self._where, f"has {key!r} as a list and as a single object.")
        return key if shapes == {"start_map"} else f"{key}.item"


def alternative_digests(media: dict[str, Any]) -> dict[str, object]:
    """SHA-256 and PDQ among the alternative hashes of an entry, by our names, as written."""
    listed = media.get("AlternativeHashes")
    found: dict[str, object] = {}
    for one in listed if isinstance(listed, list) else []:
        name = str(one.get("HashName", "")).replace("-", "").replace("_", "").lower() if isinstance(one, dict) else ""
        if name in _NAMED:
            found[name] = one.get("HashValue")
    return found


def rows_of(media: dict[str, Any], document: VicsDocument) -> list[dict[str, str]]:
    """The texts of an entry by their names, once for each of its `MediaFiles` that differs; at least once.

    Numbers and truths are written as JSON writes them, .NET dates as ISO 8601 in UTC; lists and objects are left out,
    but for what :data:`FILE_NAME`, :data:`FILE_PATH`, :data:`SCHEME`, `SHA256`, `PDQ` and `MediaFiles.…` name.
    """
    texts = _texts(media, "")
    texts |= {_NAMED[name]: text for name, value in alternative_digests(media).items() if (text := _text(value))}
    if texts.get("Category"):
        texts[SCHEME] = ":".join(("project-vic", document.country or "-", document.version))
    if path := texts.get("RelativeFilePath"):
        texts[FILE_NAME] = _SEPARATORS.split(path)[-1]
    listed = media.get("MediaFiles")
    files = [_texts(one, "MediaFiles.") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    rows: list[dict[str, str]] = []
    for row in [{**texts, **one, **_named(one)} for one in files] or [texts]:
        if row not in rows:
            rows.append(row)
    return rows


def _named(file: dict[str, str]) -> dict[str, str]:
    name, folder = file.get("MediaFiles.FileName", ""), file.get("MediaFiles.FilePath", "")
    if not name:
        return {}
    return {FILE_NAME: name, FILE_PATH: "/".join(part for part in (*_SEPARATORS.split(folder), name) if part)}


def _texts(stated: dict[str, Any], prefix: str) -> dict[str, str]:
    return {f"{prefix}{name}": text for name, value in stated.items() if (text := _text(value))}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, dict | list):
        return ""
    text = str(value).strip()
    return _date(text) if text.startswith("/Date(") else text


def _date(text: str) -> str:
    """A .NET date as ISO 8601; its milliseconds count in UTC whatever offset stands behind them."""
    found = _DOTNET.match(text)
    try:
        return iso_z(_EPOCH + timedelta(milliseconds=int(found[1]))) if found else text
    except OverflowError:
        return text


def _json(stream: BinaryIO, where: str) -> BinaryIO:
    """The stream as the parser may have it."""
    return cast("BinaryIO", _Json(stream, where))


class _Json:
    """A stream of bytes without the byte-order mark at its beginning, and without endless numbers.

    The parser's native half breaks down at a whole number that Python does not take (4300 digits).
    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream, self._where = stream, where
        self._ahead = b""
        self._digits = b""
        """With which the piece before ended."""
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        piece = self._read(size)
        seen = self._digits + piece
        if _ENDLESS.search(seen):
            raise _refused(self._where, f"has more than {_MOST_DIGITS} digits in a row.")
        self._digits = seen[len(seen.rstrip(b"0123456789")) :] if piece else b""
        return piece

    def _read(self, size: int) -> bytes:
        if not size:
            return b""
        if not self._begun:
            self._begun = True
            self._ahead = self._stream.read(3).removeprefix(b"\xef\xbb\xbf")
        if self._ahead:
            piece, self._ahead = self._ahead, b""
            return piece
        return self._stream.read(size)


def _refused(where: str, problem: str) -> InputRefused:
    return InputRefused(f"the file {problem}", where=where, advice="Ask the sender for the VICS export again.")


def _broken(where: str) -> DocumentBroken:
    """The library's message quotes the document, which may hold anything; it is not repeated."""
    return DocumentBroken("the file is no whole JSON.", where=where, advice="Ask the sender for the VICS export again.")
