"""The request patterns of a tip: which requests of a web server are which action on which object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.errors import InputRefused
from leadline.facts.patterns import repeats_a_group
from leadline.seal.manifest import RequestPattern
from leadline.stages.intake.refusal import BundleRefused
from leadline.vocabulary.scales import Action

if TYPE_CHECKING:
    from leadline.facts.engine import Engine

GROUPS = ("object", "account", "cache")
MAX_PATTERN = 1000

_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\(\?P?<([^>]*)>|\(\?|\(|.", re.DOTALL)


def compile_request(*, method: str, path: str, action: str, where: str, engine: Engine) -> RequestPattern:
    """One `[[file.request]]`, its groups numbered; :class:`BundleRefused` says what is wrong with it."""
    known = [one.value for one in Action]
    if action not in known:
        raise _refused(f"there is no action {action!r}.", where, f"Write one of {', '.join(known)}.")
    if method and not re.fullmatch(r"[A-Z][A-Z-]{0,19}", method):
        raise _refused(f"{method!r} is no method.", where, 'Write it in capitals, as in method = "GET".')
    numbered, groups = _numbered(path, where)
    _refuse_dangers(path, numbered, where)
    if "object" not in groups and not (action == Action.LIST and "cache" in groups):
        raise _refused(
            f"the pattern {path!r} has no group `object`.", where, "Mark the object's key with (?P<object>…)."
        )
    _check_by_engine(numbered, where, engine)
    return RequestPattern(
        method=method,
        action=action,
        written=path,
        path=numbered,
        object_group=groups.get("object", 0),
        account_group=groups.get("account", 0),
        cache_group=groups.get("cache", 0),
    )


def _numbered(path: str, where: str) -> tuple[str, dict[str, int]]:
    """The pattern with plain groups in place of named ones, and which number each name has."""
    groups: dict[str, int] = {}
    count, parts = 0, []
    for part in _PART.finditer(path):
        text, name = part[0], part[1]
        if name is not None:
            if name not in GROUPS:
                raise _refused(f"there is no group {name!r}.", where, f"Known groups: {', '.join(GROUPS)}.")
            if name in groups:
                raise _refused(f"the group {name!r} stands there twice.", where, "Keep one of the two.")
            text, groups[name] = "(", count + 1
        count += text == "("
        parts.append(text)
    return "".join(parts), groups


def _refuse_dangers(path: str, numbered: str, where: str) -> None:
    if len(path) > MAX_PATTERN:
        raise _refused(f"a pattern has more than {MAX_PATTERN} characters.", where, "Write it shorter.")
    if r"\Q" in path or r"\C" in path:
        raise _refused(r"a pattern holds \Q or \C.", where, "Write the characters out.")
    if repeats_a_group(numbered):
        raise _refused(
            f"the pattern {path!r} repeats a group without limit, which can take for ever on one long line.",
            where,
            "Repeat a character class, as in [^/]*, or set a limit, as in (…){0,9}.",
        )


def _check_by_engine(numbered: str, where: str, engine: Engine) -> None:
    for form in (numbered, f"(?:{numbered})"):
        try:
            engine.check_pattern(form, where=where)
        except InputRefused as error:
            raise _refused(error.message, where, error.advice) from error


def _refused(message: str, where: str, advice: str) -> BundleRefused:
    return BundleRefused(message, code="pattern", where=where, advice=advice)
