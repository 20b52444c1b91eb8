"""Carries out the rules of answers: what came back after the tip, to facts and rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.facts.tables import ActivityRow, RequestRow
from leadline.facts.tables.returned import RETURNED
from leadline.stages.answers.judging import judge

if TYPE_CHECKING:
    from leadline.facts.runs import Work


def run(work: Work) -> None:
    """Read requests, activity and the papers of the tip; write the tables of :data:`RETURNED`."""
    work.progress.begin("what came back", None)
    work.lake.lend(work.engine, RequestRow)
    work.lake.lend(work.engine, ActivityRow)
    judge(work.engine, work.papers, work.exhibits.open, work.checks)
    for fact in RETURNED:
        work.lake.write(work.engine, fact)
    work.progress.end()
