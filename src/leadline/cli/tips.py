"""Commands that take a tip in and carry out its plan: receive and run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadline.cli.options import json_option, put_json, put_table, say, say_next, visible, workspace_option

if TYPE_CHECKING:
    from leadline.pipeline import Finished


@click.command("receive")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--as-is", is_flag=True, help="Seal a broken compressed stream with its fault in the custody entry.")
@click.option("--leave-out", multiple=True, metavar="PATH", help="Seal the rest; digest, size and reason are recorded.")
@click.option("--for", "agency", default="", metavar="AGENCY", help="Whose tip it is; else the workspace's own agency.")
@json_option
@workspace_option
def receive_command(
    bundle: Path,
    as_is: bool,  # noqa: FBT001  click passes flags by name
    leave_out: tuple[str, ...],
    agency: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """Seal a tip bundle (folder or .zip): copied and hashed, checked, then sealed; a fault leaves nothing (exit 3)."""
    from leadline.cli.watching import watching
    from leadline.stages.intake.receive import receive

    received = receive(workspace, bundle, as_is=as_is, leave_out=leave_out, progress=watching(), agency=agency)
    answer = received.to_json()
    if as_json:
        put_json(answer)
    else:
        _show_received(answer)
        for path, columns in received.unmapped().items():
            click.echo(f"not read in {path}: {', '.join(visible(name) for name in columns)}")
    if received.again:
        say("This bundle was sealed before; nothing new was kept.")
    say_next("leadline run")


def _show_received(answer: dict[str, Any]) -> None:
    click.echo(f"Tip {answer['tip']}")
    put_table(
        ((e["kind"], e["format"], e["bytes"], e["sha256"][:16], e["path"]) for e in answer["exhibits"]),
        ("kind", "format", "bytes", "sha256", "path"),
    )
    for item in answer["left_out"]:
        click.echo(f"left out: {item['path']} ({item['reason']})")
    if answer["gaps"]:
        click.echo("Ask the provider:")
        for gap in answer["gaps"]:
            click.echo(f"  {gap}")


@click.command("run")
@click.argument("tip", required=False)
@json_option
@workspace_option
def run_command(tip: str | None, as_json: bool, workspace: Path) -> None:  # noqa: FBT001  click passes flags by name
    """Carry out the whole plan on a tip; an interrupted run is taken up again by the same command."""
    from leadline.cli.watching import watching
    from leadline.pipeline import run_tip
    from leadline.vocabulary.identifiers import parse_tip

    finished = run_tip(workspace, parse_tip(tip) if tip else None, progress=watching())
    if as_json:
        put_json(finished.to_json())
    else:
        show_accounting(finished)
    if finished.has_inventory:
        say_next("leadline candidates")
    else:
        say(
            "The tip has no inventory, so no access can be told to touch the cache: ask the provider for the "
            "file-hash inventory with the dates at which objects were added and removed."
        )
        say_next("leadline rejects")


def show_accounting(finished: Finished) -> None:
    """The accounting as a table of sums."""
    sums = finished.to_json()
    click.echo(f"Run {sums['run']} of tip {sums['tip']}{' (was complete already)' if finished.again else ''}")
    lines = (
        ("lines", sums["lines"], "of the access logs"),
        ("  accesses", sums["accesses"], "lines that were read"),
        ("  rejects", sums["rejects"], "lines that were not; each with its reason: leadline rejects"),
        ("relevant", sums["relevant"], "accesses to what the inventories list"),
        ("  other", sums["other"], "accesses to anything else"),
        ("  no account", sums["without_account"], "relevant accesses that name no account"),
        ("accounts", sums["accounts"], "with a relevant access"),
        ("  attributed", sums["attributed"], "to one jurisdiction"),
        ("  abstained", sums["abstained"], "evidence does not carry one"),
        ("candidates", sums["candidates"], "ranked, each explained: leadline explain ACCOUNT"),
    )
    put_table(lines, ("what", "count", ""))
    say(f"{sums['seconds']:.1f} s")
