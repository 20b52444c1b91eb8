"""NSRL RDS version 3: an SQLite file of published software. Known, and for that reason ignorable."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

from leadline.errors import InputRefused
from leadline.reference.hashsets.contract import Category, Example, HashRecord, HashSetFormat, digests_in, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.reference.hashsets.contract import Tally

_SOFTWARE = Category("nsrl", "", "RDSv3", "software")
_WANTED = ("md5", "sha1", "sha256")


def read(path: Path, tally: Tally) -> Iterator[HashRecord]:
    """A record a row of FILE; the database is opened read-only and its schema is not trusted."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise _refused(path, str(error)) from error
    try:
        yield from _rows(connection, path, tally)
    except sqlite3.Error as error:
        raise _refused(path, str(error)) from error
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, path: Path, tally: Tally) -> Iterator[HashRecord]:
    for pragma in ("trusted_schema=off", "query_only=on", "cell_size_check=on"):
        connection.execute(f"pragma {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
    columns = [str(row[1]).lower() for row in connection.execute("pragma table_xinfo('FILE')")]
    wanted = [name for name in _WANTED if name in columns]
    if "sha1" not in wanted:
        raise _refused(path, "there is no table FILE with the column sha1")
    cursor = connection.execute(f"select {', '.join(wanted)} from FILE")
    while many := cursor.fetchmany(10_000):
        for row in many:
            tally.rows += 1
            digests = digests_in(f"row {tally.rows}", dict(zip(wanted, row, strict=True)), tally)
            if digests:
                yield record_of(digests, category=_SOFTWARE)


def _refused(path: Path, problem: str) -> InputRefused:
    return InputRefused(
        f"this is no NSRL RDSv3 database: {problem}.",
        where=path.name,
        advice="Unpack the .db file of the RDSv3 archive.",
    )


def _database(schema: str, rows: tuple[tuple[str, ...], ...]) -> object:
    def write(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(schema)
        for row in rows:
            connection.execute(f"insert into FILE values ({', '.join('?' * len(row))})", row)
        connection.commit()
        connection.close()

    return write


PLUGIN = HashSetFormat(
    name="nsrl",
    role="ignorable",
    read=read,
    examples=(
        Example(
            "two files, upper case as published",
            _database(  # type: ignore[arg-type]
                "create table FILE (sha256 text, sha1 text, md5 text, file_name text)",
                (("A" * 64, "B" * 40, "C" * 32, "x.txt"), ("", "D" * 40, "", "y.txt"), ("", "short", "", "z.txt")),
            ),
            (
                HashRecord(sha256="a" * 64, sha1="b" * 40, md5="c" * 32, category=_SOFTWARE),
                HashRecord(sha1="d" * 40, category=_SOFTWARE),
            ),
            refused=1,
        ),
        Example("another database", _database("create table FILE (name text)", ()), None),  # type: ignore[arg-type]
        Example("no database", b"SQLite format 3\x00 and then nothing of the kind" * 40, None),
    ),
)
