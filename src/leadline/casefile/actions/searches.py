"""Saved searches: keeping the state of a list under a name, looking at it again, forgetting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record
from leadline.casefile.models import Member, SavedSearch, SearchLook
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict, NotThere
from leadline.vocabulary.casework import SearchedList
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READS = {SearchedList.CANDIDATES: Verb.CANDIDATE_READ, SearchedList.LEADS: Verb.LEAD_READ}
"""What somebody must be allowed who saves a search of a list, or looks at one."""
MOST = 30
"""Searches of one colleague."""


@decision
def save_search(
    searched: str, words: Mapping[str, Sequence[str]], name: str, *, for_team: bool = False, actor: Member
) -> SavedSearch:
    """Keep the words of a list's URL under a name, for the actor or for the actor's whole team."""
    permit(actor, READS[SearchedList(searched)])
    own, written = SavedSearch.scoped.visible_to(actor).filter(owner=actor), filled(name, "name", longest=100)
    if own.filter(name=written).exists():
        raise Conflict("you have a search of that name.", advice="Choose another name, or forget that one first.")
    if own.count() >= MOST:
        raise Conflict(f"you have {MOST} saved searches.", advice="Forget one first.")
    if for_team and actor.team_id is None:
        raise Conflict("you are in no team.", advice="Save it for yourself.")
    made = SavedSearch(
        agency_id=actor.agency_id,
        owner=actor,
        team_id=actor.team_id if for_team else None,
        name=written,
        searched=SearchedList(searched),
        words={key: list(values) for key, values in words.items()},
        created_at=now(),
    ).insert()
    record(actor, "search:register:saved", made.id, {"list": made.searched, "filter": made.words})
    return made


@decision
def look_at_search(search: str, count: int, *, actor: Member) -> SavedSearch:
    """Note that the actor looks at a search now, and how many rows it gives."""
    found = _usable(search, actor)
    permit(actor, READS[SearchedList(found.searched)], found)
    moment = now()
    if not SearchLook.scoped.visible_to(actor).filter(search=found, member=actor).update(looked_at=moment, count=count):
        SearchLook(
            agency_id=actor.agency_id, search=found, member=actor, looked_at=moment, count=count, created_at=moment
        ).insert()
    record(actor, "search:row:looked-at", found.id, {"rows": count})
    return found


@decision
def forget_search(search: str, *, actor: Member) -> None:
    """Remove one's own search, a team's as well; what was found by it is not touched."""
    found = _usable(search, actor)
    permit(actor, READS[SearchedList(found.searched)], found)
    if found.owner_id != actor.pk:
        raise Conflict("a colleague of your team saved it.", advice="Ask that colleague.")
    record(actor, "search:register:forgotten", found.id, {"list": found.searched, "filter": found.words})
    found.delete()


def _usable(search: str, actor: Member) -> SavedSearch:
    """One's own search or one's team's; any other is not there."""
    found = one(SavedSearch, search, actor=actor, lock=True)
    if found.owner_id != actor.pk and (found.team_id is None or found.team_id != actor.team_id):
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    return found
