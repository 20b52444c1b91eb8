"""Taking a cleared account out: its rows leave the facts, its exhibits are sealed off, and the log still proves both.

The evidence is rewritten file by file, each new digest vouched for by a signed entry that says so; what cannot be
rewritten without ceasing to be what it was (exhibits, payloads of the log) is sealed to a custodian or erased, with a
tombstone. Nothing of any other account changes. The desk's database is the case file's to clean.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyrage

from leadline.dispatch.identifying import identifiers, names
from leadline.dispatch.ledger import REWRITTEN, SEALED, SENDS, Subject, order_path, read_order, referrals, subject
from leadline.dispatch.returning import clear
from leadline.dispatch.rows import without
from leadline.dispatch.subjects import holders
from leadline.errors import ApprovalMissing, Conflict
from leadline.inquiry.showing import os_user
from leadline.reference.partners.partner import person
from leadline.seal.entry import DISPOSABLE, SEALED_OFF, Draft, new_salt, salted
from leadline.seal.envelope import read_recipient
from leadline.seal.files import remove_durably, write_durably
from leadline.seal.log import Log
from leadline.seal.tombstones import tombstone
from leadline.seal.vouching import vouched
from leadline.stages.referral.order import Kind
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

RETIRED = "account:facts:retired"
"""Action of the entry under which the rewritten files count; the account stands in it as a salted digest."""
KEPT_OFF = "evidence:copy:sealed-off"


@dataclass(frozen=True)
class Retired:
    """What was done, in counts and paths."""

    rewritten: tuple[str, ...]
    sealed_off: tuple[str, ...]
    erased: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """What `retire` prints."""
        return {
            "rewritten": list(self.rewritten),
            "sealed_off": list(self.sealed_off),
            "erased": list(self.erased),
        }


def retire(workspace: Path, account: str, *, custodian: str, by: str, second: str, reason_code: str) -> Retired:
    """Take an account out of the workspace for good; ``custodian`` (an age recipient) keeps what is sealed off.

    :class:`ApprovalMissing` unless two persons stand behind it, and until every recipient of a package with the
    account has been sent the notice that its holder is cleared (the notices are drafted then).
    """
    if not second.strip() or person(by) == person(second):
        raise ApprovalMissing("Taking an account out needs two persons.", advice="Name another one with --with.")
    read_recipient(custodian)
    words = identifiers(workspace, account)
    _refuse_untold(workspace, account, by)
    log = Log.open(workspace)
    with log.writing("retire"):
        orders = _orders_without(log, account)
        rewritten = _facts_without(log, account, words, reason_code)
        sealed_off = _sealed_off(log, words, custodian, reason_code)
        erased = _payloads_with(log, words)
        for path in erased:
            tombstone(log, path, reason_code=reason_code)
        for name in sorted(DISPOSABLE):
            _emptied(workspace / name, words)
        payload = {"by": by, "second": second, "os_user": os_user(), "reason_code": reason_code}
        log.append("account:account:retired", payload=payload, numbers={"files": len(rewritten) + len(orders)})
    return Retired((*orders, *rewritten), sealed_off, erased)


def _refuse_untold(workspace: Path, account: str, by: str) -> None:
    for whom in sorted(_holders(workspace, account)):
        untold = untold_about(workspace, whom)
        if not untold:
            continue
        drafted = clear(workspace, [whom], by=by)
        raise ApprovalMissing(
            f"{len(untold)} packages hold this account and their recipients have not been told that it is cleared.",
            advice=f"Approve and seal the notices first{': ' + ', '.join(drafted) if drafted else ''}.",
        )


def _holders(workspace: Path, account: str) -> set[Subject]:
    """Whose account it is; :class:`Conflict` where it is the same key at several providers: several persons."""
    orders = (read_order(workspace, one) for one in referrals(workspace).values())
    sent = {
        subject(order.provider, item.account) for order in orders for item in order.items if item.account == account
    }
    found = sent | holders(workspace, account)
    if len(found) > 1:
        raise Conflict(
            f"{len(found)} providers have an account of this key: these may be several persons.",
            advice="Nothing was taken out. Ask whoever holds the machine to keep the tips apart.",
        )
    return found


def untold_about(workspace: Path, whom: Subject) -> list[str]:
    """Packages with the account that were neither recalled nor followed by a sealed notice about it."""
    sealed = {ref: one for ref, one in referrals(workspace).items() if one.last(SEALED)}
    orders = {ref: read_order(workspace, one) for ref, one in sealed.items()}
    holding = {
        ref for ref, order in orders.items() if whom in {subject(order.provider, item.account) for item in order.items}
    }
    told = {orders[ref].about for ref in holding if orders[ref].kind is Kind.CLEARED}
    return [ref for ref in holding - told if orders[ref].kind in SENDS and sealed[ref].state != "recalled"]


def _orders_without(log: Log, account: str) -> tuple[str, ...]:
    """Orders are rewritten without the account; a draft that held it must be approved anew."""
    changed = []
    for ref, one in referrals(log.workspace).items():
        order = read_order(log.workspace, one)
        kept = replace(
            order,
            leads=tuple(item for item in order.leads if item.account != account),
            to_verify=tuple(item for item in order.to_verify if item.account != account),
            left_out=tuple(item for item in order.left_out if item.account != account),
        )
        if kept != order:
            data, path = kept.to_bytes(), order_path(ref)
            log.append(REWRITTEN, subject=ref, digests={path: sha256_of(data)})
            write_durably(log.workspace / path, data, scratch=log.workspace / "tmp")
            changed.append(path)
    return tuple(changed)


def _facts_without(log: Log, account: str, words: frozenset[str], reason_code: str) -> tuple[str, ...]:
    """Every Parquet file that names the account, rebuilt without it under the same name."""
    scratch = log.workspace / "tmp" / "retire"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    digests: dict[str, str] = {}
    for path in sorted(_evidence(log)):
        if path.endswith(".parquet") and not path.startswith("lake/reference/"):
            target = scratch / f"{len(digests):06d}.parquet"
            if without(log.workspace / path, account, words, target):
                digests[path] = sha256_of(target.read_bytes())
    salt = new_salt()
    if digests:
        payload = {"reason_code": reason_code}
        subject = salted(account, salt)
        log.append(RETIRED, subject=subject, digests=digests, payload=payload, salt=salt)
        for number, path in enumerate(digests):
            data = (scratch / f"{number:06d}.parquet").read_bytes()
            write_durably(log.workspace / path, data, scratch=log.workspace / "tmp")
    shutil.rmtree(scratch)
    return tuple(digests)


def _sealed_off(log: Log, words: frozenset[str], custodian: str, reason_code: str) -> tuple[str, ...]:
    """Exhibits and other papers that name the account go to the custodian's key; a tombstone stays in their place."""
    recipient, done = read_recipient(custodian), []
    for path, digest in sorted(_evidence(log).items()):
        file = log.workspace / path
        rewritable = path.endswith(".parquet") or path.startswith(("log/", "keys/", "exhibits/referrals/", "desk/"))
        if rewritable or path.endswith(".age") or not names(file, words):
            continue
        copy = f"exhibits/sealed-off/{digest}.age"
        sealed = pyrage.encrypt(file.read_bytes(), [recipient])
        write_durably(log.workspace / copy, sealed, scratch=log.workspace / "tmp")
        log.append_all(
            [
                Draft(KEPT_OFF, subject=digest, digests={copy: sha256_of(sealed)}),
                Draft(SEALED_OFF, subject=digest, digests={path: digest}, payload={"reason_code": reason_code}),
            ]
        )
        remove_durably(file)
        done.append(path)
    return tuple(done)


def _payloads_with(log: Log, words: frozenset[str]) -> tuple[str, ...]:
    """Payloads of the log that name the account: who looked at it, what was drafted about it."""
    found = (path for path in sorted(_evidence(log)) if path.startswith("log/payloads/"))
    return tuple(path for path in found if names(log.workspace / path, words))


def _evidence(log: Log) -> dict[str, str]:
    state = vouched(log.workspace, log.entries())
    return {path: one.sha256 for path, one in state.files.items() if (log.workspace / path).is_file()}


def _emptied(folder: Path, words: frozenset[str]) -> None:
    """Files that may vanish at any time, where they name the account."""
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if file.is_file() and file.stat().st_size and names(file, words):
            file.unlink()
