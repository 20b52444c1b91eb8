"""Whatever the bytes, no format crashes, every line is an access or a reject, and chunks change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.reading.formats import LOG_FORMATS, LogFormat
from leadline.vocabulary.scales import RejectReason
from tests.accesses.world import Log, Outcome, log_of, read

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = LOG_FORMATS.all()
REASONS = {reason.value for reason in RejectReason}
TEXTS = (
    "\n",
    "\r\n",
    "\r",
    '"',
    '""',
    "\\",
    ",",
    "\t",
    " ",
    "#Fields: ",
    "#",
    "{",
    "}",
    "[",
    "\0",
    "\ufeff",
    "é\u2028",
    "-",
    "NaN",
)
BITS = st.sampled_from([*(text.encode() for text in TEXTS), b"\xff", b"9" * 25])
SPOILS = st.lists(st.tuples(st.integers(0, 10_000), BITS, st.integers(0, 12)), max_size=12)


def spoiled(form: LogFormat, spoils: list[tuple[int, bytes, int]]) -> Log:
    lines = [example.line for example in (*form.reads, *form.rejects) if len(example.line) < 5_000]
    body = "\n".join(lines).encode()
    for place, bits, dropped in spoils:
        at = place % (len(body) + 1)
        body = body[:at] + bits + body[at + dropped :]
    return log_of(form.name, body)


def holds(found: Outcome) -> None:
    tally = found.tally
    assert tally["lines"] == tally["accesses"] + tally["rejects"] == tally["accesses"] + len(found.rejects)
    assert (
        tally["accesses"] == tally["relevant_accesses"] + tally["other"] == sum(row["accesses"] for row in found.seen)
    )
    assert tally["relevant_accesses"] == sum(row["relevant"] for row in found.accesses)
    assert {reason for _, reason in found.refused} <= REASONS
    assert len({row["line"] for row in (*found.accesses, *found.rejects)}) == len(found.accesses) + len(found.rejects)


@pytest.mark.parametrize("form", FORMATS, ids=[form.name for form in FORMATS])
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(spoils=SPOILS)
def test_spoiled_files_are_accounted_for(
    form: LogFormat, spoils: list[tuple[int, bytes, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    given_log = spoiled(form, spoils)
    folder: Path = tmp_path_factory.mktemp("fuzz")
    found = read(folder / "whole", given_log, listed=["k-1", "k-2"])
    holds(found)
    assert read(folder / "pieces", given_log, listed=["k-1", "k-2"], chunk=500) == found
