"""What has been stated of account holders: rows that partners sent back, and categories that persons gave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leadline.dispatch.ledger import RETURNED, SEALED, Subject, read_order, referrals, subject
from leadline.errors import IntegrityBroken
from leadline.seal.log import Log
from leadline.vocabulary import handling
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.returns import ReturnOutcome

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

CATEGORISED = "account:subject:categorised"
_NOT_TO_REFER = frozenset(
    {handling.Subject.CLEARED, handling.Subject.INJURED, handling.Subject.WITNESS, handling.Subject.CONTACT}
)
_SAID_BY_RETURNS = {
    ReturnOutcome.ARREST: handling.Subject.IN_PROCEEDINGS,
    ReturnOutcome.CHARGE: handling.Subject.IN_PROCEEDINGS,
    ReturnOutcome.CONVICTION: handling.Subject.IN_PROCEEDINGS,
    ReturnOutcome.CLEARED: handling.Subject.CLEARED,
}


def imported(workspace: Path, among: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Every imported row, the oldest first, with `received_at`; several of one lead are its history.

    ``among`` names the referrals whose returns are read (None: all); others' files are left alone.
    """
    rows = []
    for entry in Log.open(workspace).entries():
        if entry.action == RETURNED and (among is None or entry.subject in among):
            ((path, digest),) = entry.digests.items()
            try:
                data = (workspace / path).read_bytes()
            except OSError:
                data = b""
            if sha256_of(data) != digest:
                raise IntegrityBroken("A return is gone or was changed.", where=path, advice="Run `leadline verify`.")
            rows += [{**row, "received_at": entry.at} for row in json.loads(data)["rows"]]
    return rows


def categories(workspace: Path, *, sender: str | None = None) -> dict[Subject, tuple[str, str]]:
    """Account holder → the newest category that anybody stated, and since when; by provider and account key.

    With ``sender``, of what came back only that which answers this sender's packages: another's is not ours to pass on.
    """
    log = Log.open(workspace)
    leads = {
        item.lead: subject(order.provider, item.account)
        for one in referrals(workspace).values()
        if one.last(SEALED)
        for order in (read_order(workspace, one),)
        if sender in (None, order.sender)
        for item in order.items
    }
    newest = {row["lead"]: row for row in imported(workspace)}
    stated = [
        (entry.at, (str(payload["provider"]), str(payload["account"])), str(payload["category"]))
        for entry in log.entries()
        if entry.action == CATEGORISED and (payload := log.payload(entry))
    ]
    stated += [
        (row["received_at"], leads[row["lead"]], str(_SAID_BY_RETURNS[row["outcome"]]))
        for row in newest.values()
        if row["outcome"] in _SAID_BY_RETURNS and row["lead"] in leads
    ]
    return {whom: (category, at) for at, whom, category in sorted(stated)}


def not_to_refer(workspace: Path) -> dict[Subject, str]:
    """Account holders of whom the newest word is that they are cleared, injured, a witness or a contact; and which."""
    said = categories(workspace).items()
    return {whom: category for whom, (category, _) in said if category in _NOT_TO_REFER}


def said_of(workspace: Path, whom: Subject) -> list[dict[str, str]]:
    """Everything that persons said a holder is, with the reasons, the oldest first: `at, category, reason`."""
    log = Log.open(workspace)
    return [
        {"at": entry.at, "category": str(payload["category"]), "reason": str(payload["reason"])}
        for entry in log.entries()
        if entry.action == CATEGORISED
        and (payload := log.payload(entry))
        and (str(payload["provider"]), str(payload["account"])) == whom
    ]
