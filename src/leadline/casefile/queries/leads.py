"""Leads for the desk: one for reading, with what people wrote about it, and lists by state, team and colleague."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case as DbCase
from django.db.models import CharField, Count, DateTimeField, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat

from leadline.casefile.models import (
    AuditEvent,
    IndexedCandidate,
    Lead,
    Member,
    Note,
    PersonLead,
    Ruling,
    SafeguardingClock,
    Team,
    Tip,
)
from leadline.casefile.models.base import EvidenceText, on_accounts
from leadline.casefile.policy import Verb, of_the_same_team, permit
from leadline.casefile.rows import one
from leadline.errors import NotThere, ReasonNeeded
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

PAGE = 50
_ROWS = re.compile("[GM]-[0-9a-f]{20}")
"""Names of rows of colleagues and teams."""
_READ = ("lead:page:read", "evidence:text:unmasked", "lead:lines:read", "lead:history:read")
"""Entries that say that somebody read; the history of decisions leaves them out."""


@dataclass(frozen=True)
class Entry:
    """Something that a colleague wrote on a lead: a note, a link to a person, a safeguarding clock, or a ruling on its
    account and another one, whose key is then the ``id``.
    """

    kind: str
    id: str
    at: datetime
    due_at: datetime | None
    done_at: datetime | None
    text: str
    by: str


def lead_for_reading(name: str, *, actor: Member, reason: str = "") -> Lead:
    """A lead with colleague, team and case; :class:`ReasonNeeded` where it is another team's and no reason is given."""
    rows = Lead.scoped.visible_to(actor)
    found = rows.select_related("assignee", "team", "case", "selection__decided_by").filter(pk=name).first()
    if found is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    permit(actor, Verb.LEAD_READ, found)
    if not reason and Role.MANAGER not in actor.held_roles and not of_the_same_team(actor, found):
        raise ReasonNeeded("the lead is another team's.", advice="Say why you read it.")
    return found


def lead_on(tip: str, account: str, *, actor: Member) -> Lead | None:
    """The lead that was opened, or declined, on an account of a tip."""
    return Lead.scoped.visible_to(actor).filter(on_accounts(account), tip=tip).first()


def current_run(tip: str, *, actor: Member) -> str:
    """The run that lists answer from; empty where none is indexed yet."""
    found = Tip.scoped.visible_to(actor).filter(tip=tip).values_list("current_run", flat=True).first()
    return found or ""


def entries_of(lead: Lead, *, actor: Member) -> list[Entry]:
    """Notes, persons, clocks and rulings of a lead, the newest first; one query."""
    rows = _notes(lead, actor).union(_persons(lead, actor), _clocks(lead, actor), _rulings(lead, actor), all=True)
    read = ((kind, EvidenceText.read(row), *more) for kind, row, *more in rows)
    return sorted((Entry(*row) for row in read), key=lambda entry: (entry.at, entry.id), reverse=True)


_COLUMNS = ("kind", "row", "at", "due", "done", "says", "who")


def _notes(lead: Lead, actor: Member) -> QuerySet[Any, Any]:
    return (
        Note.scoped.visible_to(actor)
        .filter(lead=lead)
        .annotate(**_shape("note", "created_at", says=F("text"), who=F("written_by__display_name")))
        .values_list(*_COLUMNS)
    )


def _persons(lead: Lead, actor: Member) -> QuerySet[Any, Any]:
    says = Concat(F("person__label"), Value(": "), F("reason"), output_field=TextField())
    return (
        PersonLead.scoped.visible_to(actor)
        .filter(lead=lead)
        .annotate(**_shape("person", "created_at", says=says, who=F("linked_by__display_name")))
        .values_list(*_COLUMNS)
    )


def _clocks(lead: Lead, actor: Member) -> QuerySet[Any, Any]:
    shape = _shape("clock", "noticed_at", says=F("grounds"), who=F("noticed_by__display_name"))
    return (
        SafeguardingClock.scoped.visible_to(actor)
        .filter(lead=lead)
        .annotate(**{**shape, "due": F("due_at"), "done": F("notified_at")})
        .values_list(*_COLUMNS)
    )


def _rulings(lead: Lead, actor: Member) -> QuerySet[Any, Any]:
    key, says = lead.account_key, Concat(F("ruling"), Value(": "), F("reason"), output_field=TextField())
    other = DbCase(When(account_a=key, then=F("account_b")), default=F("account_a"), output_field=TextField())
    shape = _shape("ruling", "created_at", says=says, who=F("ruled_by__display_name"))
    rows = Ruling.scoped.visible_to(actor).filter(Q(account_a=key) | Q(account_b=key), tip=lead.tip)
    return rows.annotate(**{**shape, "row": other}).values_list(*_COLUMNS)


def _shape(kind: str, at: str, **texts: Any) -> dict[str, Any]:
    nothing = Cast(Value(None), DateTimeField(null=True))  # PostgreSQL takes a bare null of a union for text
    return {
        "kind": Value(kind, output_field=CharField()),
        "row": F("id"),
        "at": F(at),
        "due": nothing,
        "done": nothing,
        **texts,
    }


def history_of(lead: Lead, *, actor: Member) -> list[dict[str, Any]]:
    """What was decided about a lead, the newest first, from the audit; readings are left out."""
    events = AuditEvent.scoped.visible_to(actor).filter(thing=lead.pk).exclude(action__in=_READ).order_by("-seq")[:200]
    return told(list(events), actor=actor)


