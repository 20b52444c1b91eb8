"""What of a source was not read, why, and what an examiner does next: a source is never called empty for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.stages.devices.volumes import DAMAGED, ENCRYPTED, UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leadline.facts.engine import Engine

PROBLEMS = {
    ENCRYPTED: "volume: encrypted",
    UNSUPPORTED: "volume: not supported",
    DAMAGED: "volume: damaged",
}
"""How the problem of an entry begins that stands for a whole volume, by the anomaly's word."""
FILE_ENCRYPTED = "file: encrypted"
FILE_PACKED = "file: packed by Windows"
FILE_ELSEWHERE = "file: its content is kept elsewhere"
FOLDER = "folder: cannot be opened"
"""Or a name in one of which nothing more can be told: they are no entries, and stand among the anomalies."""
_NEXT = {
    PROBLEMS[ENCRYPTED]: "Nothing was looked for in encrypted volumes. Have them opened with their key on a copy,"
    " read-only, and examine an image of what was opened.",
    PROBLEMS[UNSUPPORTED]: "Nothing was looked for in volumes that are not supported. Have a tool that reads them"
    " export their files to a folder, or the volumes within as raw images, and examine those.",
    PROBLEMS[
        DAMAGED
    ]: "Nothing was looked for in damaged volumes. Have the medium imaged again, or repaired on a copy.",
    FILE_ENCRYPTED: "Nothing was compared of encrypted files. Have them exported in the clear with their key, and"
    " examine the export.",
    FILE_PACKED: "Nothing was compared of files that Windows packed. Have a tool that unpacks them export them, and"
    " examine the export.",
    FOLDER: "Folders that could not be opened were not looked into. Examine with the right to read them, or an image.",
    FILE_ELSEWHERE: "Files whose content is kept elsewhere are not on the device. Ask whoever runs the store for them.",
}
_MOST_REASONS = 20
_BY_REASON = """
with unread as (
    select regexp_replace(e.problem, '[0-9]{3,}', 'N', 'g') as reason, e.size from entry as e where e.problem <> ''
    union all
    select $folder as reason, null as size from anomaly as a where a.what in ('folder-unreadable', 'entry-unreadable')
)
select u.reason, count(*) as entries, cast(coalesce(sum(u.size), 0) as bigint) as bytes
from unread as u
group by u.reason
order by entries desc, u.reason
"""
"""Long numbers are places and sizes within one file; two files that end too early have one reason."""


def unread_of(engine: Engine) -> list[dict[str, Any]]:
    """What entries, and folders, of a walk could not be read for: ``reason, entries, bytes``, the most frequent first.

    Bytes are those that the source claims; rare reasons beyond twenty are one row.
    """
    found = [
        {"reason": str(row["reason"]), **{name: int(str(row[name])) for name in ("entries", "bytes")}}
        for row in engine.rows(_BY_REASON, {"folder": FOLDER})
    ]
    told, rest = found[:_MOST_REASONS], found[_MOST_REASONS:]
    if rest:
        told.append({"reason": "other reasons", **{name: _sum(rest, name) for name in ("entries", "bytes")}})
    return told


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(int(row[name]) for row in rows)


def next_steps(unread: Iterable[Mapping[str, Any]]) -> list[str]:
    """What to do about it, one sentence a kind of reason, the gravest first."""
    reasons = [str(row["reason"]) for row in unread]
    return [advice for begin, advice in _NEXT.items() if any(reason.startswith(begin) for reason in reasons)]
