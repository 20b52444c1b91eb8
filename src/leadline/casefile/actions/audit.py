"""The audit entry that every verb leaves in its own transaction, and the sealing of entries in the log."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from leadline.casefile.durable import durable
from leadline.casefile.models import AuditEvent, AuditHead
from leadline.casefile.models.base import random_id
from leadline.casefile.sealing import seal_soon
from leadline.casefile.walls import stand_in
from leadline.errors import LeadlineError
from leadline.seal.audit_rows import BATCH, KEY_PURPOSE, LONGEST_WAIT, START, AuditRow
from leadline.seal.canonical import canonical_json
from leadline.seal.desk_key import derived_key
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadline.casefile.models.base import Actor


def record(actor: Actor, action: str, thing: str = "", detail: Mapping[str, object] | None = None) -> AuditEvent:
    """Leave an entry (``noun:noun:verb``, the name of a row, what was decided and why) in the open transaction.

    Entries of one agency queue for its chain's end; an entry and its change count together or not at all.
    """
    if not connection.in_atomic_block:
        raise LeadlineError(f"{action} has no transaction for its audit entry.", advice="This is a fault of Leadline.")
    head = _head(actor)
    row = AuditRow(
        id=random_id("B"),
        agency=actor.agency_id,
        seq=head.seq + 1,
        at=now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        actor=str(actor.pk),
        action=action,
        thing=thing,
        detail=canonical_json(dict(detail or {})).decode(),
        salt=secrets.token_hex(32),
    )
    head.seq, head.mac = row.seq, row.next_mac(derived_key(settings.LEADLINE_WORKSPACE, KEY_PURPOSE), head.mac)
    head.change(["seq", "mac"])
    event = AuditEvent(
        id=row.id,
        agency_id=row.agency,
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        action=row.action,
        thing=row.thing,
        detail=row.detail,
        salt=row.salt,
        mac=head.mac,
    )
    event.save(force_insert=True)
    _seal_after_commit(head)
    return event


def _seal_after_commit(head: AuditHead) -> None:
    """Have the waiting rows sealed once they are committed: with a hundred, or when the first waited a minute."""
    due = head.seq - head.sealed >= BATCH or (now() - head.sealed_at).total_seconds() >= LONGEST_WAIT
    asked = any(getattr(task, "func", None) is seal_soon for _, task, *_ in connection.run_on_commit)
    if due and not asked:
        transaction.on_commit(partial(seal_soon, head.agency_id), robust=True)


def _head(actor: Actor) -> AuditHead:
    head = AuditHead.scoped.visible_to(actor).select_for_update().first()
    return head or begin_chain(actor.agency_id)


def begin_chain(agency: str) -> AuditHead:
    """The end of a new agency's chain; made once, with the agency."""
    moment = now()
    return AuditHead(agency_id=agency, mac=START, created_at=moment, sealed_at=moment).insert()


@durable()
def record_reading(actor: Actor, action: str, thing: str = "", detail: Mapping[str, object] | None = None) -> None:
    """An entry for something that was only read."""
    stand_in(actor.agency_id)
    record(actor, action, thing, detail)
