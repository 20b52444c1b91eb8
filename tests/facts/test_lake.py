"""The lake keeps what it is given, checks it on the way in, and writes the same bytes each time."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from leadline.errors import IntegrityBroken, LeadlineError
from leadline.facts import lake as lake_module
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake, bucket_name
from leadline.facts.tables import ALL, CandidateRow, ContributionRow, FileTallyRow, InventoryRow
from leadline.facts.tables.base import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANY = """
select 'account ' || (r.n % 5000) as account_key, 'object ' || r.n as object_key,
       case when r.n % 3 = 0 then make_timestamptz(r.n * 1000) end as added_at,
       r.n % 2 = 0 as listed, false as new, 'upload' as source
from (select unnest(range(300000)) as n) as r
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(spill=tmp_path / "spill") as opened:
        yield opened


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_the_rows_of_one_account_lie_in_one_bucket_and_nowhere_else(engine: Engine, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "run")
    engine.rule("contribution", MANY)
    assert lake.write(engine, ContributionRow) == 300_000
    for path in lake.paths(ContributionRow):
        accounts = set(pq.read_table(path, columns=["account_key"]).column(0).to_pylist())
        assert {f"bucket-{bucket_name(account)}.parquet" for account in accounts} == {path.name}
    lake.lend(engine, ContributionRow)
    assert engine.rows("select count(*) as n, count(added_at) as dated from contribution as c") == [
        {"n": 300_000, "dated": 100_000}
    ]


def test_the_rows_of_one_account_are_found_without_an_engine_and_are_those_that_it_would_find(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_module, "ROW_GROUP", 1000)
    lake = Lake(tmp_path / "run")
    engine.rule("contribution", MANY)
    lake.write(engine, ContributionRow)
    lake.lend(engine, ContributionRow)
    asked = "select c.* from contribution as c where c.account_key = $account order by c.object_key"
    # The first and the last of a bucket, one whose rows go over the end of a row group, and one that is not there.
    bucket = sorted(set(pq.read_table(lake.paths(ContributionRow)[3]).column("account_key").to_pylist()))
    for account in (*bucket[:40], bucket[-1], "account", "account 99999"):
        assert lake.rows_of(ContributionRow, account) == engine.rows(asked, {"account": account})
    assert len(lake.rows_of(ContributionRow, bucket[0])) == 60
    assert lake.rows_of(CandidateRow, bucket[0]) == []


def test_rows_are_found_by_other_columns_and_anew_where_a_bucket_was_written_again(
    engine: Engine, tmp_path: Path
) -> None:
    lake = Lake(tmp_path / "run")
    engine.rule("contribution", MANY)
    lake.write(engine, ContributionRow)
    found = lake.rows_where(ContributionRow, ("account_key", "object_key"), "object 17")
    assert [row["account_key"] for row in found] == ["account 17"]
    path = lake.bucket_path(ContributionRow, "account 17")
    rest = pq.read_table(path)
    path.unlink()
    pq.write_table(rest.slice(0, 0), path)
    assert lake.rows_where(ContributionRow, ("account_key", "object_key"), "object 17") == []


def test_the_same_rows_give_the_same_bytes_whatever_their_order_and_the_number_of_threads(tmp_path: Path) -> None:
    seen = []
    for threads, order in ((1, "asc"), (2, "desc")):
        with Engine(spill=tmp_path / "spill", threads=threads) as engine:
            engine.rule("contribution", f"select * from ({MANY}) as m order by m.object_key {order}")
            lake = Lake(tmp_path / f"run {threads}")
            lake.write(engine, ContributionRow)
            seen.append(digests(lake.folder))
    assert seen[0] == seen[1]
    assert len(seen[0]) == 16


def test_a_repeated_key_is_refused(engine: Engine, tmp_path: Path) -> None:
    engine.rule("contribution", f"{MANY} union all select 'account 7', 'object 7', null, true, false, 'upload'")
    with pytest.raises(IntegrityBroken, match="same account_key, object_key"):
        Lake(tmp_path / "run").write(engine, ContributionRow)


def test_a_missing_value_where_none_may_be_missing_is_refused(engine: Engine, tmp_path: Path) -> None:
    engine.rule("contribution", "select 'a' as account_key, 'o' as object_key, null as added_at,"
                " true as listed, null::boolean as new, 'upload' as source")  # fmt: skip
    with pytest.raises(IntegrityBroken, match="column new"):
        Lake(tmp_path / "run").write(engine, ContributionRow)


def test_rows_that_do_not_fit_the_schema_are_refused(engine: Engine, tmp_path: Path) -> None:
    engine.rule("contribution", "select 'a' as account_key, 'o' as object_key, 'soon' as added_at,"
                " true as listed, true as new, 'upload' as source")  # fmt: skip
    with pytest.raises(LeadlineError, match="do not fit"):
        Lake(tmp_path / "run").write(engine, ContributionRow)


def test_an_empty_table_is_written_and_read_back_as_empty(engine: Engine, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "run")
    engine.table("inventory", schema_of(InventoryRow).empty_table())
    assert lake.write(engine, InventoryRow) == 0
    lake.lend(engine, InventoryRow)
    lake.lend(engine, FileTallyRow)
    assert (engine.count("inventory"), engine.count("file_tally")) == (0, 0)


@pytest.mark.parametrize("fact", ALL, ids=lambda fact: fact.table)
def test_every_fact_table_names_its_grain_and_has_its_keys(fact: type) -> None:
    names = schema_of(fact).names
    assert fact.__doc__
    assert set(fact.key) <= set(names)
    assert fact.bucket is None or fact.bucket in names


def test_a_column_of_one_name_has_one_type_in_all_tables() -> None:
    types: dict[str, set[str]] = {}
    for fact in ALL:
        for column in schema_of(fact):
            types.setdefault(column.name, set()).add(str(column.type))
    assert {name: found for name, found in types.items() if len(found) > 1} == {}