def told(events: Sequence[AuditEvent], *, actor: Member) -> list[dict[str, Any]]:
    """Entries of the audit as `at, by, action, detail`, with colleagues and teams by name instead of by row."""
    rows = {name for event in events for name in (event.actor, *_ROWS.findall(event.detail))}
    names = names_of(rows, actor=actor)
    return [
        {"at": event.at, "by": names.get(event.actor, event.actor), "action": event.action,
         "detail": _ROWS.sub(lambda found: json.dumps(names.get(found[0], found[0]))[1:-1], event.detail)}
        for event in events
    ]  # fmt: skip


def names_of(rows: set[str], *, actor: Member) -> dict[str, str]:
    """Names of colleagues and teams by the names of their rows; one query."""
    people = Member.scoped.visible_to(actor).filter(pk__in=rows).values_list("id", "display_name")
    return dict(people.union(Team.scoped.visible_to(actor).filter(pk__in=rows).values_list("id", "name"), all=True))


@dataclass(frozen=True)
class LeadList:
    """A page of leads, each with `level` and `rank` from the index where it has them, and counts of each facet."""

    rows: list[Lead]
    total: int
    page: int
    pages: int
    facets: dict[str, list[tuple[str, str, int]]]


FACETS = ("state", "assignee", "team")


def list_leads(asked: Mapping[str, str], *, actor: Member) -> LeadList:
    """Leads by rank; `asked` may hold `state`, `assignee`, `team`, `q` (a part of the account key) and `page`."""
    permit(actor, Verb.LEAD_READ)
    rows = Lead.scoped.visible_to(actor)
    if asked.get("q"):
        rows = rows.filter(account_key__contains=asked["q"])
    groups = list(
        rows.values_list("state", "assignee", "assignee__display_name", "team", "team__name").annotate(n=Count("pk"))
    )
    facets = {facet: _facet(facet, groups, asked) for facet in FACETS}
    total = sum(group[-1] for group in groups if _chosen(group, asked))
    pages = max(1, -(-total // PAGE))
    page = min(max(1, _whole(asked.get("page", ""))), pages)
    found = _ranked(_filtered(rows, asked), actor)[(page - 1) * PAGE : page * PAGE]
    return LeadList(list(found), total, page, pages, facets)


def leads_like(asked: Mapping[str, str], *, actor: Member) -> QuerySet[Lead]:
    """All leads of a filter, in no order; as :func:`list_leads` filters."""
    permit(actor, Verb.LEAD_READ)
    rows = Lead.scoped.visible_to(actor)
    if asked.get("q"):
        rows = rows.filter(account_key__contains=asked["q"])
    return _filtered(rows, asked)


def _ranked(rows: QuerySet[Lead], actor: Member) -> QuerySet[Lead]:
    copies = IndexedCandidate.scoped.visible_to(actor)
    same = copies.filter(run=OuterRef("run"), account_digest=OuterRef("account_digest"))
    return (
        rows.select_related("assignee", "team", "case")
        .annotate(level=Subquery(same.values("level")[:1]), rank=Subquery(same.values("rank")[:1]))
        .order_by(F("rank").asc(nulls_last=True), "pk")
    )


def next_lead(after: str, asked: Mapping[str, str], *, actor: Member) -> str:
    """The name of the lead after this one in the filtered list; empty at its end."""
    permit(actor, Verb.LEAD_READ)
    rows = Lead.scoped.visible_to(actor)
    one(Lead, after, actor=actor)
    if asked.get("q"):
        rows = rows.filter(account_key__contains=asked["q"])
    names = list(_ranked(_filtered(rows, asked), actor).values_list("pk", flat=True))
    place = names.index(after) if after in names else -1
    return names[place + 1] if place + 1 < len(names) else ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


_NOBODY = {"assignee": ("nobody", "nobody"), "team": ("none", "no team")}


def asked_for(asked: Mapping[str, str]) -> Q:
    """What :func:`list_leads` filters by, as a condition."""
    wanted = Q(account_key__contains=asked["q"]) if asked.get("q") else Q()
    for facet in FACETS:
        value = asked.get(facet)
        if value:
            nobody = facet in _NOBODY and value == _NOBODY[facet][0]
            wanted &= Q(**({f"{facet}__isnull": True} if nobody else {facet: value}))
    return wanted


def _filtered(rows: QuerySet[Lead], asked: Mapping[str, str]) -> QuerySet[Lead]:
    return rows.filter(asked_for({key: asked[key] for key in FACETS if key in asked}))


def _value(group: tuple[Any, ...], facet: str) -> tuple[str, str]:
    if facet == "state":
        return str(group[0]), str(group[0])
    pk, name = group[1:3] if facet == "assignee" else group[3:5]
    return (str(pk), str(name)) if pk else _NOBODY[facet]


def _chosen(group: tuple[Any, ...], asked: Mapping[str, str], *, but: str = "") -> bool:
    return all(facet == but or not asked.get(facet) or _value(group, facet)[0] == asked[facet] for facet in FACETS)


def _facet(facet: str, groups: list[tuple[Any, ...]], asked: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Counts of each value over what the other facets leave; a chosen value stands there even with none."""
    counts: dict[tuple[str, str], int] = {}
    for group in groups:
        value = _value(group, facet)
        if _chosen(group, asked, but=facet) or asked.get(facet) == value[0]:
            counts[value] = counts.get(value, 0) + (group[-1] if _chosen(group, asked, but=facet) else 0)
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(key, name, count) for (key, name), count in order]


def detail_of(text: str) -> dict[str, Any]:
    """The detail of an audit entry."""
    found: dict[str, Any] = json.loads(text or "{}")
    return found
