"""Commands for seized devices and cloud stores: examine, findings, report, handover."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    """Read-only triage of a folder, image or listing against the cache and the hash sets; prints counts by class.

    SOURCE may also be the name of a tip (T-…): its inventory is held against the hash sets alone.
    """
    from leadline.cli.watching import watching
    from leadline.examination import examine
    from leadline.inquiry.inventories import inventory_of
    from leadline.inquiry.showing import os_user
    from leadline.stages.devices.unread import next_steps

    if str(source).startswith("T-") and not source.exists():
        source = inventory_of(workspace, str(source))

    done = examine(
        workspace,
        source,
        authority=authority,
        account=account,
        key_file=key_file,
        by=os_user(),
        progress=watching(),
    ).to_json()
    if as_json:
        put_json(done)
    else:
        _show(done)
    if not done["sets"]:
        say("No hash set was asked: none is loaded, its key is not here, or the source has too few contents.")
    if done["source"]["listing"]:
        say(
            "Of a listing, what sets list or is near is counted in fives: of the unknown, up to 4 each may be that too."
        )
    for step in next_steps(done["not_read"]):
        say(step)
    if done["unknown_media"]["files"]:
        say(
            "Pictures and videos that nothing lists may show unknown victims. A person looks at them now:"
            " `leadline findings --class unknown`; for the national database: `--format vics`."
        )
    say_next("leadline findings" if not done["source"]["listing"] else "leadline verify")


def _show(done: dict[str, Any]) -> None:
    click.echo(f"Examination {done['examination']} of {visible(done['source']['name'])} ({done['source']['kind']})")
    put_table(done["classes"].items(), ("class", "files"))
    click.echo(f"{done['distinct']:,} distinct contents in {done['files']:,} files; {done['to_look_at']:,} to look at.")
    unknown = done["unknown_media"]
    if unknown["files"]:
        click.echo(f"{unknown['files']:,} unknown pictures and videos in {unknown['groups']:,} groups.")
    if done["conflicts"]:
        click.echo(f"{done['conflicts']:,} conflicts wait for a person.")
    for row in done["not_read"]:
        click.echo(f"not read: {visible(row['reason'])} ({row['entries']:,}; {row['bytes']:,} bytes)")
    for what, count in done["anomalies"].items():
        click.echo(f"anomaly: {what} ({count:,})")
    say(f"Unchanged by the examination: {', '.join(done['source']['proof'].values())}. {done['seconds']:.1f} s")


@click.command("findings")
@lines_option
@click.argument("examination", required=False)
@click.option(
    "--class",
    "finding_class",
    type=click.Choice(["cache-opened", "cache", "known", "near", "unknown", "ignorable", "unreadable"]),
    help="Only files of this class.",
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["csv", "jsonl", "vics"]),
    default="csv",
    show_default=True,
    help="vics: the pictures and videos that nothing lists, as a VICS 2.0 case for a national database.",
)
@click.option("--anomalies", is_flag=True, help="What was not walked, opened or read, with place and reason, instead.")
@click.option("--with-names", is_flag=True, help="In VICS: with the names and folders of the files.")
@reason_option
@workspace_option
def findings_command(
    examination: str | None,
    finding_class: str | None,
    layout: str,
    anomalies: bool,  # noqa: FBT001  click passes flags by name
    with_names: bool,  # noqa: FBT001
    reason: str,
    workspace: Path,
) -> None:
    """Every file of an examination with its class, what it is in, and when to look at it."""
    from leadline.inquiry.findings import COLUMNS, open_examination, select_anomalies, select_findings
    from leadline.inquiry.showing import log_showing
    from leadline.inquiry.unknown_media import unknown_media

    view = open_examination(workspace, examination)
    if anomalies:
        noted = select_anomalies(view)
        log_showing(workspace, "findings", run=view.id, filters={"anomalies": True}, reason=reason, rows=len(noted))
        _put(layout, ("what", "place", "detail"), noted)
        return
    rows = select_findings(view, finding_class=finding_class)
    filters = {"format": layout, "class": finding_class, "names": with_names or None}
    log_showing(workspace, "findings", run=view.id, filters=filters, reason=reason, rows=view.record["files"])
    if layout == "vics":
        for text in unknown_media(view, with_names=with_names):
            click.echo(text, nl=False)
        return
    count = _put(layout, COLUMNS, rows)
    say(f"{count:,} files. Unknown is not harmless, and known is not known good.")
    say_next("leadline look")


def _put(layout: str, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> int:
    return put_json_lines(rows) if layout == "jsonl" else put_csv(columns, rows)


@click.command("report")
@click.argument("examination", required=False)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write into.")
@reason_option
@json_option
@workspace_option
def report_command(
    examination: str | None,
    out: Path,
    reason: str,
    as_json: bool,  # noqa: FBT001  click passes flags by name
    workspace: Path,
) -> None:
    """The report of an examination: <ID>.csv and, where typst is installed, <ID>.pdf."""
    from leadline.inquiry.device_report import report_csv, report_pdf
    from leadline.inquiry.findings import open_examination
    from leadline.inquiry.showing import log_showing

    view = open_examination(workspace, examination)
    log_showing(workspace, "report", run=view.id, filters={}, reason=reason, rows=0)
    out.mkdir(parents=True, exist_ok=True)
    written = [out / f"{view.id}.csv"]
    written[0].write_text(report_csv(view), encoding="utf-8")
    if find_spec("typst"):
        written.append(out / f"{view.id}.pdf")
        written[1].write_bytes(report_pdf(view))
    else:
        say("No PDF: the package typst is not installed (pip install 'leadline[desk]').")
    if as_json:
        put_json({"examination": view.id, "files": [str(path) for path in written]})
    say(f"Written to {out}.")
    say_next("leadline verify")


@click.command("handover")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--examination", required=True, metavar="ID", help="The examination that was made of it.")
@click.option("--to", required=True, metavar="TEXT", help="Who holds the source from now on.")
@click.option("--remark", default="", help="Seal number, place and the like.")
@json_option
@workspace_option
def handover_command(
    source: Path,
    examination: str,
    to: str,
    remark: str,
    as_json: bool,  # noqa: FBT001  click passes flags by name
    workspace: Path,
) -> None:
    """Hash an examined source again, compare, and log who holds it from now on; exit 4 where it differs."""
    from dataclasses import asdict

    from leadline.handover import hand_over, ladder
    from leadline.inquiry.showing import os_user

    hand_over(workspace, examination, source, to=to, by=os_user(), remark=remark)
    steps = [asdict(step) for step in ladder(workspace, examination)]
    if as_json:
        put_json({"examination": examination, "ladder": steps})
    else:
        put_table((tuple(step.values()) for step in steps), ("instant", "what", "who", "digests", "remark"))
    say_next(f"leadline report {examination} --out DIR")
