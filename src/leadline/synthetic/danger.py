"""Which invented accounts are dangerous: three answers, because nobody knows which one is like the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.chance import Flags, Ints, generator
from leadline.synthetic.population import ACCIDENT, COMPROMISED, CRAWLER, ROBOT, Population

if TYPE_CHECKING:
    from leadline.synthetic.figures import Figures

REGIMES = ("follows-activity", "independent", "hidden-in-low-activity")
_SHARE = 0.05


def dangerous(seed: int, population: Population, figures: Figures) -> dict[str, Flags]:
    """For each regime, whether each account is dangerous; always one in twenty.

    Robots, crawlers, accounts taken over and single accidents never are where danger follows activity or hides in
    low activity; where it is independent of the logs it may fall on any account.
    """
    rng = generator(seed, "danger")
    activity = np.log1p(figures.downloaded + 8 * figures.added + 2 * figures.days + figures.opened // 2)
    blameless = np.isin(population.conduct, (ROBOT, CRAWLER, COMPROMISED, ACCIDENT))
    noise = rng.gumbel(0.0, 0.7, len(population))
    lowly = -activity + rng.gumbel(0.0, 0.7, len(population))
    return {
        "follows-activity": _highest(np.where(blameless, -np.inf, activity + noise)),
        "independent": _highest(rng.random(len(population))),
        "hidden-in-low-activity": _highest(np.where(blameless, -np.inf, lowly)),
    }


def _highest(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Flags:
    chosen: Ints = np.argsort(-values, kind="stable")[: max(1, round(len(values) * _SHARE))]
    found = np.zeros(len(values), dtype=np.bool_)
    found[chosen] = True
    return found
