"""Address space that names no subscriber anywhere: private, shared, documentation, multicast, reserved."""

from __future__ import annotations

import ipaddress

from leadline.reference.ranges import V4_FIRST, V4_LAST, V6_LAST, NetworkRange, flattened, of_network

_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
)  # fmt: skip
_V6_IN_UNICAST = ("2001::/23", "2001:db8::/32", "3fff::/20")
"""In 2000::/3, the only block that is handed out; everything outside it is special."""


def special_ranges() -> list[tuple[int, int]]:
    """First and last address of each such block (IANA special-purpose registries, RFC 6890), sorted, apart.

    A list of our own, because what Python calls global differs between its releases, and a run must not.
    """
    unicast_first, unicast_last = of_network(ipaddress.ip_network("2000::/3"))
    spans = [of_network(ipaddress.ip_network(text)) for text in (*_V4, *_V6_IN_UNICAST)]
    spans += [(0, V4_FIRST - 1), (V4_LAST + 1, unicast_first - 1), (unicast_last + 1, V6_LAST)]
    rows, _ = flattened(NetworkRange(*span, "", None, "", "special", 0) for span in spans)
    return [(row.first, row.last) for row in rows]
