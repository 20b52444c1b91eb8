"""What a team reaches and what it misses makes all, for any number a week and for a run without candidates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from leadline.inquiry.capacity import Question, _level, _losses, drawn, turns_of
from leadline.vocabulary.scales import Level

LEVELS = [*Level]


def rows(many: int) -> list[dict[str, Any]]:
    """So many candidates by rank, of every level in turn."""
    return [
        {"rank": place, "account_key": f"k{place}", "level": str(LEVELS[place % 4]), "evidence_expires": None}
        for place in range(1, many + 1)
    ]


@pytest.mark.parametrize("per_week", [1, 3, 7, 250, 1_000_000])
@pytest.mark.parametrize("many", [0, 1, 1_000])
def test_reached_and_missed_make_all(per_week: int, many: int) -> None:
    question = Question(per_week, weeks=4, begin=date(2026, 3, 20))
    turns = turns_of(rows(many), question)
    levels = [_level(level, turns, question) for level in Level]
    assert all(one["reached"] + one["missed"] == one["candidates"] for one in levels)
    assert sum(one["candidates"] for one in levels) == many
    assert sum(one["reached"] for one in levels) == min(many, 4 * per_week)
    assert _losses(turns)["expiry_unknown"] == many


def test_so_many_a_week_are_reached_each_week_over_weekends_changes_of_clock_and_leap_days() -> None:
    begin = date(2028, 2, 21)
    turns = turns_of(rows(40), Question(5, weeks=8, begin=begin))
    weeks = [-(-(turn.reached_on - begin).days // 7) for turn in turns]
    assert weeks == [place // 5 + 1 for place in range(40)]
    assert turns[9].reached_on == date(2028, 3, 6)


def test_a_turn_that_no_calendar_has_is_the_last_day_of_all_and_is_missed() -> None:
    question = Question(1, weeks=520, begin=date(9999, 12, 1))
    turns = turns_of(rows(9), question)
    assert {turn.reached_on for turn in turns[5:]} == {date.max}
    assert turns_of(rows(1), Question(1, weeks=1, begin=date.max))[0].reached_on == date.max


def test_a_sample_larger_than_the_level_is_the_whole_level_and_of_nobody_is_nobody() -> None:
    question = Question(5, weeks=4, begin=date(2026, 3, 20), sample=1_000_000, seed=3)
    turns = turns_of(rows(20), question)
    assert [turn.rank for turn in drawn(turns, question, run="r")] == [3, 7, 11, 15, 19]
    assert drawn([], question, run="r") == []
