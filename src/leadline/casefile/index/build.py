"""Builds, drops and checks the copy of a run's candidates.

Rows go in by pieces, each in a short transaction of its own, because SQLite lets one writer in at a time and a
colleague's decision must not wait for a million rows. The row that says that the copy is whole comes last.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import transaction

from leadline.casefile.models import IndexedCandidate, IndexedRun
from leadline.casefile.models.indexed import NO_EXPIRY, SEARCHED
from leadline.casefile.walls import stand_in
from leadline.casefile.wording import folded
from leadline.facts.runs import Silent
from leadline.facts.tables import CandidateRow
from leadline.seal.canonical import canonical_json
from leadline.vocabulary.instants import iso_z, now

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from leadline.casefile.models.base import Actor
    from leadline.facts.runs import Progress
    from leadline.inquiry.runs import RunView

PIECE = 4000
"""Rows of one transaction: a third of a second of SQLite's only writer."""
CUBE = ("level", "holder_certainty", "stage", "jurisdiction")
"""What the counts beside a list are kept by."""
_COPIED = (
    "rank", "account_key", "level", "score", "stage", "holder_certainty", "jurisdiction", "confidence",
    "evidence_expires", "first_access", "last_access", "days_active", "objects_opened", "objects_downloaded",
    "objects_added", "new_objects_added", "attempts", "caveats", "next_check", "cluster",
)  # fmt: skip
_SELECT = f"select {', '.join(f'c.{name}' for name in _COPIED)} from candidate as c order by c.rank"


def build_index(view: RunView, *, actor: Actor, progress: Progress | None = None) -> IndexedRun:
    """Copy a run's candidates for the actor's agency; what was copied of it before is dropped first."""
    watch = progress or Silent()
    drop_index(str(view.run), actor=actor)
    watch.begin("indexing candidates", view.accounting["candidates"])
    digest, counts, rows = hashlib.sha256(), Counter[tuple[str, ...]](), 0
    for piece in _pieces(view, actor.agency_id):
        for row in piece:
            digest.update(_line(row))
            counts[tuple(getattr(row, name) for name in CUBE)] += 1
        _write(piece, actor)
        rows += len(piece)
        watch.advance(len(piece), rows=len(piece))
    watch.end()
    return _close(view, rows, digest.hexdigest(), counts, actor)


def drop_index(run: str, *, actor: Actor) -> None:
    """Remove the copy of a run, whole or in pieces."""
    with transaction.atomic():
        stand_in(actor.agency_id)
        IndexedRun.scoped.visible_to(actor).filter(run=run).delete()
    while True:
        with transaction.atomic():
            rows = IndexedCandidate.scoped.visible_to(actor).filter(run=run)
            names = list(rows.order_by("rank").values_list("pk", flat=True)[:PIECE])
            rows.filter(pk__in=names).delete()
        if not names:
            return


def index_digest(run: str, *, actor: Actor) -> str:
    """SHA-256 over the copy as it lies in the database now; equals :attr:`IndexedRun.digest` unless it was changed."""
    digest = hashlib.sha256()
    rows = IndexedCandidate.scoped.visible_to(actor).filter(run=run).order_by("rank")
    for row in rows.iterator(chunk_size=PIECE):
        digest.update(_line(row))
    return digest.hexdigest()


@transaction.atomic
def _write(piece: list[IndexedCandidate], actor: Actor) -> None:
    IndexedCandidate.scoped.add_all(piece, actor=actor)


@transaction.atomic
def _close(view: RunView, rows: int, digest: str, counts: Counter[tuple[str, ...]], actor: Actor) -> IndexedRun:
    stand_in(actor.agency_id)
    return IndexedRun(
        agency_id=actor.agency_id,
        run=view.run,
        tip=view.tip.tip,
        rows=rows,
        digest=digest,
        cube=[[*cell, count] for cell, count in sorted(counts.items())],
        created_at=now(),
    ).insert()


def _pieces(view: RunView, agency: str) -> Iterator[list[IndexedCandidate]]:
    piece: list[IndexedCandidate] = []
    with view.engine(CandidateRow) as engine:
        for values in _rows(engine.stream(_SELECT)):
            piece.append(_copy(values, str(view.run), agency))
            if len(piece) == PIECE:
                yield piece
                piece = []
    if piece:
        yield piece


def _rows(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


def _copy(values: dict[str, Any], run: str, agency: str) -> IndexedCandidate:
    account = values["account_key"]
    return IndexedCandidate(
        id=candidate_id(agency, run, account),
        agency_id=agency,
        run=run,
        search=folded(account).replace("\x00", "")[:SEARCHED],  # as the filters do with what is looked for
        **{
            **values,
            "caveats": "".join(f"|{caveat}" for caveat in values["caveats"]) + "|" * bool(values["caveats"]),
            "cluster": values["cluster"] or "",
            "evidence_expires": values["evidence_expires"] or NO_EXPIRY,
        },
    )


def candidate_id(agency: str, run: str, account: str) -> str:
    """The name of a candidate's row: the same however often the index is built."""
    return "U-" + hashlib.sha256(canonical_json([agency, run, account])).hexdigest()[:20]


def _line(row: IndexedCandidate) -> bytes:
    instants = (iso_z(row.first_access), iso_z(row.last_access), row.evidence_expires.isoformat())
    plain = [getattr(row, name) for name in ("id", "search", *_COPIED) if not name.endswith(("_access", "_expires"))]
    return canonical_json([*plain, *instants]) + b"\n"
