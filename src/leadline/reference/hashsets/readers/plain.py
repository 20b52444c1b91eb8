"""Plain lists: one digest a line, or delimited text whose header names md5, sha1, sha256, pdq and category."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from leadline.errors import InputRefused
from leadline.reference.hashsets.contract import Category, Example, HashRecord, HashSetFormat, digests_in, record_of
from leadline.reference.hashsets.delimited import lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.reference.hashsets.contract import Tally

_BY_LENGTH = {32: "md5", 40: "sha1", 64: "sha256"}
_DIGESTS = ("md5", "sha1", "sha256", "pdq")
_ALSO = ("category", "category_scheme", "country", "version")
_PLAIN = Category("list", "", "", "")


def read(path: Path, tally: Tally) -> Iterator[HashRecord]:
    """Records. A bare digest of 64 digits is SHA-256; PDQ is read only under a header that says so."""
    found = lines(path, tally)
    number, first = next(found, (0, ""))
    delimiter = next((mark for mark in "\t;," if mark in first), ",")
    header = [cell.strip().strip('"').lower().replace("-", "") for cell in first.split(delimiter)]
    if set(header) & set(_DIGESTS):
        yield from _table(found, header, delimiter, tally)
        return
    if not first:
        raise InputRefused("the file is empty.", where=path.name, advice="A list has one digest a line.")
    bare = _bare(number, first, tally)
    if bare is None and not first.lstrip().startswith("#"):
        raise InputRefused(
            "the first line is neither a digest nor a header.",
            where=f"{path.name}, line 1",
            advice="Write one digest a line, or a header with md5, sha1, sha256, pdq.",
        )
    yield from (bare,) if bare else ()
    for number, text in found:
        record = None if text.lstrip().startswith("#") else _bare(number, text, tally)
        yield from (record,) if record else ()


def _bare(number: int, text: str, tally: Tally) -> HashRecord | None:
    if text.lstrip().startswith("#"):
        return None
    tally.rows += 1
    token = text.replace(",", " ").replace(";", " ").split()[0].strip('"*\\')
    kind = _BY_LENGTH.get(len(token), "md5")
    digests = digests_in(f"line {number}", {kind: token}, tally)
    return record_of(digests, category=_PLAIN) if digests else None


def _table(found: Iterator[tuple[int, str]], header: list[str], delimiter: str, tally: Tally) -> Iterator[HashRecord]:
    place = {name: at for at, name in enumerate(header) if name in (*_DIGESTS, *_ALSO)}
    for number, text in found:
        tally.rows += 1
        cells = next(csv.reader([text], delimiter=delimiter), [])
        if len(cells) != len(header):
            tally.refuse(f"line {number}", "not-the-format")
            continue
        said = {name: cells[at].strip() for name, at in place.items()}
        digests = digests_in(f"line {number}", {kind: said[kind] for kind in _DIGESTS if kind in said}, tally)
        if digests:
            yield record_of(digests, category=_category(said))


def _category(said: dict[str, str]) -> Category:
    scheme, country, version, code = (
        said.get(name, "")[:32] for name in ("category_scheme", "country", "version", "category")
    )
    return Category(scheme or "list", country, version, code)


PLUGIN = HashSetFormat(
    name="list",
    read=read,
    examples=(
        Example(
            "digests of three kinds, with blanks, names and a comment",
            b"# made by hand\r\n%s\r\n  %s  x.bin\n%s\n\nnonsense\n" % (b"A" * 32, b"b" * 40, b"c" * 64),
            (
                HashRecord(md5="a" * 32, category=_PLAIN),
                HashRecord(sha1="b" * 40, category=_PLAIN),
                HashRecord(sha256="c" * 64, category=_PLAIN),
            ),
            refused=1,
        ),
        Example(
            "a table with PDQ and a category of a named scheme",
            b"sha256;pdq;category;category_scheme;country\n%s;%s;1;agency;NZ\n;%s;;;\n"
            % (b"d" * 64, b"e" * 64, b"f" * 64),
            (
                HashRecord(sha256="d" * 64, pdq="e" * 64, category=Category("agency", "NZ", "", "1")),
                HashRecord(pdq="f" * 64, category=_PLAIN),
            ),
        ),
        Example("prose", b"Dear colleague,\n", None),
        Example("nothing", b"", None),
        Example("no text", b"\x00\x01\x02", None),
    ),
)
