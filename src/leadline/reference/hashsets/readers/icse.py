"""INTERPOL ICSE hash lists: semicolons, one image a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.errors import InputRefused
from leadline.reference.hashsets.contract import Category, Example, HashRecord, HashSetFormat, digests_in, record_of
from leadline.reference.hashsets.delimited import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.reference.hashsets.contract import Tally

_NEEDED = ("md5", "sha1", "image id", "baseline")


def read(path: Path, tally: Tally) -> Iterator[HashRecord]:
    """Records; the category is the baseline's yes or no. Columns about people and series are not read."""
    found = rows(path, tally, delimiter=";")
    _, header = next(found, (0, []))
    place = {name.strip().lower(): at for at, name in enumerate(header)}
    if not all(name in place for name in _NEEDED):
        raise InputRefused(
            "the header is not that of an ICSE hash list.",
            where=f"{path.name}, line 1",
            advice="It begins MD5;SHA1;PhotoDNA.",
        )
    for number, cells in found:
        tally.rows += 1
        if len(cells) != len(header):
            tally.refuse(f"line {number}", "not-the-format")
            continue
        said = {name: cells[at].strip() for name, at in place.items()}
        digests = digests_in(f"line {number}", {"md5": said["md5"], "sha1": said["sha1"]}, tally)
        if digests:
            category = Category("icse-baseline", "", "", said["baseline"].lower()[:16])
            yield record_of(digests, category=category)


_HEAD = b"MD5;SHA1;PhotoDNA;Image ID;Is distributed;Series name;Number of submissions;Baseline\n"
PLUGIN = HashSetFormat(
    name="icse",
    read=read,
    examples=(
        Example(
            "two images",
            _HEAD + b"%s;%s;;17;Yes;;2;Yes\r\n%s;;;18;No;;1;No\r\n" % (b"A" * 32, b"b" * 40, b"c" * 32),
            (
                HashRecord(md5="a" * 32, sha1="b" * 40, category=Category("icse-baseline", "", "", "yes")),
                HashRecord(md5="c" * 32, category=Category("icse-baseline", "", "", "no")),
            ),
        ),
        Example(
            "a short line and a digest cut off",
            _HEAD + b"%s;\n%s;;;1;;;;Yes\n" % (b"a" * 32, b"a" * 31),
            (),
            refused=2,
        ),
        Example("another header", b"MD5,SHA1\n", None),
        Example("nothing", b"", None),
    ),
)
