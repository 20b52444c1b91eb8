"""Reads MaxMind databases (MMDB): country, autonomous system, anonymous address, connection type, provider."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any

import maxminddb

from leadline.errors import InputRefused
from leadline.reference.contract import MAX_ASN, MAX_HOLDER, AddressTableReader, Example, Glance
from leadline.reference.countries import read_country
from leadline.reference.mmdb_tree import networks_of
from leadline.reference.ranges import V4_FIRST, NetworkRange, RefusedRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 30_000_000
"""Networks; a database whose tree unfolds into more was made to fill the memory."""

_MARKER = b"\xab\xcd\xefMaxMind.com"
_FAULTS = (
    maxminddb.InvalidDatabaseError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    RecursionError,
    MemoryError,
    OSError,
)
_FLAGS = (
    ("is_tor_exit_node", "tor"),
    ("is_anonymous_vpn", "vpn"),
    ("is_anonymous_proxy", "vpn"),
    ("is_public_proxy", "relay"),
    ("is_residential_proxy", "relay"),
    ("is_hosting_provider", "hosting"),
    ("is_anonymous", "vpn"),
)
"""The most cautious first; an anonymiser of an unnamed kind counts as a VPN."""
_CONNECTIONS = {"cellular": "mobile", "cable/dsl": "access", "corporate": "access", "dialup": "access"}


def _recognises(seen: Glance) -> int:
    return 100 if _MARKER in seen.tail else 0


def _read(path: Path, kind: str | None) -> Iterator[NetworkRange | RefusedRow]:
    try:
        for number, (first, last, record) in enumerate(networks_of(path), start=1):
            if number > MOST:
                raise InputRefused(
                    f"it unfolds into more than {MOST:,} networks.", where=path.name, advice="Give a smaller table."
                )
            yield _row((first, last), record, number, kind)
    except _FAULTS as error:
        raise InputRefused(
            f"the database is damaged: {error}", where=path.name, advice="Get the file again from its publisher."
        ) from error


def _row(span: tuple[int, int], record: Any, number: int, kind: str | None) -> NetworkRange | RefusedRow:
    told = _flat(record)
    country = read_country(_country(told))
    if country is None:
        return RefusedRow(number, "bad-country", _country(told)[:20])
    asn = told.get("autonomous_system_number")
    if asn is not None and (type(asn) is not int or not 0 <= asn <= MAX_ASN):
        return RefusedRow(number, "bad-asn", str(asn)[:20])
    holder = _holder(told)
    if len(holder) > MAX_HOLDER or not (holder.isprintable() or not holder):
        return RefusedRow(number, "bad-holder", ascii(holder)[:80])
    use = _kind(told) or kind
    if use is None and not country and asn is None and not holder:
        return RefusedRow(number, "says-nothing", ", ".join(sorted(map(str, told)))[:80])
    return NetworkRange(*span, country, asn, holder, use or "unknown", number)


def _flat(record: Any) -> dict[str, Any]:
    """The record with its `traits` beside the other keys."""
    if not isinstance(record, dict):
        return {}
    traits = record.get("traits")
    return {**record, **traits} if isinstance(traits, dict) else record


def _country(told: dict[str, Any]) -> str:
    country = told.get("country")
    code = country.get("iso_code") if isinstance(country, dict) else told.get("country_code", country)
    return code if isinstance(code, str) else ""


def _holder(told: dict[str, Any]) -> str:
    for name in ("isp", "autonomous_system_organization", "organization"):
        if isinstance(told.get(name), str) and told[name].strip():
            return str(told[name]).strip()
    return ""


def _kind(told: dict[str, Any]) -> str | None:
    for flag, kind in _FLAGS:
        if told.get(flag) is True:
            return kind
    connection = told.get("connection_type")
    if isinstance(connection, str) and connection.lower() in _CONNECTIONS:
        return _CONNECTIONS[connection.lower()]
    return "mobile" if told.get("mobile_country_code") else None


_EXAMPLE = (
    "eNpl0EdTFFEQwPEeRDBjFjNmMKBixExQclJQBHGcnXnA4O6bdWYWWcw558RRblb5KfTudxA8efLizYu7f9hSdGrqVz3d9fp1j4gh"
    "MiSShZNELolkE0/GHMzFKTgVp+F0nIEzcRbm4Wycg3NxHs7HBbgQF2E+LsYluBSX4XJcgSuxAFfhalyDa3EdrscNWIhFuBE34Wbc"
    "gsW4FbfhdizBHbgTd+Fu3IN7sRT34X48gAfxEB7GI1iG5ViBlXgUj2EVVmMN1mId1mMDNmITNmMLHscT2IpteBJPYTuexg7sxDPY"
    "hWfRxHOYei2MoI2OiCLoxh7sRRf78DxGMYYaPYzjBfQxwBAT2C+SFLkoMiDyQYw8MUrESP2QwXTVGNv3Ml7Bq3gNr+MNvIm38Dbe"
    "wbt4L7PpfZEHBA/xET7OVJ/gU5FnmcxzfCHyMpN5ha/xjchbgndM6xBPfL5V2V5Ch35ypNoNPNP2HFXe2NFuJUJPezEvEZhBMghV"
    "zNSJWET5n3/97DL+L3p+j6XdQSt0Pd1aZtsqCAoaOwoKXd2vdKicotF6NzAt7elk+piR2/z3p9kf10buSJPtaa3sdA8zTMZVdYWK"
    "RhNRyx+ptN0w+XWkfnzUsSlbSkcnJsra0l1DzzfVgBuaOpWT3I9ffjRYAw2udoptL/a9Np01OfZpqM5Xtuc7ZuAOquH8Wjdu9is/"
    "SF0/nNPgWKEVsQI1NknN+B41UUv3JKweFUh2Z8TVVurubs+PWaEZs/pSN2caZP1bdfWf6vu6SMKNOqaKe3avkWXUOSqwfTee3vzr"
    "b+I5Kzs="
)
"""A whole database with six invented networks, deflated and in base64."""

PLUGIN = AddressTableReader(
    name="mmdb",
    title="MaxMind database (MMDB)",
    recognises=_recognises,
    read=_read,
    examples=(
        Example(
            zlib.decompress(base64.b64decode(_EXAMPLE)),
            (
                NetworkRange(
                    V4_FIRST | 0xF0000000, V4_FIRST | 0xF00000FF, "NZ", 64500, "Access NZ (invented)", "unknown", 1
                ),
                NetworkRange(V4_FIRST | 0xF0000100, V4_FIRST | 0xF00001FF, "", None, "", "vpn", 2),
                NetworkRange(V4_FIRST | 0xF0000200, V4_FIRST | 0xF00002FF, "", None, "", "mobile", 3),
                NetworkRange(0x20010DB8 << 96, (0x20010DB9 << 96) - 1, "AU", None, "", "unknown", 6),
            ),
            ((4, "says-nothing"), (5, "bad-country")),
        ),
    ),
)
