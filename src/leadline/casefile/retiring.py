"""Takes an account out of the desk's database, after it was taken out of the evidence.

A lead stays as a row without its account, so that what was decided, by whom and when, can still be counted. What was
written about it in free text goes whole; anywhere else the identifiers alone are replaced. An audit row that names
the account loses its detail, and the log says which rows these are and what they are now, so that `verify` accepts
exactly that.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from leadline.casefile.actions.audit import record
from leadline.casefile.index.build import build_index, drop_index
from leadline.casefile.machine import Machine
from leadline.casefile.models import (
    Agency,
    AuditEvent,
    AuditHead,
    IndexedCandidate,
    IndexedRun,
    Job,
    Lead,
    Note,
    PersonLead,
    SafeguardingClock,
)
from leadline.casefile.models.base import Owned, on_accounts
from leadline.casefile.sealing import seal_all
from leadline.casefile.walls import decision
from leadline.dispatch.identifying import TAKEN_OUT, blanked
from leadline.inquiry.runs import open_run
from leadline.seal.audit_rows import COLUMNS, ERASED, AuditRow
from leadline.seal.canonical import canonical_json
from leadline.seal.log import Log
from leadline.vocabulary.casework import JobKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELSEWHERE = (AuditEvent, AuditHead, IndexedCandidate, IndexedRun)
"""Tables with a way of their own."""


def take_out(account: str, words: frozenset[str], *, reason_code: str) -> dict[str, int]:
    """Every agency's rows without the account; returns how many rows and audit entries were changed or went.

    ``words`` are the account's identifiers. The lists that hold it are made anew from the facts. Exports lie in the
    cache, and go with everything else there that names it (`dispatch.retiring`).
    """
    seal_all()
    done = {"rows": 0, "audit": 0}
    for agency in Agency.register.each():
        machine = Machine(agency.id)
        done["rows"] += _sweep(account, words, actor=machine)
        _list_anew(account, machine)
    seal_all()
    for agency in Agency.register.each():
        done["audit"] += _erase_details(words, reason_code, Machine(agency.id))
    compact()
    return done


@decision
def _sweep(account: str, words: frozenset[str], *, actor: Machine) -> int:
    changed = sum(_without(lead, actor) for lead in Lead.scoped.visible_to(actor).filter(on_accounts(account)))
    for model in _tables():
        fields = _texts(model)
        for row in model.scoped.visible_to(actor).iterator():
            before = {name: getattr(row, name) for name in fields}
            after = {name: _blanked(value, words) for name, value in before.items()}
            named = [name for name in fields if after[name] != before[name]]
            if named:
                for name in named:
                    setattr(row, name, after[name])
                row.change(named)
                changed += 1
    if changed:
        record(actor, "account:desk:retired", "", {"rows": changed})
    return changed


def _without(lead: Lead, actor: Machine) -> int:
    """A lead without its account, and without what was written about it."""
    lead.account_key = f"{TAKEN_OUT} {lead.pk}"
    lead.state_reason = lead.override_reason = TAKEN_OUT
    lead.change(["account_key", "account_digest", "state_reason", "override_reason"])
    notes = Note.scoped.visible_to(actor).filter(lead=lead).update(text=TAKEN_OUT)
    notes += SafeguardingClock.scoped.visible_to(actor).filter(lead=lead).update(grounds=TAKEN_OUT)
    for job in Job.scoped.visible_to(actor).filter(kind=JobKind.DISCLOSE, arguments__lead=lead.pk):
        job.arguments = {**job.arguments, "reason": TAKEN_OUT}
        job.change(["arguments"])
    links = PersonLead.scoped.visible_to(actor).filter(lead=lead)
    for link in links.select_related("person"):
        alone = not PersonLead.scoped.visible_to(actor).filter(person=link.person).exclude(lead=lead).exists()
        if alone:
            link.person.label = TAKEN_OUT
            link.person.change(["label"])
    return 1 + notes + links.update(reason=TAKEN_OUT)


def _tables() -> Iterator[type[Owned]]:
    for model in apps.get_app_config("casefile").get_models():
        if issubclass(model, Owned) and model not in _ELSEWHERE:
            yield model


def _texts(model: type[models.Model]) -> list[str]:
    """The fields in which a word may stand: text and JSON, but no names of rows and no closed lists."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(field, kinds) and not field.primary_key and not field.choices
    ]


def _blanked(value: Any, words: frozenset[str]) -> Any:
    match value:
        case str():
            return blanked(value, words)
        case list():
            return [_blanked(item, words) for item in value]
        case dict():
            return {key: _blanked(item, words) for key, item in value.items()}
    return value


def _list_anew(account: str, machine: Machine) -> None:
    runs = set(IndexedCandidate.scoped.visible_to(machine).filter(on_accounts(account)).values_list("run", flat=True))
    listed = set(IndexedRun.scoped.visible_to(machine).filter(run__in=runs).values_list("run", flat=True))
    for run in sorted(runs):
        if run in listed:
            build_index(open_run(Path(settings.LEADLINE_WORKSPACE), run), actor=machine)
        else:
            drop_index(run, actor=machine)


def _erase_details(words: frozenset[str], reason_code: str, machine: Machine) -> int:
    """The details of audit rows that name the account, or give a reason about one of its leads or papers on it.

    First the log says what they will be, then they are it.
    """
    gone = Lead.scoped.visible_to(machine).filter(account_key__startswith=TAKEN_OUT)
    leads = frozenset(gone.values_list("pk", flat=True))
    asked = Job.scoped.visible_to(machine).filter(kind=JobKind.DISCLOSE, arguments__lead__in=sorted(leads))
    about = leads | frozenset(asked.values_list("pk", flat=True))
    rows = AuditEvent.scoped.visible_to(machine).order_by("seq").values_list(*COLUMNS)
    erased = {}
    for values in rows.iterator():
        row = AuditRow(*values)
        if blanked(row.detail, words) != row.detail or (row.thing in about and '"reason"' in row.detail):
            detail = canonical_json({"erased": reason_code}).decode()
            erased[row.id] = AuditRow(**{**_fields(row), "detail": detail, "salt": secrets.token_hex(32)})
    if erased:
        leaves = {str(row.seq): row.leaf() for row in erased.values()}
        log = Log.open(Path(settings.LEADLINE_WORKSPACE))
        log.append(ERASED, subject=machine.agency_id, numbers={"rows": len(leaves)}, payload={"leaves": leaves})
        _replace(erased, actor=machine)
    return len(erased)


def _fields(row: AuditRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in AuditRow.__slots__}


@decision
def _replace(erased: dict[str, AuditRow], *, actor: Machine) -> None:
    for name, row in erased.items():
        AuditEvent.scoped.visible_to(actor).filter(pk=name).update(detail=row.detail, salt=row.salt)


def compact() -> None:
    """What was overwritten leaves the file of the database, too; PostgreSQL keeps it until its own vacuum."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("vacuum")
            cursor.execute("pragma wal_checkpoint(truncate)")
        else:
            for table in connection.introspection.table_names(cursor):
                if table.startswith("casefile_"):
                    cursor.execute(f"vacuum {connection.ops.quote_name(table)}")
