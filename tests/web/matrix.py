"""Route × who asks × method × object: what must hold for every single request, whatever the page is."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import reverse

from leadline.vocabulary.casework import Role
from leadline.web.middleware import OPEN
from tests.web.offers import Offer
from tests.web.routes import place_of, routes
from tests.web.stocked import besides
from tests.web.survey import Survey, is_fault, survey
from tests.web.undone import Answer, Asker, Desk
from tests.web.walled_world import ROW_NAME, walled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.walled_world import World

READING = ("GET", "HEAD", "OPTIONS")
METHODS = (*READING, "POST", "PUT", "PATCH", "DELETE")
AUDIT = frozenset({"casefile_auditevent", "casefile_audithead"})
DRAWN = (
    re.compile(rb'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}'),
    re.compile(rb'("challenge": ")[A-Za-z0-9_-]{43}'),
    re.compile(rb'(data:image/svg\+xml;base64,)[A-Za-z0-9+/=]+|(name="secret" value=")[A-Z2-7]+'),
)
"""The three things in pages that are drawn anew each time: a form's token, what a security key is to sign, and the
secret of a new authenticator with its picture."""
_KEY = re.compile(rb"keys(/|%2F)[0-9]+")
"""A security key by its number: where somebody is sent on, it stands in the address that was asked for."""
_SETTING_UP = ("mfa_", "account_")


@dataclass
class Side:
    """One agency in the matrix: its world, its askers, and what a survey found there."""

    world: World
    found: Survey
    everybody: Asker
    roles: dict[str, Asker]
    """A colleague of each role, and the neighbour: an investigator of another team."""
    strangers: list[Asker]
    """Whoever must not come further than the door: nobody, a password without a second factor, a closed sign-in."""

    @cached_property
    def names(self) -> frozenset[bytes]:
        return self.world.names

    @cached_property
    def of_a_team(self) -> frozenset[str]:
        return of_a_team(self.world)


def of_a_team(world: World) -> frozenset[str]:
    """Names of the rows that are one team's, colleagues left out."""
    rows = [row for model in walled() for row in model.scoped.visible_to(world.staff.admin)]  # type: ignore[attr-defined]
    return frozenset(str(row.pk) for row in rows if getattr(row, "team_id", None) and not hasattr(row, "login"))


def side_of(world: World, found: Survey) -> Side:
    """The askers of an agency."""
    named = {str(role): world.staff[role] for role in Role} | {"neighbour": world.staff.neighbour}
    roles = {name: Asker.of(member, name) for name, member in named.items()}
    strangers = [
        Asker("nobody"),
        Asker.of(world.staff[Role.MANAGER], "password-only", factor=False),
        Asker.of(world.closed, "closed"),
    ]
    return Side(world, found, Asker.of(world.everybody, "everybody"), roles, strangers)


@dataclass
class Matrix:
    """Asks, judges each answer, and keeps what was wrong and who got through where."""

    desk: Desk
    sides: list[Side]
    wrong: list[str] = field(default_factory=list)
    passed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By class, method and kind of object: who of the object's agency was not refused."""
    pairs: int = 0
    """How often a foreign object was held against one that does not exist."""

    def own(self, side: Side, offer: Offer, method: str, who: Asker) -> Answer:
        """Somebody of the agency asks for what is the agency's."""
        looked = who.name in ("everybody", "manager")
        answer = self.desk.ask(who, method, offer.address, offer.body, looked=looked)
        said = f"{who.name}@{who.agency} {method} {offer.address}"
        self._never(said, who, offer, answer)
        if refused(answer) and answer.changed:
            self.wrong.append(f"{said}: refused ({answer.status}), yet it changed {sorted(answer.changed)}")
        if method in READING and answer.changed - AUDIT:
            self.wrong.append(f"{said}: reading changed {sorted(answer.changed - AUDIT)}")
        if not refused(answer):
            self.passed[self.cell(side, offer, method)].add(who.name)
        return answer

    def stranger(self, offer: Offer, method: str, who: Asker) -> None:
        """Somebody who has not signed in to the end gets to the door and no further."""
        answer = self.desk.ask(who, method, offer.address, offer.body)
        said = f"{who.name} {method} {offer.address}"
        self._never(said, who, offer, answer)
        if answer.changed:
            self.wrong.append(f"{said}: changed {sorted(answer.changed)}")
        route = place_of(offer.address).route
        may = route in OPEN or (who.name == "password-only" and route.startswith(_SETTING_UP))
        if not may and not to_the_door(answer):
            self.wrong.append(f"{said}: {answer.status}, not to the door")

    def foreign(self, offer: Offer, method: str, who: Asker) -> None:
        """Somebody of another agency: the object is as if it had never been."""
        absent = Offer(offer.method, _absent(offer.address), tuple((k, _absent(v)) for k, v in offer.body))
        if absent == offer:
            return
        theirs = self.desk.ask(who, method, offer.address, offer.body, counted=True)
        never = self.desk.ask(who, method, absent.address, absent.body, counted=True)
        said = f"{who.name}@{who.agency} {method} {offer.address} {offer.body or ''}"
        self._never(said, who, offer, theirs)
        self.pairs += 1
        if _alike(theirs, offer) != _alike(never, absent):
            self.wrong.append(f"{said}: {theirs.status} with {theirs.queries} queries is told from {never.status}")
        if place_of(offer.address).things and (theirs.changed or not refused(theirs)) and names_a_row(offer.address):
            self.wrong.append(f"{said}: {theirs.status}, changed {sorted(theirs.changed)}")

    def absent(self, side: Side, offer: Offer, method: str, who: Asker) -> None:
        """An object that nobody has, and one whose name is none."""
        for address in {_absent(offer.address), _malformed(offer.address)} - {offer.address}:
            answer = self.desk.ask(who, method, address, offer.body)
            self._never(f"{who.name} {method} {address}", who, offer, answer)
            if names_a_row(offer.address) and (answer.changed or not refused(answer)):
                self.wrong.append(f"{who.name} {method} {address}: {answer.status} where there is nothing")

    def nothing(self, side: Side, offer: Offer, who: Asker) -> None:
        """Where there is no object at all, whoever asks gets nothing and changes nothing."""
        answer = self.desk.ask(who, offer.method, offer.address, offer.body)
        self._never(f"{who.name} {offer.method} {offer.address}", who, offer, answer)
        if routes()[place_of(offer.address).route].things and (answer.changed or not refused(answer)):
            self.wrong.append(f"{who.name} {offer.method} {offer.address}: {answer.status} where there is nothing")

    def _never(self, said: str, who: Asker, offer: Offer, answer: Answer) -> None:
        """What no answer to anybody may be or hold."""
        if is_fault(answer):
            self.wrong.append(f"{said}: {answer.status}")
        asked = f"{offer.address} {offer.body}".encode()
        told = answer.body + repr(answer.headers).encode()
        names = set(ROW_NAME.findall(told))
        for side in self.sides:
            if side.world.code == who.agency:
                continue
            leaks = {name for name in names & side.names if name not in asked}
            leaks |= {word for word in side.world.words if word in told and word not in asked}
            if leaks:
                self.wrong.append(f"{said}: tells of {side.world.code}: {sorted(leaks)[:3]}")

    def cell(self, side: Side, offer: Offer, method: str) -> str:
        """Name of the class of a request, for the table of who may."""
        place = place_of(offer.address)
        of_a_team = any(str(name) in side.of_a_team for _, name in place.things)
        return f"{place.key} {method}{' of a team' if of_a_team else ''}"


