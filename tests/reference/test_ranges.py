"""Overlapping ranges become ranges apart, as an address-by-address reading of the same rows would have it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from leadline.reference.ranges import V4_FIRST, V4_LAST, V6_LAST, NetworkRange, flattened, key_after
from leadline.reference.special import special_ranges
from leadline.vocabulary.endpoints import parse_address

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(["NZ", "AU"])), max_size=25)


def rows_of(spans: list[tuple[int, int, str]]) -> list[NetworkRange]:
    base = V4_FIRST + 0xF0000000
    return [
        NetworkRange(base + min(a, b), base + max(a, b), country, None, "", "access", line)
        for line, (a, b, country) in enumerate(spans, start=1)
    ]


def brute(rows: list[NetworkRange]) -> dict[int, int]:
    """Address → line of the row that holds: the smallest, then the later beginning, then the earlier line."""
    found = {}
    for number in range(41):
        address = V4_FIRST + 0xF0000000 + number
        holding = [row for row in rows if row.first <= address <= row.last]
        if holding:
            found[address] = min(holding, key=lambda row: (row.last - row.first, -row.first, row.line)).line
    return found


@given(SPANS)
def test_each_address_is_said_by_the_most_specific_row(spans: list[tuple[int, int, str]]) -> None:
    rows = rows_of(spans)
    flat, _ = flattened(rows)
    assert {n: row.line for row in flat for n in range(row.first, row.last + 1)} == brute(rows)
    assert all(before.last < after.first for before, after in pairwise(flat))


@given(SPANS, st.randoms(use_true_random=False))
def test_only_the_numbers_of_lines_depend_on_the_order_of_rows(
    spans: list[tuple[int, int, str]], chance: object
) -> None:
    rows = rows_of(list(dict.fromkeys((min(a, b), max(a, b), "NZ") for a, b, _ in spans)))
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert flattened(rows)[0] == flattened(mixed)[0]


@given(SPANS)
def test_a_row_with_the_range_of_an_earlier_one_is_refused_as_repeated_or_conflicting(
    spans: list[tuple[int, int, str]],
) -> None:
    rows = rows_of(spans)
    _, refused = flattened(rows)
    first: dict[tuple[int, int], NetworkRange] = {}
    expected = []
    for row in rows:
        held = first.setdefault((row.first, row.last), row)
        if held is not row:
            expected.append((row.line, "repeated" if held.country == row.country else "conflicting"))
    assert sorted((row.line, row.reason) for row in refused) == expected


def test_a_wide_ipv6_range_says_nothing_of_ipv4() -> None:
    everything = NetworkRange(0, V6_LAST, "NZ", None, "", "access", 1)
    flat, _ = flattened([everything])
    assert [(row.first, row.last) for row in flat] == [(0, V4_FIRST - 1), (V4_LAST + 1, V6_LAST)]


def test_the_key_after_the_last_address_sorts_after_all_keys() -> None:
    assert key_after(V6_LAST) > f"{V6_LAST:032x}"
    assert key_after(9) == f"{10:032x}"


def test_special_space_is_what_names_no_subscriber() -> None:
    ranges = special_ranges()
    special = (
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.31.0.1", "192.0.2.1", "192.168.1.1",
        "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
        "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "64:ff9b::1", "4000::1",
    )  # fmt: skip
    plain = (
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.128.0.0",
        "172.32.0.1",
        "223.255.255.255",
        "2a00::1",
        "2600::1",
    )
    for text in special + plain:
        address = parse_address(text)
        assert address is not None
        inside = any(first <= int(address.key, 16) <= last for first, last in ranges)
        assert inside is (text in special), text
