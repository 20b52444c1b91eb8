"""From which address each invented access comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic import networks
from leadline.synthetic.chance import Flags, Ints, mixed, place_within
from leadline.synthetic.countries import CODES
from leadline.synthetic.months import BEGIN, DAY, END
from leadline.synthetic.networks import address
from leadline.synthetic.population import (
    CGNAT_NO_PORT,
    CGNAT_PORT,
    CRAWLER_NET,
    DISPUTED,
    FETCHER,
    HOSTING,
    INSTITUTION,
    MOBILE,
    MOVED_BLOCK,
    RELAY,
    TAKEOVER,
    TOR,
    TRAVELLER_BETWEEN,
    TRAVELLER_HOME,
    UNKNOWN_KIND,
    UNLISTED,
    VPN,
    VPN_MIXED,
    Population,
    ordinals,
)

if TYPE_CHECKING:
    from leadline.synthetic.accesses import Accesses

_SCATTER = 40_503
"""Odd, so that numbers below 65,536 scatter over a block without meeting."""
_OFFSET = 4_660
_OWN_BLOCKS = {
    MOBILE: networks.MOBILE,
    HOSTING: networks.HOSTING,
    DISPUTED: networks.DISPUTED,
    UNLISTED: networks.UNLISTED,
    UNKNOWN_KIND: networks.UNSAID,
}
_COMMON_BLOCKS = {
    TOR: (networks.TOR_BLOCK, 500),
    RELAY: (networks.RELAY_BLOCK, 300),
    FETCHER: (networks.FETCHER_BLOCK, 40),
    CRAWLER_NET: (networks.CRAWLER_BLOCK, 4),
}
"""Block and number of addresses in use of networks that lie in no country."""


def placed(population: Population, accesses: Accesses) -> Accesses:
    """The accesses, ordered by account and time, with their addresses; a takeover changes the client as well."""
    named = np.flatnonzero(accesses.account >= 0)
    nameless = np.flatnonzero(accesses.account < 0)
    route = _Route(population, accesses.account[named], accesses.at[named])
    found = np.empty(len(accesses), dtype=np.int64)
    found[named] = route.addresses()
    found[nameless] = passers_by(accesses.at[nameless])
    agent = accesses.agent.copy()
    agent[named[route.taken_over]] += 61
    return replace(accesses, address=found, agent=agent)


def passers_by(numbers: Ints) -> Ints:
    """Addresses of people who hold no account of the cache; the same number, the same address."""
    country = mixed(numbers, below=len(CODES))
    block = np.where(mixed(numbers + 1, below=4) == 0, networks.MOBILE_REST, networks.ACCESS_REST)
    return address(country * 16 + block, mixed(numbers + 2, below=1 << 16), (mixed(numbers + 3, below=10) == 0) * 1)


class _Route:
    """Where named accounts are at each of their accesses."""

    def __init__(self, population: Population, account: Ints, at: Ints) -> None:
        self.population, self.account, self.at = population, account, at
        self.net = population.net[account]
        self.country = population.country[account]
        self.ordinal = ordinals(population)[account]
        self.third = (at - BEGIN) * 3 // (END - BEGIN)
        self.place = place_within(account)
        self.count = np.bincount(account, minlength=len(population))[account]
        self.taken_over: Flags = (self.net == TAKEOVER) & (self.place * 2 >= self.count)

    def addresses(self) -> Ints:
        found = self._at_home()
        for net, block in _OWN_BLOCKS.items():
            found = np.where(self.net == net, self._own(block), found)
        for net, (common, in_use) in _COMMON_BLOCKS.items():
            host = mixed(self.account, self.at // DAY, below=in_use)
            found = np.where(self.net == net, address(np.full(len(host), common), host), found)
        carrier = np.isin(self.net, (CGNAT_PORT, CGNAT_NO_PORT))
        found = np.where(carrier, address(self.country * 16 + networks.CGNAT, self.ordinal // 200 + _OFFSET), found)
        found = np.where(self.net == MOVED_BLOCK, self._moved(), found)
        found = np.where(self._on_vpn(), self._vpn(), found)
        return np.where(self._away(), self._guest(), found)

    def _at_home(self) -> Ints:
        block = self.country * 16 + self.ordinal % len(networks.ACCESS)
        third = np.where(self.net == INSTITUTION, 0, self.third)
        number = self.ordinal // len(networks.ACCESS) * 3 + third
        return address(block, number * _SCATTER + _OFFSET, self.population.v6[self.account] * 1)

    def _own(self, block: int) -> Ints:
        return address(self.country * 16 + block, (self.ordinal * 3 + self.third) * _SCATTER + _OFFSET)

    def _moved(self) -> Ints:
        before = self.country % 2 == 0
        block = np.where(before, self.country, self.country - 1) * 16 + networks.MOVING
        return address(block, (self.ordinal * 2 + before) * _SCATTER + _OFFSET)

    def _on_vpn(self) -> Flags:
        mixed_use = (self.net == VPN_MIXED) & (self.place % 5 != 0)
        return np.asarray((self.net == VPN) | mixed_use, dtype=np.bool_)

    def _vpn(self) -> Ints:
        exit_country = mixed(self.account, self.at // DAY, below=len(CODES))
        return address(exit_country * 16 + networks.VPN, mixed(self.account, self.at // DAY + 1, below=64))

    def _away(self) -> Flags:
        """Travellers at the end of their accesses; accounts taken over by somebody elsewhere."""
        mostly = (self.net == TRAVELLER_HOME) & (self.place >= self.count - self.count * 15 // 100)
        between = (self.net == TRAVELLER_BETWEEN) & (self.place * 2 >= self.count)
        return np.asarray(mostly | between | self.taken_over, dtype=np.bool_)

    def _guest(self) -> Ints:
        country = (self.country + np.where(self.net == TAKEOVER, 11, 7)) % len(CODES)
        return address(country * 16 + networks.OTHER_REST, self.account * _SCATTER + _OFFSET)


def address_of(population: Population, account: int, at: int) -> int:
    """Where ``account`` is at that moment."""
    return int(_Route(population, np.array([account]), np.array([at])).addresses()[0])
