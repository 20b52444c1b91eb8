"""Reading one lead or one case at the command line: within the same walls, with the same entry in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms.models import model_to_dict

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.models import Case, Lead, Member
from leadline.casefile.policy import Verb, of_the_same_team, permit
from leadline.casefile.rows import one
from leadline.errors import NotThere, ReasonNeeded
from leadline.inquiry.candidates import plain
from leadline.inquiry.showing import os_user

if TYPE_CHECKING:
    from leadline.casefile.models.base import Owned


def colleague(login: str) -> Member:
    """The colleague who signs in with this name; whoever holds the machine can stand in for any, and it is logged."""
    found = Member.objects.signing_in_as(login)
    if found is None:
        raise NotThere(f"nobody signs in as {login}.", advice="Write it as name@agency.")
    return found


def read_aloud(name: str, reason: str, *, actor: Member) -> dict[str, Any]:
    """The columns of a lead (`L-…`) or a case (`C-…`). Another team's needs a reason (:class:`ReasonNeeded`)."""
    model, verb, action = _KINDS.get(name[:2], _KINDS["L-"])
    found = one(model, name, actor=actor)
    permit(actor, verb, found)
    if not of_the_same_team(actor, found) and not reason.strip():
        raise ReasonNeeded("it is another team's.", advice="Say why you read it: --reason TEXT")
    record_reading(actor, action, name, {"reason": reason, "os_user": os_user(), "face": "command line"})
    values = model_to_dict(found)
    return {"id": name, **{key: plain(value) for key, value in values.items()}}


_KINDS: dict[str, tuple[type[Owned], Verb, str]] = {
    "L-": (Lead, Verb.LEAD_READ, "lead:row:read"),
    "C-": (Case, Verb.CASE_READ, "case:row:read"),
}
