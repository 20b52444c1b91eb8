"""The register as sealed snapshots: each change is a new one that the log vouches for, the newest holds."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.reference.partners.partner import Assurance, Key, Partner, checked, person
from leadline.reference.partners.routing import read_jurisdictions
from leadline.seal.canonical import canonical_json
from leadline.seal.dsse import fingerprint, key_text, parse_key
from leadline.seal.envelope import read_recipient
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.handling import Subject
from leadline.vocabulary.instants import now, parse_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from pathlib import Path

SEALED = "partners:register:sealed"
"""Action of the log entry that makes a snapshot of the register count."""
FORMAT = "leadline-partners-1"
KEY_YEARS = 1
"""How long a key serves where nobody says otherwise."""


@dataclass(frozen=True)
class Stated:
    """What somebody says of a partner; what is None stays as it was, or as the list of known agencies has it."""

    code: str
    name: str | None = None
    jurisdictions: tuple[str, ...] | None = None
    channel: str | None = None
    age_recipient: str | None = None
    sign_key: str | None = None
    valid_until: str | None = None
    assurance_until: str | None = None
    conditions: str | None = None
    threshold: int | None = None
    subjects: tuple[str, ...] | None = None
    """Categories of persons on whom it may have data; see :class:`~leadline.vocabulary.handling.Subject`."""


@cache
def known() -> Mapping[str, Partner]:
    """Agencies whose names, jurisdictions and channels come with the installation; none has a key there."""
    text = files("leadline.reference.partners").joinpath("known.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Partner(row["code"], row["name"], read_jurisdictions(row["jurisdictions"].split()), row["channel"])
        for row in csv.DictReader(text.splitlines())
    }


def register_path(sha256: str) -> str:
    """Where a snapshot lies below the workspace."""
    return f"exhibits/partners/{sha256}.json"


def partners(workspace: Path) -> dict[str, Partner]:
    """The register in force by code; :class:`IntegrityBroken` where its bytes are not those that were sealed."""
    entries = [entry for entry in Log.open(workspace).entries() if entry.action == SEALED]
    if not entries:
        return {}
    ((path, digest),) = entries[-1].digests.items()
    try:
        data = (workspace / path).read_bytes()
    except OSError as error:
        raise IntegrityBroken("The register of partners is gone.", where=path, advice="Verify.") from error
    if sha256_of(data) != digest:
        raise IntegrityBroken("The register of partners was changed.", where=path, advice="Run `leadline verify`.")
    listed = (Partner.from_json(one) for one in json.loads(data)["partners"])
    return {one.code: one for one in listed}


def partner_of(workspace: Path, code: str) -> Partner:
    """One partner; :class:`WrongUsage` where the register has none of this code."""
    found = partners(workspace)
    if code not in found:
        raise WrongUsage(
            f"the register has no partner {code!r}.", advice=f"It has: {', '.join(sorted(found)) or 'nobody yet'}."
        )
    return found[code]


def add_partner(workspace: Path, stated: Stated, *, by: str) -> Partner:
    """Add a partner, or change what is stated of one; a new key ends the one before it."""
    return _change(workspace, stated.code, lambda before: _with(before, stated, by), by=by)


def check_key(workspace: Path, code: str, *, stated: str, by: str) -> Partner:
    """Note that one more person compared the key's fingerprint (``stated``, hexadecimal) over another channel.

    :class:`WrongUsage` where it is another fingerprint, or the person has vouched for it before.
    """
    return _change(workspace, code, lambda before: _vouched(_there(before, code), stated, by), by=by)


def revoke(workspace: Path, code: str, *, reason: str, by: str) -> Partner:
    """Revoke the partner's key; nothing can be sealed to it from here on."""
    if not reason.strip():
        raise WrongUsage("a revocation needs a reason.", advice="Add --reason.")
    return _change(workspace, code, lambda before: _revoked(_there(before, code), reason, by), by=by)


def _change(workspace: Path, code: str, changed: Callable[[Partner | None], Partner], *, by: str) -> Partner:
    log = Log.open(workspace)
    with log.writing("partners"):
        register = partners(workspace)
        partner = checked(changed(register.get(code)))
        if register.get(code) == partner:
            return partner
        together = sorted({**register, code: partner}.values(), key=lambda one: one.code)
        data = canonical_json({"format": FORMAT, "partners": [one.to_json() for one in together]})
        path = register_path(sha256_of(data))
        write_durably(workspace / path, data, scratch=workspace / "tmp")
        payload = {"by": by, "code": code}
        log.append(SEALED, digests={path: sha256_of(data)}, numbers={"partners": len(together)}, payload=payload)
    return partner


