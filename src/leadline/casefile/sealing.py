"""Carries audit rows into the workspace's log: the rows are the outbox, and the log itself says how far it came.

A row is committed with its change and waits until a batch in the log covers it. Who dies between the two loses
nothing: the next one to seal reads from the log up to which place it covers the chain, and goes on from there. No
row is covered twice, because only the holder of the log's lock looks and appends.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from leadline.casefile.machine import Machine
from leadline.casefile.models import Agency, AuditEvent, AuditHead
from leadline.casefile.walls import stand_in
from leadline.errors import Busy, IntegrityBroken
from leadline.seal.audit_rows import BATCH, COLUMNS, KEY_PURPOSE, SEALED, START, AuditRow
from leadline.seal.desk_key import derived_key
from leadline.seal.entry import Draft
from leadline.seal.log import Log
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Sequence


def seal_all() -> int:
    """Seal whatever waits, of every agency; returns how many rows."""
    return sum(seal_rows(agency.id) for agency in Agency.register.each())


def seal_soon(agency: str) -> None:
    """Seal after a decision was committed; where the log is held by somebody, the next one seals."""
    try:
        seal_rows(agency)
    except Busy:
        return


def seal_rows(agency: str) -> int:
    """Cover all committed rows of an agency by signed entries of the log, a hundred a batch; returns how many.

    :class:`IntegrityBroken` names a row that was changed while it waited; nothing is sealed then.
    """
    log = Log.open(Path(settings.LEADLINE_WORKSPACE))
    with log.writing("sealing the audit"):
        covered = covered_until(log, agency)
        rows = _waiting(agency, covered)
        log.append_all([_batch(agency, rows[at : at + BATCH]) for at in range(0, len(rows), BATCH)])
    _note(agency, rows[-1].seq if rows else covered)
    return len(rows)


def covered_until(log: Log, agency: str) -> int:
    """The place in the agency's chain up to which the log covers it; 0 where it covers nothing."""
    entry = log.newest(SEALED, agency)
    return entry.numbers["last"] if entry else 0


def _waiting(agency: str, covered: int) -> list[AuditRow]:
    events = AuditEvent.scoped.visible_to(Machine(agency)).filter(seq__gte=covered).order_by("seq")
    rows = [AuditRow(*values) for values in events.values_list(*COLUMNS).iterator()]
    before = rows.pop(0).mac if rows and rows[0].seq == covered else START
    _refuse_changed(rows, covered, before)
    return rows


def _refuse_changed(rows: Sequence[AuditRow], covered: int, before: str) -> None:
    key = derived_key(Path(settings.LEADLINE_WORKSPACE), KEY_PURPOSE)
    for place, row in enumerate(rows, covered + 1):
        if row.seq != place or row.next_mac(key, before) != row.mac:
            raise IntegrityBroken(
                f"audit row {row.id} (place {row.seq}) is not what was written.",
                where="desk",
                advice="Nothing was sealed. Run `leadline verify`, leave all as it is and tell the auditor.",
            )
        before = row.mac


def _batch(agency: str, rows: Sequence[AuditRow]) -> Draft:
    numbers = {"first": rows[0].seq, "last": rows[-1].seq}
    return Draft(SEALED, subject=agency, numbers=numbers, payload={"leaves": [row.leaf() for row in rows]})


@transaction.atomic
def _note(agency: str, covered: int) -> None:
    """What the log covers, for whoever asks whether sealing is due; nothing is proved by it."""
    stand_in(agency)
    AuditHead.scoped.visible_to(Machine(agency)).filter(sealed__lte=covered).update(sealed=covered, sealed_at=now())
