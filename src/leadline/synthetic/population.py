"""Who the invented account holders are: what each does, from where, with which client, and as which person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.chance import Flags, Ints, dealt, generator, place_within
from leadline.synthetic.countries import CODES, NUMBER, NZ, weights
from leadline.synthetic.households import persons_and_homes
from leadline.synthetic.months import DAYS, FIRST
from leadline.synthetic.networks import MOVE

if TYPE_CHECKING:
    from leadline.synthetic.scale import Scale

CONDUCTS = (
    "viewer", "downloader", "contributor", "accident", "attempts", "listing", "robot", "crawler", "compromised",
)  # fmt: skip
VIEWER, DOWNLOADER, CONTRIBUTOR, ACCIDENT, ATTEMPTS, LISTING, ROBOT, CRAWLER, COMPROMISED = range(len(CONDUCTS))
_CONDUCT_SHARES = (0.60, 0.225, 0.045, 0.08, 0.02, 0.015, 0.002, 0.0, 0.013)
_CONDUCT_LEAST = (8, 8, 3, 3, 2, 2, 2, 1, 2)

NETS = (
    "home", "mobile", "cgnat-port", "cgnat-no-port", "vpn", "vpn-mixed", "tor", "relay", "hosting", "traveller-home",
    "traveller-between", "disputed", "moved-block", "unlisted", "unknown-kind", "institution", "fetcher", "crawler",
    "takeover",
)  # fmt: skip
(
    HOME, MOBILE, CGNAT_PORT, CGNAT_NO_PORT, VPN, VPN_MIXED, TOR, RELAY, HOSTING, TRAVELLER_HOME, TRAVELLER_BETWEEN,
    DISPUTED, MOVED_BLOCK, UNLISTED, UNKNOWN_KIND, INSTITUTION, FETCHER, CRAWLER_NET, TAKEOVER,
) = range(len(NETS))  # fmt: skip
_NET_SHARES = (0.56, 0.11, 0.06, 0.06, 0.05, 0.03, 0.02, 0.005, 0.005, 0.02, 0.01, 0.01, 0.02, 0.005, 0.01, 0.02)
_NET_LEAST = (8, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 6)
_BRIEF_NETS = (HOME, MOBILE, CGNAT_PORT, CGNAT_NO_PORT, VPN, TOR)
_BRIEF_SHARES = (0.70, 0.12, 0.05, 0.05, 0.05, 0.03)
PLACED = frozenset(
    {HOME, MOBILE, CGNAT_PORT, CGNAT_NO_PORT, VPN_MIXED, TRAVELLER_HOME, MOVED_BLOCK, UNKNOWN_KIND, INSTITUTION}
)
"""Networks that let a careful reader say where the account belongs; from all others it must abstain."""
_NZ_NETS = PLACED - {MOVED_BLOCK, INSTITUTION}
_LEAST_ACCESSES = {VPN_MIXED: 2, TRAVELLER_HOME: 8, TRAVELLER_BETWEEN: 8, TAKEOVER: 12}

WEB, APP, API, BRANCH = range(4)
"""Which log an access lands in: the web servers', the app gateway's, the interface's, a branch server's."""
_MEANS = {VIEWER: 0.6, DOWNLOADER: 1.7, CONTRIBUTOR: 2.0, ROBOT: 12.0, CRAWLER: 20.0, COMPROMISED: 0.8}
_MOVE_DAY = (MOVE - FIRST).days


@dataclass(frozen=True)
class Population:
    """One entry an account that touches the cache; all arrays have the same length."""

    record: Ints
    """Number of the account's key; those from the number of records on have no record."""
    conduct: Ints
    net: Ints
    channel: Ints
    country: Ints
    """Where its holder lives: a number in `countries.CODES`."""
    person: Ints
    household: Ints
    home: Ints
    """Accounts of the same number share their addresses."""
    accesses: Ints
    """How many it makes, its uploads not counted."""
    days: Ints
    start: Ints
    span: Ints
    hour: Ints
    burst: Ints
    """Seconds within which the accesses of one visit lie."""
    agent: Ints
    v6: Flags

    def __len__(self) -> int:
        return len(self.record)

    def answers(self) -> list[str]:
        """What a careful reader of tables and logs says of each account: a country, or `abstain`."""
        placed = np.isin(self.net, list(PLACED))
        return [
            CODES[country] if yes else "abstain"
            for country, yes in zip(self.country.tolist(), placed.tolist(), strict=True)
        ]


def plan(scale: Scale, seed: int) -> Population:
    """Plan every account that touches the cache; no line is written."""
    rng = generator(seed, "population")
    conduct = dealt(rng, scale.accounts, _CONDUCT_SHARES, least=_CONDUCT_LEAST)
    net = _nets(rng, conduct)
    country = _countries(rng, scale, net)
    person, household, home = persons_and_homes(
        rng, country, shares_home=net == HOME, nz=country == NUMBER[NZ], nz_persons=scale.nz_persons
    )
    home = np.where(net == INSTITUTION, -1 - _institution_of(net), home)
    accesses = _accesses(rng, scale, conduct, net)
    start, span, days = _times(rng, conduct, net, country, accesses)
    return Population(
        record=_record_numbers(rng, scale),
        conduct=conduct,
        net=net,
        channel=_channels(rng, conduct, net),
        country=country,
        person=person,
        household=household,
        home=home,
        accesses=accesses,
        days=days,
        start=start,
        span=span,
        hour=rng.integers(0, 24, scale.accounts),
        burst=np.where(conduct == ROBOT, 20, np.where(conduct == CRAWLER, 7200, 3000)),
        agent=rng.integers(0, 1 << 30, scale.accounts),
        v6=np.isin(net, (HOME, INSTITUTION)) & (_lot_of_home(home, seed) < 20),
    )


