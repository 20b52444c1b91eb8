"""The register of exhibits and their custody: what came in, who holds it, was it whole."""

from __future__ import annotations

import re

from leadline.casefile.actions.audit import record
from leadline.casefile.models import Case, CustodyEvent, Exhibit, Member, Tip
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict, WrongUsage
from leadline.vocabulary.casework import CustodyKind, Rehash
from leadline.vocabulary.instants import now

_SHA256 = re.compile(r"([0-9a-f]{64})?\Z", re.ASCII)


@decision
def register_exhibit(
    number: str, *, sha256: str = "", tip: str | None = None, case: str | None = None, place: str = "", actor: Member
) -> Exhibit:
    """Take a thing in under the agency's own number; the actor is its first holder."""
    permit(actor, Verb.EXHIBIT_REGISTER)
    if not _SHA256.match(sha256):
        raise WrongUsage("a SHA-256 is 64 hexadecimal digits.", advice="Leave it out where there is no sealed file.")
    known, written = Exhibit.scoped.visible_to(actor), filled(number, "number", longest=60)
    if known.filter(number=written).exists():
        raise Conflict("there is an exhibit of that number.", advice="Check the number on the seal.")
    exhibit = Exhibit(
        agency_id=actor.agency_id,
        number=written,
        sha256=sha256,
        tip=one(Tip, tip, actor=actor) if tip else None,
        case=one(Case, case, actor=actor) if case else None,
        created_at=now(),
    ).insert()
    _step(exhibit, CustodyKind.TAKEN_IN, actor, place, "", actor)
    record(actor, "exhibit:register:taken-in", exhibit.id, {"number": exhibit.number, "sha256": sha256})
    return exhibit


@decision
def record_custody(
    exhibit: str, kind: str, *, holder: str, place: str = "", remark: str = "", digests: str = "", actor: Member
) -> CustodyEvent:
    """One more step of an exhibit's custody; ``holder`` is the colleague who has it from then on.

    ``digests`` is a word of `Rehash` where the source was hashed again.
    """
    found = one(Exhibit, exhibit, actor=actor, lock=True)
    permit(actor, Verb.CUSTODY_RECORD, found)
    event = _step(found, CustodyKind(kind), one(Member, holder, actor=actor), place, remark, actor, digests)
    told = {"event": event.id, "holder": holder, "place": event.place, "digests": digests}
    record(actor, f"exhibit:custody:{kind}", found.id, told)
    return event


def _step(
    exhibit: Exhibit, kind: CustodyKind, holder: Member, place: str, remark: str, actor: Member, digests: str = ""
) -> CustodyEvent:
    return CustodyEvent(
        agency_id=actor.agency_id,
        exhibit=exhibit,
        kind=kind,
        holder=holder,
        recorded_by=actor,
        place=filled(place, "place", longest=200) if place.strip() else "",
        remark=filled(remark, "remark") if remark.strip() else "",
        digests=Rehash(digests) if digests else "",
        created_at=now(),
    ).insert()
