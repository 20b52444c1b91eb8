"""Whoever follows CONTRIBUTING.md to the letter gets a plug-in that works."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from leadline.errors import InputRefused
from leadline.facts.engine import Engine
from leadline.facts.rules_lint import faults_in_rule
from leadline.reading.formats import LOG_FORMATS
from leadline.reading.reports import REPORT_FORMATS
from leadline.reference.contract import ADDRESS_TABLES, glance
from leadline.reference.ranges import NetworkRange, RefusedRow
from leadline.stages.priority.contract import CONDUCT, FACTORS, TEXTS
from tests.house.tree import ROOT, SOURCE

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```python\n# (src/\S+)\n(.*?)```", TEXT, re.DOTALL))


def plugin(path: str) -> Any:
    """The plug-in that a block of the page defines."""
    room: dict[str, Any] = {"__name__": "worked_example"}
    exec(compile(BLOCKS[path], path, "exec"), room)
    return room["PLUGIN"]


def in_folder(folder: str) -> str:
    """The one block of the page that is a file of this folder."""
    (found,) = (path for path in BLOCKS if path.startswith(f"src/leadline/{folder}/"))
    return found


def test_every_block_is_a_file_of_a_folder_of_plug_ins_that_is_not_there_yet() -> None:
    assert BLOCKS
    for path in BLOCKS:
        assert (ROOT / path).parent.is_dir()
        assert not (ROOT / path).exists()


@pytest.mark.parametrize("path", BLOCKS, ids=str)
def test_a_block_keeps_the_rules_of_the_house(path: str) -> None:
    assert BLOCKS[path].startswith('"""')
    assert "from __future__ import annotations" in BLOCKS[path]
    assert max(len(line) for line in BLOCKS[path].splitlines()) <= 120


def test_every_registry_has_the_entry_point_that_the_page_names() -> None:
    groups = re.findall(r'\[project\.entry-points\."([a-z._]+)"\]', TEXT)
    known = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert groups
    assert [group for group in groups if f'group="{group}"' not in known] == []


# --- a log format -----------------------------------------------------------------------------------------


def test_the_worked_log_format_is_found_and_tells_its_own_lines() -> None:
    form = plugin(in_folder("stages/accesses/plugins"))
    sample = [example.line for example in form.reads]
    with LOG_FORMATS.use_temporarily(form):
        scores = {known.name: known.recognises(sample) for known in LOG_FORMATS.all()}
    assert max(scores, key=lambda name: scores[name]) == form.name
    assert form.name not in LOG_FORMATS.names()
    assert form.recognises([form.rejects[0].line]) == 0


def test_the_worked_log_format_reads_its_good_lines_and_no_bad_one() -> None:
    form = plugin(in_folder("stages/accesses/plugins"))
    wanted = form.layout.names(("address", "port", "account", "status"))
    whole = re.compile(form.layout.pattern(wanted), re.ASCII)
    found = [whole.match(example.line) for example in form.reads]
    assert [match and match.groups() for match in found] == [
        ("240.0.0.9", "51515", "acct-1", "200"),
        ("2001:db8::1", "-", "-", "304"),
    ]
    unreadable = [example for example in form.rejects if example.reason in {"not-the-format", "truncated"}]
    assert not any(whole.match(example.line) for example in unreadable)
    cut = [bool(re.fullmatch(form.layout.cut_short, example.line)) for example in unreadable]
    assert cut == [example.reason == "truncated" for example in unreadable]


# --- a report format --------------------------------------------------------------------------------------


def test_the_worked_report_format_is_found_and_its_examples_hold() -> None:
    form = plugin(in_folder("stages/reports/plugins"))
    for example in form.examples:
        if example.reports is None:
            with pytest.raises(InputRefused) as caught:
                list(form.read(io.BytesIO(example.content), "report"))
            assert caught.value.advice
        else:
            assert len(list(form.read(io.BytesIO(example.content), "report"))) == example.reports
    with REPORT_FORMATS.use_temporarily(form):
        knows = [known.name for known in REPORT_FORMATS.all() if known.recognises(form.examples[0].content)]
    assert knows == [form.name]


def test_the_worked_report_format_takes_what_it_names_and_only_counts_the_rest() -> None:
    form = plugin(in_folder("stages/reports/plugins"))
    (report,) = form.read(io.BytesIO(form.examples[0].content), "report")
    (party,) = report.parties
    assert (party.account_key, party.emails, party.compromised) == ("acct-1", ("tav@mail.example",), False)
    assert [(event.address, event.port, event.at) for event in party.events] == [
        ("240.0.0.9", "51515", "2019-09-20T02:15:00Z")
    ]
    assert report.left_out == {"note": ("left out",)}


# --- an address-table reader ------------------------------------------------------------------------------


def test_the_worked_reader_is_found_and_its_examples_hold(tmp_path: Path) -> None:
    reader = plugin(in_folder("reference/readers"))
    table = tmp_path / "table"
    for example in reader.examples:
        table.write_bytes(example.contents)
        rows = list(reader.read(table, example.kind))
        assert tuple(row for row in rows if isinstance(row, NetworkRange)) == example.ranges
        assert tuple((row.line, row.reason) for row in rows if isinstance(row, RefusedRow)) == example.refused


def test_the_worked_reader_knows_its_own_tables_from_all_others(tmp_path: Path) -> None:
    reader = plugin(in_folder("reference/readers"))
    table = tmp_path / "table"
    table.write_bytes(reader.examples[0].contents.splitlines()[0])
    with ADDRESS_TABLES.use_temporarily(reader):
        scores = {known.name: known.recognises(glance(table)) for known in ADDRESS_TABLES.all()}
    assert max(scores, key=lambda name: scores[name]) == reader.name


# --- a factor ---------------------------------------------------------------------------------------------


def points(factor: Any, conduct: dict[str, int], spill: Path) -> tuple[int, str]:
    """What the factor gives for this conduct, and the sentence."""
    days = dict.fromkeys(TEXTS, "2019-03-01")
    row = {"account_key": "a1", **dict.fromkeys(CONDUCT.keys() - TEXTS, 0), **days, **conduct}
    with Engine(spill=spill) as engine:
        engine.table("conduct", pa.Table.from_pylist([row]))
        (found,) = engine.rows(factor.rule())
    return int(str(found["points"])), str(found["reason"])


def test_the_worked_factor_is_found_and_its_examples_hold(tmp_path: Path) -> None:
    factor = plugin(in_folder("stages/priority/plugins"))
    with FACTORS.use_temporarily(factor):
        assert FACTORS.get(factor.name) is factor
    assert factor.name not in FACTORS.names()
    for low, high in factor.rising:
        assert points(factor, low, tmp_path)[0] < points(factor, high, tmp_path)[0]
    for conduct in factor.nothing:
        assert points(factor, conduct, tmp_path)[0] == 0
    assert "10 objects between 2019-03-01" in points(factor, {"objects_shared": 10}, tmp_path)[1]


def test_the_worked_factor_is_a_rule_that_travels() -> None:
    factor = plugin(in_folder("stages/priority/plugins"))
    assert faults_in_rule(f"-- {factor.title}\n{factor.rule()}") == ()
