"""Every reader of address tables reads its own examples, refuses bad rows with a reason, and survives damage."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import InputRefused
from leadline.reference.contract import ADDRESS_TABLES, MAX_LINE, glance
from leadline.reference.ranges import REASONS, NetworkRange, RefusedRow
from tests.reference.mmdb_file import mmdb

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.reference.contract import AddressTableReader, Example

EXAMPLES = [(reader, example) for reader in ADDRESS_TABLES.all() for example in reader.examples]
TEXT = [reader for reader in ADDRESS_TABLES.all() if reader.name not in {"mmdb", "json-list"}]


def read(reader: AddressTableReader, path: Path, kind: str | None) -> tuple[list[NetworkRange], list[RefusedRow]]:
    rows = list(reader.read(path, kind))
    return [r for r in rows if isinstance(r, NetworkRange)], [r for r in rows if isinstance(r, RefusedRow)]


def chosen(path: Path) -> str:
    scores = {reader.name: reader.recognises(glance(path)) for reader in ADDRESS_TABLES.all()}
    return max(scores, key=lambda name: scores[name])


@pytest.mark.parametrize("reader", ADDRESS_TABLES.all(), ids=lambda reader: reader.name)
def test_a_reader_shows_what_it_reads_and_what_it_refuses(reader: AddressTableReader) -> None:
    assert reader.examples
    assert any(example.refused for example in reader.examples)
    assert all(reason in REASONS for example in reader.examples for _, reason in example.refused)


@pytest.mark.parametrize(("reader", "example"), EXAMPLES, ids=lambda value: getattr(value, "name", ""))
def test_an_example_gives_its_rows_and_refusals(reader: AddressTableReader, example: Example, tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(example.contents)
    rows, refused = read(reader, path, example.kind)
    assert rows == list(example.ranges)
    assert [(row.line, row.reason) for row in refused] == list(example.refused)
    assert chosen(path) == reader.name


@pytest.mark.parametrize("reader", TEXT, ids=lambda reader: reader.name)
def test_a_text_table_reads_the_same_packed_with_a_byte_order_mark_and_other_line_ends(
    reader: AddressTableReader, tmp_path: Path
) -> None:
    example = reader.examples[0]
    path = tmp_path / "table"
    text = example.contents.replace(b"\r\n", b"\n")
    for contents in (b"\xef\xbb\xbf" + text, text.replace(b"\n", b"\r\n"), gzip.compress(text), text.rstrip(b"\n")):
        path.write_bytes(contents)
        assert read(reader, path, example.kind)[0] == list(example.ranges)
        assert chosen(path) == reader.name


@pytest.mark.parametrize("reader", TEXT, ids=lambda reader: reader.name)
def test_a_line_that_is_no_text_or_too_long_is_refused_and_the_next_one_read(
    reader: AddressTableReader, tmp_path: Path
) -> None:
    example = reader.examples[0]
    path = tmp_path / "table"
    lines = example.contents.splitlines(keepends=True)
    bad = [b"\xff\xfe\n", b"1" * (MAX_LINE * 700) + b"\n"]
    path.write_bytes(b"".join([lines[0], *bad, *lines[1:]]))
    rows, refused = read(reader, path, example.kind)
    assert [row._replace(line=0) for row in rows] == [row._replace(line=0) for row in example.ranges]
    assert {(2, "bad-encoding"), (3, "too-long")} <= {(row.line, row.reason) for row in refused}


@pytest.mark.parametrize("reader", TEXT, ids=lambda reader: reader.name)
@given(data=st.data())
def test_no_damage_makes_a_text_reader_fail_otherwise_than_by_a_refusal(
    reader: AddressTableReader, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    contents = bytearray(reader.examples[0].contents)
    for _ in range(data.draw(st.integers(1, 6))):
        contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "table"
    path.write_bytes(contents)
    rows, refused = read(reader, path, "vpn")
    assert all(row.first <= row.last for row in rows)
    assert all(row.reason in REASONS for row in refused)


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_off_compressed_table_is_refused_as_a_whole(cut: float, tmp_path: Path) -> None:
    reader = ADDRESS_TABLES.get("cidr")
    packed = gzip.compress(b"\n".join(b"240.%d.%d.0/24" % (n >> 8, n & 255) for n in range(20_000)))
    path = tmp_path / "table.gz"
    path.write_bytes(packed[: int(len(packed) * cut)])
    with pytest.raises(InputRefused):
        list(reader.read(path, "vpn"))


@given(place=st.floats(0, 1), value=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_database_is_refused_or_read_and_never_crashes(
    place: float, value: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = ADDRESS_TABLES.get("mmdb")
    contents = bytearray(reader.examples[0].contents)
    at = int(place * (len(contents) - 1))
    if cut:
        del contents[at:]
    else:
        contents[at] = value
    path = tmp_path_factory.mktemp("damaged") / "table.mmdb"
    path.write_bytes(contents)
    try:
        rows, _ = read(reader, path, None)
    except InputRefused as error:
        assert error.advice  # noqa: PT017
    else:
        assert all(row.first <= row.last for row in rows)


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"is_anonymous": True, "is_hosting_provider": True}, "hosting"),
        ({"is_anonymous": True, "is_public_proxy": True, "is_tor_exit_node": True}, "tor"),
        ({"is_anonymous": True, "is_residential_proxy": True}, "relay"),
        ({"is_anonymous": True}, "vpn"),
        ({"traits": {"connection_type": "Cellular"}}, "mobile"),
        ({"connection_type": "Cable/DSL"}, "access"),
        ({"isp": "Access NZ (invented)", "mobile_country_code": "530"}, "mobile"),
        ({"country_code": "NZ"}, "unknown"),
    ],
)
def test_what_a_database_says_of_the_use_of_an_address_becomes_its_kind(
    record: dict[str, object], kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "table.mmdb"
    path.write_bytes(mmdb({"240.0.0.0/24": record}))
    rows, _ = read(ADDRESS_TABLES.get("mmdb"), path, None)
    assert [row.kind for row in rows] == [kind]


def test_a_json_file_without_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    for contents in (b"{}", b'{"list": 7}', b"[]", b"{", b'{"list": ["240.0.0.0/8"', b"[" * 100_000):
        path.write_bytes(contents)
        with pytest.raises(InputRefused):
            list(ADDRESS_TABLES.get("json-list").read(path, "vpn"))
