"""The shape that all VICS documents share: data model, country, and where the media entries stand; streamed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused
from leadline.reference.hashsets.bounded import Bounded
from leadline.reference.hashsets.extras import needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_CONTEXT = re.compile(
    r".*/DataModels/(1\.[0-3]|2\.0)\.xml(?:/([A-Za-z]{2,10}))?(?:/\$metadata)?#(Cases|Media)\Z", re.ASCII
)
_DEEPEST = 32
_NAMED = {"sha256", "pdq"}


@dataclass(frozen=True)
class VicsDocument:
    """What a document says of itself: version of the data model, country (or empty), and where its media stand."""

    version: str
    country: str
    place: str


def document_of(path: Path) -> VicsDocument:
    """What the document is; the whole file is walked, for the context may come last.

    The walk also refuses what nests deeper than any export does, before anything is built of it.
    """
    ijson = needed("ijson")
    context, key, depth = None, "", 0
    with _opened(path) as stream:
        try:
            for event, value in ijson.basic_parse(Bounded(stream, where=path.name, most=1 << 62)):
                if event == "map_key":
                    key = value if depth == 1 else key
                elif event in ("start_map", "start_array"):
                    depth += 1
                    if depth > _DEEPEST:
                        raise _refused(path, f"nests deeper than {_DEEPEST} levels.")
                elif event in ("end_map", "end_array"):
                    depth -= 1
                elif depth == 1 and event == "string" and key in ("odata.metadata", "@odata.context"):
                    context = value
        except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
            raise _refused(path, f"is no whole JSON: {error}") from error
    if context is None:
        raise _refused(path, "names no VICS data model (odata.metadata or @odata.context).")
    return _parsed(path, context)


def _parsed(path: Path, context: str) -> VicsDocument:
    found = _CONTEXT.match(context)
    if not found:
        raise _refused(path, f"has a data model that is not read: {context[:120]!r}.")
    country = (found[2] or "").upper()
    place = "value.item.Media.item" if found[3] == "Cases" else "value.item"
    return VicsDocument(found[1], "" if country in ("DEFAULT", "CUSTOM") else country, place)


def media_of(path: Path, document: VicsDocument) -> Iterator[Any]:
    """Every media entry in file order, one at a time; :class:`InputRefused` where the file breaks off."""
    ijson = needed("ijson")
    with _opened(path) as stream:
        bounded = Bounded(stream, where=path.name)
        try:
            for media in ijson.items(bounded, document.place):
                bounded.taken()
                yield media
        except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
            raise _refused(path, f"is broken: {error}") from error


def alternative_digests(media: dict[str, Any]) -> dict[str, object]:
    """SHA-256 and PDQ among the alternative hashes of an entry, by our names, as written."""
    listed = media.get("AlternativeHashes")
    found: dict[str, object] = {}
    for one in listed if isinstance(listed, list) else []:
        name = str(one.get("HashName", "")).replace("-", "").replace("_", "").lower() if isinstance(one, dict) else ""
        if name in _NAMED:
            found[name] = one.get("HashValue")
    return found


def _opened(path: Path) -> BinaryIO:
    stream = path.open("rb")
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    return stream


def _refused(path: Path, problem: str) -> InputRefused:
    return InputRefused(f"the file {problem}", where=path.name, advice="Ask the sender for the VICS export again.")
