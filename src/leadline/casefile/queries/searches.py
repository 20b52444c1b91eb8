"""Saved searches of a colleague and of the team, with how many rows each gives now and gave at the last look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from leadline.casefile.actions.searches import READS
from leadline.casefile.index import pages as index
from leadline.casefile.index.filters import Filter
from leadline.casefile.models import Lead, Member, SavedSearch, SearchLook
from leadline.casefile.policy import may
from leadline.casefile.queries.leads import asked_for
from leadline.casefile.queries.selection import current_copy
from leadline.errors import LeadlineError, NotThere
from leadline.vocabulary.casework import SearchedList

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from leadline.casefile.models import IndexedRun


@dataclass(frozen=True)
class Search:
    """A saved search; ``rows`` is None where it gives no list any more, ``looked_at`` where nobody looked yet."""

    saved: SavedSearch
    rows: int | None
    more: bool
    """There are more rows than were counted."""
    looked_at: datetime | None
    change: int
    """Rows now less rows at the colleague's last look."""


def searches(*, actor: Member) -> Sequence[Search]:
    """Those that the colleague may use, by name."""
    rows = SavedSearch.scoped.visible_to(actor).select_related("owner", "team").order_by("name", "pk")
    usable = Q(owner=actor) if actor.team_id is None else Q(owner=actor) | Q(team=actor.team_id)
    found = [row for row in rows.filter(usable) if may(actor, READS[SearchedList(row.searched)])]
    looks = {look.search_id: look for look in SearchLook.scoped.visible_to(actor).filter(member=actor)}
    counts = _counts(found, actor)
    return [_search(row, counts[row.pk], looks.get(row.pk)) for row in found]


def search(name: str, *, actor: Member) -> Search:
    """One of them; any other is not there."""
    found = next((one for one in searches(actor=actor) if one.saved.pk == name), None)
    if found is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    return found


def _search(row: SavedSearch, counted: tuple[int | None, bool], look: SearchLook | None) -> Search:
    rows, more = counted
    change = (rows or 0) - look.count if look is not None else 0
    return Search(row, rows, more, look.looked_at if look else None, change)


def _counts(rows: Sequence[SavedSearch], actor: Member) -> dict[str, tuple[int | None, bool]]:
    leads = {row.pk: row for row in rows if row.searched == SearchedList.LEADS}
    wanted = {f"n{at}": Count("pk", filter=asked_for(_last(row))) for at, row in enumerate(leads.values())}
    told = Lead.scoped.visible_to(actor).aggregate(**wanted) if wanted else {}
    counts: dict[str, tuple[int | None, bool]] = {pk: (told[f"n{at}"], False) for at, pk in enumerate(leads)}
    copies: dict[str, IndexedRun | None] = {}
    for row in rows:
        if row.pk not in leads:
            counts[row.pk] = _candidates(row, copies, actor)
    return counts


def _last(row: SavedSearch) -> dict[str, str]:
    return {key: values[-1] for key, values in row.words.items() if values}


def _candidates(row: SavedSearch, copies: dict[str, IndexedRun | None], actor: Member) -> tuple[int | None, bool]:
    """How many candidates; nothing where the list is gone, or the filter states what no list knows any more."""
    tip = _last(row).get("tip", "")
    try:
        if tip not in copies:
            copies[tip] = current_copy(tip, actor=actor)
        copy = copies[tip]
        counted = index.count(copy, Filter.read(row.words), actor=actor) if copy else None
    except LeadlineError:
        copies.setdefault(tip, None)
        return None, False
    return (counted.rows, counted.more) if counted else (None, False)
