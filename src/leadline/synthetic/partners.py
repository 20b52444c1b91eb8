"""Invented partners: keys, approvals, opened packages and answers, so that a demo can show the way out and back."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pyrage

from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import Planned, Wanted, keep, plan
from leadline.dispatch.following import mark
from leadline.dispatch.returning import counted, preview, take
from leadline.dispatch.sealing import seal_all
from leadline.dispatch.stated import imported
from leadline.reference.partners.register import Stated, add_partner, known
from leadline.reference.partners.routing import one_each
from leadline.seal.envelope import open_package
from leadline.seal.files import write_durably
from leadline.vocabulary.returns import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

DRAFTER, APPROVER = "invented analyst", "invented approver"
_FAR = "2199-01-01"
_ANSWERS: tuple[dict[str, str], ...] = (
    {"outcome": "not-known-yet"},
    {"outcome": "under-investigation", "persons_identified": "1"},
    {"outcome": "arrest", "persons_identified": "1", "arrests": "1", "devices": "3", "position_of_trust": "no"},
    {
        "outcome": "charge",
        "persons_identified": "1",
        "arrests": "1",
        "devices": "2",
        "children_safeguarded": "1",
        "position_of_trust": "yes",
    },
    {"outcome": "no-further-action", "persons_identified": "1"},
    {},
)
"""What comes of a lead, drawn by the digest of its account; the last is silence."""


@dataclass(frozen=True)
class Played:
    """What was done with the invented partners."""

    drafts: int
    """That could be made; those whose package is sealed were."""
    packages: int
    leads: int
    to_verify: int
    left_out: int
    counts: dict[str, int]
    """Of the returns, as :func:`~leadline.dispatch.returning.counted` gives them."""


def play_partners(workspace: Path, folder: Path, *, most: int) -> Played:
    """Register the known agencies with keys invented anew (they lie in ``folder``), and go the whole way once.

    Of the packages to those who only pass on, one a state, the ``most`` largest are sealed.
    """
    identities = {code: _register(workspace, folder, code) for code in known()}
    planned = plan(workspace, Wanted(), by=DRAFTER)
    orders = [one.order for one in planned]
    chosen = keep(workspace, _chosen(planned, most), by=DRAFTER)
    for order in chosen:
        approve(workspace, order.referral, by=APPROVER)
    wanted = [(order.referral, folder / f"{order.referral}.age") for order in chosen]
    for done in seal_all(workspace, wanted, by=DRAFTER):
        mark(workspace, done.order.referral, "dispatched", by=DRAFTER)
        opened = folder / "opened" / done.order.referral
        open_package(done.sealed.path, [identities[done.order.partner]], opened)
        _answer(workspace, opened)
    return Played(
        drafts=len(orders),
        packages=len(chosen),
        leads=sum(len(order.leads) for order in chosen),
        to_verify=sum(len(order.to_verify) for order in chosen),
        left_out=sum(len(order.left_out) for order in orders),
        counts=counted(imported(workspace)),
    )


def _chosen(planned: list[Planned], most: int) -> list[Planned]:
    """Every package that is a partner's own, and the largest of those that are passed on."""
    passed_on = [one for one in planned if one_each(known()[one.order.partner])]
    direct = [one for one in planned if one not in passed_on]
    largest = sorted(passed_on, key=lambda one: (-len(one.order.items), one.order.jurisdictions))[:most]
    return [one for one in (*direct, *largest) if one.order.items]


def _register(workspace: Path, folder: Path, code: str) -> pyrage.x25519.Identity:
    identity = pyrage.x25519.Identity.generate()
    write_durably(folder / f"{code}.key", f"{identity}\n".encode(), mode=0o600)
    recipient = str(identity.to_public())
    stated = Stated(code, age_recipient=recipient, valid_until=_FAR, assurance_until=_FAR, conditions="invented")
    add_partner(workspace, stated, by=DRAFTER)
    return identity


def _answer(workspace: Path, opened: Path) -> None:
    """Fill in the form as the partner's officer would, and import what comes back."""
    rows = list(csv.DictReader((opened / "return-form.csv").read_text(encoding="utf-8").splitlines()))
    lines = (opened / "leads.jsonl").read_text(encoding="utf-8").splitlines()
    accounts = {str(row["lead"]): str(row["account_key"]) for row in map(json.loads, lines)}
    for row in rows:
        row.update(_drawn(accounts.get(row["lead"], "")))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    take(workspace, preview(workspace, stream.getvalue().encode()), by=DRAFTER)


def _drawn(account: str) -> dict[str, Any]:
    lot = sha256(account.encode()).digest()[0] if account else 255
    return dict(_ANSWERS[min(lot // 48, len(_ANSWERS) - 1)])
