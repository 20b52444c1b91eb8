"""The parameters of the rules: how a format's lines and a tip's request patterns are read."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from leadline.vocabulary.scales import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.reading.formats import LogFormat
    from leadline.reading.layouts import PatternLayout
    from leadline.seal.manifest import RequestPattern, TipFile
    from leadline.stages.accesses.pieces import Values

_FIRST_FIELDS = ("time", "address", "request")
_OTHER_FIELDS = ("account", "status", "bytes", "agent")
_AUTHORITY = "[a-z]{2,8}://[^/ ?]*"
_GROUPS = ("object", "account", "cache")
PLACES = 8
"""Patterns that the rule `asked_request` tries in one pass."""
_NOTHING: Values = {"method": "-", "action": "", "whole": "-", "pattern": "^()()()()$", "names": [*_GROUPS, "path"]}
"""A pattern that matches no request: a path is never empty."""


_PLAIN = re.compile("[A-Za-z0-9/_~%=-]+", re.ASCII)
_MAY_LACK = ("?", "*", "{")
_BEGINNING = 8
"""Letters of a pattern that are looked at."""


@cache
def rule_text(name: str) -> str:
    """The text of one of this stage's rules."""
    return files("leadline.stages.accesses").joinpath(f"rules/{name}.sql").read_text("utf-8")


def pattern_values(form: LogFormat, layout: PatternLayout) -> Values:
    """How lines of one pattern are read, as far as every line is asked."""
    authority = f"(?:{_AUTHORITY})?" if form.absolute_targets else ""
    return {
        "pattern": layout.pattern(_FIRST_FIELDS),
        "names": list(layout.names(_FIRST_FIELDS)),
        "cut_short": layout.cut_short,
        "times": form.times,
        "request": rf"^([^ ]+) {authority}([^ ?]+)(?:\?[^ ]*)? HTTP/[^ ]*$",
        "request_names": ["method", "path"],
    }


def detail_values(layout: PatternLayout) -> Values:
    """How the rest is read of the lines that are kept."""
    return {"pattern": layout.pattern(_OTHER_FIELDS), "names": list(layout.names(_OTHER_FIELDS))}


def request_groups(requests: Sequence[RequestPattern]) -> list[Values]:
    """How request patterns are matched, in their order, as many at a time as the rule has places for."""
    groups = [requests[first : first + PLACES] for first in range(0, len(requests), PLACES)]
    return [_group(group, more=len(groups) > 1) for group in groups]


def _group(requests: Sequence[RequestPattern], *, more: bool) -> Values:
    found = [_request_values(request) for request in requests]
    found += [_NOTHING] * (PLACES - len(found))
    numbered = {f"{name}_{place}": value for place, one in enumerate(found, 1) for name, value in one.items()}
    return {**numbered, "more": more}


def _request_values(request: RequestPattern) -> Values:
    """How one request pattern is matched.

    The whole path is a group as well, which tells a match; groups that the pattern has not are empty ones before it,
    so that one rule reads every pattern.
    """
    held = {request.object_group: "object", request.account_group: "account", request.cache_group: "cache"}
    held.pop(0, None)
    lacking = [name for name in _GROUPS if name not in held.values()]
    inner = [held.get(group, f"unnamed_{group}") for group in range(1, max(held, default=0) + 1)]
    return {
        "method": request.method,
        "action": request.action,
        "whole": request.path,
        "pattern": f"^{'()' * len(lacking)}({request.path})$",
        "names": [*lacking, "path", *inner],
    }


def request_beginnings(requests: Sequence[RequestPattern]) -> tuple[bytes, ...]:
    """What the path of every request begins with that one of the patterns matches; empty where it may be anything.

    Only letters that stand for themselves count, and none of a pattern with alternatives.
    """
    found = {_beginning(request.path) for request in requests}
    return () if b"" in found else tuple(sorted(found))


def _beginning(pattern: str) -> bytes:
    plain = _PLAIN.match(pattern)
    if "|" in pattern or plain is None:
        return b""
    sure = plain[0][:-1] if pattern[plain.end() :].startswith(_MAY_LACK) else plain[0]
    return sure[:_BEGINNING].encode()


def action_words(file: TipFile) -> dict[str, str]:
    """Words for actions, in lower-case ASCII → ours; what `tip.toml` maps goes before our own words."""
    mapped = file.values.get("action", {})
    return {action.value: action.value for action in Action} | {
        _lower(theirs): mapped[theirs] for theirs in sorted(mapped)
    }


def _lower(text: str) -> str:
    """ASCII letters in lower case, as the macro `ascii_lower` does it."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
