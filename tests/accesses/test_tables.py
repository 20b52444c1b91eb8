"""Tables and logs with directives: headers, quotes, records over several lines, words for actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.accesses.world import Log, Outcome, read

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

HEADER = "accessed_at,account_key,remote_ip,action,object_key,user_agent\n"
ROW = "2019-09-20T02:15:00Z,acct-1,240.0.0.9,view,k-1,{}\n"


def table(body: str, folder: Path, *, header: str = HEADER, chunk: int = 1 << 20, **options: Any) -> Outcome:
    given = Log((header + body).encode("utf-8", "surrogateescape"), "csv", requests=(), **options)
    return read(folder, given, listed=["k-1"], chunk=chunk)


def agents(found: Outcome) -> list[tuple[int, str | None]]:
    return [(row["line"], row["user_agent"]) for row in found.accesses]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_and_byte_order_mark_are_found(delimiter: str, tmp_path: Path) -> None:
    text = ("\ufeff" + HEADER + ROW.format("x")).replace(",", delimiter)
    assert agents(table(text, tmp_path, header="")) == [(2, "x")]


@pytest.mark.parametrize("chunk", [1 << 20, 64, 5])
def test_a_record_over_several_lines_counts_once_at_its_first(chunk: int, tmp_path: Path) -> None:
    body = ROW.format('"a\n\n ""b"", \r\nc"') + ROW.format("plain") + "\n" + ROW.format('"q"')
    found = table(body, tmp_path, chunk=chunk)
    assert agents(found) == [(2, 'a\n\n "b", \r\nc'), (6, "plain"), (8, "q")]
    assert found.refused == [(7, "empty-line")]
    assert found.tally["lines"] == 4


@pytest.mark.parametrize("chunk", [1 << 20, 64, 5])
def test_a_quote_that_never_closes_swallows_nothing(chunk: int, tmp_path: Path) -> None:
    body = ROW.format('"open') + ROW.format("two") + ROW.format("three")
    found = table(body, tmp_path, chunk=chunk)
    assert found.refused == [(2, "truncated")]
    assert agents(found) == [(3, "two"), (4, "three")]


def test_a_quote_that_closes_far_away_is_not_waited_for(tmp_path: Path) -> None:
    body = ROW.format('"open') + ROW.format("x") * 1_500 + ROW.format('close"') + ROW.format("last")
    found = table(body, tmp_path)
    assert found.refused == [(2, "truncated"), (1_503, "truncated")]
    assert len(found.accesses) == 1_501


def test_a_quote_that_closes_into_nonsense_refuses_its_first_line_alone(tmp_path: Path) -> None:
    body = ROW.format('"open') + ROW.format("two") + ROW.format('"close')
    found = table(body, tmp_path)
    assert found.refused == [(2, "truncated"), (4, "truncated")]
    assert agents(found) == [(3, "two")]


@pytest.mark.parametrize("chunk", [1 << 20, 64, 5])
@pytest.mark.parametrize("fields", ['"a\nb",more', '"a\nb\nc"', '"a\n""b"",c",more'])
def test_a_record_over_several_lines_that_has_not_the_headers_fields_is_refused_once(
    fields: str, chunk: int, tmp_path: Path
) -> None:
    spoiled = ROW.format(fields) if "more" in fields else ROW.format(fields).replace("k-1,", "")
    found = table(spoiled + ROW.format("x"), tmp_path, chunk=chunk)
    assert found.refused == [(2, "not-the-format")]
    assert (agents(found), found.tally["lines"]) == ([(3 + fields.count("\n"), "x")], 2)


@pytest.mark.parametrize("chunk", [1 << 20, 64])
def test_a_quote_that_was_not_closed_swallows_no_line_that_can_be_read(chunk: int, tmp_path: Path) -> None:
    body = ROW.format('"open') + ROW.format("two") + ROW.format("x").replace(",x", ',",more')
    found = table(body, tmp_path, chunk=chunk)
    assert agents(found) == [(3, "two")]
    assert found.refused == [(2, "truncated"), (4, "truncated")]


@pytest.mark.parametrize(
    ("status", "succeeded", "without"), [("", True, 1), ("-", True, 1), ("timeout", False, 0), ("0", False, 0)]
)
def test_only_a_row_without_a_status_succeeds_without_saying_so(
    status: str, succeeded: bool, without: int, tmp_path: Path
) -> None:
    header = HEADER.replace("user_agent", "user_agent,status")
    found = table(ROW.format(f"x,{status}"), tmp_path, header=header)
    assert [row["succeeded"] for row in found.accesses] == [succeeded]
    assert found.tally["no_status"] == without


@pytest.mark.parametrize(("status", "read"), [("404.0", 404), ("200.00", 200), ("404.5", None), ("1e3", None)])
def test_whole_numbers_may_have_a_fraction_of_nothing(status: str, read: int | None, tmp_path: Path) -> None:
    header = HEADER.replace("user_agent", "user_agent,status,remote_port,bytes")
    found = table(ROW.format(f"x,{status},50000.0,1024.0"), tmp_path, header=header)
    (row,) = found.accesses
    assert (row["status"], row["succeeded"], row["remote_port"], row["bytes"]) == (read, read == 200, 50000, 1024)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2019-09-20T02:15:00Z,a,240.0.0.9,view", "not-the-format"),
        ("2019-09-20T02:15:00Z,a,240.0.0.9,view,k-1,x,y", "not-the-format"),
        ('2019-09-20T02:15:00Z,a,240.0.0.9,view,k-1,"x"y', "not-the-format"),
        ("2019-09-20T02:15:00Z,a,240.0.0.9,view,k-1,\udcff", "bad-encoding"),
        ('2019-09-20T02:15:00Z,a,240.0.0.9,view,k-1,"\udcff"', "bad-encoding"),
        (",a,,view,k-1,x", "missing-field"),
        ("yesterday,a,nowhere,view,k-1,x", "bad-time"),
        ("2019-09-20T02:15:00Z,a,nowhere,view,k-1,x", "bad-address"),
        (" ", "empty-line"),
    ],
)
def test_a_row_that_cannot_be_read_has_the_first_reason_that_holds(line: str, reason: str, tmp_path: Path) -> None:
    found = table(f"{line}\n{ROW.format('x')}", tmp_path)
    assert found.refused == [(2, reason)]
    assert agents(found) == [(3, "x")]


@pytest.mark.parametrize(
    "tail", ["2019-09-20T02:15:00Z,acct-1,240.0", '2019-09-20T02:15:00Z,acct-1,"240.0', '2019,"a"']
)
def test_a_last_row_without_its_end_was_cut_off(tail: str, tmp_path: Path) -> None:
    assert table(ROW.format("x") + tail, tmp_path).refused == [(3, "truncated")]


def test_bad_bytes_within_a_record_over_several_lines_refuse_the_record_once(tmp_path: Path) -> None:
    found = table(ROW.format('"a\n\udcff\nb"') + ROW.format("x"), tmp_path)
    assert found.refused == [(2, "bad-encoding")]
    assert (agents(found), found.tally["lines"]) == ([(5, "x")], 2)


def test_blank_lines_before_the_header_are_refused_and_the_header_is_no_line(tmp_path: Path) -> None:
    found = table(f"\n \n{HEADER}{ROW.format('x')}", tmp_path, header="")
    assert found.refused == [(1, "empty-line"), (2, "empty-line")]
    assert agents(found) == [(4, "x")]


@pytest.mark.parametrize("chunk", [1 << 20, 7])
def test_a_header_may_go_over_several_lines(chunk: int, tmp_path: Path) -> None:
    header = HEADER.replace("user_agent", '"user\nagent"')
    found = table(ROW.format("x"), tmp_path, header=header, columns={"user\nagent": "user_agent"}, chunk=chunk)
    assert agents(found) == [(3, "x")]


def test_a_header_that_cannot_be_read_leaves_all_rows_unread(tmp_path: Path) -> None:
    found = table(ROW.format("x") * 2, tmp_path, header="a,a\n")
    assert found.refused == [(2, "not-the-format"), (3, "not-the-format")]


def test_a_column_that_the_tip_maps_goes_before_one_that_has_our_name(tmp_path: Path) -> None:
    header = HEADER.replace("user_agent", "who")
    found = table(ROW.format("holder"), tmp_path, header=header, columns={"who": "account_key"})
    assert [row["account_key"] for row in found.accesses] == ["holder"]


@pytest.mark.parametrize(
    ("word", "action"), [("VIEW", "view"), ("Fetched", "download"), ("list", "view"), ("upload", "upload")]
)
def test_words_for_actions_are_read_in_any_case_and_as_the_tip_maps_them(
    word: str, action: str, tmp_path: Path
) -> None:
    values = {"action": {"fetched": "download", "LIST": "view"}}
    found = table(ROW.format("x").replace("view", word), tmp_path, values=values)
    assert [row["action"] for row in found.accesses] == [action]


def test_a_word_that_nobody_mapped_names_no_action(tmp_path: Path) -> None:
    found = table(ROW.format("x").replace("view", "pondered"), tmp_path)
    assert found.refused == []
    assert [(row["action"], row["relevant"]) for row in found.accesses] == [("", True)]


@pytest.mark.parametrize("chunk", [1 << 20, 40])
def test_directives_may_change_the_order_of_fields_within_a_file(chunk: int, tmp_path: Path) -> None:
    text = (
        "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem cs-username\n"
        "2019-09-20 02:15:00 240.0.0.9 GET /o/k-1 one\n"
        "#Fields: cs-username cs-uri-stem cs-method c-ip time date\n"
        "two /o/k-1 GET 240.0.0.9 02:15:01 2019-09-20\n"
        "#Date: 2019-09-21 00:00:00\n#Fields: time c-ip cs-method cs-uri-stem cs-username\n"
        "02:15:02 240.0.0.9 GET /o/k-1 three\n"
        "#Date: 2019-09-22 00:00:00\n"
        "02:15:03 240.0.0.9 GET /o/k-1 four\n"
        "\n02:15 240.0.0.9 GET /o/k-1"
    )
    found = read(tmp_path, Log(text.encode(), "w3c"), listed=["k-1"], chunk=chunk)
    assert [(row["line"], row["account_key"], row["accessed_at"][8:19]) for row in found.accesses] == [
        (3, "one", "20T02:15:00"),
        (5, "two", "20T02:15:01"),
        (8, "three", "21T02:15:02"),
        (10, "four", "22T02:15:03"),
    ]
    assert found.refused == [(11, "empty-line"), (12, "truncated")]
    assert found.tally["lines"] == 6


def test_a_time_of_day_without_any_date_is_no_time(tmp_path: Path) -> None:
    text = "#Fields: time c-ip cs-method cs-uri-stem\n02:15:00 240.0.0.9 GET /o/k-1\n"
    assert read(tmp_path, Log(text.encode(), "w3c"), listed=["k-1"]).refused == [(2, "bad-time")]


def test_lines_before_any_directive_cannot_be_read(tmp_path: Path) -> None:
    assert read(tmp_path, Log(b"2019-09-20 02:15:00\n#Fields: date\n", "w3c")).refused == [(1, "not-the-format")]


def test_directives_without_end_do_not_make_the_reading_endless(tmp_path: Path) -> None:
    text = "".join(f"#Fields: time field-{n}\n02:15:00 x\n" for n in range(200))
    found = read(tmp_path, Log(text.encode(), "w3c"), listed=["k-1"])
    assert found.tally["lines"] == 200
    assert {reason for _, reason in found.refused} == {"bad-time", "not-the-format"}
