"""Writes small MMDB files, so that tests and the reader's example need no database of anybody's."""

from __future__ import annotations

import ipaddress
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_WIDTHS = {"record_size": 5, "ip_version": 5, "binary_format_major_version": 5, "binary_format_minor_version": 5,
           "build_epoch": 9}  # fmt: skip
"""Types of the numbers in the description of a database; all others are of type 6."""


def encoded(value: Any, *, number: int = 6) -> bytes:
    """A value of the data section: text, whole number, truth, list or map."""
    if isinstance(value, bool):
        return bytes([int(value), 14 - 7])
    if isinstance(value, str):
        return _control(2, len(value.encode())) + value.encode()
    if isinstance(value, int):
        data = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _control(number if len(data) <= 4 else 9, len(data)) + data
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(encoded, value))
    return _control(7, len(value)) + b"".join(
        encoded(key) + encoded(item, number=_WIDTHS.get(key, 6)) for key, item in value.items()
    )


def _control(kind: int, size: int) -> bytes:
    first, extra = (size, b"") if size < 29 else (29, bytes([size - 29]))
    if kind <= 7:
        return bytes([kind << 5 | first]) + extra
    return bytes([first, kind - 7]) + extra


def mmdb(records: dict[str, Any], *, database_type: str = "Invented") -> bytes:
    """A database of IPv4 and IPv6 prefixes that do not overlap, with 24-bit records."""
    tree: list[list[int | None]] = [[None, None]]
    data, places = b"", []
    for prefix, record in records.items():
        places.append(len(data))
        data += encoded(record)
        _insert(tree, _bits(prefix), -1 - (len(places) - 1))
    count = len(tree)
    nodes = b"".join(_record(side, count, places).to_bytes(3, "big") for node in tree for side in node)
    about = {
        "node_count": count, "record_size": 24, "ip_version": 6, "database_type": database_type, "languages": [],
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1, "description": {},
    }  # fmt: skip
    return nodes + bytes(16) + data + _MARKER + encoded(about)


def _bits(prefix: str) -> str:
    network = ipaddress.ip_network(prefix)
    if network.version == 4:
        return "0" * 96 + f"{int(network.network_address):032b}"[: network.prefixlen]
    return f"{int(network.network_address):0128b}"[: network.prefixlen]


def _insert(tree: list[list[int | None]], bits: str, leaf: int) -> None:
    node = 0
    for bit in bits[:-1]:
        following = tree[node][int(bit)]
        if following is None:
            tree.append([None, None])
            following = len(tree) - 1
            tree[node][int(bit)] = following
        node = following
    tree[node][int(bits[-1])] = leaf


def _record(side: int | None, count: int, places: list[int]) -> int:
    if side is None:
        return count
    return side if side >= 0 else count + 16 + places[-1 - side]
