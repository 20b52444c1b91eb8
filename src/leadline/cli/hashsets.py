"""The command that loads one more hash set: reference add hashset."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import json_option, put_json, put_table, say, say_next, workspace_option

_KINDS = ("vics", "icse", "nsrl", "ncmec", "misp", "list")


@click.command("hashset")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, help=f"The format of the file: {', '.join(_KINDS)}, or a plug-in's.")
@click.option("--as-of", required=True, metavar="DATE", help="The day (YYYY-MM-DD) of the edition.")
@click.option("--authority", required=True, metavar="TEXT", help="The legal basis on which the set is held.")
@click.option("--name", required=True, help="Editions of one name follow one another.")
@click.option(
    "--key-file",
    envvar="LEADLINE_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The key of the sets, best a file that another person holds; made for the first set.",
)
@click.option("--honey", is_flag=True, help="Invented digests that no file has: a hit raises the alarm.")
@json_option
@workspace_option
def hashset_command(
    file: Path,
    kind: str,
    as_of: str,
    authority: str,
    name: str,
    key_file: Path | None,
    honey: bool,  # noqa: FBT001  click passes flags by name
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """Load a hash set; it is stored keyed, so that a copy of the workspace answers nothing."""
    from leadline.cli.watching import watching
    from leadline.reference.hashsets.store import add_hashset
    from leadline.vocabulary.instants import parse_date

    added = add_hashset(
        workspace,
        file,
        kind=kind,
        as_of=parse_date(as_of, where="--as-of"),
        authority=authority,
        name=name,
        key_file=key_file,
        honey=honey,
        progress=watching(),
    )
    if as_json:
        put_json(added.to_json())
    else:
        put_table(added.to_json().items(), ("what", "value"))
    if added.refused:
        say(f"{sum(added.refused.values())} rows or cells gave no digest; set.json has the first with their reasons.")
    if key_file is None:
        say("The key lies in your home folder. Better: a file that another person holds, named with --key-file.")
    say_next("leadline examine SOURCE --authority TEXT")
