"""The typed registry of plug-ins: built-in ones and a stranger's, by unique name.

A plug-in is one object in one file. Built-in plug-ins are found by walking a package; a stranger's come
from entry points of an installed distribution and are loaded only when the settings allow the
distribution by name, because a plug-in is code that sees evidence.
"""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from leadline.errors import LeadlineError, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator


class Named(Protocol):
    """What every plug-in has: a name that is unique in its registry."""

    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=Named)


class Registry(Generic[P]):
    """All plug-ins of one kind.

    ``package`` is the dotted name of the package whose modules each hold one plug-in in a module
    constant ``PLUGIN``; ``group`` is the entry-point group for strangers' plug-ins.
    """

    def __init__(self, kind: str, *, package: str, group: str) -> None:
        self.kind = kind
        self._package = package
        self._group = group
        self._found: dict[str, P] | None = None
        self._origin: dict[str, str] = {}

    def all(self) -> tuple[P, ...]:
        """Every plug-in, ordered by name."""
        found = self._load()
        return tuple(found[name] for name in sorted(found))

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._load()))

    def get(self, name: str) -> P:
        """The plug-in called ``name``; :class:`WrongUsage` names the ones there are."""
        found = self._load()
        if name not in found:
            raise WrongUsage(f"there is no {self.kind} called {name!r}.", advice=f"Known: {', '.join(sorted(found))}.")
        return found[name]

    def origin(self, name: str) -> str:
        """Where a plug-in came from: ``leadline`` or the distribution that brought it."""
        self._load()
        return self._origin[name]

    def allow(self, distributions: tuple[str, ...]) -> None:
        """Load the plug-ins of these installed distributions as well (settings: ``plugins``)."""
        self._load()
        for point in entry_points(group=self._group):
            if point.dist is not None and point.dist.name in distributions:
                self._add(point.load(), point.dist.name)

    @contextmanager
    def use_temporarily(self, plugin: P) -> Iterator[None]:
        """Have one more plug-in for the time of a test."""
        found = self._load()
        self._add(plugin, "a test")
        try:
            yield
        finally:
            del found[plugin.name], self._origin[plugin.name]

    def _load(self) -> dict[str, P]:
        if self._found is None:
            self._found = {}
            package = importlib.import_module(self._package)
            for module in pkgutil.iter_modules(package.__path__):
                loaded = importlib.import_module(f"{self._package}.{module.name}")
                self._add(loaded.PLUGIN, "leadline")
        return self._found

    def _add(self, plugin: P, origin: str) -> None:
        found = self._load()
        if plugin.name in found and self._origin[plugin.name] != origin:
            raise LeadlineError(
                f"two {self.kind} plug-ins are called {plugin.name!r}: {self._origin[plugin.name]} and {origin}."
            )
        found[plugin.name] = plugin
        self._origin[plugin.name] = origin