def _nets(rng: np.random.Generator, conduct: Ints) -> Ints:
    net = np.empty(len(conduct), dtype=np.int64)
    ordinary = np.isin(conduct, (VIEWER, DOWNLOADER, CONTRIBUTOR))
    brief = np.isin(conduct, (ACCIDENT, ATTEMPTS, LISTING))
    least = _NET_LEAST if int(ordinary.sum()) >= sum(_NET_LEAST) else 0
    net[ordinary] = dealt(rng, int(ordinary.sum()), _NET_SHARES, least=least)
    net[brief] = np.asarray(_BRIEF_NETS)[dealt(rng, int(brief.sum()), _BRIEF_SHARES)]
    net[conduct == ROBOT], net[conduct == CRAWLER], net[conduct == COMPROMISED] = FETCHER, CRAWLER_NET, TAKEOVER
    return net


def _countries(rng: np.random.Generator, scale: Scale, net: Ints) -> Ints:
    """A country each; New Zealand goes to exactly as many accounts as the scale says, all of them placeable."""
    spread = weights(scale.countries)
    country = np.empty(len(net), dtype=np.int64)
    eligible = rng.permutation(np.flatnonzero(np.isin(net, list(_NZ_NETS))))
    chosen = np.zeros(len(net), dtype=np.bool_)
    chosen[eligible[: scale.nz_accounts]] = True
    country[chosen] = NUMBER[NZ]
    country[~chosen] = dealt(rng, int((~chosen).sum()), spread.tolist(), least=(spread > 0).astype(int).tolist())
    guests = np.flatnonzero(net == INSTITUTION)
    country[guests] = country[guests[np.unique(_institution_of(net)[guests], return_index=True)[1]]][
        _institution_of(net)[guests]
    ]
    return country


def _institution_of(net: Ints) -> Ints:
    """The institution each guest belongs to, from 0, with six to eleven guests each; -1 for all others."""
    guests = np.flatnonzero(net == INSTITUTION)
    number = np.full(len(net), -1, dtype=np.int64)
    number[guests] = np.minimum(np.arange(len(guests)) // 6, max(0, len(guests) // 6 - 1))
    return number


def _accesses(rng: np.random.Generator, scale: Scale, conduct: Ints, net: Ints) -> Ints:
    mean = np.ones(len(conduct))
    for kind, factor in _MEANS.items():
        mean[conduct == kind] = factor * scale.depth
    spread = rng.lognormal(-0.5, 1.0, len(conduct))
    most = min(5_000, max(30, scale.lines // 40))
    accesses = np.clip((mean * spread).astype(np.int64), 1, most)
    few = np.isin(conduct, (ATTEMPTS, LISTING))
    accesses[few] = rng.integers(1, 5, int(few.sum()))
    accesses[conduct == ACCIDENT] = 1
    accesses[np.isin(conduct, (ROBOT, CRAWLER))] += 20
    for kind, least in _LEAST_ACCESSES.items():
        accesses[net == kind] = np.maximum(accesses[net == kind], least)
    return accesses


def _times(
    rng: np.random.Generator, conduct: Ints, net: Ints, country: Ints, accesses: Ints
) -> tuple[Ints, Ints, Ints]:
    """First day, days from first to last, and number of visits of each account."""
    begin, end = np.full(len(conduct), 1), np.full(len(conduct), DAYS - 1)
    moved = net == MOVED_BLOCK
    begin[moved & (country % 2 == 1)] = _MOVE_DAY
    end[moved & (country % 2 == 0)] = _MOVE_DAY - 1
    longest = end - begin
    wanted = np.where(accesses == 1, 1, 1 + (longest * rng.beta(0.8, 1.4, len(conduct))).astype(np.int64))
    span = np.minimum(wanted, longest)
    start = begin + (rng.random(len(conduct)) * (longest - span)).astype(np.int64)
    days = np.clip(1 + (accesses * rng.uniform(0.1, 0.7, len(conduct))).astype(np.int64), 1, span)
    days = np.where(conduct == ROBOT, np.minimum(days, 4), days)
    return start, span, days


def _channels(rng: np.random.Generator, conduct: Ints, net: Ints) -> Ints:
    lot = rng.random(len(conduct))
    channel = np.where(lot < 0.05, APP, np.where(lot < 0.07, API, WEB))
    channel = np.where(net == CGNAT_PORT, APP, channel)
    without = np.isin(net, (CGNAT_NO_PORT, TAKEOVER)) | np.isin(conduct, (ROBOT, CRAWLER))
    return np.where(without, WEB, channel).astype(np.int64)


def _record_numbers(rng: np.random.Generator, scale: Scale) -> Ints:
    chosen = rng.choice(scale.records, size=scale.accounts, replace=False).astype(np.int64)
    missing = rng.choice(scale.accounts, size=max(1, scale.accounts // 200), replace=False)
    chosen[missing] = scale.records + np.arange(len(missing))
    return chosen


def _lot_of_home(home: Ints, seed: int) -> Ints:
    """A number from 0 to 99 that all accounts of one home share."""
    return np.asarray((np.abs(home) * 7919 + seed * 104_729) % 100, dtype=np.int64)


def ordinals(population: Population) -> Ints:
    """The place of each account's home among the homes of its country, from 0; those who share a home share it."""
    _, first, inverse = np.unique(population.home, return_index=True, return_inverse=True)
    return np.asarray(place_within(population.country[first])[inverse], dtype=np.int64)
