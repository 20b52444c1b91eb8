"""The command for what comes back: returns."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import json_option, put_json, put_table, say, say_next, workspace_option


@click.command("returns")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Import; else only a preview.")
@click.option(
    "--signature", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Over FILE, by its key."
)
@click.option("--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Where FILE is sealed.")
@click.option("--by", default="", help="Who imports; else the OS user.")
@json_option
@workspace_option
def returns_command(
    file: Path | None,
    yes: bool,  # noqa: FBT001  click passes flags by name
    signature: Path | None,
    identity: Path | None,
    by: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """A partner's filled form: what would be taken and what not; with --yes the import. No FILE: the figures."""
    from leadline.dispatch.returning import counted, preview, take
    from leadline.dispatch.signatures import signer, unwrapped
    from leadline.dispatch.stated import imported
    from leadline.inquiry.showing import os_user

    if file is None:
        _put({"counts": counted(imported(workspace))}, as_json=as_json)
        say_next("leadline returns FILE")
        return
    data = unwrapped(file, identity)
    who = signer(workspace, data, signature.read_bytes()) if signature else ""
    seen = preview(workspace, data, signed_by=who)
    notices = take(workspace, seen, by=by or os_user()) if yes else []
    _put({**seen.to_json(), "imported": yes, "notices": notices}, as_json=as_json)
    if not who:
        say("NOT SIGNED: nobody has proved that this comes from the partner.")
    if notices:
        say(f"{len(notices)} notices that an account holder is cleared were drafted; they need a second person.")
    say_next("leadline returns" if yes else f"leadline returns {file} --yes")


def _put(told: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        put_json(told)
        return
    for name, value in told.items():
        if isinstance(value, dict):
            put_table(((key, number) for key, number in value.items()), (name, "count"))
        elif name == "rejects" and isinstance(value, list):
            put_table(
                ((one["line"], one["lead"], one["reason"]) for one in value), ("line", "lead", "not taken because")
            )
        else:
            click.echo(f"{name}: {value}")
