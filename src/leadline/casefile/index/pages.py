"""Pages of candidates from the copy: a place in the order and not an offset, so that page 900 costs what page 1 does.

A search reads ranks from an index first and rows by rank after; what a page costs does not grow with what it skips.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from leadline.casefile.index.build import CUBE
from leadline.casefile.index.filters import ABSTAINED, Filter
from leadline.casefile.models import IndexedCandidate, IndexedRun, Lead
from leadline.casefile.models.base import on_accounts
from leadline.casefile.models.indexed import NO_EXPIRY
from leadline.errors import NotThere, WrongUsage
from leadline.vocabulary.instants import iso_z, parse_zoned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from leadline.casefile.models.base import Actor

PAGE = 50
COUNTED = 10_000
"""Up to so many rows are counted where the count is not known beforehand; beyond it is "more than"."""
MOST_CHOSEN = 100_000
"""Accounts over which one decision can be made."""
_CURSOR = re.compile(r"(?P<way>[<>])(?P<value>[0-9TZ:.-]*),?(?P<rank>[0-9]{1,9})\Z", re.ASCII)
_FIELD = {"expiry": "evidence_expires", "recent": "last_access"}


@dataclass(frozen=True)
class Line:
    """One candidate as a list shows it."""

    id: str
    rank: int
    account_key: str
    level: str
    score: int
    stage: str
    holder_certainty: str
    jurisdiction: str
    confidence: int
    evidence_expires: date | None
    first_access: datetime
    last_access: datetime
    days_active: int
    objects_opened: int
    objects_downloaded: int
    objects_added: int
    new_objects_added: int
    attempts: int
    caveats: tuple[str, ...]
    next_check: str
    cluster: str
    lead: str
    """Name of the lead on the account, and its state; empty where there is none."""
    lead_state: str


@dataclass(frozen=True)
class Count:
    """How many rows a filter gives; ``more`` where there are more than were counted."""

    rows: int
    more: bool = False


@dataclass(frozen=True)
class Page:
    """Lines in order, and the places where the neighbouring pages begin (empty where there is none)."""

    lines: tuple[Line, ...]
    following: str
    preceding: str
    count: Count


def indexed(run: str, *, actor: Actor) -> IndexedRun:
    """The complete copy of a run; :class:`NotThere` while there is none."""
    found = IndexedRun.scoped.visible_to(actor).filter(run=run).first()
    if found is None:
        raise NotThere("there is no index of such a run.", advice="It is being built, or the list of tips has another.")
    return found


def page(copy: IndexedRun, wanted: Filter, *, place: str = "", size: int = PAGE, actor: Actor) -> Page:
    """One page; ``place`` is :attr:`Page.following` or :attr:`Page.preceding` of another one, empty for the first."""
    way, after = _parsed(place, wanted)
    rows = _ordered(_matching(copy, wanted, actor), wanted, backwards=way == "<")
    if after is not None:
        rows = rows.filter(after)
    ranks = list(rows.values_list("rank", flat=True)[: size + 1])
    more, ranks = len(ranks) > size, ranks[:size]
    if way == "<":
        ranks.reverse()
    lines = _lines(copy, ranks, actor)
    return Page(
        lines,
        following=_place(">", lines[-1], wanted) if lines and (more if way == ">" else True) else "",
        preceding=_place("<", lines[0], wanted) if lines and (more if way == "<" else bool(place)) else "",
        count=Count(len(lines)) if not place and not more else count(copy, wanted, actor=actor),
    )


def count(copy: IndexedRun, wanted: Filter, *, actor: Actor) -> Count:
    """How many candidates a filter gives: exactly where only counted fields are asked for, else up to a bound."""
    if wanted.by_cells_alone:
        return Count(sum(number for cell, number in _cells(copy) if _fits(cell, wanted)))
    counted = _matching(copy, wanted, actor).values("rank")[: COUNTED + 1].count()
    return Count(min(counted, COUNTED), more=counted > COUNTED)


def facets(copy: IndexedRun, wanted: Filter) -> dict[str, dict[str, int]]:
    """For each counted field, how many candidates each word would give beside the *other* counted fields.

    Text, caveat, expiry and leads are not regarded: these are counts of the run.
    """
    found: dict[str, dict[str, int]] = {}
    for at, name in enumerate(CUBE):
        others, counts = wanted.without(name), dict[str, int]()
        for cell, number in _cells(copy):
            if _fits(cell, others):
                word = cell[at] or ABSTAINED
                counts[word] = counts.get(word, 0) + number
        found[name] = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return found


def accounts(copy: IndexedRun, wanted: Filter, *, actor: Actor) -> tuple[str, ...]:
    """The account keys of a whole filtered list, in its order; :class:`WrongUsage` where they are too many."""
    rows = _ordered(_matching(copy, wanted, actor), wanted, backwards=False)
    keys = tuple(rows.values_list("account_key", flat=True)[: MOST_CHOSEN + 1])
    if len(keys) > MOST_CHOSEN:
        raise WrongUsage(f"the list has more than {MOST_CHOSEN:,} accounts.", advice="Narrow it, then choose again.")
    return keys


def every_account(copy: IndexedRun, wanted: Filter, *, actor: Actor) -> frozenset[str]:
    """All account keys of a filtered list, however many, for a file that is written whole."""
    return frozenset(_matching(copy, wanted, actor).values_list("account_key", flat=True).iterator(chunk_size=10_000))


def line(copy: IndexedRun, account: str, *, actor: Actor) -> Line:
    """The line of one account; :class:`NotThere` where the run has none."""
    ranks = _rows(copy, actor).filter(on_accounts(account)).values_list("rank", flat=True)
    for found in _lines(copy, list(ranks), actor):
        return found
    raise NotThere("there is no such candidate.", advice="See the list that you came from.")


def neighbours(copy: IndexedRun, rank: int, wanted: Filter, *, actor: Actor) -> tuple[str, str]:
    """The account before and the one after a place in the order of work, within the filter; empty at the ends."""
    rows = _matching(copy, wanted, actor)
    before = rows.filter(rank__lt=rank).order_by("-rank").values_list("account_key", flat=True).first()
    after = rows.filter(rank__gt=rank).order_by("rank").values_list("account_key", flat=True).first()
    return before or "", after or ""


def _rows(copy: IndexedRun, actor: Actor) -> QuerySet[IndexedCandidate]:
    return IndexedCandidate.scoped.visible_to(actor).filter(run=copy.run)


def _matching(copy: IndexedRun, wanted: Filter, actor: Actor) -> QuerySet[IndexedCandidate]:
    rows = _rows(copy, actor)
    for name in CUBE:
        words = getattr(wanted, name)
        if words:
            rows = rows.filter(**{f"{name}__in": ["" if word == ABSTAINED else word for word in words]})
    if wanted.caveat:
        rows = rows.filter(caveats__contains=f"|{wanted.caveat}|")
    if wanted.text:
        rows = rows.filter(search__contains=wanted.text)
    if wanted.expires_by:
        rows = rows.filter(evidence_expires__lte=wanted.expires_by)
    if wanted.leads != "any":
        there = Exists(Lead.scoped.visible_to(actor).filter(tip=copy.tip, account_digest=OuterRef("account_digest")))
        rows = rows.filter(there if wanted.leads == "with" else ~there)
    return rows


def _ordered(rows: QuerySet[IndexedCandidate], wanted: Filter, *, backwards: bool) -> QuerySet[IndexedCandidate]:
    names = [_FIELD[wanted.order], "rank"] if wanted.order in _FIELD else ["rank"]
    falling = (wanted.order == "recent") is not backwards
    return rows.order_by(*(f"-{name}" if falling else name for name in names))


def _parsed(place: str, wanted: Filter) -> tuple[str, Q | None]:
    """The way to go and the rows beyond a place. The first term gives the index a start, the second is exact."""
    if not place:
        return ">", None
    read = _CURSOR.match(place)
    if not read:
        raise WrongUsage("there is no such page.", advice="Begin at the first page.")
    way, rank = read["way"], int(read["rank"])
    if wanted.order not in _FIELD:
        return way, Q(rank__gt=rank) if way == ">" else Q(rank__lt=rank)
    name, value = _FIELD[wanted.order], _value(read["value"], wanted)
    rising = (way == ">") is (wanted.order != "recent")
    within, beyond = ("gte", "lte") if rising else ("lte", "gte")
    return way, Q(**{f"{name}__{within}": value}) & ~Q(**{name: value, f"rank__{beyond}": rank})


def _value(written: str, wanted: Filter) -> date | datetime:
    try:
        value = date.fromisoformat(written) if wanted.order == "expiry" else parse_zoned(written)
    except ValueError:
        value = None
    if value is None:
        raise WrongUsage("there is no such page.", advice="Begin at the first page.")
    return value


def _place(way: str, at: Line, wanted: Filter) -> str:
    match wanted.order:
        case "expiry":
            return f"{way}{(at.evidence_expires or NO_EXPIRY).isoformat()},{at.rank}"
        case "recent":
            return f"{way}{iso_z(at.last_access)},{at.rank}"
    return f"{way}{at.rank}"


def _lines(copy: IndexedRun, ranks: list[int], actor: Actor) -> tuple[Line, ...]:
    rows = {row.rank: row for row in _rows(copy, actor).filter(rank__in=ranks)}
    keys = [row.account_key for row in rows.values()]
    leads = {lead.account_key: lead for lead in Lead.scoped.visible_to(actor).filter(on_accounts(*keys), tip=copy.tip)}
    return tuple(_line(rows[rank], leads.get(rows[rank].account_key)) for rank in ranks)


_AS_IT_IS = [
    "id", "rank", "account_key", "level", "score", "stage", "holder_certainty", "jurisdiction", "confidence",
    "first_access", "last_access", "days_active", "objects_opened", "objects_downloaded", "objects_added",
    "new_objects_added", "attempts", "next_check", "cluster",
]  # fmt: skip


def _line(row: IndexedCandidate, lead: Lead | None) -> Line:
    values: dict[str, Any] = {name: getattr(row, name) for name in _AS_IT_IS}
    return Line(
        **values,
        caveats=tuple(row.caveats.strip("|").split("|")) if row.caveats else (),
        evidence_expires=None if row.evidence_expires == NO_EXPIRY else row.evidence_expires,
        lead=lead.id if lead else "",
        lead_state=lead.state if lead else "",
    )


def _cells(copy: IndexedRun) -> Iterator[tuple[tuple[str, ...], int]]:
    for *cell, number in copy.cube:
        yield tuple(cell), number


def _fits(cell: tuple[str, ...], wanted: Filter) -> bool:
    return all(
        not (words := getattr(wanted, name)) or (value or ABSTAINED) in words
        for name, value in zip(CUBE, cell, strict=True)
    )
