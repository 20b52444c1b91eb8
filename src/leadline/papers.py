"""Takes in what comes back after the tip: judged first, then sealed whole, rows that are refused included."""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused, WrongUsage
from leadline.facts.tables import ActivityRow, RequestRow
from leadline.inquiry.runs import open_run
from leadline.inquiry.showing import os_user
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.log import Log
from leadline.seal.returned import Paper, paper_of, papers_of, seal_paper
from leadline.settings import read_settings
from leadline.stages.answers.judging import judge
from leadline.stages.priority.returnable import CHECKS, returnable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from leadline.facts.engine import Engine
    from leadline.inquiry.runs import RunView

REFUSED = "returned:paper:refused"
LARGEST = 64 << 20
"""Bytes of the largest paper: a million answers fit."""
_ACCEPTED = {"answers": "answer", "checks": "returned_check", "devices": "device_result"}
_REJECTS = """
select r.row, r.reason, r.detail, r.request_id
from returned_reject as r
where r.paper = $paper
order by r.row
"""
_PENDING = """
select count(*) as n
from request as r
anti join answer as a on a.request_id = r.request_id and a.conflict = ''
"""


@dataclass(frozen=True)
class TakenIn:
    """A paper and what its rows came to."""

    paper: Paper
    run: str
    again: bool
    """The same file was sealed before."""
    sealed: bool
    accepted: int
    unanswered: int
    conflicts: int
    """Of the rejects: answers that contradict one another."""
    pending: int
    """Requests of the run that no accepted answer fits yet."""
    rejects: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """One object: counts, and each refused row with its number and reason."""
        return {
            "paper": self.paper.paper,
            "tip": self.paper.tip,
            "kind": self.paper.kind,
            "run": self.run,
            "sealed": self.sealed,
            "again": self.again,
            "rows": self.accepted + len(self.rejects) + self.unanswered,
            "accepted": self.accepted,
            "rejected": len(self.rejects),
            "unanswered": self.unanswered,
            "conflicts": self.conflicts,
            "pending": self.pending,
            "rejects": list(self.rejects),
        }


def take_in(workspace: Path, file: Path, *, kind: str, run: str | None = None, preview: bool = False) -> TakenIn:
    """Judge a paper against a run (the last one where ``run`` is None) and, unless ``preview``, seal it.

    :class:`InputRefused` where the file is not of its kind: then nothing of it is kept but a log entry with its
    digest. Rows that are refused keep nothing from being sealed; every later run refuses them again.
    """
    view = open_run(workspace, run)
    CHECKS.allow(read_settings(workspace).plugins)
    content = _content(file)
    paper = paper_of(view.tip.tip, kind, _form(content), content)
    sealed = papers_of(workspace, paper.tip)
    again = paper in sealed
    log = Log.open(workspace)
    try:
        taken = _judged(view, paper, sealed if again else (*sealed, paper), content, again=again)
    except InputRefused as refused:
        _note(log, paper, file, refused)
        where = ", ".join(filter(None, (str(file), refused.where)))
        raise InputRefused(refused.message, where=where, advice=refused.advice) from refused
    if preview:
        return taken
    numbers = {"accepted": taken.accepted, "rejected": len(taken.rejects), "unanswered": taken.unanswered}
    seal_paper(log, paper, content, numbers=numbers, payload={"os_user": os_user(), "name": file.name})
    return TakenIn(**{**vars(taken), "sealed": True})


def _content(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}.", advice="Name the file that came back.") from error
    if size > LARGEST:
        raise InputRefused(
            f"the file has {size} bytes, more than {LARGEST}.", where=str(file), advice="Take it in in parts."
        )
    return content


def _form(content: bytes) -> str:
    return "jsonl" if content.lstrip()[:1] == b"{" else "csv"


def _judged(view: RunView, paper: Paper, papers: tuple[Paper, ...], content: bytes, *, again: bool) -> TakenIn:
    with view.engine(RequestRow, ActivityRow) as engine:
        judge(engine, papers, _opener(view.workspace, content), returnable())
        good = " and a.conflict = ''" if paper.kind == "answers" else ""
        accepted = f"select count(*) as n from {_ACCEPTED[paper.kind]} as a where a.paper = $paper{good}"
        waiting = "select count(*) as n from answer_met as m where m.paper = $paper and m.reason = 'unanswered'"
        conflicts = "select count(*) as n from answer as a where a.paper = $paper and a.conflict <> ''"
        return TakenIn(
            paper=paper,
            run=view.run,
            again=again,
            sealed=again,
            accepted=_count(engine, accepted, paper=paper.paper),
            unanswered=_count(engine, waiting, paper=paper.paper),
            conflicts=_count(engine, conflicts, paper=paper.paper),
            pending=_count(engine, _PENDING),
            rejects=tuple(engine.rows(_REJECTS, {"paper": paper.paper})),
        )


def _count(engine: Engine, sql: str, **values: str) -> int:
    return int(str(engine.rows(sql, dict(values))[0]["n"]))


def _opener(workspace: Path, content: bytes) -> Callable[[str], BinaryIO]:
    store, own = ExhibitStore(workspace), sha256(content).hexdigest()

    def opened(digest: str) -> BinaryIO:
        return io.BytesIO(content) if digest == own else store.open(digest)

    return opened


def _note(log: Log, paper: Paper, file: Path, refused: InputRefused) -> None:
    payload = {"os_user": os_user(), "name": file.name, "reason": refused.message, "kind": paper.kind}
    log.append(REFUSED, subject=paper.sha256, numbers={"bytes": paper.bytes}, payload=payload)
