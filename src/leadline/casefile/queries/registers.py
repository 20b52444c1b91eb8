"""Registers of an agency: exhibits with their custody, operations, persons; and what forms offer from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField, Count, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast

from leadline.casefile.models import Case, CustodyEvent, Exhibit, Member, Operation, Person, PersonLead, Tip
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.vocabulary.casework import CaseStage

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 500
"""Rows of a register's page; the newest ones."""
Choice = tuple[str, str]


def exhibits(*, actor: Member) -> Sequence[Exhibit]:
    """The register, the newest first, each with `held_by` and `last_step`, the word of its newest custody event."""
    permit(actor, Verb.TIP_READ)
    steps = CustodyEvent.scoped.visible_to(actor).filter(exhibit=OuterRef("pk")).order_by("-created_at", "-pk")
    rows = Exhibit.scoped.visible_to(actor).select_related("tip", "case").annotate(
        held_by=Subquery(steps.values("holder__display_name")[:1]), last_step=Subquery(steps.values("kind")[:1])
    )  # fmt: skip
    return list(rows.order_by("-created_at", "pk")[:MOST])


def exhibit(name: str, *, actor: Member) -> tuple[Exhibit, Sequence[CustodyEvent]]:
    """One exhibit with the steps of its custody, the first one first."""
    permit(actor, Verb.TIP_READ)
    found = one(Exhibit, name, actor=actor)
    steps = CustodyEvent.scoped.visible_to(actor).filter(exhibit=found).select_related("holder", "recorded_by")
    return found, list(steps.order_by("created_at", "pk"))


def operations(*, actor: Member) -> Sequence[Operation]:
    """Operations, the newest first, each with `case_count`."""
    permit(actor, Verb.CASE_READ)
    rows = Operation.scoped.visible_to(actor).select_related("opened_by")
    return list(rows.annotate(case_count=Count("cases")).order_by("-created_at", "pk")[:MOST])


def persons(*, actor: Member) -> Sequence[Person]:
    """Persons by label, each with `lead_count`."""
    permit(actor, Verb.LEAD_READ)
    return list(Person.scoped.visible_to(actor).annotate(lead_count=Count("leads")).order_by("label", "pk")[:MOST])


def person(name: str, *, actor: Member) -> tuple[Person, Sequence[PersonLead]]:
    """One person with the leads that may concern them, who said so and why."""
    permit(actor, Verb.LEAD_READ)
    found = one(Person, name, actor=actor)
    links = PersonLead.scoped.visible_to(actor).filter(person=found).select_related("lead", "linked_by")
    return found, list(links.order_by("created_at", "pk"))


def taken_on(*, actor: Member) -> list[Choice]:
    """Rows of tips that the agency works on."""
    return list(Tip.scoped.visible_to(actor).order_by("-created_at").values_list("pk", "tip"))


def offered(*, actor: Member) -> dict[str, list[Choice]]:
    """What forms about a lead offer: open operations, persons and open cases of the agency; one query."""
    text = TextField()
    found = (
        Operation.scoped.visible_to(actor)
        .filter(closed_at=None)
        .annotate(what=Value("operation", output_field=CharField()), says=Cast("name", text))
        .values_list("what", "pk", "says")
        .union(
            Person.scoped.visible_to(actor)
            .annotate(what=Value("person", output_field=CharField()), says=Cast("label", text))
            .values_list("what", "pk", "says"),
            Case.scoped.visible_to(actor)
            .filter(stage=CaseStage.OPEN)
            .annotate(what=Value("case", output_field=CharField()), says=Cast("title", text))
            .values_list("what", "pk", "says"),
            all=True,
        )
    )
    lists: dict[str, list[Choice]] = {"operation": [], "person": [], "case": []}
    for what, pk, says in sorted(found, key=lambda row: (row[0], row[2].casefold(), row[1])):
        lists[what].append((pk, says))
    return lists
