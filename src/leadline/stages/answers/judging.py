"""Reads papers and judges their rows against what was asked: the same for a preview as in a run."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.errors import InputRefused
from leadline.stages.answers.said import CHECKED, RESULT, SAID, answer_rows, check_rows, result_rows
from leadline.vocabulary.endpoints import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import BinaryIO

    from leadline.facts.engine import Engine
    from leadline.seal.returned import Paper

KNOWN_CHECK = pa.schema([("check_name", pa.string()), ("assessment", pa.bool_())])
"""Names of the checks that may come back, and whether one is an outside assessment with a level of its own."""
RULES = (
    "request_asked",
    "answer_met",
    "answer_first",
    "answer_held",
    "answer_conflict",
    "answer",
    "check_met",
    "check_first",
    "returned_check",
    "result_met",
    "device_result",
    "returned_reject",
)


def judge(
    engine: Engine, papers: Iterable[Paper], opened: Callable[[str], BinaryIO], checks: Mapping[str, bool]
) -> None:
    """Make the tables `answer`, `returned_check`, `device_result` and `returned_reject`, and those in between.

    The engine has been lent `request` and `activity` of a run. ``opened`` gives the bytes of an exhibit by its
    SHA-256; ``checks`` are the names of the checks that may come back, and which is an outside assessment.
    """
    said: dict[str, list[pa.Table]] = {"answers": [], "checks": [], "devices": []}
    for number, paper in enumerate(papers):
        with opened(paper.sha256) as stream:
            said[paper.kind].append(read_paper(paper, number, stream))
    engine.table("answer_said", _together(SAID, said["answers"]))
    engine.table("check_said", _together(CHECKED, said["checks"]))
    engine.table("result_said", _together(RESULT, said["devices"]))
    engine.table("known_check", _known(checks))
    engine.table("request_address", _addresses(engine, bool(said["answers"])))
    for table in RULES:
        engine.rule(table, files("leadline.stages.answers").joinpath(f"rules/{table}.sql").read_text("utf-8"))


def read_paper(paper: Paper, number: int, stream: BinaryIO) -> pa.Table:
    """The rows of one paper as they stand; :class:`InputRefused` where it is not of its kind."""
    match paper.kind:
        case "answers":
            return answer_rows(paper, number, stream)
        case "checks":
            return check_rows(paper, number, stream)
        case "devices":
            return result_rows(paper, number, stream)
    raise InputRefused(f"there is nothing of the kind {paper.kind!r} that comes back.")


def _together(schema: pa.Schema, pieces: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(pieces) if pieces else schema.empty_table()


def _known(checks: Mapping[str, bool]) -> pa.Table:
    rows = [{"check_name": name, "assessment": checks[name]} for name in sorted(checks)]
    return pa.Table.from_pylist(rows, schema=KNOWN_CHECK)


def _addresses(engine: Engine, wanted: bool) -> pa.Table:  # noqa: FBT001  one place calls it
    """The key of each address that was asked about; an empty table where nothing was answered."""
    schema = pa.schema([("remote_ip", pa.string()), ("address", pa.string())])
    if not wanted:
        return schema.empty_table()
    asked = engine.arrow(
        "select distinct r.remote_ip from request as r"
        " semi join answer_said as s on s.request_id = r.request_id order by r.remote_ip"
    )
    rows = [(text, parse_address(text)) for text in asked.column("remote_ip").to_pylist()]
    return pa.Table.from_pylist(
        [{"remote_ip": text, "address": address.key} for text, address in rows if address], schema=schema
    )
