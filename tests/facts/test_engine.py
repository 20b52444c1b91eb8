"""The engine gives the same answers offline, in UTC, with values that are never put into text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from leadline.errors import InputRefused, LeadlineError
from leadline.facts.engine import Engine, ParquetInput, RowsInput, RuleRun, parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(spill=tmp_path / "spill") as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("17/May/2015:10:05:03 +0000", "clf", datetime(2015, 5, 17, 10, 5, 3, tzinfo=UTC)),
        ("17/May/2015:10:05:03 +1300", "clf", datetime(2015, 5, 16, 21, 5, 3, tzinfo=UTC)),
        ("31/Feb/2015:10:05:03 +0000", "clf", None),
        ("17/May/2015:24:00:00 +0000", "clf", None),
        ("17/May/2015:10:05:60 +0000", "clf", None),
        ("17/Mai/2015:10:05:03 +0000", "clf", None),
        ("17/May/2015:10:05:03 +0060", "clf", None),
        ("17/May/2015:10:05:03", "clf", None),
        ("2019-09-20T02:15:00Z", "iso", datetime(2019, 9, 20, 2, 15, tzinfo=UTC)),
        ("2019-09-20 02:15:00.5+13:00", "iso", datetime(2019, 9, 19, 13, 15, 0, 500000, tzinfo=UTC)),
        ("2019-09-20T02:15:00.123456789-0530", "iso", datetime(2019, 9, 20, 7, 45, 0, 123456, tzinfo=UTC)),
        ("2019-09-20T02:15:00", "iso", None),
        ("2019-02-29T02:15:00Z", "iso", None),
        ("2019-09-20T02:15:00+19:00", "iso", None),
        ("1568945700", "epoch_s", datetime(2019, 9, 20, 2, 15, tzinfo=UTC)),
        ("1568945700123", "epoch_ms", datetime(2019, 9, 20, 2, 15, 0, 123000, tzinfo=UTC)),
        ("1568945700000000000", "epoch_ns", datetime(2019, 9, 20, 2, 15, tzinfo=UTC)),
        ("1e9", "epoch_s", None),
        ("", "iso", None),
    ],
)
def test_a_time_text_names_one_instant_or_none(engine: Engine, text: str, kind: str, expected: datetime | None) -> None:
    (row,) = engine.rows("select at_utc($text, $kind) as instant", {"text": text, "kind": kind})
    assert row["instant"] == expected


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (119, "119 seconds"), (120, "2 minutes"), (121, "3 minutes"), (7200, "2 hours"),
     (172_799, "48 hours"), (172_800, "2 days"), (8_297_577, "97 days")],
)  # fmt: skip
def test_a_span_is_told_in_the_unit_that_suits_it_and_never_shorter(engine: Engine, seconds: int, words: str) -> None:
    assert engine.rows("select span_in_words($s) as words", {"s": seconds}) == [{"words": words}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12), ("-3", -3), ("1e3", None), ("1_000", None), ("12.0", None), ("", None), ("٣", None)],
)
def test_only_ascii_digits_are_a_whole_number(engine: Engine, text: str, expected: int | None) -> None:
    assert engine.rows("select try_int($text) as n", {"text": text}) == [{"n": expected}]


def test_days_are_those_of_utc(engine: Engine) -> None:
    instant = datetime(2019, 3, 31, 23, 30, tzinfo=UTC)
    (row,) = engine.rows("select day_of($t) as day, day_begins(day_of($t)) as begins", {"t": instant})
    assert row == {"day": date(2019, 3, 31), "begins": datetime(2019, 3, 31, tzinfo=UTC)}


def test_a_value_with_quotes_stays_a_value(engine: Engine) -> None:
    hostile = "'; drop table t; -- $other"
    assert engine.rows("select $text as text", {"text": hostile, "unused": 1}) == [{"text": hostile}]


def test_a_value_that_is_not_given_is_named(engine: Engine) -> None:
    with pytest.raises(LeadlineError, match=r"\$threshold"):
        engine.rule("t", "select $threshold as x")


def test_names_in_comments_and_literals_are_no_parameters() -> None:
    assert parameters_of("-- $a\nselect '$b', \"$c\", $d + $e + $d") == ("d", "e")


def test_no_extension_can_be_loaded_or_fetched(engine: Engine) -> None:
    for statement in ("select * from read_csv('https://host.example/x.csv')", "select st_point(1, 2)"):
        with pytest.raises(LeadlineError):
            engine.rows(statement)


def test_a_pattern_that_is_not_re2_is_refused(engine: Engine) -> None:
    with pytest.raises(InputRefused, match="no RE2 pattern"):
        engine.check_pattern(r"(?=x)", where="tip.toml")


def test_the_journal_holds_what_rules_read_and_ran_in_order(engine: Engine, tmp_path: Path) -> None:
    rows = pa.table({"n": [1, 2]})
    engine.save("select 3 as n", tmp_path / "three.parquet")
    engine.view("stored", [tmp_path / "three.parquet"], schema=pa.schema([("n", pa.int64())]))
    engine.table("brought", rows)
    engine.rule(
        "joined", "select s.n from stored as s union all select b.n from brought as b where b.n >= $least", {"least": 2}
    )
    engine.rule("again", "select b.n from joined as b")
    kinds = [type(entry) for entry in engine.journal]
    assert kinds == [ParquetInput, RowsInput, RuleRun, RuleRun]
    assert engine.rows("select a.n from again as a order by a.n") == [{"n": 2}, {"n": 3}]
