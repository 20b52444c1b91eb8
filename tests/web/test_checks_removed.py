"""Each permission check of the desk is taken away in turn, and the requests that it refused are asked again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.web.checks import Checks, sites
from tests.web.matrix import every_target, refused, surveyed
from tests.web.survey import next_offers
from tests.web.undone import Answer, Asker, Desk

if TYPE_CHECKING:
    from tests.conftest import DrillFigure
    from tests.web.checks import Site
    from tests.web.matrix import Side
    from tests.web.offers import Offer
    from tests.web.walled_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
_TRIES = 12
"""Requests of those that a check refused which are asked again."""
_DEEP = 4
"""Checks behind one another that may stand for the same thing."""


@dataclass
class Trial:
    """The desk with its checks watched, what each refused, and how each request was answered with all of them there."""

    desk: Desk
    checks: Checks
    by_site: dict[Site, list[tuple[Offer, Asker]]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[tuple[Offer, str], Answer] = field(default_factory=dict)

    def ask(self, offer: Offer, who: Asker) -> Answer:
        self.checks.refused.clear()
        return self.desk.ask(who, offer.method, offer.address, offer.body)

    def look(self, side: Side) -> None:
        """Every role at every class, with all checks in place."""
        for offer in every_target(side):
            for who in side.roles.values():
                self.whole[offer, who.name] = self.ask(offer, who)
                for site in dict.fromkeys(self.checks.refused):
                    self.by_site[site].append((offer, who))

    def notices(self, site: Site) -> int:
        """How many checks had to go, with this one, until an answer was one that must not be; 0 for never."""
        found = []
        for offer, who in self._some(site):
            self.checks.away = {site}
            for _ in range(_DEEP):
                answer = self.ask(offer, who)
                behind = [one for one in self.checks.refused if one not in self.checks.away]
                if self._is_wrong(offer, who, answer):
                    found.append(len(self.checks.away))
                    break
                if not behind:
                    break
                self.checks.away.add(behind[0])
        self.checks.away = set()
        return min(found, default=0)

    def _some(self, site: Site) -> list[tuple[Offer, Asker]]:
        """Requests that the check refused, of as many classes as possible."""
        every = self.by_site[site]
        return every[:: max(1, len(every) // _TRIES)][:_TRIES]

    def _is_wrong(self, offer: Offer, who: Asker, answer: Answer) -> bool:
        """Somebody comes through who was refused, or the other way round, or is offered what would then be refused."""
        before = self.whole[offer, who.name]
        if refused(before) or refused(answer):
            return refused(before) is not refused(answer)
        new = set(next_offers(answer, offer.address)) - set(next_offers(before, offer.address))
        away, self.checks.away = self.checks.away, set()
        try:
            return any(refused(self.desk.ask(who, one.method, one.address, one.body)) for one in new)
        finally:
            self.checks.away = away


def test_each_check_that_is_taken_away_is_noticed(worlds: tuple[World, World], drill_figure: DrillFigure) -> None:
    mine = surveyed(worlds[0], 3)
    trial = Trial(Desk(), Checks())
    with trial.checks.watched():
        trial.look(mine)
        deep = {site: trial.notices(site) for site in sorted(trial.by_site)}
    silent = sorted(sites() - set(deep))
    drill_figure("checks that refuse somebody at a page", len(deep))
    drill_figure("noticed when it alone is gone", list(deep.values()).count(1))
    drill_figure("noticed together with the check behind it", len([many for many in deep.values() if many > 1]))
    drill_figure("not noticed", list(deep.values()).count(0))
    drill_figure("other checks, behind these or at the command line", len(silent))
    print("behind others:", *(f"{name}:{line}" for name, line in silent))
    assert [site for site, many in deep.items() if not many] == []
