"""A colleague who holds every role walks the whole desk: each class of address, the objects there, what is offered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import Resolver404, reverse

from tests.web.offers import Offer, offers
from tests.web.routes import place_of, routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.web.routes import Place
    from tests.web.undone import Answer, Asker, Desk

_QUERIES = 2
"""Addresses of the same objects that differ in their query alone, and are looked at."""
_SHAPES = 3
"""Forms of a class, for each object, that differ in their fields or their button."""
_WORD = 12
"""Signs of the value of a button; what is longer is no button."""


@dataclass
class Survey:
    """What was found: for each class, addresses to get and forms to send, by the objects that they name."""

    gets: dict[str, list[str]] = field(default_factory=dict)
    posts: dict[str, list[Offer]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """Every class that was met."""
        return sorted({*self.gets, *self.posts})

    @property
    def met(self) -> set[str]:
        """Names of the routes that were met."""
        return {key.split(":")[0] for key in self.keys}

    def targets(self, key: str) -> list[Offer]:
        """A request for each object of a class, and each form that is sent there."""
        return [*(Offer("GET", address) for address in self.gets.get(key, [])), *self.posts.get(key, [])]


def survey(
    desk: Desk, who: Asker, *, most: int, of_a_team: frozenset[str] = frozenset(), first: Sequence[Offer] = ()
) -> Survey:
    """Follow links and send forms from every address without an object on, with `most` objects of each class.

    What stands in `first` is asked besides, whatever was seen of its class.
    What is one team's is a class beside what is nobody's in particular; `of_a_team` has the names of the former.
    """
    bare = [Offer("GET", reverse(name)) for name, route in routes().items() if not route.parts]
    found, waiting, besides = Survey(), deque([*first, *bare]), list(first)
    seen: dict[str, dict[str, int]] = {}
    while waiting:
        offer = waiting.popleft()
        place = _place(offer)
        is_first = offer in besides
        if place is None or not (_wanted(seen, offer, place, of_a_team, most) or is_first):
            continue
        if is_first:
            besides.remove(offer)
        answer = desk.ask(who, offer.method, offer.address, offer.body)
        if is_fault(answer):
            found.faults.append(f"{offer.method} {offer.address}: {answer.status}")
        _note(found, offer, place, answer)
        waiting.extend(next_offers(answer, offer.address))
    for name, route in routes().items():
        if not route.parts and name not in found.met:
            found.posts[name] = [Offer("POST", reverse(name))]
    return found


def is_fault(answer: Answer) -> bool:
    """Whether the answer is an error of Leadline's own; that the workspace is busy, as it is in the matrix, is none."""
    return answer.status >= 500 and answer.status != 503


def next_offers(answer: Answer, address: str) -> list[Offer]:
    """What a page offers; of what is no page, where it sends to."""
    headers = dict(answer.headers)
    if answer.status in (301, 302):
        return [Offer("GET", headers["Location"])]
    is_page = headers.get("Content-Type", "").startswith("text/html") and answer.body.strip()
    return offers(answer.body, address) if is_page else []


def _place(offer: Offer) -> Place | None:
    try:
        return place_of(offer.address)
    except Resolver404:
        return None


def _wanted(seen: dict[str, dict[str, int]], offer: Offer, place: Place, of_a_team: frozenset[str], most: int) -> bool:
    """Whether this request shows something that others of its class did not."""
    whose = any(str(name) in of_a_team for _, name in place.things)
    known = seen.setdefault(f"{offer.method} {place.key} {whose}", {})
    if offer.method == "POST":
        pressed = offer.body[-1] if offer.body else ("", "")
        shape = f"{urlsplit(offer.address).path} {len(offer.body)} {pressed[0] if len(pressed[1]) > _WORD else pressed}"
        if shape in known or len(known) >= most * _SHAPES:
            return False
        known[shape] = 1
        return True
    things = str(place.things)
    if things not in known and len(known) >= most:
        return False
    known[things] = known.get(things, 0) + 1
    return known[things] <= _QUERIES


def _note(found: Survey, offer: Offer, place: Place, answer: Answer) -> None:
    if offer.method == "GET" and answer.status in (200, 302):
        known = found.gets.setdefault(place.key, [])
        if urlsplit(offer.address).path not in {urlsplit(one).path for one in known}:
            known.append(offer.address)
    elif offer.method == "POST" and answer.status not in (404, 405):
        found.posts.setdefault(place.key, []).append(offer)