def refused(answer: Answer) -> bool:
    """Whether the answer is a refusal: no such thing, not your role, not that way, not so often, or to the door."""
    return answer.status in (403, 404, 405, 429) or to_the_door(answer)


def to_the_door(answer: Answer) -> bool:
    """Whether somebody is sent to sign in, or to set up or use a second factor."""
    where = dict(answer.headers).get("Location", "")
    doors = (reverse("account_login"), reverse("mfa_activate_totp"), reverse("mfa_reauthenticate"))
    return answer.status == 302 and where.startswith(doors)


def names_a_row(address: str) -> bool:
    """Whether the path names a row of the case file."""
    return bool(ROW_NAME.search(urlsplit(address).path.encode()))


def _absent(text: str) -> str:
    """The same with the name of every row replaced by one that nobody has."""
    swap = ROW_NAME.sub(_other_name, text.encode())
    return re.sub(r"/keys/\d+/", "/keys/999999/", swap.decode())


def _other_name(found: re.Match[bytes]) -> bytes:
    letters, digits = found[0].split(b"-")
    return letters + b"-" + sha256(digits).hexdigest().encode()[: len(digits)]


def _malformed(address: str) -> str:
    parts = urlsplit(address)
    path = ROW_NAME.sub(b"%00%27;--", parts.path.encode()).decode()
    return path + (f"?{parts.query}" if parts.query else "")


def plain(body: bytes) -> bytes:
    """A page without what is drawn anew each time."""
    for drawn in DRAWN:
        body = drawn.sub(rb"\1", body)
    return body


def _alike(answer: Answer, offer: Offer) -> tuple[object, ...]:
    """What two answers are compared by: all of it, but for the token of forms and for what was asked."""
    body = plain(answer.body)
    headers = _KEY.sub(b"keys-", repr(answer.headers).encode())
    for name in set(ROW_NAME.findall(f"{offer.address} {offer.body}".encode())):
        body, headers = body.replace(name, b"-"), headers.replace(name, b"-")
    return answer.status, headers, body, answer.queries


def surveyed(world: World, most: int) -> Side:
    """The agency's side of the matrix, after a walk with `most` objects of each class."""
    who, first = Asker.of(world.everybody, "everybody"), besides(world.staff, world.evidence)
    found = survey(Desk(), who, most=most, of_a_team=of_a_team(world), first=first)
    if found.faults:
        raise AssertionError(found.faults)
    return side_of(world, found)


def visitor(world: World) -> Side:
    """The side of an agency that only visits."""
    return side_of(world, Survey())


def made_up(found: Survey) -> Iterator[Offer]:
    """Addresses of the routes that no link and no form led to in these worlds, for objects that nobody has."""
    for name in unmet(found):
        for method in ("GET", "POST"):
            yield Offer(method, routes()[name].made_up())


def unmet(found: Survey) -> list[str]:
    """Routes that nobody came to by links and forms alone."""
    return sorted(set(routes()) - found.met)


def every_target(side: Side) -> Iterator[Offer]:
    """Each request that the survey found, class by class."""
    for key in side.found.keys:
        yield from side.found.targets(key)
