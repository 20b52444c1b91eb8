"""How `explain` shows the stages, the clocks and who is named."""

from __future__ import annotations

from typing import Any

import click

from leadline.cli.options import put_table, visible


def show_staging(told: dict[str, Any]) -> None:
    """What is known, unknown and to be asked next, stage by stage; then the clocks and the independent sources."""
    for stage in told["stages"]:
        click.echo(f"\nStage {stage['stage']}{'' if stage['reached'] else ': nothing is known yet'}")
        for sentence in stage["what_is_known"]:
            click.echo(f"  known: {visible(sentence)}")
        click.echo(f"  unknown, which is not no: {', '.join(stage['what_is_unknown']) or 'nothing'}")
        click.echo(f"  next check: {visible(stage['next_check']) or 'none'}")
    if told["clock"]:
        _show_clock(told["clock"])
    if told["enforcement"]:
        _show_enforcement(told["enforcement"])


def _show_clock(clock: dict[str, Any]) -> None:
    click.echo(f"\nClock: {clock['clock_days']} days for the level {clock['level']}, due {clock['due'] or 'unknown'}")
    if clock["safeguarding_days"] is not None:
        click.echo(f"Safeguarding clock: {clock['safeguarding_days']} days, due {clock['safeguarding_due']}")
        for reason in clock["safeguarding_reasons"]:
            click.echo(f"  {visible(reason)}")


def _show_enforcement(named: dict[str, Any]) -> None:
    click.echo(f"\nWho is named: {named['state']}")
    parts = ("sources", "dissent", "missing", "beside")
    rows = [(part, sentence) for part in parts for sentence in named[part]]
    put_table(rows, ("part", "what"))
