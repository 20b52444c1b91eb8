"""Which regular expressions mean the same, and end in time, on every engine that may run a rule."""

from __future__ import annotations

import re

_UNBOUNDED = re.compile(r"[*+]|\{[0-9]+,\}")
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:[a-z]+:\]|[^\]\\])*\]|.", re.DOTALL)
_SAME_EVERYWHERE = re.compile(r"\\[^A-Za-z0-9]|\\[nrt]|\(\?:|\(|[^\\.$^]", re.DOTALL)


def _atoms(pattern: str) -> list[tuple[int, str]]:
    """The pattern cut into escapes, classes and single characters, each with its offset."""
    return [(found.start(), found[0]) for found in _ATOM.finditer(pattern)]


def repeats_a_group(pattern: str) -> bool:
    """Whether a group is repeated without limit, as in `(?:ab)*`.

    Such a pattern can exhaust the stack of a recursive engine on one long line, so it is refused in rules
    and in the request patterns of a tip.
    """
    return any(text == ")" and _UNBOUNDED.match(pattern, offset + 1) is not None for offset, text in _atoms(pattern))


def pattern_faults(pattern: str) -> tuple[str, ...]:
    """Why a pattern may not stand in a rule; empty where it may."""
    faults = ["a group repeated without limit"] if repeats_a_group(pattern) else []
    for offset, text in _atoms(pattern):
        faults.extend(_atom_faults(pattern, offset, text))
    return tuple(dict.fromkeys(faults))


def _atom_faults(pattern: str, offset: int, text: str) -> list[str]:
    if text.startswith("["):
        return _class_faults(text)
    if pattern.startswith("(?", offset) and not pattern.startswith("(?:", offset):
        return ["a group of the form (?…) other than (?:…)"]
    if _SAME_EVERYWHERE.fullmatch(text):
        return []
    if text == ".":
        return ["`.`: write [^\\n]"]
    if text in {"^", "$"}:
        return [f"`{text}`: whole_match and first_group match the whole text already"]
    return [f"`{text}`: engines disagree on it; write the characters out"]


def _class_faults(text: str) -> list[str]:
    if "[:" in text:
        return ["a named class such as [:alpha:]: write the range out"]
    escapes = re.findall(r"\\[A-Za-z0-9]", text)
    return [f"`{one}` in a class: write the characters out" for one in escapes if one not in {r"\n", r"\r", r"\t"}]
