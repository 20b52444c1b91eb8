"""Writes the page of error rates: what the measures say, with intervals over the seeds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.answer_rates import bound, lines_of
from leadline.synthetic.chance import generator
from leadline.synthetic.danger import REGIMES
from leadline.synthetic.measures import CHECKS, TOPS, Measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_RESAMPLES = 10_000
FIRST_SENTENCE = (
    "These figures show whether the pipeline finds what the inventor hid, and they say nothing about real people."
)
_MEANING = {
    "follows-activity": "Danger follows activity: those who added, downloaded and returned most are the dangerous ones,"
    " give or take chance. The ranking ought to find them.",
    "independent": "Danger is independent of the logs: a negative control. Any lift here would come from a fault.",
    "hidden-in-low-activity": "Danger hides in low activity: the dangerous ones did least. A lift below 1 is what an"
    " order by activity costs if the world is so.",
}
_OUTCOMES = ("right", "wrong", "abstained", "abstained rightly", "placed all the same")


@dataclass(frozen=True)
class Interval:
    """A mean over the seeds and the 95 % interval around it."""

    mean: float
    low: float
    high: float
    seeds: int
    """Seeds that had anything to measure."""

    def text(self, digits: int = 3) -> str:
        return f"{self.mean:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def interval(measured: Sequence[Measured], name: str) -> Interval | None:
    """Percentile bootstrap of the mean over the seeds; None where no seed had the figure."""
    values = np.array([float(one.figures[name]) for one in measured if name in one.figures])
    if not len(values):
        return None
    rows = generator(0, name).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.percentile(values[rows].mean(axis=1), (2.5, 97.5))
    return Interval(float(values.mean()), float(low), float(high), len(values))


def shows_no_lift(measured: Sequence[Measured]) -> bool:
    """Whether the negative control held: every interval of its lift includes 1."""
    found = [interval(measured, f"independent lift in top {top} %") for top in TOPS]
    return all(one is not None and one.low <= 1.0 <= one.high for one in found)


def page(
    measured: Sequence[Measured], *, accounts: int, first_seed: int, version: str, more: Sequence[str] = ()
) -> str:
    """The whole page, in Markdown; ``more`` are sections on what is measured on worlds of its own."""
    parts = [
        _head(measured, accounts, first_seed, version),
        _jurisdictions(measured),
        _doubts(measured),
        _answers(measured),
        *more,
        *(_regime(measured, regime) for regime in REGIMES),
        _control(measured),
    ]
    return "\n\n".join(parts) + "\n"


def _head(measured: Sequence[Measured], accounts: int, first_seed: int, version: str) -> str:
    last = first_seed + len(measured) - 1
    return (
        f"# Error rates\n\n{FIRST_SENTENCE}\n\n"
        f"Written by `make evaluate`; not by hand. Leadline {version}; {len(measured)} invented operations (seeds"
        f" {first_seed} to {last}) of {accounts:,} accounts each, and worlds of their own for the links and the"
        " origin of the cache. Unless it says otherwise, every figure is a mean over the seeds, then in"
        f" brackets its 95 % interval: percentile bootstrap of the mean over seeds, {_RESAMPLES:,} resamples."
        " The inventor knows the rules that a careful reader follows, and so these are the errors of carrying them"
        " out; how often real tables, real logs and real people depart from the rules is not measured here."
    )


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(header)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _jurisdictions(measured: Sequence[Measured]) -> str:
    rows = [
        ("right, of accounts that can be placed", _said(measured, "jurisdiction right")),
        ("wrong, of accounts that can be placed", _said(measured, "jurisdiction wrong")),
        ("abstained, of accounts that can be placed", _said(measured, "jurisdiction abstained")),
        ("abstained, of accounts that cannot be placed", _said(measured, "jurisdiction abstained rightly")),
    ]
    counts: Counter[tuple[str, str]] = Counter()
    for one in measured:
        counts.update(one.by_network)
    networks = sorted({network for network, _ in counts})
    by_network = ((name, *(str(counts[name, outcome]) for outcome in _OUTCOMES)) for name in networks)
    return (
        f"## Jurisdictions\n\n{_table(('outcome', 'share'), rows)}\n\nBy the network that the inventor gave them,"
        f" all seeds together:\n\n{_table(('network', *_OUTCOMES), by_network)}"
    )


def _doubts(measured: Sequence[Measured]) -> str:
    header = ("doubt", "recognised where planted", "false alarms elsewhere", "left unknown")
    kinds = ("recognised", "false alarms", "unknown")
    rows = ((check, *(_said(measured, f"{check} {kind}") for kind in kinds)) for check in CHECKS)
    return (
        "## Doubts\n\nThe share of accounts for which the doubt's state is `yes` where the inventor gave cause for it,"
        f" `yes` where it did not, and `unknown`.\n\n{_table(header, rows)}"
    )


def _answers(measured: Sequence[Measured]) -> str:
    table = _table(("planted mistake", "planted", "refused"), lines_of(measured))
    return (
        "## Record holders' answers\n\nMistakes such as have opened wrong doors were planted in one answer of four, all"
        f" seeds together:\n\n{table}\n\n{bound(measured)}\n\nShare of the mistakes refused:"
        f" {_said(measured, 'answers: mistakes refused')}; share of the good answers refused:"
        f" {_said(measured, 'answers: good ones refused')}."
    )


def _regime(measured: Sequence[Measured], regime: str) -> str:
    rows = (
        (
            f"{top} %",
            _said(measured, f"{regime} caught in top {top} %"),
            _said(measured, f"{regime} lift in top {top} %"),
        )
        for top in TOPS
    )
    table = _table(("worked through", "share of the dangerous accounts caught", "lift over a random order"), rows)
    return (
        f"## Ranking: {regime.replace('-', ' ')}\n\n{_MEANING[regime]} One account in twenty is dangerous.\n\n"
        f"{table}\n\nArea under the curve: {_said(measured, f'{regime} AUC')}; 0.5 is a random order."
    )


def _control(measured: Sequence[Measured]) -> str:
    verdict = (
        "The negative control held: no lift where danger is independent of the logs, since every interval includes 1."
        if shows_no_lift(measured)
        else "**The negative control did not hold**: an interval of the lift excludes 1 where danger is independent of"
        " the logs. Look for a fault before believing any other figure of this page."
    )
    return f"## Negative control\n\n{verdict}\n\n" + "\n".join(f"- {line}" for line in _control_lines(measured))


def _control_lines(measured: Sequence[Measured]) -> Iterator[str]:
    for top in TOPS:
        found = interval(measured, f"independent lift in top {top} %")
        if found:
            within = "includes" if found.low <= 1.0 <= found.high else "excludes"
            yield f"top {top} %: lift {found.text()}, which {within} 1"


def _said(measured: Sequence[Measured], name: str) -> str:
    found = interval(measured, name)
    return found.text() if found else "nothing to measure"
