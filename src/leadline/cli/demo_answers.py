"""The second half of the demo: a record holder's answers come in, the rejects are shown, and the stages move."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from leadline.cli.options import put_table, say

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.facts.runs import Progress

STAGES = ("S0", "S1", "S2", "S3")


def show_answers(target: Path, folder: Path, *, seed: int, progress: Progress) -> None:
    """Invent answers with planted mistakes into ``folder``, take them in, run again, and show what moved."""
    from leadline.inquiry.requests import select_requests
    from leadline.inquiry.runs import open_run
    from leadline.papers import take_in
    from leadline.pipeline import run_tip
    from leadline.synthetic.answers import invent_answers, write_answers

    view = open_run(target)
    before = _stages(target)
    answers = invent_answers(list(select_requests(view)), seed)
    file = folder / "answers.csv"
    if not file.exists():
        write_answers(answers, file)
    taken = take_in(target, file, kind="answers")
    refused = {int(reject["row"]) for reject in taken.rejects}
    say(f"TRAINING: invented answers lie in {file}; {len(answers.planted):,} of their rows are planted mistakes.")
    click.echo(
        f"\nAnswers: {taken.accepted:,} accepted, {len(refused):,} refused, {taken.pending:,} requests still open"
    )
    reasons = Counter(str(reject["reason"]) for reject in taken.rejects)
    put_table(((reason, count) for reason, count in sorted(reasons.items())), ("refused because", "rows"))
    missed = sorted(answers.planted.keys() - refused)
    say(f"Planted mistakes that were not refused: {len(missed)}.")
    run_tip(target, view.tip.tip, progress=progress)
    after = _stages(target)
    click.echo("")
    put_table(
        ((stage, before[stage], after[stage]) for stage in STAGES), ("stage", "accounts before", "accounts after")
    )


def _stages(target: Path) -> Counter[str]:
    from leadline.inquiry.candidates import select_candidates
    from leadline.inquiry.runs import open_run

    return Counter(select_candidates(open_run(target)).read_all().column("stage").to_pylist())
