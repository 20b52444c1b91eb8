"""The command of whoever receives a package: open. It needs no workspace."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import json_option, put_json, say, say_next


@click.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--identity",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="KEYFILE",
    help="Your age key file, as age-keygen writes it.",
)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--key", "keys", multiple=True, metavar="[AGENCY=]KEY", help="The sender's signing key, as you had it.")
@click.option("--again", is_flag=True, help="Open the very same package once more.")
@json_option
def open_command(file: Path, identity: Path, out: Path, keys: tuple[str, ...], again: bool, as_json: bool) -> None:  # noqa: FBT001
    """Decrypt a package, check all of it, then unpack it. Anything wrong: exit 4, and nothing in DIR."""
    from leadline.seal.dsse import key_text, parse_key
    from leadline.seal.envelope import Checked, open_package, read_identities
    from leadline.seal.received import Received

    trusted = {}
    for text in keys:
        agency, _, key = text.rpartition("=") if "=" in text[:33] else ("", "", text)
        trusted[key_text(parse_key(key))] = agency
    received = Received.beside(identity)

    def accept(checked: Checked) -> None:
        received.refuse_stranger(checked, trusted)
        received.refuse_repeated(checked, again=again)
        missing.extend(received.missing(checked))
        received.note(checked)

    missing: list[int] = []
    checked = open_package(file, read_identities(identity), out, accept=accept)
    told = {
        "sender": checked.manifest["sender"],
        "sequence": checked.manifest["sequence"],
        "referral": checked.manifest.get("referral"),
        "kind": checked.manifest.get("kind"),
        "handling": checked.manifest.get("handling"),
        "signed_by": checked.signed_by,
        "key_was_named": bool(trusted),
        "files": len(checked.manifest["files"]),
        "missing_before": missing,
    }
    if as_json:
        put_json(told)
    else:
        click.echo(
            f"Package {told['sequence']} of {checked.manifest['sender']['agency']}: {told['files']} files in {out}."
        )
    if not trusted:
        say(f"Signed by {checked.signed_by}. Compare it with what the sender told you over another channel.")
    if missing:
        say(f"Never came: packages {', '.join(map(str, missing))} of this sender. Tell them.")
    say_next(f"python3 {out}/verify.py --key {checked.signed_by}")
