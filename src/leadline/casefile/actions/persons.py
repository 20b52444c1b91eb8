"""Persons: that one or more leads may concern somebody, and why it is thought so."""

from __future__ import annotations

from leadline.casefile.actions.audit import record
from leadline.casefile.models import Lead, Member, Person, PersonLead
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict
from leadline.vocabulary.instants import now


@decision
def link_person(lead: str, reason: str, *, person: str | None = None, label: str = "", actor: Member) -> Person:
    """Say that a lead may concern a person: one that is there, or a new one under ``label``."""
    found = one(Lead, lead, actor=actor, lock=True)
    permit(actor, Verb.PERSON_LINK, found)
    somebody = one(Person, person, actor=actor, lock=True) if person else _new_person(label, actor)
    if PersonLead.scoped.visible_to(actor).filter(person=somebody, lead=found).exists():
        raise Conflict("the lead is with that person already.", advice="Nothing is to be done.")
    PersonLead(
        agency_id=actor.agency_id,
        person=somebody,
        lead=found,
        reason=filled(reason, "reason"),
        linked_by=actor,
        created_at=now(),
    ).insert()
    record(actor, "lead:person:linked", found.id, {"person": somebody.id, "reason": reason.strip()})
    return somebody


def _new_person(label: str, actor: Member) -> Person:
    return Person(agency_id=actor.agency_id, label=filled(label, "label", longest=200), created_at=now()).insert()
