"""The invented address space: who holds which block when, and the address tables that say so.

An address is one integer: family (0: IPv4, 1: IPv6) << 32 | block << 16 | host. Block `b` is the /16 number `b` of
240.0.0.0/4 and the /48 number `b` of 2001:db8::/32. Country `c` has blocks 16c to 16c+15, each with its use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from leadline.synthetic.countries import CODES
from leadline.synthetic.months import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.synthetic.chance import Ints

ACCESS = (0, 1, 2)
"""Blocks of a country in which account holders of the cache live: two of one access provider, one of another."""
ACCESS_REST, OTHER_REST, MOBILE, MOBILE_REST, CGNAT, HOSTING, VPN, DISPUTED, MOVING, UNSAID, UNLISTED = (
    3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
)  # fmt: skip
TOR_BLOCK, RELAY_BLOCK, CRAWLER_BLOCK, FETCHER_BLOCK = 2560, 2561, 2562, 2563
MOVE = date(2019, 4, 1)
"""On this day the moving blocks of countries with an even number went to the next country."""
MOVED_AT = instant(MOVE)
FIRST_ASN = 4_200_000_000
HEADER = "first,last,country,asn,holder,kind"


def address(block: Ints, host: Ints, family: Ints | int = 0) -> Ints:
    """Addresses as integers."""
    return np.asarray((np.asarray(family, dtype=np.int64) << 32) | (block << 16) | (host & 0xFFFF), dtype=np.int64)


@dataclass(frozen=True)
class Edition:
    """One edition of one invented address table."""

    name: str
    as_of: date

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.as_of.isoformat()}.csv"


EDITIONS = (
    Edition("atlas", date(2018, 12, 15)),
    Edition("atlas", MOVE),
    Edition("atlas", date(2019, 7, 1)),
    Edition("beacon", date(2018, 12, 28)),
    Edition("beacon", date(2019, 3, 15)),
    Edition("compass", date(2018, 12, 20)),
    Edition("compass", date(2019, 5, 1)),
)
"""`atlas` knows blocks, holders and kinds; `beacon` anonymisers and crawlers; `compass` countries alone."""
EDITION_STARTS = np.array(sorted({instant(edition.as_of) for edition in EDITIONS}), dtype=np.int64)


@dataclass(frozen=True)
class Listing:
    """What a table says of one block."""

    block: int
    country: str
    asn: int | None
    holder: str
    kind: str

    def rows(self) -> Iterator[str]:
        """Two lines of the table, one for each family."""
        said = f"{self.country},{'' if self.asn is None else self.asn},{self.holder},{self.kind}"
        high, low = 240 + (self.block >> 8), self.block & 255
        yield f"{high}.{low}.0.0,{high}.{low}.255.255,{said}"
        yield f"2001:db8:{self.block:x}::,2001:db8:{self.block:x}:{':'.join(['ffff'] * 5)},{said}"


def table_text(edition: Edition) -> str:
    """The whole CSV file of an edition, rows in address order."""
    listings = sorted(_LISTINGS[edition.name](edition), key=lambda listing: listing.block)
    return "\n".join([HEADER, *(row for listing in listings for row in listing.rows())]) + "\n"


def _atlas(edition: Edition) -> Iterator[Listing]:
    for number, code in enumerate(CODES):
        yield from _of_country(number, code)
        owner = _owner_of_moving(number) if edition.as_of >= MOVE else number
        yield _held(number, MOVING, owner, "Access {} 1 (invented)", "access")
    yield Listing(TOR_BLOCK, "", FIRST_ASN - 1, "", "hosting")
    yield Listing(RELAY_BLOCK, "", FIRST_ASN - 2, "", "hosting")
    yield Listing(FETCHER_BLOCK, "US", FIRST_ASN - 3, "Preview fetcher (invented)", "hosting")


def _of_country(number: int, code: str) -> Iterator[Listing]:
    for place in (*ACCESS[:2], ACCESS_REST):
        yield _held(number, place, number, "Access {} 1 (invented)", "access")
    for place in (ACCESS[2], OTHER_REST):
        yield _held(number, place, number, "Access {} 2 (invented)", "access")
    for place in (MOBILE, MOBILE_REST):
        yield _held(number, place, number, "Mobile {} 1 (invented)", "mobile")
    yield _held(number, CGNAT, number, "Carrier {} 1 (invented)", "cgnat")
    yield _held(number, HOSTING, number, "Hosting {} 1 (invented)", "hosting")
    yield _held(number, VPN, number, "Hosting {} 2 (invented)", "hosting")
    yield _held(number, DISPUTED, number, "Access {} 3 (invented)", "access")
    yield Listing(number * 16 + UNSAID, code, None, "", "unknown")


def _held(number: int, place: int, owner: int, holder: str, kind: str) -> Listing:
    asn = FIRST_ASN + owner * 16 + place
    return Listing(number * 16 + place, CODES[owner], asn, holder.format(CODES[owner]), kind)


def _owner_of_moving(number: int) -> int:
    return (number + 1) % len(CODES) if number % 2 == 0 else number


def _beacon(_edition: Edition) -> Iterator[Listing]:
    for number in range(len(CODES)):
        yield Listing(number * 16 + VPN, "", None, "", "vpn")
    yield Listing(TOR_BLOCK, "", None, "", "tor")
    yield Listing(RELAY_BLOCK, "", None, "", "relay")
    yield Listing(CRAWLER_BLOCK, "", None, "Hotline crawler (invented)", "crawler")


def _compass(_edition: Edition) -> Iterator[Listing]:
    for number, code in enumerate(CODES):
        for place in (*ACCESS, ACCESS_REST, OTHER_REST, MOBILE, MOBILE_REST, CGNAT):
            yield Listing(number * 16 + place, code, None, "", "unknown")
        yield Listing(number * 16 + DISPUTED, CODES[(number + 1) % len(CODES)], None, "", "unknown")


_LISTINGS = {"atlas": _atlas, "beacon": _beacon, "compass": _compass}
