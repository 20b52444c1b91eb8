"""Puts another function in the place of one of Leadline's, in every module that has imported it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from leadline.vocabulary import instants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@contextmanager
def everywhere(original: Callable[..., Any], other: Callable[..., Any]) -> Iterator[None]:
    """Exchange a function; which names held it is looked up in every module of Leadline that is loaded."""
    assert _exchange(original, other), original
    try:
        yield
    finally:
        # Looked up anew: a module that was loaded in the meantime has taken the other function for its own.
        _exchange(other, original)


def _exchange(one: Callable[..., Any], other: Callable[..., Any]) -> int:
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("leadline") and module]
    holders = [(module, name) for module in modules for name, value in vars(module).items() if value is one]
    for module, name in holders:
        setattr(module, name, other)
    return len(holders)


@contextmanager
def noon() -> Iterator[None]:
    """The clock stands, so that two answers to one request are the same."""
    with everywhere(instants.now, lambda: NOON):
        yield
