"""Commands for persons' rulings on pairs of accounts: rulings add, rulings list."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import (
    json_option,
    lines_option,
    put_csv,
    put_json,
    put_json_lines,
    reason_option,
    say,
    say_next,
    workspace_option,
)


@click.group("rulings")
def rulings_command() -> None:
    """What persons decided about pairs of accounts; the next run takes it in."""


@rulings_command.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tip", metavar="TIP", help="The tip whose accounts are meant; the only one where left out.")
@click.option("--by", default="", help="Who ruled, where a line does not say; else the OS user.")
@json_option
@workspace_option
def add(file: Path, tip: str | None, by: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001  click's way
    """Seal the rulings of a CSV file: account_a,account_b,ruling (same, not, unsure) and by,ruled_at,reason.

    Nothing is taken out again: who changes their mind rules anew, and persons who disagree are shown as contested.
    """
    from leadline.inquiry.showing import os_user
    from leadline.reference.rulings import read_rulings, seal_rulings
    from leadline.stages.intake.tips import load_tip
    from leadline.vocabulary.identifiers import parse_tip
    from leadline.vocabulary.instants import now

    sealed = load_tip(workspace, parse_tip(tip) if tip else None).tip
    read = read_rulings(file, by=by or os_user(), at=now())
    snapshot, added = seal_rulings(workspace, sealed, read)
    if as_json:
        put_json({"tip": sealed, "rulings": len(snapshot.rulings), "added": added, "sha256": snapshot.sha256})
    else:
        click.echo(f"{added} rulings added, {len(snapshot.rulings)} on accounts of tip {sealed} in all.")
    say_next("leadline run")


@rulings_command.command("list")
@click.option("--tip", metavar="TIP", help="The tip whose accounts are meant; the only one where left out.")
@lines_option
@click.option("--format", "layout", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@reason_option
@workspace_option
def list_command(tip: str | None, layout: str, reason: str, workspace: Path) -> None:
    """Every ruling, who made it, and what the last run made of it: holds, superseded, contested, not-here."""
    from leadline.inquiry.rulings import COLUMNS, list_rulings
    from leadline.inquiry.showing import log_showing
    from leadline.stages.intake.tips import load_tip
    from leadline.vocabulary.identifiers import parse_tip

    sealed = load_tip(workspace, parse_tip(tip) if tip else None).tip
    rows = list_rulings(workspace, sealed)
    log_showing(workspace, "rulings", run=sealed, filters={"format": layout}, reason=reason, rows=len(rows))
    if layout == "jsonl":
        put_json_lines(rows)
    else:
        put_csv(COLUMNS, rows)
    contested = sum(row["state"] == "contested" for row in rows)
    say(f"{len(rows)} rulings, {contested} of them contested: persons must agree before such a pair is joined.")
    say_next("leadline clusters")
