"""Addresses in evidence come in many spellings; each names one key, or none."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.vocabulary.endpoints import key_of, parse_address, text_of

ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@pytest.mark.parametrize(
    ("written", "text", "port"),
    [
        ("240.0.0.1", "240.0.0.1", None),
        ("::ffff:240.0.0.1", "240.0.0.1", None),
        ("::FFFF:F000:1", "240.0.0.1", None),
        ("2001:DB8::1", "2001:db8::1", None),
        ("2001:db8:0:0:0:0:0:1", "2001:db8::1", None),
        ("fe80::1%eth0", "fe80::1", None),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("240.0.0.1:5000", "240.0.0.1", 5000),
        ("[240.0.0.1]:1", "240.0.0.1", 1),
    ],
)
def test_one_address_has_one_key_however_it_is_written(written: str, text: str, port: int | None) -> None:
    parsed = parse_address(written)
    assert parsed is not None
    assert (parsed.text, parsed.port) == (text, port)
    assert parsed.key == key_of(ipaddress.ip_address(text))
    assert text_of(parsed.key) == text


@pytest.mark.parametrize(
    "written",
    ["", "-", "240.0.0", "240.0.0.256", "240.0.0.01", "240.0.0.1.", " 240.0.0.1", "240.0.0.1\n",
     "0xf0.0.0.1", "4026531841", "٢٤٠.0.0.1", "2001:db8::1::", "g::1", "240.0.0.1:65536", "[2001:db8::1",
     "host.example", "fe80::1%" + "x" * 65, "1:2"],
)  # fmt: skip
def test_what_names_no_address_is_none(written: str) -> None:
    assert parse_address(written) is None


@given(ADDRESSES, ADDRESSES)
def test_the_order_of_keys_is_the_order_of_addresses(
    one: ipaddress.IPv4Address | ipaddress.IPv6Address, other: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    if one.version == other.version:
        assert (key_of(one) < key_of(other)) == (int(one) < int(other))


@given(st.lists(st.sampled_from([0, 0, 1, 0xFFFF, 0xABC]), min_size=8, max_size=8))
def test_runs_of_zeros_are_shortened_as_rfc_5952_says(groups: list[int]) -> None:
    address = ipaddress.IPv6Address(b"".join(group.to_bytes(2) for group in groups))
    if address.ipv4_mapped is None:
        assert text_of(key_of(address)) == str(address)


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(written: str) -> None:
    parsed = parse_address(written)
    assert parsed is None or len(parsed.key) == 32
