"""Commands about the cache itself: collection (through time) and origin (who may have created it, who grew it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadline.cli.options import (
    json_option,
    put_csv,
    put_json,
    put_json_lines,
    put_table,
    reason_option,
    run_option,
    say,
    say_next,
    visible,
    workspace_option,
)

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = ("days", "added", "objects", "unlisted")


@click.command("collection")
@click.option("--part", type=click.Choice(_PARTS), help="One part in rows; else a summary and the days of change.")
@click.option("--format", "layout", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@json_option
@run_option
@reason_option
@workspace_option
def collection_command(
    part: str | None, layout: str, as_json: bool, run: str | None, reason: str, workspace: Path,  # noqa: FBT001
) -> None:  # fmt: skip
    """The cache through time: growth by day, who added what and when, new objects, uploaded but not listed.

    With --part --json gives one object a line, without it one object with a summary, the days and the rest.
    """
    from leadline.inquiry import collection as asked
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    listed = (part,) if part else _PARTS if as_json else ("days",)
    rows = {name: list(asked.select_part(view, name)) for name in listed}
    filters = {"part": part, "format": "jsonl" if as_json else layout}
    log_showing(
        workspace, "collection", run=view.run, filters=filters, reason=reason, rows=sum(map(len, rows.values()))
    )  # fmt: skip
    if part and not as_json and layout == "csv":
        put_csv(asked.COLUMNS[part], rows[part])
    elif part:
        put_json_lines(rows[part])
    elif as_json:
        put_json({"run": view.run, "tip": view.tip.tip, "summary": asked.summary(view), **rows})
    else:
        click.echo(f"Run {view.run} of tip {view.tip.tip}")
        _show_summary(asked.summary(view), rows["days"])
    say("The cache is what the inventories list. An upload dates an object and names who added it; it adds no member.")
    say_next("leadline origin")


_SUMMARY = (
    ("listed", "objects that the inventories list"),
    ("undated", "of them, of which it is not known when they were added"),
    ("new", "that nothing earlier in the tip has the bytes of"),
    ("removed", "that every record of them says were taken out"),
    ("conflicting", "whose records differ in size or digest"),
    ("opened", "that an account opened"),
    ("bytes", "of all listed objects"),
    ("unlisted", "objects uploaded but not listed: no part of the cache"),
)


def _show_summary(told: dict[str, Any], days: list[dict[str, Any]]) -> None:
    put_table(((name, told[name], words) for name, words in _SUMMARY), ("what", "count", ""))
    changed = [tuple(row.values()) for row in days if row["added"] or row["removed"]]
    click.echo(f"\nGrowth by day ({len(changed)} of {len(days)} days: those of change; --part days has all)")
    put_table(changed, ("day", "added", "removed", "standing", "bytes standing", "accesses", "accounts"))


@click.command("origin")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Growers shown; JSON has all.")
@json_option
@run_option
@reason_option
@workspace_option
def origin_command(top: int, as_json: bool, run: str | None, reason: str, workspace: Path) -> None:  # noqa: FBT001
    """Who may have created the cache and who made it grow: ranked candidates, how sure, and when nobody can say."""
    from leadline.inquiry.origin import origin_of
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    told = origin_of(view)
    rows = len(told["creators"]) + len(told["growers"])
    log_showing(workspace, "origin", run=view.run, filters={"top": top}, reason=reason, rows=rows)
    if as_json:
        put_json(told)
    else:
        _show_origin(told, top)
    say(told["note"])
    say_next("leadline explain ACCOUNT")


def _show_origin(told: dict[str, Any], top: int) -> None:
    origin = told["origin"]
    click.echo(
        f"First object known: {origin['first_known'] or 'unknown'}; logs begin: {origin['log_begins'] or 'unknown'};"
        f" first relevant access: {origin['first_access'] or 'none'}"
    )
    if origin["state"] == "abstained":
        click.echo("Who created the cache cannot be said from this evidence:")
        for reason in origin["grounds"]:
            click.echo(f"  {reason['word']}: {reason['sentence']}")
    else:
        click.echo("Candidates for who created the cache")
        for row in told["creators"][:top]:
            _show_candidate(row)
    click.echo(f"\nCandidates for who made it grow ({min(top, len(told['growers']))} of {len(told['growers'])})")
    for row in told["growers"][:top]:
        _show_candidate(row)


def _show_candidate(row: dict[str, Any]) -> None:
    cluster = f", in cluster {row['cluster']}" if row["cluster"] else ""
    click.echo(f"  {row['rank']}. {visible(row['account_key'])} ({row['sure']}{cluster})")
    for one in row["statements"]:
        click.echo(f"     {one['sentence']}")


def show_roles(roles: list[dict[str, Any]]) -> None:
    """What `explain` says of one account's part in the origin (`inquiry.origin.origin_roles`)."""
    for row in roles:
        title = "who created the cache" if row["role"] == "creator" else "who made the cache grow"
        click.echo(f"\nCandidate {row['rank']} for {title} ({row['sure']})")
        for one in row["statements"]:
            click.echo(f"  {one['sentence']}")
