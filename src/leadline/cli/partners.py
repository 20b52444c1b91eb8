"""Commands for the register of partners: partners list, add, check, revoke."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadline.cli.options import (
    json_option,
    put_csv,
    put_json,
    put_rows,
    rows_option,
    say,
    say_next,
    workspace_option,
)
from leadline.errors import InputRefused, WrongUsage

if TYPE_CHECKING:
    from leadline.reference.partners.partner import Partner
    from leadline.reference.partners.register import Stated

COLUMNS = ("code", "name", "jurisdictions", "channel", "age_recipient", "sign_key", "valid_until", "assurance_until")
"""The contract's columns; `partners add FILE` reads exactly these."""
_ALSO = ("state", "threshold", "checked_by", "revoked_on")


@click.group("partners")
def partners_command() -> None:
    """Who may receive packages: jurisdictions, channel, keys, assurance."""


@partners_command.command("list")
@rows_option
@workspace_option
def list_command(layout: str, workspace: Path) -> None:
    """The register: one row a partner, with what holds it back."""
    from leadline.reference.partners.register import partners
    from leadline.vocabulary.instants import now

    rows = [one.row(now().date()) for one in partners(workspace).values()]
    put_rows(layout, (*COLUMNS, *_ALSO), rows)
    held = sum(row["state"] != "ready" for row in rows)
    say(f"{len(rows)} partners, {held} of them on hold.")
    say_next("leadline refer" if rows else "leadline partners add CODE --age-recipient KEY --assurance-until DATE")


@partners_command.command("add")
@click.argument("what", required=False, metavar="[CODE|FILE]")
@click.option("--code", help="Short name in capitals, such as FBI; the same as the argument.")
@click.option("--name", help="Name of the agency.")
@click.option("--jurisdictions", help="ISO codes, EU, or *, separated by commas, spaces or |.")
@click.option("--channel", help="How a sealed package travels to it.")
@click.option("--age-recipient", help="Its age key, age1…")
@click.option("--sign-key", help="Its Ed25519 key: `ed25519:` and 64 hexadecimal digits, base64, or ssh-ed25519.")
@click.option("--valid-until", metavar="DATE", help="Last day of the key; a year from now where left out.")
@click.option("--assurance-until", metavar="DATE", help="Until when its assessment serves; without one it is on hold.")
@click.option("--conditions", help="What it has undertaken: death penalty, torture, political misuse, privacy.")
@click.option(
    "--threshold", metavar="N", help="Confidence (0 to 1) below which accounts go as requests to verify; 0.5."
)
@click.option(
    "--subjects",
    help="Whose data it may have, as agreed: account-holder, in-proceedings, cleared …, separated by commas.",
)
@click.option("--by", default="", help="Who adds it; else the OS user.")
@json_option
@workspace_option
def add_command(what: str | None, by: str, as_json: bool, workspace: Path, **stated: str | None) -> None:  # noqa: FBT001
    """Add a partner or change one: by options, or all rows of a CSV or JSON FILE with the contract's columns."""
    from leadline.inquiry.showing import os_user
    from leadline.reference.partners.register import add_partner

    file = Path(what) if what and Path(what).is_file() else None
    if file is None:
        stated["code"] = stated["code"] or what
    given = _rows(file) if file else [stated]
    added = [add_partner(workspace, _stated(row), by=by or os_user()) for row in given]
    _told(added, as_json=as_json)
    say_next(f"leadline partners check {added[-1].code} --fingerprint HEX --by USER" if added else "leadline refer")


@partners_command.command("check")
@click.argument("code")
@click.option("--fingerprint", required=True, help="As the partner read it out over another channel.")
@click.option("--by", required=True, help="Who compared it: not the one who added the key.")
@json_option
@workspace_option
def check_command(code: str, fingerprint: str, by: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """A second person vouches for the fingerprint of a partner's key."""
    from leadline.reference.partners.register import check_key

    _told([check_key(workspace, code, stated=fingerprint, by=by)], as_json=as_json)
    say_next("leadline refer")


@partners_command.command("revoke")
@click.argument("code")
@click.option("--reason", required=True, help="Why its key may not be used any more.")
@click.option("--by", default="", help="Who revokes it; else the OS user.")
@json_option
@workspace_option
def revoke_command(code: str, reason: str, by: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Revoke a partner's key: nothing is sealed to it from here on. Tells what was ever sealed to it."""
    from leadline.dispatch.sealing import exposure
    from leadline.inquiry.showing import os_user
    from leadline.reference.partners.register import revoke

    revoked = revoke(workspace, code, reason=reason, by=by or os_user())
    exposed = exposure(workspace, revoked.keys[-1].age_recipient)
    if as_json:
        put_json({"code": code, "revoked_on": revoked.keys[-1].revoked_on, "exposed": exposed})
    else:
        put_csv(("referral", "sealed_at", "sequence", "sha256", "accounts", "state"), exposed)
    say(f"{len(exposed)} packages were sealed to this key; whoever has it may have read them.")
    say_next(f"leadline partners add {code} --age-recipient KEY")


def _told(added: list[Partner], *, as_json: bool) -> None:
    from leadline.seal.dsse import fingerprint
    from leadline.vocabulary.instants import now

    for one in added:
        row = one.row(now().date())
        print_of = fingerprint(row["age_recipient"]) if row["age_recipient"] else None
        if as_json:
            put_json({**row, "fingerprint": print_of})
        else:
            click.echo(f"{one.code} {one.name}: {row['state']}; fingerprint {print_of or 'none'}")


def _rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a CSV, JSON or JSONL file; :class:`InputRefused` where it is none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix in (".json", ".jsonl"):
            whole = json.loads(text) if file.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
            return list(whole) if isinstance(whole, list) else [whole]
        return list(csv.DictReader(text.splitlines(), strict=True))
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise InputRefused(f"it cannot be read: {error}.", where=str(file), advice="Save it as UTF-8 CSV.") from error


def _stated(row: dict[str, Any]) -> Stated:
    from leadline.reference.partners.register import Stated

    given = {name: value for name, value in row.items() if value not in (None, "")}
    strange = set(given) - {*COLUMNS, "conditions", "threshold", "subjects"}
    if strange or "code" not in given:
        raise WrongUsage(
            f"a partner has no {', '.join(sorted(strange))}." if strange else "no code was given.",
            advice=f"Known: {', '.join(COLUMNS)}.",
        )
    return Stated(
        **{
            **given,
            "jurisdictions": _parts(given.get("jurisdictions")),
            "subjects": _parts(given.get("subjects")),
            "threshold": _thousandths(given.get("threshold")),
        }
    )


def _parts(written: object) -> tuple[str, ...] | None:
    if written is None:
        return None
    parts = written if isinstance(written, list) else str(written).replace(",", " ").replace("|", " ").split()
    return tuple(str(part) for part in parts)


def _thousandths(written: object) -> int | None:
    if written is None:
        return None
    try:
        return round(float(str(written)) * 1000)
    except ValueError as error:
        raise WrongUsage(f"{written!r} is no threshold.", advice="Write a number from 0 to 1.") from error
