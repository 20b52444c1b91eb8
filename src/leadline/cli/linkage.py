"""Commands about persons and about the work ahead: clusters and capacity."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from leadline.cli.options import (
    json_option,
    lines_option,
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


@click.command("clusters")
@lines_option
@click.option("--format", "layout", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@run_option
@reason_option
@workspace_option
def clusters_command(layout: str, run: str | None, reason: str, workspace: Path) -> None:
    """Accounts that seem to be one person's, or of one home: one row an account in a cluster of two or more."""
    from leadline.inquiry import clusters as asked
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    rows = list(asked.select_clusters(view))
    log_showing(workspace, "clusters", run=view.run, filters={"format": layout}, reason=reason, rows=len(rows))
    if layout == "jsonl":
        put_json_lines(asked.as_json(row) for row in rows)
    else:
        writer = csv.DictWriter(sys.stdout, asked.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asked.as_text(row) for row in rows)
    say(f"{len({row['cluster'] for row in rows}):,} clusters, {len(rows):,} rows. {asked.CLUSTER_NOTE}")
    say_next("leadline explain ACCOUNT")


def show_links(told: dict[str, Any]) -> None:
    """The clusters, links and rulings of one account (`inquiry.links.links_of`), each link as a waterfall."""
    for one in told["clusters"]:
        pair = " and ".join(visible(key) for key in one["weakest_link"])
        falls = "it falls apart if" if one["breaks"] else "it holds even if"
        click.echo(f"\nCluster {one['cluster']} ({one['kind']}), {one['members']} accounts: {falls} the link of {pair}")
        click.echo(f"({one['weakest_link_bits']:.3f} bits, the weakest that holds it) is wrong.")
    for link in told["links"]:
        ruled = f", ruled {link['ruling']}" if link["ruling"] else ""
        click.echo(f"\nLink to {visible(link['account_key'])}: {link['kind']}, {link['bits']:.3f} bits{ruled}")
        put_table(
            (
                (f"{part['bits']:.3f}", f"{part['sum']:.3f}", part["field"], part["sentence"])
                for part in link["evidence"]
            ),
            ("bits", "sum", "field", "evidence"),
        )
    if told["rulings"]:
        click.echo("\nRulings")
        keys = ("account_a", "account_b", "ruling", "ruled_by", "ruled_at", "state", "reason", "note")
        put_table((tuple(one[key] for key in keys) for one in told["rulings"]), keys)


@click.command("capacity")
@click.option("--per-week", type=click.IntRange(min=1), required=True, metavar="N", help="Candidates a week.")
@click.option("--weeks", type=click.IntRange(1, 520), default=4, show_default=True, metavar="W", help="For so long.")
@click.option("--from", "begin", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="First day; else today, UTC.")
@click.option("--sample", type=click.IntRange(min=0), default=0, metavar="K", help="Draw so many of the level low.")
@click.option("--seed", type=int, metavar="S", help="Seed of the draw; kept with the log entry.")
@run_option
@reason_option
@json_option
@workspace_option
def capacity_command(
    per_week: int,
    weeks: int,
    begin: datetime | None,
    sample: int,
    seed: int | None,
    run: str | None,
    reason: str,
    as_json: bool,  # noqa: FBT001  click passes flags by name
    workspace: Path,
) -> None:
    """What a team reaches by when, whose evidence is lost first, and a sample of low-ranked candidates for audit."""
    from leadline.inquiry.capacity import Question, plan_capacity
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    question = Question(per_week, weeks, (begin or datetime.now(UTC)).date(), sample=sample, seed=seed)
    answer = plan_capacity(view, question)
    listed = {turn["account_key"] for part in _LISTED for turn in answer[part]}
    log_showing(
        workspace, "capacity", run=view.run, filters=_filters(answer), reason=reason, rows=len(listed)
    )  # fmt: skip
    if as_json:
        put_json(answer)
    else:
        _show(answer)
    say_next("leadline candidates --level very-high")


_LISTED = ("expires_first", "lost_first_by_rank", "sample")
_TURN = ("rank", "account_key", "level", "evidence_expires", "reached_on", "lost_before")
_LEVEL = (
    "level", "candidates", "reached", "missed", "all_reached_by", "clock_days", "within_clock", "evidence_lost_before",
    "expiry_unknown",
)  # fmt: skip


def _filters(answer: dict[str, Any]) -> dict[str, object]:
    """What the log's payload keeps: the question, and the sample that was drawn."""
    asked: dict[str, object] = {key: answer[key] for key in ("per_week", "weeks", "from", "seed")}
    return {**asked, "sample": "|".join(turn["account_key"] for turn in answer["sample"])}


def _show(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['per_week']} a week for {answer['weeks']} weeks from {answer['from']}, by rank")
    put_table([tuple(row[name] for name in _LEVEL) for row in answer["levels"]], _LEVEL)
    click.echo(
        f"Evidence lost before its turn: {answer['evidence_lost_before']:,}; "
        f"not known when it is lost, which means urgent: {answer['expiry_unknown']:,}"
    )
    titles = ("Evidence that is lost first", "Lost before its turn, by rank", "Sample of the level low for audit")
    for title, part in zip(titles, _LISTED, strict=True):
        if answer[part]:
            click.echo(title)
            put_table([tuple(turn[name] for name in _TURN) for turn in answer[part]], _TURN)
