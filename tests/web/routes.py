"""Every address of the desk, by a walk of the URL resolver; and the class that an address belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.urls import URLResolver, get_resolver, resolve, reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

_MADE_UP = ("L-0123456789abcdef0123", "999999", "x", "XX-0")
"""Values for parts of addresses; of each part the first one that it takes."""


@dataclass(frozen=True)
class Route:
    """One pattern: its name, its view, and the converter of each of its parts."""

    name: str
    parts: tuple[tuple[str, str, str], ...]
    """Name of the part, of its converter's class, and the pattern of what it takes."""

    @property
    def words(self) -> tuple[str, ...]:
        """Parts that are words of a closed list; each word is a class of its own."""
        return tuple(part for part, kind, _ in self.parts if kind == "SlugConverter")

    @property
    def things(self) -> tuple[str, ...]:
        """Parts that name an object."""
        return tuple(part for part, kind, _ in self.parts if kind != "SlugConverter")

    def made_up(self) -> str:
        """An address of the route for an object that nobody has."""
        return reverse(self.name, kwargs={part: _taken(shape) for part, _, shape in self.parts})


@dataclass(frozen=True)
class Place:
    """An address taken apart: the class that it belongs to, and the objects that it names."""

    route: str
    key: str
    """The route's name, with the words of its address."""
    things: tuple[tuple[str, Any], ...]


def _taken(shape: str) -> str:
    return next(value for value in _MADE_UP if re.fullmatch(shape, value))


@cache
def routes() -> dict[str, Route]:
    """All routes by name; one without a name would be a fault."""
    return {route.name: route for route in _walk(get_resolver().url_patterns, {})}


def _walk(patterns: list[Any], above: dict[str, Any]) -> Iterator[Route]:
    for one in patterns:
        converters = {**above, **one.pattern.converters}
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, converters)
        else:
            if not one.name:
                raise AssertionError(f"{one.pattern} has no name")
            parts = tuple((name, type(each).__name__, each.regex) for name, each in converters.items())
            yield Route(one.name, parts)


def place_of(address: str) -> Place:
    """Where an address leads; `Resolver404` where nowhere."""
    found = resolve(urlsplit(address).path)
    route = routes()[str(found.url_name)]
    key = ":".join([route.name, *(str(found.kwargs[word]) for word in route.words)])
    return Place(route.name, key, tuple((name, found.kwargs[name]) for name in route.things))
