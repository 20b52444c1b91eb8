"""The inventory stage: one row a readable record, and a reject with its line for every other."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Work
from leadline.facts.tables import InventoryRow
from leadline.seal.exhibits import ExhibitStore
from leadline.settings import Settings
from leadline.stages.intake.receive import receive
from leadline.stages.intake.run import run
from tests.intake.bundles import make_folder

if TYPE_CHECKING:
    from pathlib import Path

MD5, SHA1, SHA256 = "d" * 32, "e" * 40, "f" * 64


def ran(
    workspace: Path, folder: Path, files: dict[str, bytes], **options: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows and rejects of a tip made of these files."""
    tip = receive(workspace, make_folder(folder / "b", files), **options).manifest  # type: ignore[arg-type]
    scratch = workspace / "tmp/run"
    scratch.mkdir(parents=True, exist_ok=True)
    with Engine(spill=workspace / "spill", threads=1, memory_mb=256) as engine:
        lake = Lake(scratch / "facts")
        run(Work(tip, engine, lake, ExhibitStore(workspace), Settings(), (), scratch))
        rows = [row for path in lake.paths(InventoryRow) for row in pq.read_table(path).to_pylist()]
    rejects = [
        row for path in sorted((scratch / "rejects").glob("*.parquet")) for row in pq.read_table(path).to_pylist()
    ]
    return rows, rejects


HEADER = "object_key,size,md5,sha1,sha256,added_at,removed_at,added_by,category\n"


def test_a_record_becomes_a_row_with_its_values(workspace: Path, tmp_path: Path) -> None:
    text = HEADER + f"a1,1000,{MD5.upper()},{SHA1},{SHA256},2019-01-01T13:00:00+13:00,2019-02-01T00:00:00.5Z,anna,c2\n"
    (row,), rejects = ran(workspace, tmp_path, {"list.csv": text.encode()})
    assert rejects == []
    assert row == {
        "file": 0,
        "line": 2,
        "object_key": "a1",
        "size": 1000,
        "md5": MD5,
        "sha1": SHA1,
        "sha256": SHA256,
        "pdq": None,
        "added_at": datetime(2019, 1, 1, tzinfo=UTC),
        "removed_at": datetime(2019, 2, 1, 0, 0, 0, 500_000, tzinfo=UTC),
        "added_by": "anna",
        "category": "c2",
        "category_scheme": None,
    }


def test_values_that_are_none_are_unknown_and_the_object_stays_listed(workspace: Path, tmp_path: Path) -> None:
    text = HEADER + "a1,1e3,xyz,0,,,,,\na2,-5,,,,,,,\na3,,,,,,,,\n"
    rows, rejects = ran(workspace, tmp_path, {"list.csv": text.encode()})
    assert rejects == []
    assert [(row["object_key"], row["size"], row["md5"], row["sha1"]) for row in rows] == [
        ("a1", None, None, None),
        ("a2", None, None, None),
        ("a3", None, None, None),
    ]


def test_every_record_that_cannot_be_read_is_a_reject_at_its_line(workspace: Path, tmp_path: Path) -> None:
    good = "a1,1,,,,2019-01-01T00:00:00Z,,,\n"
    bad = [
        ",1,,,,,,,",
        "a2,1,,,,2019-02-30T00:00:00Z,,,",
        "a3,1,,,,,yesterday,,",
        "",
        "a4,1",
        'a5,"1,,,,,,,',
    ]
    text = HEADER + good + "\n".join(bad) + "\na6,1,,,,,,,\na7,1"
    rows, rejects = ran(workspace, tmp_path, {"list.csv": text.encode()})
    assert [(row["line"], row["object_key"]) for row in rows] == [(2, "a1"), (9, "a6")]
    assert [(row["line"], row["reason"]) for row in rejects] == [
        (3, "missing-field"),
        (4, "bad-time"),
        (5, "bad-time"),
        (6, "empty-line"),
        (7, "not-the-format"),
        (8, "truncated"),
        (10, "truncated"),
    ]
    assert {(row["path"], row["kind"], row["file"]) for row in rejects} == {("list.csv", "inventory", 0)}


def zoned(zone: str, *times: str) -> dict[str, bytes]:
    rows = "".join(f"a{n},{time}\n" for n, time in enumerate(times))
    tip = f'[[file]]\npath = "list.csv"\nkind = "inventory"\nzone = "{zone}"\n'
    return {"list.csv": b"object_key,added_at\n" + rows.encode(), "tip.toml": tip.encode()}


def test_the_files_zone_holds_where_a_value_says_none(workspace: Path, tmp_path: Path) -> None:
    files = zoned("Pacific/Auckland", "2019-01-01", "2019-07-01 10:00:00", "2019-07-01T10:00:00Z")
    rows, _ = ran(workspace, tmp_path, files)
    assert [row["added_at"] for row in rows] == [
        datetime(2018, 12, 31, 11, tzinfo=UTC),
        datetime(2019, 6, 30, 22, tzinfo=UTC),
        datetime(2019, 7, 1, 10, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("zone", "twice", "never"),
    [
        ("Pacific/Auckland", "2019-04-07T02:30:00", "2019-09-29T02:30:00"),
        ("Europe/Berlin", "2019-10-27T02:30:00", "2019-03-31T02:30:00"),
    ],
)
def test_an_hour_that_comes_twice_is_ambiguous_and_one_that_never_comes_is_no_time(
    zone: str, twice: str, never: str, workspace: Path, tmp_path: Path
) -> None:
    rows, rejects = ran(workspace, tmp_path, zoned(zone, twice, never, "2019-06-01T00:00:00"))
    assert [row["line"] for row in rows] == [4]
    assert [(row["line"], row["reason"]) for row in rejects] == [(2, "ambiguous-time"), (3, "bad-time")]


def test_several_inventories_are_one_table_in_file_order(workspace: Path, tmp_path: Path) -> None:
    files = {
        "b.jsonl": b'{"object_key": "b1", "size": 7}\n',
        "a.csv.gz": gzip.compress(b"object_key\na1\na2\n", mtime=0),
    }
    rows, _ = ran(workspace, tmp_path, files)
    assert [(row["file"], row["line"], row["object_key"], row["size"]) for row in rows] == [
        (0, 2, "a1", None),
        (0, 3, "a2", None),
        (1, 1, "b1", 7),
    ]


def test_a_broken_inventory_sealed_as_it_is_ends_with_one_reject(workspace: Path, tmp_path: Path) -> None:
    packed = gzip.compress(b"object_key,size\na1,1\na2,2", mtime=0)[:-4]
    rows, rejects = ran(workspace, tmp_path, {"a.csv.gz": packed}, as_is=True)
    assert [row["object_key"] for row in rows] == ["a1"]
    assert [(row["line"], row["reason"]) for row in rejects] == [(3, "stream-broken")]


def test_a_key_that_json_lines_show_late_is_read(workspace: Path, tmp_path: Path) -> None:
    rows = [f'{{"object_key": "a{number}"}}' for number in range(40_000)]
    rows[20_000] = '{"object_key": "late", "size": 5, "added_at": "2019-01-01T00:00:00Z"}'
    found, _ = ran(workspace, tmp_path, {"a.jsonl": "\n".join(rows).encode()})
    assert len(found) == 40_000
    assert [(row["object_key"], row["size"]) for row in found if row["size"]] == [("late", 5)]


def test_a_tip_without_an_inventory_has_an_empty_table(workspace: Path, tmp_path: Path) -> None:
    assert ran(workspace, tmp_path, {"notes.txt": b"some notes\n"}) == ([], [])
