"""The audit for whoever reads it: who did what to which thing, a page at a time, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.models import AuditEvent, AuditHead, Member
from leadline.casefile.policy import Verb, permit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGE = 100


@dataclass(frozen=True)
class Audit:
    """A page of entries with the names of colleagues, the chain's end, and where the page before and after begin."""

    rows: Sequence[AuditEvent]
    names: dict[str, str]
    people: Sequence[tuple[str, str]]
    head: AuditHead | None
    after: int | None
    first: bool


def read_audit(asked: Mapping[str, str], *, actor: Member) -> Audit:
    """Entries before the place `before`; `asked` may hold `actor`, `action` (its beginning), `thing`, `on` (a day)."""
    permit(actor, Verb.AUDIT_READ)
    rows = AuditEvent.scoped.visible_to(actor)
    if asked.get("actor"):
        rows = rows.filter(actor=asked["actor"])
    if asked.get("action"):
        rows = rows.filter(action__startswith=asked["action"])
    if asked.get("thing"):
        rows = rows.filter(thing=asked["thing"])
    if asked.get("on"):
        rows = rows.filter(at__startswith=asked["on"])
    before = asked.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(seq__lt=int(before))
    found = list(rows.order_by("-seq")[: PAGE + 1])
    people = list(Member.scoped.visible_to(actor).order_by("display_name", "pk").values_list("id", "display_name"))
    head = AuditHead.scoped.visible_to(actor).first()
    after = found[PAGE - 1].seq if len(found) > PAGE else None
    return Audit(found[:PAGE], dict(people), people, head, after, not before)
