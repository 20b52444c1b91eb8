"""Three agencies on one desk, each with a row of every model, and every text of theirs marked with a canary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps
from django.db import models
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from leadline.casefile.actions import (
    agencies,
    cases,
    exhibits,
    leads,
    operations,
    persons,
    safeguarding,
    searches,
    tips,
)
from leadline.casefile.models import Lead, Member
from leadline.vocabulary.casework import Role, SearchedList
from leadline.vocabulary.instants import now
from tests.desk_cast import PASSWORD, evidence_of, staff_of
from tests.web.stocked import register_partners, stock

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff

ROW_NAME = re.compile(rb"\b[A-Z]{1,2}-[0-9a-f]{16,21}\b")


@dataclass(frozen=True)
class World:
    """One agency with work in every state; `everybody` is a colleague who holds all roles."""

    code: str
    staff: Staff
    evidence: Evidence
    everybody: Member
    closed: Member
    words: tuple[bytes, ...]
    """Words that stand in this agency's rows and in no other's."""

    @property
    def names(self) -> frozenset[bytes]:
        """The random names of all its rows, of its tip and of its run."""
        found = {str(row.pk) for model in walled() for row in model.scoped.visible_to(self.staff.admin)}  # type: ignore[attr-defined]
        return frozenset(name.encode() for name in {*found, self.evidence.tip, self.evidence.run})


def walled() -> list[type[models.Model]]:
    """Every model whose rows belong to an agency, by a walk of the registry."""
    every = apps.get_app_config("casefile").get_models()
    return [model for model in every if any(field.name == "agency" for field in model._meta.local_fields)]


def canary(code: str) -> str:
    """The word that marks an agency's texts."""
    return f"canary-of-{code}"


def world_of(code: str, kind: str = "police") -> World:
    """Found the agency, let its staff work through every verb, and make a row of what is still missing."""
    staff, evidence, mark = staff_of(code, kind), evidence_of(code), canary(code)
    hire = {"password": PASSWORD, "actor": staff.admin}
    everybody = agencies.add_member("everybody", display_name=f"All {mark}", roles=list(Role), **hire)
    closed = agencies.add_member("closed", display_name=f"Closed {mark}", roles=list(Role), **hire)
    tips.list_run(evidence.run, actor=staff[Role.ANALYST])
    work_through(staff, evidence, mark)
    register_partners()
    stock(staff, evidence, mark)
    for listed in SearchedList:
        searches.save_search(listed, {}, f"{listed} {mark}", for_team=False, actor=everybody)
    TOTP.activate(everybody, generate_totp_secret())
    RecoveryCodes.activate(everybody)
    WebAuthn.add(everybody, mark, passkey())
    for model in walled():
        if not model.scoped.visible_to(staff.admin).exists():  # type: ignore[attr-defined]
            made_up(model, staff, mark)
    agencies.close_member(closed.pk, "Left.", actor=staff.admin)
    words = (mark.encode(), f"ESP-{code}".encode(), f"analyst@{code}".encode(), f"Training {code}".encode())
    return World(code, staff, evidence, everybody, closed, (*words, *(key.encode() for key in evidence.accounts)))


def passkey() -> dict[str, Any]:
    """What a browser sends of a new security key; the key itself is thrown away."""
    public = ES256.from_cryptography_key(ec.derive_private_key(7, ec.SECP256R1()).public_key())  # type: ignore[no-untyped-call]
    made = AttestedCredentialData.create(Aaguid.NONE, b"\1" * 16, public)
    data = AuthenticatorData.create(sha256(b"testserver").digest(), 0x41, 0, made)
    said = b'{"type":"webauthn.create","challenge":"AA","origin":"https://testserver"}'
    told = {"clientDataJSON": said, "attestationObject": AttestationObject.create("none", data, {})}
    name = websafe_encode(made.credential_id)
    response = {key: websafe_encode(value) for key, value in told.items()}
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def work_through(staff: Staff, evidence: Evidence, mark: str) -> None:
    """Each verb of the case file once, with `mark` in every text; of five accounts four are opened."""
    analyst, manager = staff[Role.ANALYST], staff[Role.MANAGER]
    leads.open_leads(evidence.chosen(*evidence.accounts[:4]), f"First look {mark}", actor=analyst)
    rows = {lead.account_key: lead.pk for lead in Lead.scoped.visible_to(analyst)}
    first, aside, own, cased = (rows[key] for key in evidence.accounts[:4])
    leads.note_on_lead(first, mark, actor=analyst)
    leads.override_level(first, "low", mark, actor=analyst)
    persons.link_person(first, mark, label=mark, actor=analyst)
    safeguarding.notice_child_link(first, mark, actor=analyst)
    leads.set_aside(aside, mark, now().date() + timedelta(days=9), actor=analyst)
    leads.assign_lead(own, to=None, team=staff.teams[0].pk, actor=analyst)
    case = cases.open_case(f"Case {mark}", [cased], actor=staff[Role.INVESTIGATOR])
    cases.add_task(case.pk, f"Task {mark}", actor=manager)
    cases.note_on_case(case.pk, mark, actor=manager)
    cases.record_outcome(case.pk, "arrest", remark=mark, actor=manager)
    operations.open_operation(f"Operation {mark}", actor=manager)
    ended = operations.open_operation(f"Ended {mark}", actor=manager)
    operations.close_operation(ended.pk, mark, actor=manager)
    exhibits.register_exhibit(f"EX {mark}", place=mark, actor=analyst)


def made_up(model: type[models.Model], staff: Staff, mark: str) -> None:
    """A row of a model that no verb above makes, from what its fields take."""
    values = {field.name: _value(field, staff, mark) for field in model._meta.local_fields if _asks(field)}
    model(**values).save(force_insert=True)


def _asks(field: models.Field[Any, Any]) -> bool:
    return not (field.has_default() or field.null or (field.blank and not isinstance(field, models.TextField)))


def _value(field: models.Field[Any, Any], staff: Staff, mark: str) -> Any:
    if isinstance(field, models.ForeignKey):
        related = field.related_model
        if related is Member:
            return staff[Role.ANALYST]
        rows = getattr(related, "scoped", None)
        return rows.visible_to(staff.admin).first() if rows else staff.admin.agency
    if field.choices:
        return next(iter(field.choices))[0]
    kinds: list[tuple[type[models.Field[Any, Any]], Any]] = [
        (models.DateTimeField, now()), (models.DateField, now().date()), (models.BooleanField, False),
        (models.IntegerField, 1), (models.JSONField, {}), (models.CharField, mark[: field.max_length or 10]),
        (models.TextField, mark),
    ]  # fmt: skip
    return next(value for kind, value in kinds if isinstance(field, kind))
