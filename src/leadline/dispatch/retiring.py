"""Taking a cleared account out: its rows leave the facts, its exhibits are sealed off, and the log still proves both.

The evidence is rewritten file by file, each new digest vouched for by a signed entry that says so; what cannot be
rewritten without ceasing to be what it was (exhibits, payloads of the log) is sealed to a custodian or erased, with a
tombstone. Nothing of any other account changes. The desk's database is the case file's to clean.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
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
from leadline.inquiry.tips import runs_of, sealed_tips, tip_manifest
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
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from leadline.stages.referral.order import Order

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


@dataclass(frozen=True)
class Going:
    """What has to go, found without writing to the evidence."""

    orders: tuple[str, ...]
    rewritten: tuple[str, ...]
    sealed_off: tuple[str, ...]
    erased: tuple[str, ...]

    def to_json(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(getattr(self, name)) for name in self.__dataclass_fields__}


def look(workspace: Path, account: str, *, whose: str = "") -> Going:
    """What :func:`retire` would rewrite, seal off and erase; see there for ``whose``. Nothing is changed."""
    words = identifiers(workspace, account)
    _holders(workspace, account)
    log = Log.open(workspace)
    with log.writing("retire"), _scratch(workspace) as scratch:
        return _going(log, account, words, scratch, whose)


def retire(
    workspace: Path,
    account: str,
    *,
    custodian: str,
    by: str,
    second: str,
    reason_code: str,
    whose: str = "",
    words: frozenset[str] | None = None,
) -> Retired:
    """Take an account out of the workspace for good; ``custodian`` (an age recipient) keeps what is sealed off.

    ``words`` are its identifiers, for who goes on after a crash; else they are looked up. ``whose`` names the agency
    that decides; none: whoever holds the machine.

    :class:`ApprovalMissing` unless two persons stand behind it, and until every recipient of a package with the
    account has been sent the notice that its holder is cleared (the notices are drafted then); :class:`Conflict` where
    evidence that is not ``whose`` would change, or where the key is that of accounts at several providers.
    """
    if not second.strip() or person(by) == person(second):
        raise ApprovalMissing("Taking an account out needs two persons.", advice="Name another one with --with.")
    read_recipient(custodian)
    words = words or identifiers(workspace, account)
    _refuse_untold(workspace, account, by)
    log = Log.open(workspace)
    with log.writing("retire"), _scratch(workspace) as scratch:
        going = _going(log, account, words, scratch, whose)
        for path in going.orders:
            _order_without(log, path, account)
        _facts_without(log, account, going.rewritten, scratch, reason_code)
        _sealed_off(log, going.sealed_off, custodian, reason_code)
        erased = _payloads_with(log, words)  # anew: what was written just now is among them
        for path in erased:
            tombstone(log, path, reason_code=reason_code)
        for name in sorted(DISPOSABLE):
            _emptied(workspace / name, words)
        payload = {"by": by, "second": second, "os_user": os_user(), "reason_code": reason_code}
        numbers = {"files": len(going.rewritten) + len(going.orders)}
        log.append("account:account:retired", payload=payload, numbers=numbers)
    return Retired((*going.orders, *going.rewritten), going.sealed_off, erased)


@contextmanager
def _scratch(workspace: Path) -> Iterator[Path]:
    """A folder for files that are built anew; it is gone at the end."""
    folder = workspace / "tmp" / "retire"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _going(log: Log, account: str, words: frozenset[str], scratch: Path, whose: str) -> Going:
    """What has to go; facts without the account lie in ``scratch`` afterwards, by their place in the list."""
    orders = tuple(path for path, order in _orders(log) if _without(order, account) != order)
    rewritten: list[str] = []
    for path in sorted(_evidence(log)):
        is_fact = path.endswith(".parquet") and not path.startswith("lake/reference/")
        if is_fact and without(log.workspace / path, account, words, _part(scratch, len(rewritten))):
            rewritten.append(path)
    going = Going(orders, tuple(rewritten), tuple(_named(log, words)), _payloads_with(log, words))
    if whose:
        _refuse_others(log, going, whose)
    return going


def _part(scratch: Path, number: int) -> Path:
    return scratch / f"{number:06d}.parquet"


def _refuse_others(log: Log, going: Going, whose: str) -> None:
    """:class:`Conflict` where another agency's evidence names the account; which one, and what, is not said."""
    tips = sealed_tips(log.workspace)
    others = {tip.tip for tip in tips if tip.agency != whose}
    exhibits = {f"{file.sha256}" for tip in others for file in tip_manifest(log.workspace, tip).files}
    runs = {line.run for line in runs_of(log.workspace) if line.tip in others}
    facts = any(part in runs or part in others for path in going.rewritten for part in path.split("/"))
    sealed = any(digest in path for path in going.sealed_off for digest in exhibits)
    orders = dict(_orders(log))
    if facts or sealed or any(orders[path].tip in others for path in going.orders):
        raise Conflict(
            "this account cannot be taken out at one agency's desk alone.",
            advice="Ask whoever holds the machine: `leadline retire` does it for the whole instance.",
        )


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


def _orders(log: Log) -> Iterator[tuple[str, Order]]:
    for ref, one in referrals(log.workspace).items():
        yield order_path(ref), read_order(log.workspace, one)


def _without(order: Order, account: str) -> Order:
    return replace(
        order,
        leads=tuple(item for item in order.leads if item.account != account),
        to_verify=tuple(item for item in order.to_verify if item.account != account),
        left_out=tuple(item for item in order.left_out if item.account != account),
    )


def _order_without(log: Log, path: str, account: str) -> None:
    """An order is rewritten without the account; a draft that held it must be approved anew."""
    order = dict(_orders(log))[path]
    data = _without(order, account).to_bytes()
    log.append(REWRITTEN, subject=order.referral, digests={path: sha256_of(data)})
    write_durably(log.workspace / path, data, scratch=log.workspace / "tmp")


def _facts_without(log: Log, account: str, paths: Sequence[str], scratch: Path, reason_code: str) -> None:
    """Every Parquet file that names the account gives way to the one without it, under the same name."""
    digests = {path: sha256_of(_part(scratch, number).read_bytes()) for number, path in enumerate(paths)}
    if digests:
        salt = new_salt()
        payload = {"reason_code": reason_code}
        log.append(RETIRED, subject=salted(account, salt), digests=digests, payload=payload, salt=salt)
    for number, path in enumerate(paths):
        data = _part(scratch, number).read_bytes()
        write_durably(log.workspace / path, data, scratch=log.workspace / "tmp")


def _named(log: Log, words: frozenset[str]) -> Iterator[str]:
    """Exhibits and other papers that name the account."""
    for path in sorted(_evidence(log)):
        rewritable = path.endswith(".parquet") or path.startswith(("log/", "keys/", "exhibits/referrals/", "desk/"))
        if not rewritable and not path.endswith(".age") and names(log.workspace / path, words):
            yield path


def _sealed_off(log: Log, paths: Iterable[str], custodian: str, reason_code: str) -> None:
    """Papers that name the account go to the custodian's key; a tombstone stays in their place."""
    recipient, evidence = read_recipient(custodian), _evidence(log)
    for path in paths:
        file, digest = log.workspace / path, evidence[path]
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
