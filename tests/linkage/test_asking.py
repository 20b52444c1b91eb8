"""Asked for clusters and capacity, a run answers in the contract's keys, and an audit sample can be drawn again."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from leadline.errors import WrongUsage
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables import CandidateRow
from leadline.facts.tables.base import schema_of
from leadline.inquiry import clusters as asked
from leadline.inquiry.capacity import Question, plan_capacity
from leadline.inquiry.runs import RunView
from leadline.settings import FILE_NAME, Settings, settings_text
from leadline.vocabulary.identifiers import RunId
from tests.linkage.cast import account, cast
from tests.linkage.worlds import link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RUN = "run-of-a-test"
BEGIN = date(2026, 11, 2)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def view(tmp_path: Path) -> RunView:
    (tmp_path / FILE_NAME).write_text(settings_text(Settings()), encoding="utf-8")
    return RunView(tmp_path, RunId(RUN), {}, seconds=0)


def rank(view: RunView, *candidates: tuple[str, date | None]) -> None:
    """Candidates (level, expiry) in the order of their ranks; their keys are k1, k2, …"""
    kinds: Mapping[pa.DataType, Any] = {pa.string(): "", pa.int64(): 0, pa.timestamp("us", tz="UTC"): NOON}
    empty = {
        one.name: kinds.get(one.type, [] if pa.types.is_list(one.type) else None) for one in schema_of(CandidateRow)
    }
    rows = [
        {**empty, "rank": place, "account_key": f"k{place}", "level": level, "evidence_expires": expires}
        for place, (level, expires) in enumerate(candidates, 1)
    ]
    with Engine(spill=view.workspace / "spill", threads=1) as engine:
        engine.table("candidate", pa.Table.from_pylist(rows, schema=schema_of(CandidateRow)))
        Lake(view.folder).write(engine, CandidateRow)


def test_each_account_of_a_cluster_is_one_row_in_the_contracts_order(view: RunView) -> None:
    link(cast(view.folder, account("a", device="tablet-77"), account("b", device="tablet-77")))
    rows = list(asked.select_clusters(view))
    assert tuple(rows[0])[:5] == ("cluster", "account_key", "kind", "weakest_link_bits", "evidence")
    assert [(row["account_key"], row["kind"]) for row in rows] == [("a", "same-person"), ("b", "same-person")]


def test_bits_have_three_decimals_and_a_sign(view: RunView) -> None:
    link(cast(view.folder, account("a", device="tablet-77"), account("b", device="tablet-77")))
    (row, _) = asked.select_clusters(view)
    text, plain = asked.as_text(row), asked.as_json(row)
    start, device = text["evidence"].split("|")
    assert start.startswith("start:-13.")
    assert float(start.removeprefix("start:")) + float(device.removeprefix("device:")) == pytest.approx(
        float(text["weakest_link_bits"])
    )
    assert plain["weakest_link_bits"] == float(text["weakest_link_bits"])
    assert asked.bits_text(-612) == "-0.612"


def test_a_run_without_links_has_no_clusters(view: RunView) -> None:
    assert list(asked.select_clusters(view)) == []


def test_the_work_is_spread_evenly_and_each_level_says_by_when_it_is_reached(view: RunView) -> None:
    rank(view, ("very-high", None), ("high", None), ("high", None), ("low", None))
    answer = plan_capacity(view, Question(per_week=2, weeks=1, begin=BEGIN))
    levels = {row["level"]: row for row in answer["levels"]}
    assert (levels["very-high"]["all_reached_by"], levels["very-high"]["within_clock"]) == ("2026-11-06", 0)
    assert (levels["high"]["candidates"], levels["high"]["reached"], levels["high"]["within_clock"]) == (2, 1, 1)
    assert (levels["low"]["reached"], levels["low"]["all_reached_by"]) == (0, "2026-11-16")
    assert (levels["medium"]["candidates"], levels["medium"]["all_reached_by"]) == (0, None)


def test_evidence_that_is_gone_before_its_turn_is_counted_and_named_and_unknown_is_never_safe(view: RunView) -> None:
    rank(view, ("high", date(2026, 11, 9)), ("low", date(2026, 11, 15)), ("low", None), ("low", date(2027, 1, 1)))
    answer = plan_capacity(view, Question(per_week=1, weeks=9, begin=BEGIN))
    assert (answer["evidence_lost_before"], answer["expiry_unknown"]) == (1, 1)
    assert [turn["account_key"] for turn in answer["lost_first_by_rank"]] == ["k2"]
    assert [turn["account_key"] for turn in answer["expires_first"]] == ["k1", "k2", "k4"]


def test_a_sample_is_of_the_level_low_and_can_be_drawn_again_by_hand(view: RunView) -> None:
    rank(view, ("high", None), *[("low", None)] * 20)
    answer = plan_capacity(view, Question(per_week=5, weeks=4, begin=BEGIN, sample=3, seed=7))
    low = [f"k{place}" for place in range(2, 22)]
    by_hand = sorted(low, key=lambda key: hashlib.sha256(f"7\n{RUN}\n{key}".encode()).hexdigest())[:3]
    assert {turn["account_key"] for turn in answer["sample"]} == set(by_hand)


def test_another_seed_draws_another_sample(view: RunView) -> None:
    rank(view, *[("low", None)] * 40)
    drawn = [
        plan_capacity(view, Question(per_week=5, weeks=4, begin=BEGIN, sample=5, seed=seed))["sample"]
        for seed in (1, 2)
    ]
    assert drawn[0] != drawn[1]


def test_a_sample_without_a_seed_is_refused(view: RunView) -> None:
    rank(view, ("low", None))
    with pytest.raises(WrongUsage, match="seed"):
        plan_capacity(view, Question(per_week=5, weeks=4, begin=BEGIN, sample=1))
