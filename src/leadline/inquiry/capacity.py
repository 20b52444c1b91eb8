"""What a team of a given size reaches by when, whose evidence is lost before that, and a sample for audit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from leadline.errors import WrongUsage
from leadline.facts.tables import CandidateRow
from leadline.inquiry.candidates import expiry
from leadline.vocabulary.scales import CLOCK_DAYS, Level

if TYPE_CHECKING:
    from leadline.inquiry.runs import RunView

SHOWN = 10
"""Candidates listed where only the first are shown."""
_SELECT = "select c.rank, c.account_key, c.level, c.evidence_expires from candidate as c order by c.rank"


@dataclass(frozen=True, slots=True)
class Turn:
    """When one candidate's turn comes."""

    rank: int
    account_key: str
    level: str
    evidence_expires: date | None
    reached_on: date
    reached: bool
    """Within the weeks asked for."""

    @property
    def lost(self) -> bool:
        """Whether its evidence is gone before its turn. What is unknown is counted apart, never as safe."""
        return self.evidence_expires is not None and self.evidence_expires < self.reached_on

    def to_json(self) -> dict[str, Any]:
        return {
            "rank": self.rank,
            "account_key": self.account_key,
            "level": self.level,
            "evidence_expires": expiry(self.evidence_expires),
            "reached_on": self.reached_on.isoformat(),
            "lost_before": "unknown" if self.evidence_expires is None else "yes" if self.lost else "no",
        }


@dataclass(frozen=True)
class Question:
    """What is asked: how many a week, for how long, from which day, and how large a sample."""

    per_week: int
    weeks: int
    begin: date
    sample: int = 0
    seed: int | None = None


def plan_capacity(view: RunView, question: Question) -> dict[str, Any]:
    """The answer in plain JSON values; candidates are taken by rank.

    :class:`WrongUsage` for a sample without a seed: a sample that cannot be drawn again proves nothing.
    """
    if question.sample and question.seed is None:
        raise WrongUsage("a sample needs a seed.", advice="Choose a number and keep it: --seed 1.")
    with view.engine(CandidateRow) as engine:
        turns = turns_of(engine.rows(_SELECT), question)
    return {
        "run": view.run,
        "per_week": question.per_week,
        "weeks": question.weeks,
        "from": question.begin.isoformat(),
        "levels": [_level(level, turns, question) for level in Level],
        **_losses(turns),
        "seed": question.seed,
        "sample": [turn.to_json() for turn in drawn(turns, question, run=view.run)],
    }


def turns_of(rows: list[dict[str, Any]], question: Question) -> list[Turn]:
    """Candidates by rank with the day by whose end each has had its turn: the work is spread evenly over a week.

    Every day of a week counts alike, and days are dates: no clock changes them. No turn is later than the year 9999.
    """
    last = (date.max - question.begin).days
    end = question.begin + timedelta(days=min(7 * question.weeks, last))
    turns = []
    for place, row in enumerate(rows, 1):
        reached_on = question.begin + timedelta(days=min(-(-place * 7 // question.per_week), last))
        turns.append(Turn(**row, reached_on=reached_on, reached=reached_on <= end))
    return turns


def _level(level: Level, turns: list[Turn], question: Question) -> dict[str, Any]:
    mine = [turn for turn in turns if turn.level == level]
    due = question.begin + timedelta(days=CLOCK_DAYS[level])
    return {
        "level": str(level),
        "candidates": len(mine),
        "reached": sum(turn.reached for turn in mine),
        "missed": sum(not turn.reached for turn in mine),
        "all_reached_by": mine[-1].reached_on.isoformat() if mine else None,
        "clock_days": CLOCK_DAYS[level],
        "within_clock": sum(turn.reached_on <= due for turn in mine),
        "evidence_lost_before": sum(turn.lost for turn in mine),
        "expiry_unknown": sum(turn.evidence_expires is None for turn in mine),
    }


def _losses(turns: list[Turn]) -> dict[str, Any]:
    dated = [turn for turn in turns if turn.evidence_expires is not None]
    first = sorted(dated, key=lambda turn: (turn.evidence_expires or date.max, turn.rank))[:SHOWN]
    lost = [turn for turn in turns if turn.lost]
    return {
        "evidence_lost_before": len(lost),
        "expiry_unknown": len(turns) - len(dated),
        "expires_first": [turn.to_json() for turn in first],
        "lost_first_by_rank": [turn.to_json() for turn in lost[:SHOWN]],
    }


def drawn(turns: list[Turn], question: Question, *, run: str) -> list[Turn]:
    """So many candidates of the level `low`, by rank: those whose digest of seed, run and key is smallest.

    The draw depends on nothing else, so that an auditor can repeat it with any tool that knows SHA-256.
    """

    def lot(turn: Turn) -> str:
        return hashlib.sha256(f"{question.seed}\n{run}\n{turn.account_key}".encode()).hexdigest()

    low = sorted((turn for turn in turns if turn.level == Level.LOW), key=lot)
    return sorted(low[: question.sample], key=lambda turn: turn.rank)
