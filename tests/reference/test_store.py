"""An analyst loads dated address tables; an auditor can tell afterwards which bytes they were made of."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from leadline.errors import InputRefused, WrongUsage
from leadline.reference.periods import period_starts
from leadline.reference.store import add_networks, editions, list_editions, pinned_editions
from leadline.seal.custody import verify_workspace
from leadline.seal.log import Log
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

CSV = """\
first,last,country,asn,holder,kind
240.1.0.0,240.1.255.255,NZ,64500,Access NZ (invented),access
240.1.9.0,240.1.9.255,AU,,,mobile
240.1.0.0,240.1.255.255,AU,,,access
nowhere,240.1.255.255,AU,,,access
"""
JANUARY = date(2019, 1, 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "workspace")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "blocks.csv"
    path.write_text(CSV)
    return path


def test_a_table_is_sealed_compiled_and_vouched_for(workspace: Path, table: Path) -> None:
    edition = add_networks(workspace, table, as_of=JANUARY, name="reg")
    assert (edition.kind, edition.name, edition.as_of, edition.rows, edition.rejects, edition.reader) == (
        "networks", "reg", "2019-01-01", 3, 2, "csv",
    )  # fmt: skip
    rows = pq.read_table(workspace / "lake/reference/networks/reg/2019-01-01.parquet").to_pylist()
    prefix = "00000000000000000000ffff"
    assert [(r["first"].removeprefix(prefix), r["last"].removeprefix(prefix), r["country"]) for r in rows] == [
        ("f0010000", "f00108ff", "NZ"),
        ("f0010900", "f00109ff", "AU"),
        ("f0010a00", "f001ffff", "NZ"),
    ]
    rejects = json.loads((workspace / "lake/reference/networks/reg/2019-01-01.rejects.json").read_text())
    assert [(r["line"], r["reason"]) for r in rejects] == [(4, "conflicting"), (5, "bad-address")]
    exhibit = workspace / "exhibits/sha256" / edition.source_sha256[:2] / edition.source_sha256
    assert exhibit.read_text() == CSV
    assert not verify_workspace(workspace).faults
    assert not list((workspace / "tmp").iterdir())


@pytest.mark.parametrize("name", ["2019-01-01.parquet", "2019-01-01.json", "2019-01-01.rejects.json"])
def test_a_changed_file_of_a_table_is_named(name: str, workspace: Path, table: Path) -> None:
    add_networks(workspace, table, as_of=JANUARY, name="reg")
    path = workspace / "lake/reference/networks/reg" / name
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")
    assert [fault.path for fault in verify_workspace(workspace).faults] == [f"lake/reference/networks/reg/{name}"]


def test_the_same_table_again_changes_nothing(workspace: Path, table: Path) -> None:
    first = add_networks(workspace, table, as_of=JANUARY, name="reg")
    before = len(Log.open(workspace).entries())
    assert add_networks(workspace, table, as_of=JANUARY, name="reg") == first
    assert len(Log.open(workspace).entries()) == before


def test_other_bytes_under_the_same_name_and_date_are_refused(workspace: Path, table: Path) -> None:
    add_networks(workspace, table, as_of=JANUARY, name="reg")
    table.write_text(CSV.replace("NZ", "AU"))
    with pytest.raises(InputRefused, match="loaded already"):
        add_networks(workspace, table, as_of=JANUARY, name="reg")
    add_networks(workspace, table, as_of=date(2019, 2, 1), name="reg")
    add_networks(workspace, table, as_of=JANUARY, name="other")
    assert [(e.name, e.as_of) for e in editions(workspace)] == [
        ("other", "2019-01-01"),
        ("reg", "2019-01-01"),
        ("reg", "2019-02-01"),
    ]


@pytest.mark.parametrize(
    "contents",
    [
        "first,last,country,asn,holder,kind\n",
        "first,last,country,asn,holder,kind\n240.0.0.9,240.0.0.1,NZ,,,access\n",
        "hello\n",
        "",
        "\0\0",
        '{"a": 1}',
    ],
)
def test_a_file_without_a_readable_row_leaves_nothing(contents: str, workspace: Path, table: Path) -> None:
    table.write_text(contents)
    before = len(Log.open(workspace).entries())
    with pytest.raises(InputRefused) as refused:
        add_networks(workspace, table, as_of=JANUARY, name="reg")
    assert refused.value.where == "blocks.csv"
    assert refused.value.advice
    assert len(Log.open(workspace).entries()) == before
    assert not verify_workspace(workspace).faults
    assert not list((workspace / "tmp").iterdir())


def test_a_list_of_prefixes_needs_to_be_told_its_kind(workspace: Path, table: Path) -> None:
    table.write_text("240.0.0.0/8\n")
    with pytest.raises(WrongUsage, match="--kind"):
        add_networks(workspace, table, as_of=JANUARY, name="list")
    assert add_networks(workspace, table, as_of=JANUARY, name="list", kind="vpn").rows == 1


@pytest.mark.parametrize(
    ("name", "kind"), [("Reg", None), ("", None), ("../x", None), ("a" * 65, None), ("a", "special")]
)
def test_a_name_or_kind_that_cannot_be_is_wrong_usage(
    name: str, kind: str | None, workspace: Path, table: Path
) -> None:
    with pytest.raises(WrongUsage):
        add_networks(workspace, table, as_of=JANUARY, name=name, kind=kind)


def test_what_a_crash_left_before_the_log_entry_counts_as_absent(workspace: Path, table: Path, tmp_path: Path) -> None:
    other = make_workspace(tmp_path / "other")
    add_networks(other, table, as_of=JANUARY, name="reg")
    left = workspace / "lake/reference/networks/reg"
    left.mkdir(parents=True)
    for path in (other / "lake/reference/networks/reg").iterdir():
        (left / path.name).write_bytes(b"half")
    assert editions(workspace) == ()
    add_networks(workspace, table, as_of=JANUARY, name="reg")
    assert len(editions(workspace)) == 1
    assert not verify_workspace(workspace).faults


def test_without_a_table_the_registration_table_serves_and_is_pinned_by_its_digest(
    workspace: Path, table: Path
) -> None:
    pinned = {edition.kind: edition for edition in pinned_editions(workspace)}
    assert set(pinned) == {"registration", "zones"}
    assert len(pinned["registration"].sha256) == 64
    date.fromisoformat(pinned["registration"].as_of)
    add_networks(workspace, table, as_of=JANUARY, name="reg")
    assert {edition.kind for edition in pinned_editions(workspace)} == {"networks", "zones"}
    assert [e.kind for e in list_editions(workspace)] == ["networks", "registration", "retention", "zones"]


def test_periods_begin_at_midnight_utc_of_each_edition_date_once(workspace: Path, table: Path) -> None:
    for name, day in (("b", date(2019, 2, 1)), ("a", date(2019, 2, 1)), ("a", JANUARY)):
        add_networks(workspace, table, as_of=day, name=name)
    assert period_starts(pinned_editions(workspace)) == [
        datetime(2019, 1, 1, tzinfo=UTC),
        datetime(2019, 2, 1, tzinfo=UTC),
    ]


def test_the_same_table_gives_the_same_bytes_in_another_workspace(workspace: Path, table: Path, tmp_path: Path) -> None:
    other = make_workspace(tmp_path / "other")
    first = add_networks(workspace, table, as_of=JANUARY, name="reg")
    assert add_networks(other, table, as_of=JANUARY, name="reg").sha256 == first.sha256
