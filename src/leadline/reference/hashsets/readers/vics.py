"""VICS hash sets and case exports, data models 1.x and 2.0, streamed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.reference.hashsets.contract import Category, Example, HashRecord, HashSetFormat, digests_in, record_of
from leadline.reference.hashsets.vics import VicsDocument, alternative_digests, document_of, media_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.reference.hashsets.contract import Tally

_CODE = re.compile(r"[0-9A-Za-z._-]{1,16}\Z", re.ASCII)


def read(path: Path, tally: Tally) -> Iterator[HashRecord]:
    """Records of every media entry. Only `Category` carries a verdict; flags of precategorisation do not."""
    document = document_of(path)
    for number, media in enumerate(media_of(path, document)):
        tally.rows += 1
        yield from _record(f"record {number}", media, document, tally)


def _record(place: str, media: object, document: VicsDocument, tally: Tally) -> Iterator[HashRecord]:
    if not isinstance(media, dict):
        tally.refuse(place, "no-record")
        return
    written = {"md5": media.get("MD5"), "sha1": media.get("SHA1"), **alternative_digests(media)}
    digests = digests_in(place, written, tally)
    if digests:
        yield record_of(digests, category=_category(place, media.get("Category"), document, tally))


def _category(place: str, written: object, document: VicsDocument, tally: Tally) -> Category:
    code = "" if written is None or isinstance(written, bool) else str(written).strip()
    if code and not _CODE.match(code):
        tally.refuse(place, "no-category")
        code = ""
    return Category("project-vic", document.country, document.version, code)


_A, _B, _C = "0" * 31 + "a", "0" * 31 + "b", "0" * 31 + "c"
_US = Category("project-vic", "US", "2.0", "1")
PLUGIN = HashSetFormat(
    name="vics",
    read=read,
    examples=(
        Example(
            "2.0 hash set with a byte-order mark, upper case, a null category and flags as text",
            b'\xef\xbb\xbf{"@odata.context":"http://vics.example/DataModels/2.0.xml/US/$metadata#Media","value":['
            + b'{"MediaID":1,"Category":1,"MD5":"%s","IsPrecategorized":"true"},' % _A.upper().encode()
            + b'{"MediaID":2,"Category":null,"MD5":"%s","IsPrecategorized":true}]}' % _B.encode(),
            (HashRecord(md5=_A, category=_US), HashRecord(md5=_B, category=Category("project-vic", "US", "2.0", ""))),
        ),
        Example(
            "1.3 case export whose context comes last and whose hashes stand among the alternatives",
            b'{"value":[{"CaseID":"c","TotalMediaFiles":9,"Media":[{"odata.id":"Media(1)","Category":"2","MD5":"%s",'
            b'"AlternativeHashes":[{"HashName":"SHA-256","HashValue":"%s"},{"HashName":"PhotoDNA","HashValue":"x"}]}]}],'
            b'"odata.metadata":"http://vics.example/DataModels/1.3.xml#Cases"}' % (_C.encode(), b"7" * 64),
            (HashRecord(md5=_C, sha256="7" * 64, category=Category("project-vic", "", "1.3", "2")),),
        ),
        Example(
            "a media entry without a digest, and one of an empty file",
            b'{"odata.metadata":"http://vics.example/DataModels/1.1.xml#Media","value":[{"Category":1},'
            b'{"Category":1,"MD5":"D41D8CD98F00B204E9800998ECF8427E"}]}',
            (),
            refused=2,
        ),
        Example("another model", b'{"odata.metadata":"http://vics.example/DataModels/3.0.xml#Media","value":[]}', None),
        Example("no model", b'{"value":[{"MD5":"%s"}]}' % _A.encode(), None),
        Example(
            "cut off",
            b'{"odata.metadata":"http://vics.example/DataModels/1.1.xml#Media","value":[{"MD5":"%s"},{' % _A.encode(),
            None,
        ),
    ),
)
