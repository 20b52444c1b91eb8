"""Network addresses as evidence writes them, brought to one form that sorts.

One key space serves both families: an address is 32 lower-case hexadecimal digits, an IPv4 address lying
where RFC 4291 §2.5.5.2 maps it (``::ffff:a.b.c.d``), so that an IPv4-mapped IPv6 address and the IPv4
address are one. Text order of keys is address order.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

_V4_PREFIX = "00000000000000000000ffff"
_V4_PACKED = bytes.fromhex(_V4_PREFIX)
_V4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}\Z", re.ASCII)
_BRACKETED = re.compile(r"\[([^\]]+)\](?::([0-9]{1,5}))?\Z", re.ASCII)
_V4_PORT = re.compile(r"([0-9.]+):([0-9]{1,5})\Z", re.ASCII)
_ZONE_ID = re.compile(r"%[0-9A-Za-z._~-]{1,64}\Z", re.ASCII)
_LONELY = "1:0:2:3:4:5:6:7"
_WRITES_RFC_5952 = socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, _LONELY)) == _LONELY
"""Whether the machine's own way leaves a single zero alone, as RFC 5952 wants it; not every one does. An address that
begins with zeros it may write with IPv4 at the end, so that those are always written by Python."""
MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address: ``key`` (32 hex digits), ``text`` (RFC 5952; mapped as IPv4), ``port`` if written with it."""

    key: str
    text: str
    port: int | None = None


def parse_address(written: str) -> Address | None:
    """The address that ``written`` names, or None when it names none.

    Reads IPv4 in strict dotted form (no leading zeros), IPv6, IPv4-mapped IPv6, a zone id (dropped: it
    names an interface of the server), brackets, and a port after either form.
    """
    if ":" in written and "." not in written and "[" not in written and "%" not in written:
        return _parse_v6(written, None)  # most of IPv6: neither beside IPv4 nor with a port or a zone id
    if _V4.match(written):
        return Address(_v4_key(written), written)
    host, port = _split_port(written)
    if port is not None and port > MAX_PORT:
        return None
    if _V4.match(host):
        return Address(_v4_key(host), host, port)
    return _parse_v6(host, port)


def _split_port(written: str) -> tuple[str, int | None]:
    bracketed = _BRACKETED.match(written)
    if bracketed:
        return bracketed[1], int(bracketed[2]) if bracketed[2] else None
    with_port = _V4_PORT.match(written)
    if with_port:
        return with_port[1], int(with_port[2])
    return written, None


def _parse_v6(host: str, port: int | None) -> Address | None:
    if ":" not in host:
        return None
    try:
        packed = socket.inet_pton(socket.AF_INET6, _ZONE_ID.sub("", host) if "%" in host else host)
    except (OSError, ValueError):
        return None
    return Address(packed.hex(), _text_of(packed), port)


def _v4_key(dotted: str) -> str:
    return _V4_PREFIX + socket.inet_aton(dotted).hex()


def v4_number(key: str) -> int | None:
    """The number of the IPv4 address with this key; None where the key is of another address."""
    return int(key[-8:], 16) if key.startswith(_V4_PREFIX) else None


def text_of(key: str) -> str:
    """The address with this key, as people write it."""
    return _text_of(bytes.fromhex(key))


def _text_of(packed: bytes) -> str:
    if packed.startswith(_V4_PACKED):
        return socket.inet_ntop(socket.AF_INET, packed[12:])
    if _WRITES_RFC_5952 and packed[:2] != b"\0\0":
        return socket.inet_ntop(socket.AF_INET6, packed)
    return str(ipaddress.IPv6Address(packed))


def key_of(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """The key of a parsed address."""
    if isinstance(address, ipaddress.IPv4Address):
        return _V4_PREFIX + address.packed.hex()
    return address.packed.hex()