def _there(partner: Partner | None, code: str) -> Partner:
    if partner is None:
        raise WrongUsage(f"the register has no partner {code!r}.", advice="See `leadline partners list`.")
    return partner


def _with(before: Partner | None, stated: Stated, by: str) -> Partner:
    begun = before or known().get(stated.code) or Partner(stated.code, "", (), "")
    given = {name: getattr(stated, name) for name in ("name", "channel", "threshold")}
    partner = replace(begun, **{name: value for name, value in given.items() if value is not None})
    if stated.jurisdictions is not None:
        partner = replace(partner, jurisdictions=read_jurisdictions(stated.jurisdictions))
    if stated.subjects is not None:
        partner = replace(partner, subjects=_subjects(stated.subjects))
    if stated.assurance_until:
        partner = replace(partner, assurance=_assurance(stated, by))
    return _with_key(partner, stated, by)


def _subjects(named: Iterable[str]) -> tuple[str, ...]:
    strange = sorted(set(named) - set(Subject))
    if strange:
        raise WrongUsage(f"there is no category {strange[0]!r}.", advice=f"Known: {', '.join(Subject)}.")
    return tuple(one for one in Subject if one in set(named))


def _assurance(stated: Stated, by: str) -> Assurance:
    until = parse_date(stated.assurance_until or "", where="--assurance-until").isoformat()
    return Assurance(by, now().date().isoformat(), until, stated.conditions or "")


def _with_key(partner: Partner, stated: Stated, by: str) -> Partner:
    """A key that is stated anew replaces the one in force; the same key again may only have its end moved."""
    last = partner.keys[-1] if partner.keys else None
    recipient = (stated.age_recipient or (last.age_recipient if last else "")).strip()
    if not recipient or not (stated.age_recipient or stated.sign_key or stated.valid_until):
        return partner
    read_recipient(recipient)
    signs = key_text(parse_key(stated.sign_key)) if stated.sign_key else (last.sign_key if last else "")
    today = now().date()
    until = stated.valid_until or _years_on(today)
    parse_date(until, where="--valid-until")
    if last and not last.revoked_on and (last.age_recipient, last.sign_key) == (recipient, signs):
        moved = replace(last, valid_until=stated.valid_until or last.valid_until)
        return replace(partner, keys=(*partner.keys[:-1], moved))
    key = Key(recipient, signs, by, today.isoformat(), until)
    if any(old.revoked_on and old.age_recipient == recipient for old in partner.keys):
        raise WrongUsage("this key was revoked.", advice="Ask the partner for a new one.")
    ended = tuple(
        old if old.revoked_on else replace(old, revoked_on=key.added_on, revoked_by=by, reason="replaced")
        for old in partner.keys
    )
    return replace(partner, keys=(*ended, key))


def _years_on(day: date) -> str:
    try:
        return day.replace(year=day.year + KEY_YEARS).isoformat()
    except ValueError:
        return day.replace(year=day.year + KEY_YEARS, day=28).isoformat()


def _vouched(partner: Partner, stated: str, by: str) -> Partner:
    key = partner.key(now().date())
    if key is None:
        raise WrongUsage(f"{partner.code} has no key in force.", advice="Add one: `leadline partners add`.")
    if stated.replace(" ", "").lower() != fingerprint(key.age_recipient):
        raise WrongUsage(
            "this is not the fingerprint of the key in the register.",
            advice="Do not use the key: call the partner on a number that you had before.",
        )
    if person(by) in key.vouching():
        raise WrongUsage(f"{by} has vouched for this key already.", advice="A second person must compare it.")
    vouched = replace(key, checked_by=(*key.checked_by, by))
    return replace(partner, keys=tuple(vouched if one == key else one for one in partner.keys))


def _revoked(partner: Partner, reason: str, by: str) -> Partner:
    today = now().date().isoformat()
    if not partner.keys or partner.keys[-1].revoked_on:
        raise WrongUsage(f"{partner.code} has no key in force.", advice="See `leadline partners list`.")
    ended = replace(partner.keys[-1], revoked_on=today, revoked_by=by, reason=reason)
    return replace(partner, keys=(*partner.keys[:-1], ended))
