"""The permission checks of the desk: where each is asked in the source, which refused whom, and taking one away."""

from __future__ import annotations

import ast
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import leadline
from leadline.casefile import policy
from leadline.errors import NotAllowed
from tests.web.everywhere import everywhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Site = tuple[str, int]
"""A file below `src/leadline`, and the line at which the check is asked."""
_SOURCE = Path(leadline.__file__).parent
_ASKED = ("permit", "may", "of_the_same_team")
_ROOMS = ("web", "casefile")
_ITSELF = "casefile/policy.py"


def sites() -> set[Site]:
    """Every place in the source where the policy is asked."""
    found = set()
    for room in _ROOMS:
        for path in (_SOURCE / room).rglob("*.py"):
            name = path.relative_to(_SOURCE).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ASKED:
                    found.add((name, node.lineno))
    return {site for site in found if site[0] != _ITSELF}


class Checks:
    """Watches every question to the policy; those of `away` are answered as if the check were not there."""

    def __init__(self) -> None:
        self.away: set[Site] = set()
        self.refused: list[Site] = []
        """Where somebody was refused since the list was emptied last."""

    @contextmanager
    def watched(self) -> Iterator[Checks]:
        """Watch, until the end of the block."""
        with (
            everywhere(policy.permit, self._permit(policy.permit)),
            everywhere(policy.may, self._asked(policy.may)),
            everywhere(policy.of_the_same_team, self._asked(policy.of_the_same_team)),
        ):
            yield self

    def _permit(self, original: Callable[..., None]) -> Callable[..., None]:
        def asked(*args: Any) -> None:
            site = _site()
            if site in self.away:
                return
            try:
                original(*args)
            except NotAllowed:
                self.refused.append(site)
                raise

        return asked

    def _asked(self, original: Callable[..., bool]) -> Callable[..., bool]:
        def asked(*args: Any) -> bool:
            site = _site()
            if site in self.away:
                return True
            answer = original(*args)
            if not answer and site[0] != _ITSELF:
                self.refused.append(site)
            return answer

        return asked


def _site() -> Site:
    frame = sys._getframe(2)
    path = Path(frame.f_code.co_filename)
    name = path.relative_to(_SOURCE).as_posix() if path.is_relative_to(_SOURCE) else path.name
    return name, frame.f_lineno
