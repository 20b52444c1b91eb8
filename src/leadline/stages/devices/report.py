"""The report of an examination as CSV: tools, sets, counts by class, anomalies, as reports on forensic tools do."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from leadline.stages.devices.unread import next_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def report_lines(record: Mapping[str, Any], *, more: Iterable[tuple[str, str, object]] = ()) -> str:
    """The report: a header, then one line a fact, as ``part,what,value``, those of ``more`` last."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("part", "what", "value"))
    writer.writerows(report_rows(record))
    writer.writerows(more)
    return target.getvalue()


def report_rows(record: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Part, what and value of everything that a reader of the findings must know."""
    yield "examination", "identifier", record["examination"]
    yield "examination", "agency", record["agency"]
    yield "tool", "leadline", record["version"]
    yield "tool", "code sha256", record["code"]
    for package, version in sorted(record["libraries"].items()):
        yield "tool", package, version
    source = record["source"]
    for part in ("facts", "proof"):
        for what, value in sorted(source[part].items()):
            yield f"source {part}", what, value
    yield "source", "unchanged by the examination", "yes"
    yield "source", "entries", record["files"]
    yield "source", "distinct contents", record["distinct"]
    for edition in record["sets"]:
        yield "set", f"{edition['name']} ({edition['kind']}) as of {edition['as_of']}", edition["sha256"]
    if not record["sets"]:
        yield "set", "none was asked", f"{record['sets_loaded']} loaded"
    yield "near", "pictures were searched for near ones", "yes" if record["near_searched"] else "no"
    for name, count in record["classes"].items():
        yield "class", name, count
    if source["listing"]:
        yield "class", "known and near are counted in fives", "of the unknown, up to 4 each may be known or near"
    unknown = record["unknown_media"]
    yield "class", "unknown pictures and videos", unknown["files"]
    yield "class", "groups of unknown pictures and videos", unknown["groups"]
    yield "look", "groups to look at", record["to_look_at"]
    if record.get("videos_alone"):
        yield "look", "videos that no other was compared with, beyond the most key frames", record["videos_alone"]
    yield "conflict", "waiting for a person", record["conflicts"]
    yield from _unread_rows(record["not_read"])
    for what, count in record["anomalies"].items():
        yield "anomaly", what, count


def _unread_rows(unread: list[dict[str, Any]]) -> Iterator[tuple[str, str, object]]:
    for row in unread:
        yield "not read", row["reason"], row["entries"]
    for number, step in enumerate(next_steps(unread), 1):
        yield "not read", f"next step {number}", step
