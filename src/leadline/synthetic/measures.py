"""How near the candidates of a run come to the truth of its invention; exact fractions, no rounding."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken
from leadline.synthetic.danger import REGIMES
from leadline.synthetic.truth import DOUBTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Row = dict[str, str]
TOPS = (5, 10, 20)
"""Per cent of the list that a team might work through."""
SHARED_FROM = 5
"""From so many accounts at one address on, the address was meant to count as shared."""
CHECKS = (*DOUBTS, "shared-address")
_NEITHER = {"only-anonymised-addresses": ("hosting", "fetcher", "crawler")}
"""Networks of which it is open whether they hide where an account belongs: left out of that doubt's count."""


@dataclass
class Measured:
    """One seed: figures by name, counts of (network, outcome), and of (mistake in an answer, outcome)."""

    figures: dict[str, Fraction] = field(default_factory=dict)
    by_network: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rows of record holders' answers by planted mistake (empty for none) and what became of them."""


def read_truth(folder: Path) -> list[Row]:
    """The accounts of a truth."""
    with (folder / "accounts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measure(truth: Sequence[Row], candidates: Sequence[Mapping[str, Any]]) -> Measured:
    """Compare the candidates, in any order, with the truth.

    Raises :class:`IntegrityBroken` where they are not about the same accounts.
    """
    found = {str(candidate["account_key"]): candidate for candidate in candidates}
    missing = {row["account"] for row in truth} ^ found.keys()
    if missing or len(found) != len(candidates):
        raise IntegrityBroken(
            f"{len(missing)} accounts stand in the truth or in the candidates alone, {min(missing, default='none')!r}"
            f" among them; {len(candidates)} candidates were given."
        )
    measured = Measured()
    _jurisdictions(measured, truth, found)
    for check in CHECKS:
        _doubt(measured, check, truth, found)
    ranked = sorted(truth, key=lambda row: int(found[row["account"]]["rank"]))
    for regime in REGIMES:
        _ranking(measured, regime, [row[f"danger-{regime}"] == "yes" for row in ranked])
    return measured


def _jurisdictions(measured: Measured, truth: Sequence[Row], found: Mapping[str, Mapping[str, Any]]) -> None:
    for row in truth:
        said = str(found[row["account"]]["jurisdiction"] or "")
        measured.by_network[row["network"], _outcome(row["answer"], said)] += 1
    counts: Counter[str] = Counter()
    for (_, outcome), count in measured.by_network.items():
        counts[outcome] += count
    placeable = counts["right"] + counts["wrong"] + counts["abstained"]
    unplaceable = counts["abstained rightly"] + counts["placed all the same"]
    for outcome in ("right", "wrong", "abstained"):
        _note(measured, f"jurisdiction {outcome}", counts[outcome], placeable)
    _note(measured, "jurisdiction abstained rightly", counts["abstained rightly"], unplaceable)


def _outcome(answer: str, said: str) -> str:
    if answer == "abstain":
        return "placed all the same" if said else "abstained rightly"
    if not said:
        return "abstained"
    return "right" if said == answer else "wrong"


def _doubt(measured: Measured, check: str, truth: Sequence[Row], found: Mapping[str, Mapping[str, Any]]) -> None:
    counts: Counter[tuple[bool, str]] = Counter()
    for row in truth:
        if row["network"] not in _NEITHER.get(check, ()):
            counts[_planted(check, row), _state(found[row["account"]], check)] += 1
    for planted, name in ((True, "recognised"), (False, "false alarms")):
        total = sum(count for (had, _), count in counts.items() if had == planted)
        _note(measured, f"{check} {name}", counts[planted, "yes"], total)
    _note(measured, f"{check} unknown", counts[True, "unknown"] + counts[False, "unknown"], sum(counts.values()))


def _planted(check: str, row: Row) -> bool:
    return int(row["accounts_at_address"]) >= SHARED_FROM if check == "shared-address" else row[check] == "yes"


def _state(candidate: Mapping[str, Any], check: str) -> str:
    """The state of a doubt; `absent` where the candidate does not speak of it."""
    return next((str(doubt["state"]) for doubt in candidate["doubts"] if doubt["check"] == check), "absent")


def _ranking(measured: Measured, regime: str, dangerous: Sequence[bool]) -> None:
    total = sum(dangerous)
    for top in TOPS:
        length = len(dangerous) * top // 100
        caught = sum(dangerous[:length])
        _note(measured, f"{regime} caught in top {top} %", caught, total)
        _note(measured, f"{regime} lift in top {top} %", caught * len(dangerous), total * length)
    _note(measured, f"{regime} AUC", _pairs_in_order(dangerous), total * (len(dangerous) - total))


def _pairs_in_order(dangerous: Sequence[bool]) -> int:
    """Pairs of a dangerous account and another in which the dangerous one stands higher; ranks have no ties."""
    pairs = behind = 0
    for flag in reversed(dangerous):
        pairs += behind if flag else 0
        behind += not flag
    return pairs


def _note(measured: Measured, name: str, part: int, whole: int) -> None:
    if whole:
        measured.figures[name] = Fraction(part, whole)
