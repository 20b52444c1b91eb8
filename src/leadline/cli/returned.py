"""Commands that take in what comes back after the tip: record holders' answers and returned checks."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import (
    json_option,
    put_json,
    put_rows,
    put_table,
    reason_option,
    rows_option,
    run_option,
    say,
    say_next,
    visible,
    workspace_option,
)

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_PREVIEW = click.option("--preview", is_flag=True, help="Judge the rows and seal nothing.")


@click.command("answers")
@_FILE
@_PREVIEW
@run_option
@json_option
@workspace_option
def answers_command(file: Path, preview: bool, run: str | None, as_json: bool, workspace: Path) -> None:  # noqa: FBT001  click passes flags by name
    """Seal a record holder's filled answer form (CSV, as `requests` made it); each row matched or refused."""
    _take_in(workspace, file, "answers", run=run, preview=preview, as_json=as_json)


@click.command("checks")
@_FILE
@_PREVIEW
@run_option
@json_option
@workspace_option
def checks_command(file: Path, preview: bool, run: str | None, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Seal checks that came back (CSV: account_key, check, state, source, checked_by, checked_at)."""
    _take_in(workspace, file, "checks", run=run, preview=preview, as_json=as_json)


@click.command("returned")
@rows_option
@click.option("--refused", is_flag=True, help="Only the rows that were refused.")
@run_option
@reason_option
@workspace_option
def returned_command(layout: str, refused: bool, run: str | None, reason: str, workspace: Path) -> None:  # noqa: FBT001
    """Every row that came back and what the run made of it: accepted, or refused with its reason."""
    from leadline.inquiry.returned import COLUMNS, select_returned
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    rows = select_returned(view, refused=refused)
    count = put_rows(layout, COLUMNS, rows)
    log_showing(workspace, "returned", run=view.run, filters={"refused": refused}, reason=reason, rows=count)
    say(f"{count:,} rows. A paper that was sealed after this run counts from the next one on.")
    say_next("leadline run")


def _take_in(workspace: Path, file: Path, kind: str, *, run: str | None, preview: bool, as_json: bool) -> None:
    from leadline.papers import take_in

    taken = take_in(workspace, file, kind=kind, run=run, preview=preview).to_json()
    if as_json:
        put_json(taken)
    else:
        keys = ("paper", "rows", "accepted", "rejected", "unanswered", "conflicts", "pending")
        put_table([tuple(taken[key] for key in keys)], keys)
        if taken["rejects"]:
            put_table(
                ((item["row"], item["reason"], visible(item["detail"])) for item in taken["rejects"]),
                ("row", "reason", "detail"),
            )
    if taken["again"]:
        say("This file was sealed before; nothing new was kept.")
    if preview:
        say("A preview: nothing was sealed.")
    say_next(f"leadline {kind} FILE" if preview else "leadline run")
