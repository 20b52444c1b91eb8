"""Commands for reference tables: reference add networks, reference list."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.hashsets import hashset_command
from leadline.cli.options import json_option, put_json, put_table, say, say_next, workspace_option


@click.group("reference")
def reference_command() -> None:
    """Load and list dated reference tables."""


@reference_command.group("add")
def add() -> None:
    """Load one more table."""


add.add_command(hashset_command)


@add.command("networks")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", required=True, metavar="DATE", help="The day (YYYY-MM-DD) from which the table holds.")
@click.option("--name", required=True, help="Editions of one name follow one another; names can disagree.")
@click.option(
    "--kind", help="For lists without a kind column: access, mobile, cgnat, hosting, vpn, tor, relay, crawler, unknown."
)
@click.option(
    "--reader", help="How to read the file where it is not recognised: csv, mmdb, rir, cidr, json-list, tor-geoip."
)
@json_option
@workspace_option
def networks(
    file: Path,
    as_of: str,
    name: str,
    kind: str | None,
    reader: str | None,
    as_json: bool,  # noqa: FBT001  click passes flags by name
    workspace: Path,
) -> None:
    """Load a dated address table: CSV of the contract, MMDB, RIR delegated, or a CIDR list with --kind."""
    from leadline.reference.store import add_networks
    from leadline.vocabulary.instants import parse_date

    added = add_networks(workspace, file, as_of=parse_date(as_of, where="--as-of"), name=name, kind=kind, reader=reader)
    if as_json:
        put_json(added.to_json())
    else:
        put_table(((key, value) for key, value in added.to_json().items()), ("what", "value"))
    if added.rejects:
        say(f"{added.rejects} rows of the table could not be read; they are kept beside it with their reasons.")
    say_next("leadline run")


@reference_command.command("list")
@json_option
@workspace_option
def list_tables(as_json: bool, workspace: Path) -> None:  # noqa: FBT001  click passes flags by name
    """All tables and hash sets with dates and digests."""
    from leadline.reference.hashsets.store import editions
    from leadline.reference.store import list_editions

    rows = [edition.to_json() for edition in list_editions(workspace)]
    rows += [
        {**held.to_json(), "kind": f"hashset {held.kind}", "sha256": held.source_sha256} for held in editions(workspace)
    ]
    if as_json:
        for row in rows:
            put_json(row)
    else:
        put_table(
            ((r["kind"], r["name"], r["as_of"], r["rows"], r["sha256"][:16], r["source"]) for r in rows),
            ("kind", "name", "as of", "rows", "sha256", "source"),
        )
    say_next("leadline reference add networks FILE --as-of DATE --name NAME")
