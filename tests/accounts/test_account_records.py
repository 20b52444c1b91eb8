"""The provider's account files: every record once, in our columns, and what cannot be read is told."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from leadline.facts.tables import AccountRecordRow
from leadline.seal.manifest import TipFile
from leadline.stages.accounts.moments import read_moment
from leadline.stages.accounts.run import run_records
from leadline.vocabulary.scales import FileKind, RejectReason
from tests.priority.world import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def given(world: World, content: str | bytes, **values: Any) -> None:
    raw = content.encode() if isinstance(content, str) else content
    usual = {"format": "csv", "sha1": "", "md5": "", "bytes": len(raw), "path": "accounts.csv"}
    no = len(world.files)
    file = TipFile(no=no, kind=FileKind.ACCOUNTS, sha256=world.exhibits.admit(raw), **{**usual, **values})
    world.files = (*world.files, file)


def read(world: World) -> dict[Any, dict[str, Any]]:
    with world.work() as work:
        run_records(work)
    return world.by(AccountRecordRow, "account_key")


def refused(world: World) -> list[tuple[int, str, str]]:
    found = []
    for path in sorted((world.folder / "rejects").glob("*.parquet")):
        found += [(row["line"], row["reason"], row["text_sha256"]) for row in pq.read_table(path).to_pylist()]
    return found


def test_columns_are_theirs_mapped_or_ours_by_name(world: World) -> None:
    given(
        world,
        "user_id,created_at,email,declared_country,nobody_knows\nanna,2018-01-01T12:00:00+13:00,a@mail.example,nz,x\n",
        columns={"user_id": "account_key"},
    )
    row = read(world)["anna"]
    assert (row["email"], row["declared_country"], row["payment_country"]) == ("a@mail.example", "NZ", None)
    assert row["created_at"] == datetime(2017, 12, 31, 23, 0, tzinfo=UTC)
    assert (row["line"], row["records"], refused(world)) == (2, 1, [])


def test_the_first_record_of_a_key_counts_and_the_others_are_counted(world: World) -> None:
    given(world, "account_key,email\nanna,first@mail.example\nbert,\nanna,second@mail.example\n")
    given(world, "account_key,email\nanna,third@mail.example\nAnna,other@mail.example\n", path="b.csv")
    found = read(world)
    assert (found["anna"]["email"], found["anna"]["records"]) == ("first@mail.example", 3)
    assert found["bert"]["email"] is None
    assert set(found) == {"anna", "bert", "Anna"}


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("true", True),
        ("YES", True),
        ("1", True),
        ("False", False),
        ("no", False),
        ("0", False),
        ("", None),
        ("2", None),
    ],
)
def test_the_providers_own_flag_is_yes_no_or_not_known(world: World, said: str, means: bool | None) -> None:
    given(world, f"account_key,compromised\nanna,{said}\n")
    assert read(world)["anna"]["compromised"] is means


@pytest.mark.parametrize(("said", "means"), [("nz", "NZ"), ("NZ", "NZ"), ("NZL", None), ("é1", None), ("", None)])
def test_a_country_is_two_letters_in_capitals(world: World, said: str, means: str | None) -> None:
    given(world, f"account_key,payment_country\nanna,{said}\n")
    assert read(world)["anna"]["payment_country"] == means


def test_a_record_without_a_key_is_refused_with_its_digest(world: World) -> None:
    given(world, "account_key,email\n,a@mail.example\n-,b@mail.example\nbert,c@mail.example\n")
    assert set(read(world)) == {"bert"}
    assert refused(world) == [
        (2, "missing-field", sha256(b",a@mail.example").hexdigest()),
        (3, "missing-field", sha256(b"-,b@mail.example").hexdigest()),
    ]


def test_a_date_that_cannot_be_read_is_told_and_the_record_kept(world: World) -> None:
    given(world, "account_key,created_at,compromised\nanna,31 Feb,true\nbert,2018-01-01,\ncora,2018-01-01T00:00:00,\n")
    found = read(world)
    assert (found["anna"]["created_at"], found["anna"]["compromised"]) == (None, True)
    assert found["bert"]["created_at"] == datetime(2018, 1, 1, tzinfo=UTC)
    assert found["cora"]["created_at"] is None
    assert refused(world) == [
        (2, "bad-time", sha256(b"anna,31 Feb,true").hexdigest()),
        (4, "bad-time", sha256(b"cora,2018-01-01T00:00:00,").hexdigest()),
    ]


def test_lines_that_are_no_records_are_refused_and_the_rest_is_read(world: World) -> None:
    content = b"account_key,email\nanna,a@mail.example\nbert\n\ncora,\xff\ndora,d@mail.example\n"
    given(world, gzip.compress(content), compression="gz")
    assert set(read(world)) == {"anna", "dora"}
    assert [(line, reason) for line, reason, _ in refused(world)] == [
        (3, "not-the-format"),
        (4, "empty-line"),
        (5, "bad-encoding"),
    ]


def test_jsonl_records_may_have_different_fields(world: World) -> None:
    given(
        world,
        '{"account_key": "anna", "phone": "+64 0000"}\n{"id": 17, "closed_at": "2019-01-01T00:00:00Z"}\n',
        format="jsonl",
        path="accounts.jsonl",
        columns={"id": "account_key"},
    )
    found = read(world)
    assert found["anna"]["phone"] == "+64 0000"
    assert found["17"]["closed_at"] == datetime(2019, 1, 1, tzinfo=UTC)


def test_without_account_files_there_are_no_records(world: World) -> None:
    assert read(world) == {}


@pytest.mark.parametrize(
    ("written", "zone", "means"),
    [
        ("2019-01-01", "", datetime(2019, 1, 1, tzinfo=UTC)),
        ("2019-01-01", "Pacific/Auckland", datetime(2018, 12, 31, 11, 0, tzinfo=UTC)),
        ("2019-01-01 10:00:00", "UTC", datetime(2019, 1, 1, 10, 0, tzinfo=UTC)),
        ("2019-01-01T10:00", "Pacific/Auckland", datetime(2018, 12, 31, 21, 0, tzinfo=UTC)),
        ("2019-01-01 10:00:00", "", RejectReason.BAD_TIME),
        ("2019-04-07 02:30:00", "Pacific/Auckland", RejectReason.AMBIGUOUS_TIME),
        ("2019-09-29 02:30:00", "Pacific/Auckland", RejectReason.BAD_TIME),
        ("2019-02-31", "UTC", RejectReason.BAD_TIME),
        ("0001-01-01", "Pacific/Auckland", RejectReason.BAD_TIME),
        ("yesterday", "UTC", RejectReason.BAD_TIME),
    ],
)
def test_a_text_without_a_zone_means_what_the_file_says(
    written: str, zone: str, means: datetime | RejectReason
) -> None:
    assert read_moment(written, zone=zone) == means
