"""Custody of an examined source: each hand-over hashes it again and says whether it is what was examined."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.examination import COMPLETED, OPENED, read_record
from leadline.seal.entry import payload_facts, payload_path
from leadline.seal.log import Log
from leadline.stages.devices.run import kind_of
from leadline.withheld import RELEASED

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.seal.entry import Entry

HANDED_OVER = "device:custody:handed-over"
_ID = re.compile(r"X-[0-9a-f]{16}\Z", re.ASCII)
_WORDS = {
    OPENED: "examination opened, source hashed",
    COMPLETED: "examination completed, source hashed again",
    RELEASED: "rows released",
    HANDED_OVER: "handed over, source hashed again",
}
_WHO = {OPENED: "os_user", RELEASED: "released_by", HANDED_OVER: "to"}


@dataclass(frozen=True)
class Step:
    """One rung of the ladder."""

    at: str
    what: str
    who: str
    """Who held the source from then on; empty where the step has nobody of its own, or was erased."""
    digests: str
    """equal, DIFFER, or empty where nothing was hashed."""
    remark: str = ""


def hand_over(workspace: Path, examination: str, source: Path, *, to: str, by: str, remark: str = "") -> Step:
    """Hash the source again, compare with what was examined, and log that ``to`` holds it from now on.

    A folder is compared by names, sizes and times, everything else by the bytes of its files. The log keeps a
    hand-over of a source that differs as well; :class:`IntegrityBroken` then says so.
    """
    folder = workspace / "lake" / examination
    if not _ID.match(examination) or not (folder / "examination.json").is_file():
        raise WrongUsage(f"there is no examination {examination!r}.", advice="`leadline examine` prints its name.")
    if not to.strip() or not source.exists():
        raise WrongUsage("a hand-over needs a source that is there, and somebody to take it.")
    with closing(kind_of(source).open(source)) as opened:
        proof = opened.proof()
    equal = proof == read_record(folder)["source"]["proof"]
    log = Log.open(workspace)
    with log.writing("hand over"):
        log.append(
            HANDED_OVER,
            subject=examination,
            numbers={"equal": int(equal)},
            payload={"to": to.strip(), "by": by, "remark": remark, "proof": proof},
        )
    if not equal:
        raise IntegrityBroken(
            f"the source is not what {examination} examined: its digests differ.",
            where=source.name,
            advice="The hand-over is logged as differing. Find out what happened to the source before using it.",
        )
    return ladder(workspace, examination)[-1]


def ladder(workspace: Path, examination: str) -> tuple[Step, ...]:
    """Every step of the source's custody that the log has, in order."""
    entries = Log.open(workspace).entries()
    return tuple(_step(workspace, one) for one in entries if one.subject == examination and one.action in _WORDS)


def _step(workspace: Path, entry: Entry) -> Step:
    told = _told(workspace / payload_path(entry.seq))
    equal = {HANDED_OVER: entry.numbers.get("equal"), COMPLETED: 1}.get(entry.action)
    return Step(
        at=entry.at,
        what=_WORDS[entry.action],
        who=str(told.get(_WHO.get(entry.action, ""), "")),
        digests="" if equal is None else "equal" if equal else "DIFFER",
        remark=str(told.get("remark", "") or told.get("case", "")),
    )


def _told(path: Path) -> dict[str, Any]:
    """The payload; nothing where the entry has none or it was erased."""
    try:
        return dict(payload_facts(path.read_bytes()))
    except (OSError, json.JSONDecodeError):
        return {}
