"""The safeguarding clock: started when a link to a child comes into view, stopped only by telling child protection.

It knows no package, no level and no criminal threshold, and nothing else waits for it or holds it up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record
from leadline.casefile.models import Lead, Member, SafeguardingClock
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict, WrongUsage
from leadline.vocabulary.instants import iso_z, now

if TYPE_CHECKING:
    from datetime import datetime

WITHIN = timedelta(hours=24)
"""How long after the link came into view child protection must have been told."""


@decision
def notice_child_link(
    lead: str, grounds: str, *, noticed_at: datetime | None = None, actor: Member
) -> SafeguardingClock:
    """Start the clock on a lead, from the moment the link came into view (now, unless an earlier one is named)."""
    found = one(Lead, lead, actor=actor)
    permit(actor, Verb.SAFEGUARDING_NOTICE, found)
    moment = now()
    since = noticed_at or moment
    if since > moment:
        raise WrongUsage("the link cannot have come into view in the future.", advice="Name an earlier moment.")
    clock = SafeguardingClock(
        agency_id=actor.agency_id,
        lead=found,
        grounds=filled(grounds, "ground"),
        noticed_at=since,
        due_at=since + WITHIN,
        noticed_by=actor,
        created_at=moment,
    ).insert()
    record(actor, "lead:safeguarding:noticed", found.id, {"clock": clock.id, "due_at": iso_z(clock.due_at)})
    return clock


@decision
def notify_safeguarding(clock: str, whom: str, *, actor: Member) -> SafeguardingClock:
    """Record that child protection was told, and stop the clock."""
    found = one(SafeguardingClock, clock, actor=actor, lock=True)
    permit(actor, Verb.SAFEGUARDING_NOTIFY, found)
    if found.notified_at is not None:
        raise Conflict("child protection was told already.", advice="Write what came after as a note.")
    found.notified_at, found.notified_by = now(), actor
    found.notified_whom = filled(whom, "name of the service", longest=200)
    found.change(["notified_at", "notified_by", "notified_whom"])
    late = found.notified_at > found.due_at
    record(actor, "lead:safeguarding:notified", found.lead_id, {"clock": found.id, "late": late})
    return found
