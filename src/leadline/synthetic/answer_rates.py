"""How many of the mistakes planted in record holders' answers were refused, and how that is told."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadline.synthetic.answers import InventedAnswers
    from leadline.synthetic.measures import Measured

REFUSED, ACCEPTED = "refused", "accepted"
GOOD = ""
"""The mistake of a row that has none."""


def measure_answers(measured: Measured, answers: InventedAnswers, said: Mapping[str, Any]) -> None:
    """Count into ``measured`` what `answers FILE --json` made of each row, by the mistake planted in it."""
    refused = {int(one["row"]) for one in said["rejects"]}
    for line in range(2, len(answers.rows) + 2):
        outcome = REFUSED if line in refused else ACCEPTED
        measured.answers[answers.planted.get(line, GOOD), outcome] += 1
    _note(measured, "answers: mistakes refused", measured.answers, planted=True)
    _note(measured, "answers: good ones refused", measured.answers, planted=False)


def _note(measured: Measured, name: str, counts: Mapping[tuple[str, str], int], *, planted: bool) -> None:
    mine = {key: count for key, count in counts.items() if (key[0] != GOOD) == planted}
    if total := sum(mine.values()):
        part = sum(count for (_, outcome), count in mine.items() if outcome == REFUSED)
        measured.figures[name] = Fraction(part, total)


def lines_of(measured: Sequence[Measured]) -> list[tuple[str, str, str]]:
    """One line a mistake, all seeds together: its name, how many were planted, how many refused."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in measured:
        counts.update(one.answers)
    names = sorted({name for name, _ in counts if name != GOOD})
    return [(name, str(counts[name, REFUSED] + counts[name, ACCEPTED]), str(counts[name, REFUSED])) for name in names]


def bound(measured: Sequence[Measured]) -> str:
    """What the counts allow: the most that may slip through, by the exact one-sided 95 % bound where none did."""
    counts: Counter[bool] = Counter()
    for one in measured:
        for (name, outcome), count in one.answers.items():
            if name != GOOD:
                counts[outcome == REFUSED] += count
    if counts[False]:
        return f"**{counts[False]} planted mistakes were accepted**, of {counts.total()}."
    most = 1 - 0.05 ** (1 / counts.total()) if counts.total() else 1.0
    return (
        f"None of {counts.total()} planted mistakes was accepted; with so many, a share of up to {most:.5f} could still"
        " slip through (exact one-sided 95 % bound), of mistakes like these."
    )
