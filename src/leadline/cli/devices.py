"""Commands for seized devices and cloud stores: examine, findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from leadline.cli.options import (
    json_option,
    lines_option,
    put_csv,
    put_json,
    put_json_lines,
    put_table,
    reason_option,
    say,
    say_next,
    visible,
    workspace_option,
)


@click.command("examine")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--authority", required=True, metavar="TEXT", help="The order under which this is examined.")
@click.option("--account", metavar="KEY", help="The account whose opened objects come first.")
@click.option(
    "--key-file",
    envvar="LEADLINE_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Opens the hash sets; held by another person.",
)
@json_option
@workspace_option
def examine_command(
    source: Path,
    authority: str,
    account: str | None,
    key_file: Path | None,
    as_json: bool,  # noqa: FBT001  click passes flags by name
    workspace: Path,
) -> None:
    """Read-only triage of a folder, image or listing against the cache and the hash sets; prints counts by class."""
    from leadline.cli.watching import watching
    from leadline.examination import examine

    done = examine(
        workspace, source, authority=authority, account=account, key_file=key_file, progress=watching()
    ).to_json()
    if as_json:
        put_json(done)
    else:
        _show(done)
    if not done["sets"]:
        say("No hash set was asked: none is loaded, its key is not here, or the source has too few contents.")
    say_next("leadline findings" if not done["source"]["listing"] else "leadline verify")


def _show(done: dict[str, Any]) -> None:
    click.echo(f"Examination {done['examination']} of {visible(done['source']['name'])} ({done['source']['kind']})")
    put_table(done["classes"].items(), ("class", "files"))
    click.echo(f"{done['distinct']:,} distinct contents in {done['files']:,} files; {done['to_look_at']:,} to look at.")
    if done["conflicts"]:
        click.echo(f"{done['conflicts']:,} conflicts wait for a person.")
    for what, count in done["anomalies"].items():
        click.echo(f"anomaly: {what} ({count:,})")
    say(f"Unchanged by the examination: {', '.join(done['source']['proof'].values())}. {done['seconds']:.1f} s")


@click.command("findings")
@lines_option
@click.argument("examination", required=False)
@click.option("--format", "layout", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@reason_option
@workspace_option
def findings_command(examination: str | None, layout: str, reason: str, workspace: Path) -> None:
    """Every file of an examination with its class, what it is in, and when to look at it."""
    from leadline.inquiry.findings import COLUMNS, open_examination, select_findings
    from leadline.inquiry.showing import log_showing

    view = open_examination(workspace, examination)
    rows = select_findings(view)
    log_showing(
        workspace, "findings", run=view.id, filters={"format": layout}, reason=reason, rows=view.record["files"]
    )
    count = put_json_lines(rows) if layout == "jsonl" else put_csv(COLUMNS, rows)
    say(f"{count:,} files. Unknown is not harmless, and known is not known good.")
    say_next("leadline explain ACCOUNT")
