"""Gives what stands in the log its entry in the audit: steps of referrals and of devices, changes of the register.

A step is in the log before it is in the audit. What was made at the command line, or just before the desk died, is in
the log alone; it gets its entry here, under the machine's name, with the name that the log has for whoever did it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.audit import record
from leadline.casefile.devices import ROWS_RELEASED, TAKEN
from leadline.casefile.evidence import workspace
from leadline.casefile.machine import Machine
from leadline.casefile.models import Agency, AuditEvent, Case, Examination, Member
from leadline.casefile.queries.leads import detail_of
from leadline.casefile.referred import referrals_of
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.exposure import VIEWED
from leadline.reference.partners.register import SEALED as REGISTER
from leadline.seal.log import Log
from leadline.vocabulary.instants import now, parse_zoned
from leadline.withheld import RELEASED

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = timedelta(minutes=1)
"""A step younger than this may be having its entry written just now."""
CHANGED = "partner:register:changed"
_DEVICES = {VIEWED: TAKEN, RELEASED: ROWS_RELEASED}


def mend_all() -> int:
    """Mend the audit of every agency; returns how many entries were missing."""
    return sum(mend(agency) for agency in Agency.register.each())


def mend(agency: Agency) -> int:
    """Mend the audit of one agency."""
    machine = Machine(agency.id)
    missing = [*_steps(machine), *_changes(machine, agency.code), *_of_devices(machine, agency.code)]
    if missing:
        _found(missing, actor=machine)
    return len(missing)


def _steps(machine: Machine) -> Iterator[tuple[str, str, dict[str, Any]]]:
    known = {
        (thing, action, detail_of(detail).get("logged_at"))
        for thing, action, detail in _entries(machine, "referral:").values_list("thing", "action", "detail")
    }
    for ref, referred in referrals_of(machine).items():
        for step in referred.referral.steps:
            if (ref, step.action, step.at) not in known and _is_settled(step.at):
                yield (
                    step.action,
                    ref,
                    {"logged_at": step.at, "by": str(step.facts.get("by", "")), "found": "in the log"},
                )


def _changes(machine: Machine, code: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Changes of the register by colleagues of the agency: their names in the log end with its code."""
    details = _entries(machine, "partner:").values_list("detail", flat=True)
    known = {detail_of(detail).get("register") for detail in details}
    log = Log.open(workspace())
    for entry in log.entries():
        if entry.action != REGISTER or not _is_settled(entry.at):
            continue
        facts = log.payload(entry) or {}
        (digest,) = entry.digests.values()
        if str(facts.get("by", "")).endswith(f"@{code}") and digest not in known:
            told = {"register": digest, "code": facts.get("code", ""), "by": facts["by"], "found": "in the log"}
            yield CHANGED, "", told


def _of_devices(machine: Machine, code: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Contents taken to look at, and rows released, of examinations that the desk knows."""
    rows = {row.examination: row for row in Examination.scoped.visible_to(machine).exclude(examination="")}
    details = _entries(machine, "exhibit:").filter(action__in=_DEVICES.values()).values_list("action", "detail")
    known = {(action, detail_of(detail).get("logged_at")) for action, detail in details}
    log = Log.open(workspace()) if rows else None
    for entry in log.entries() if log else ():
        action = _DEVICES.get(entry.action, "")
        if not action or entry.subject not in rows or (action, entry.at) in known or not _is_settled(entry.at):
            continue
        facts: dict[str, Any] = dict((log.payload(entry) if log else None) or {})
        viewer: dict[str, Any] = facts.get("viewer", {})
        if viewer.get("agency", code) == code:
            row = rows[entry.subject]
            by = viewer.get("name", facts.get("released_by", ""))
            told = {"examination": row.pk, "logged_at": entry.at, "by": by, "found": "in the log"}
            yield action, row.exhibit_id, told | {key: facts[key] for key in ("again", "case") if key in facts}


def _tie(told: dict[str, Any], actor: Machine) -> None:
    """Say on the examination who released its rows for which case, where the desk died before it could."""
    row = one(Examination, told["examination"], actor=actor, lock=True)
    case = Case.scoped.visible_to(actor).filter(pk=told.get("case", "")).first()
    member = Member.scoped.visible_to(actor).filter(pk=told["by"]).first()
    if row.released_at is None and case and member:
        row.released_for, row.released_by, row.released_at = case, member, parse_zoned(told["logged_at"])
        row.change(["released_for", "released_by", "released_at"])


def _entries(machine: Machine, prefix: str) -> Any:
    return AuditEvent.scoped.visible_to(machine).filter(action__startswith=prefix)


def _is_settled(at: str) -> bool:
    moment = parse_zoned(at)
    return moment is not None and moment <= now() - PATIENCE


@decision
def _found(missing: list[tuple[str, str, dict[str, Any]]], *, actor: Machine) -> None:
    for action, thing, detail in missing:
        if action == ROWS_RELEASED:
            _tie(detail, actor)
        record(actor, action, thing, detail)
