"""When the accesses of an invented account fall: on the days of its visits, some hours into each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.chance import Ints, mixed
from leadline.synthetic.months import BEGIN, DAY

if TYPE_CHECKING:
    from leadline.synthetic.population import Population


def instants_of(rng: np.random.Generator, population: Population, accounts: Ints) -> Ints:
    """An instant of one of its visits for each entry of ``accounts``; seconds since 1970."""
    visit = (rng.random(len(accounts)) * population.days[accounts]).astype(np.int64)
    span = population.span[accounts]
    day = population.start[accounts] + visit * span // population.days[accounts]
    begins = population.hour[accounts] * 3600 + mixed(accounts, visit, below=5400)
    second = begins + (rng.random(len(accounts)) * population.burst[accounts]).astype(np.int64)
    last = BEGIN + (population.start[accounts] + span) * DAY - 1
    return np.asarray(np.minimum(BEGIN + day * DAY + second, last), dtype=np.int64)
