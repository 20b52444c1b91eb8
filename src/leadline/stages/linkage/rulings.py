"""Puts persons' rulings on pairs before the rules, and shows where rulings contradict one another.

No ruling is resolved in silence: of one person's rulings on a pair the last holds; where persons disagree on a
pair, or where `same` rulings lead from one account to another that a ruling of `not` keeps apart, the rulings
concerned are `contested`, and a contested pair is not one person until persons agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from leadline.vocabulary.rulings import Ruling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leadline.facts.engine import Engine

RULING = pa.schema([("account_a", pa.string()), ("account_b", pa.string()), ("ruling", pa.string())])
"""One row a pair, the smaller key first; `ruling` is same, not, unsure or contested."""
RULING_STATE = pa.schema(
    [
        ("account_a", pa.string()),
        ("account_b", pa.string()),
        ("ruled_at", pa.timestamp("us", tz="UTC")),
        ("ruled_by", pa.string()),
        ("ruling", pa.string()),
        ("state", pa.string()),
        ("note", pa.string()),
        ("reason", pa.string()),
    ]
)
"""One row a ruling, with what became of it."""
CONTESTED = "contested"
_DISAGREE = "persons rule otherwise on this pair; it is not one person until they agree"
_CHAIN = "rulings of same lead from one account to another that a ruling of not keeps apart; none of them joins"
_LATER = "the same person ruled otherwise later"

Pair = tuple[str, str]
K = TypeVar("K", str, int)


def put_rulings(engine: Engine, rulings: Sequence[Ruling]) -> None:
    """Make the tables `ruling` (what holds, by pair) and `ruling_state` (every ruling) for the rules."""
    states = ruling_states(rulings)
    held: dict[Pair, str] = {}
    for ruling, (state, _) in states.items():
        if state != "superseded":
            held[ruling.account_a, ruling.account_b] = CONTESTED if state == CONTESTED else ruling.ruling
    pairs = [{"account_a": a, "account_b": b, "ruling": held[a, b]} for a, b in sorted(held)]
    rows = [
        {
            "account_a": one.account_a, "account_b": one.account_b, "ruled_at": one.at, "ruled_by": one.by,
            "ruling": one.ruling, "state": state, "note": note,
            "reason": one.reason,
        }
        for one, (state, note) in states.items()
    ]  # fmt: skip
    engine.table("ruling", pa.Table.from_pylist(pairs, schema=RULING))
    engine.table("ruling_state", pa.Table.from_pylist(rows, schema=RULING_STATE))


def ruling_states(rulings: Iterable[Ruling]) -> dict[Ruling, tuple[str, str]]:
    """Every ruling with its state (`holds`, `superseded`, `contested`) and a sentence that says why."""
    ordered = sorted(rulings, key=Ruling.order)
    last = {(one.account_a, one.account_b, one.by): one for one in ordered}
    words: dict[Pair, set[str]] = {}
    for one in last.values():
        words.setdefault((one.account_a, one.account_b), set()).add(one.ruling)
    chained = _chained({pair: next(iter(said)) if len(said) == 1 else "" for pair, said in words.items()})
    return {one: _state(one, last, words, chained) for one in ordered}


def _state(
    one: Ruling, last: Mapping[tuple[str, str, str], Ruling], words: Mapping[Pair, set[str]], chained: set[Pair]
) -> tuple[str, str]:
    pair = (one.account_a, one.account_b)
    if last[(*pair, one.by)] != one:
        return "superseded", _LATER
    if len(words[pair]) > 1:
        return CONTESTED, _DISAGREE
    return (CONTESTED, _CHAIN) if pair in chained else ("holds", "")


def _chained(agreed: Mapping[Pair, str]) -> set[Pair]:
    """The pairs ruled same in a group, joined by such rulings, that has a pair ruled not, or disputed, within it."""
    group = groups(pair for pair, word in agreed.items() if word == "same")
    apart = [pair for pair, word in agreed.items() if word in {"not", ""}]
    broken = {group[a] for a, b in apart if a in group and group[a] == group.get(b)}
    return {pair for pair, word in agreed.items() if word == "same" and group[pair[0]] in broken}


def groups(pairs: Iterable[tuple[K, K]]) -> dict[K, K]:
    """For each member of these pairs the smallest member that pairs lead to."""
    parent: dict[K, K] = {}

    def top(key: K) -> K:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for a, b in pairs:
        low, high = sorted((top(a), top(b)))
        parent[high] = low
    return {key: top(key) for key in parent}
