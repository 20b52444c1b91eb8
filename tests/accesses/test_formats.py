"""Every registered format reads its good examples, refuses its bad ones, and accounts for every line."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from leadline.reading.formats import LOG_FORMATS, Example, LogFormat
from leadline.stages.accesses.contract import PatternLayout, literal, token
from tests.accesses.world import Outcome, log_of, read

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = LOG_FORMATS.all()
NAMES = [form.name for form in FORMATS]
GOOD = [pytest.param(form, example, id=f"{form.name}-{n}") for form in FORMATS for n, example in enumerate(form.reads)]
BAD = [pytest.param(form, example, id=f"{form.name}-{n}") for form in FORMATS for n, example in enumerate(form.rejects)]


def listed(form: LogFormat) -> list[str]:
    """The objects of all examples."""
    return [
        *(f"k-{n}" for n in range(10)),
        *(str(example.reads["object_key"]) for example in form.reads if "object_key" in example.reads),
    ]


def first_line(form: LogFormat) -> int:
    """The number of the line after the header."""
    return form.header.count("\n") + 2 if form.header else 1


def sums_hold(outcome: Outcome) -> bool:
    return all(
        row["lines"] == row["accesses"] + row["rejects"]
        and row["accesses"] == row["relevant_accesses"] + row["other"]
        and row["rejects"] == len([one for one in outcome.rejects if one["file"] == row["file"]])
        for row in outcome.tallies
    )


def test_the_formats_of_the_contract_are_there() -> None:
    assert NAMES == [
        "azure-gateway",
        "cloudflare",
        "cloudfront",
        "combined",
        "csv",
        "elb",
        "jsonl",
        "nginx-json",
        "s3",
        "w3c",
    ]


@pytest.mark.parametrize(("form", "example"), GOOD)
def test_a_good_example_is_read_with_its_values(form: LogFormat, example: Example, tmp_path: Path) -> None:
    found = read(tmp_path, log_of(form.name, f"{example.line}\n".encode()), listed=listed(form))
    assert found.refused == []
    (access,) = found.accesses
    assert {name: access[name] for name in example.reads} == dict(example.reads)
    assert access["line"] == first_line(form)
    assert access["zone_stated"]


@pytest.mark.parametrize(("form", "example"), BAD)
def test_a_bad_example_is_refused_for_its_reason(form: LogFormat, example: Example, tmp_path: Path) -> None:
    found = read(tmp_path, log_of(form.name, f"{example.line}\n".encode()), listed=listed(form))
    assert found.refused == [(first_line(form), example.reason)]
    assert found.rejects[0]["text_sha256"] == hashlib.sha256(example.line.encode()).hexdigest()
    assert found.tally["lines"] == 1


def mixed(form: LogFormat, end: str = "\n") -> tuple[bytes, list[tuple[int, str]]]:
    """All examples one after the other, with blank lines between; the bytes, and the rejects to come."""
    body, line, expected = "", first_line(form), []
    for example in (*form.reads, *form.rejects):
        body += f"{example.line}{end} {end}"
        height = example.line.count("\n") + 1
        expected += [(line, example.reason)] if example.reason else []
        expected.append((line + height, "empty-line"))
        line += height + 1
    return body.encode(), expected


@pytest.mark.parametrize("form", FORMATS, ids=NAMES)
@pytest.mark.parametrize("compression", ["plain", "gz", "zst"])
def test_all_examples_together_give_each_line_its_own(form: LogFormat, compression: str, tmp_path: Path) -> None:
    body, expected = mixed(form)
    found = read(tmp_path, log_of(form.name, body, compression=compression), listed=listed(form))
    assert found.refused == expected
    assert found.tally["accesses"] == len(form.reads) == len(found.accesses)
    assert sums_hold(found)


@pytest.mark.parametrize("form", FORMATS, ids=NAMES)
def test_line_ends_of_another_system_change_nothing(form: LogFormat, tmp_path: Path) -> None:
    body, expected = mixed(form, "\r\n")
    found = read(tmp_path, log_of(form.name, body), listed=listed(form))
    assert found.refused == expected


@pytest.mark.parametrize("form", FORMATS, ids=NAMES)
def test_a_last_line_without_an_end_counts(form: LogFormat, tmp_path: Path) -> None:
    body = f"{form.rejects[0].line}\n{form.reads[0].line}".encode()
    found = read(tmp_path, log_of(form.name, body), listed=listed(form))
    assert found.refused == [(first_line(form), form.rejects[0].reason)]
    assert [row["line"] for row in found.accesses] == [first_line(form) + 1]


@pytest.mark.parametrize("form", FORMATS, ids=NAMES)
def test_a_last_line_that_was_cut_off_is_truncated(form: LogFormat, tmp_path: Path) -> None:
    line = form.reads[0].line
    found = read(tmp_path, log_of(form.name, line[: len(line) // 2].encode()), listed=listed(form))
    assert found.refused == [(first_line(form), "truncated")]


@pytest.mark.parametrize("form", FORMATS, ids=NAMES)
def test_a_file_without_lines_has_none(form: LogFormat, tmp_path: Path) -> None:
    found = read(tmp_path, log_of(form.name, b""), listed=listed(form))
    assert (found.tally["lines"], found.refused) == (0, [])


@pytest.mark.parametrize("form", FORMATS, ids=NAMES)
def test_a_format_recognises_itself_and_no_other_does_so_more_surely(form: LogFormat) -> None:
    sample = [*form.header.splitlines(), *(line for example in form.reads for line in example.line.splitlines())]
    if form.name in {"csv", "jsonl"}:
        sample = [line.replace("when", "accessed_at") for line in sample]
    points = {other.name: other.recognises(sample) for other in FORMATS}
    assert points[form.name] >= 50
    assert max(points, key=lambda name: points[name]) == form.name
    assert list(points.values()).count(points[form.name]) == 1


@pytest.mark.parametrize("form", FORMATS, ids=NAMES)
def test_lines_of_prose_are_recognised_by_none(form: LogFormat) -> None:
    assert form.recognises(["A report of the provider.", "", "It says this, and that."]) < 50
    assert form.recognises([]) == 0


def test_a_table_whose_times_have_no_zone_needs_one() -> None:
    csv, jsonl = LOG_FORMATS.get("csv"), LOG_FORMATS.get("jsonl")
    columns = {"when": "accessed_at"}
    assert csv.needs_zone(["when;remote_ip", '"2019-09-20 02:15:00";240.0.0.9'], columns)
    assert not csv.needs_zone(["when;remote_ip", "2019-09-20 02:15:00Z;240.0.0.9", "1568945700;240.0.0.9"], columns)
    assert jsonl.needs_zone(['{"when": "2019-09-20T02:15:00.5"}'], columns)
    assert not jsonl.needs_zone(['{"when": "2019-09-20T02:15:00+12:00"}'], columns)


def test_a_strangers_format_is_read_like_our_own(tmp_path: Path) -> None:
    form = LogFormat(
        name="bars",
        layout=PatternLayout(
            (
                token("time", "[^|]+"),
                *literal("|"),
                token("address", "[^|]+"),
                *literal("|"),
                token("request", "[^|]*"),
            ),
            sure=2,
        ),
        times="iso",
        reads=(Example("2019-09-20T02:15:00Z|240.0.0.9|GET /o/k-1 HTTP/2", {"object_key": "k-1"}),),
        rejects=(Example("no bars", reason="not-the-format"),),
    )
    with LOG_FORMATS.use_temporarily(form):
        found = read(
            tmp_path, log_of("bars", b"2019-09-20T02:15:00Z|240.0.0.9|GET /o/k-1 HTTP/2\nno bars\n"), listed=["k-1"]
        )
    assert found.accesses[0]["object_key"] == "k-1"
    assert found.refused == [(2, "not-the-format")]
