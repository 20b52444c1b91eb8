"""Commands that answer from the last complete run: rejects, candidates, addresses, requests, explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from leadline.cli.options import (
    json_option,
    lines_option,
    put_csv,
    put_json,
    put_json_lines,
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


@click.command("rejects")
@rows_option
@run_option
@workspace_option
def rejects_command(layout: str, run: str | None, workspace: Path) -> None:
    """Every refused line: exhibit, path, kind, line, reason, digest of its text."""
    from leadline.inquiry.rejects import COLUMNS, select_rejects
    from leadline.inquiry.runs import open_run

    rows = select_rejects(open_run(workspace, run))
    count = put_rows(layout, COLUMNS, rows)
    say(f"{count:,} refused lines.")
    say_next("leadline candidates")


@click.command("candidates")
@lines_option
@click.option("--jurisdiction", metavar="CC", help="ISO 3166-1 alpha-2; `-` for those abstained on.")
@click.option("--level", metavar="L", help="very-high, high, medium or low.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N; all rows otherwise.")
@click.option(
    "--format", "layout", type=click.Choice(["table", "csv", "jsonl", "parquet"]), default="table", show_default=True
)
@run_option
@reason_option
@workspace_option
def candidates_command(
    jurisdiction: str | None,
    level: str | None,
    top: int | None,
    layout: str,
    run: str | None,
    reason: str,
    workspace: Path,
) -> None:
    """Ranked candidates. The score is priority points: an order of work, no probability, no measure of guilt."""
    from leadline.inquiry import candidates as asked
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    found = asked.select_candidates(view, jurisdiction=jurisdiction, level=level, top=top)
    rows = found.read_all()
    filters = {"jurisdiction": jurisdiction, "level": level, "top": top, "format": layout}
    log_showing(workspace, "candidates", run=view.run, filters=filters, reason=reason, rows=rows.num_rows)
    if layout == "parquet":
        import pyarrow.parquet as pq

        pq.write_table(rows, sys.stdout.buffer)
    elif layout == "jsonl":
        put_json_lines(asked.as_json(row) for batch in rows.to_batches() for row in batch.to_pylist())
    elif layout == "csv":
        put_csv(asked.COLUMNS, (asked.as_text(row) for batch in rows.to_batches() for row in batch.to_pylist()))
    else:
        _show_candidates(rows.to_pylist())
    say(f"{rows.num_rows:,} candidates. {asked.SCORE_NOTE}")
    say_next("leadline explain ACCOUNT")


def _show_candidates(rows: list[dict[str, Any]]) -> None:
    from leadline.inquiry.candidates import decimals, expiry

    put_table(
        (
            (
                row["rank"],
                row["account_key"],
                row["level"],
                row["score"],
                row["holder_certainty"],
                row["jurisdiction"] or "abstained",
                decimals(row["confidence"]),
                expiry(row["evidence_expires"]),
                " ".join(f"{item['factor']}:{item['points']}" for item in row["reasons"]),
                " ".join(item["check"] for item in row["doubts"] if item["state"] == "yes") or "none found",
            )
            for row in rows
        ),
        (
            "rank",
            "account",
            "level",
            "score",
            "certainty",
            "where",
            "confidence",
            "evidence until",
            "reasons",
            "doubts",
        ),
    )


@click.command("addresses")
@rows_option
@run_option
@reason_option
@workspace_option
def addresses_command(layout: str, run: str | None, reason: str, workspace: Path) -> None:
    """One row a distinct address and table in force."""
    from leadline.inquiry.addresses import COLUMNS, select_addresses
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    rows = select_addresses(view)
    count = put_rows(layout, COLUMNS, rows)
    log_showing(workspace, "addresses", run=view.run, filters={"format": layout}, reason=reason, rows=count)
    say(f"{count:,} rows.")
    say_next("leadline requests --out DIR")


@click.command("requests")
@rows_option
@click.option("--holder", metavar="NAME", help="One record holder only.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="One CSV a record holder in DIR."
)
@run_option
@reason_option
@workspace_option
def requests_command(
    layout: str, holder: str | None, out: Path | None, run: str | None, reason: str, workspace: Path
) -> None:
    """Machine-made resolution requests: address, port, instant, request id, check digit, and until when."""
    from leadline.inquiry.requests import FORM, select_requests, write_requests
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    rows = select_requests(view, holder=holder)
    if out is None:
        count = (
            put_json_lines(rows) if layout == "jsonl" else put_csv(FORM, (dict.fromkeys(FORM) | row for row in rows))
        )
    else:
        written = write_requests(rows, out)
        count = sum(written.values())
        put_table(sorted(written.items()), ("file", "rows"))
    log_showing(workspace, "requests", run=view.run, filters={"holder": holder, "out": out}, reason=reason, rows=count)
    say(f"{count:,} requests. A date `unknown` means urgent.")
    say_next("leadline answers FILE")


@click.command("explain")
@click.argument("account")
@click.option(
    "--lines",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Source lines to show with their text (JSON has all lines, and so many texts).",
)
@json_option
@run_option
@reason_option
@workspace_option
def explain_command(account: str, lines: int, as_json: bool, run: str | None, reason: str, workspace: Path) -> None:  # noqa: FBT001  click passes flags by name
    """Everything about one account: activity, jurisdictions, reasons, doubts, unknowns, the source lines."""
    from leadline.errors import WrongUsage
    from leadline.inquiry.explain import explain_account, explain_reported
    from leadline.inquiry.runs import open_run
    from leadline.inquiry.showing import log_showing

    view = open_run(workspace, run)
    try:
        told = explain_account(view, account, texts=lines)
    except WrongUsage:
        reported = explain_reported(view, account)
        if reported is None:
            raise
        told = reported
    log_showing(workspace, "explain", run=view.run, filters={"account": account}, reason=reason, rows=1)
    if as_json:
        put_json(told)
    elif told["candidate"] is None:
        _show_reported(told)
    else:
        _show_explanation(told, lines)
    say_next("leadline requests --out DIR" if told["candidate"] else "leadline candidates")


def _show_reported(told: dict[str, Any]) -> None:
    from leadline.cli.reports import show_reports

    click.echo(f"Account {visible(told['account'])}: {told['note']}.")
    show_reports(told)


def _show_explanation(told: dict[str, Any], lines: int) -> None:
    from leadline.cli.collection import show_roles
    from leadline.cli.linkage import show_links
    from leadline.cli.reports import show_reports
    from leadline.cli.staging import show_staging

    _show_standing(told)
    _show_reasons(told["candidate"])
    show_staging(told)
    click.echo("\nActivity")
    put_table(sorted((told["activity"] or {}).items()), ("what", "value"))
    show_roles(told["origin"])
    show_links(told)
    show_reports(told)
    _show_sightings(told["sightings"])
    _show_source(told["source_lines"], lines)


def _show_standing(told: dict[str, Any]) -> None:
    row = told["candidate"]
    shares = ", ".join(f"{item['code']} {item['share']:.3f}" for item in row["jurisdictions"])
    for line in (
        f"Account {visible(row['account_key'])} of {visible(row['provider'])}, rank {row['rank']}",
        f"Level {row['level']}, score {row['score']} ({told['note']})",
        f"Certainty about the holder: {row['holder_certainty']}. Evidence until: {row['evidence_expires']}.",
        f"Jurisdiction: {row['jurisdiction'] or 'abstained'}, confidence {row['confidence']:.3f}",
        f"Shares: {shares or 'no country carries an access'}",
    ):
        click.echo(line)


def _show_reasons(row: dict[str, Any]) -> None:
    click.echo(f"\nReasons (start {row['start']})")
    put_table(((r["points"], r["factor"], r["reason"]) for r in row["reasons"]), ("points", "factor", "reason"))
    click.echo("\nDoubts")
    put_table(((d["state"], d["check"], d["reason"]) for d in row["doubts"]), ("state", "check", "reason"))
    click.echo(f"\nUnknown: {', '.join(row['unknowns']) or 'nothing that this stage asks'}")
    click.echo(f"Caveats: {', '.join(row['caveats']) or 'none'}")
    click.echo(f"Next check: {row['next_check']}")


def _show_sightings(sightings: list[dict[str, Any]]) -> None:
    click.echo("\nWhere it was seen")
    keys = ("remote_ip", "kind", "country", "holder", "accesses", "first_access", "last_access")
    put_table(
        (tuple("-" if item[key] in ("", None) else item[key] for key in keys) for item in sightings),
        ("address", "kind", "country", "holder", "accesses", "first", "last"),
    )


def _show_source(source: list[dict[str, Any]], lines: int) -> None:
    shown = source[:lines]
    click.echo(f"\nSource lines ({len(shown)} of {len(source)}; --lines N or --json for more)")
    keys = ("accessed_at", "action", "object_key", "status", "remote_ip", "presence")
    put_table(
        ((*(item[key] for key in keys), f"{item['path']}:{item['line']}") for item in shown),
        ("when", "action", "object", "status", "address", "presence", "line"),
    )
    click.echo("\nAs they stand in the exhibits")
    for item in shown:
        click.echo(f"{item['exhibit_sha256'][:16]}  {item['path']}:{item['line']}\n    {visible(item.get('text'))}")
