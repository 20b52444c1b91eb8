"""Operations: opened, closed once nothing of their work stands any more, and opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record
from leadline.casefile.models import Operation
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.operations import standing
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from leadline.casefile.models import Member


@decision
def open_operation(name: str, *, actor: Member) -> Operation:
    """A name for the work on one cache."""
    permit(actor, Verb.OPERATION_OPEN)
    operation = Operation(
        agency_id=actor.agency_id, name=filled(name, "name", longest=200), opened_by=actor, created_at=now()
    ).insert()
    record(actor, "operation:register:opened", operation.id, {"name": operation.name})
    return operation


@decision
def close_operation(operation: str, reason: str, *, actor: Member) -> Operation:
    """Close an operation: no case of it may be open, no safeguarding clock run, no referral wait to be sealed.

    From then on no case is opened or reopened under it, so that none of its leads is worked on or goes to a partner;
    all of it stays readable. Packages that are out are no hindrance; how many they were is in the audit.
    """
    found = one(Operation, operation, actor=actor, lock=True)
    permit(actor, Verb.OPERATION_CLOSE, found)
    if found.closed_at:
        raise Conflict("the operation is closed.", advice="There is nothing to close.")
    stands = standing(found, actor=actor)
    if stands.holds:
        raise Conflict(f"work stands under it: {', '.join(stands.holds)}.", advice="End it first; the page names it.")
    found.closed_at = now()
    found.change(["closed_at"])
    out = [referred.ref for referred in stands.out]
    record(actor, "operation:register:closed", found.id, {"reason": filled(reason, "reason"), "unanswered": out})
    return found


@decision
def reopen_operation(operation: str, reason: str, *, actor: Member) -> Operation:
    """Open a closed operation again. Its cases stay closed: each is reopened by itself."""
    found = one(Operation, operation, actor=actor, lock=True)
    permit(actor, Verb.OPERATION_REOPEN, found)
    if not found.closed_at:
        raise Conflict("the operation is open.", advice="Nothing is to be reopened.")
    before, found.closed_at = found.closed_at, None
    found.change(["closed_at"])
    told = {"reason": filled(reason, "reason"), "closed_at": before.isoformat()}
    record(actor, "operation:register:reopened", found.id, told)
    return found


def open_one(name: str, *, actor: Member) -> Operation:
    """The operation, locked, for new work under it; :class:`Conflict` where it is closed."""
    found = one(Operation, name, actor=actor, lock=True)
    if found.closed_at:
        raise Conflict("the operation is closed.", advice="Have a manager reopen it, or choose another one.")
    return found
