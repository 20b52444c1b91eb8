"""The agency's referrals: those drafted from runs that it owns, replayed from the workspace's log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from leadline.casefile.evidence import agency_code, workspace
from leadline.dispatch.ledger import HELD, RELEASED, SEALED, read_order, referrals
from leadline.dispatch.stated import imported
from leadline.errors import IntegrityBroken, NotThere
from leadline.inquiry.runs import open_run
from leadline.seal.log_audit import CHECKPOINTS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from leadline.casefile.models.base import Actor
    from leadline.dispatch.ledger import Referral
    from leadline.stages.referral.order import Order

PACKAGES = "desk/packages"
"""Where the desk keeps what it sealed, for whoever carries it to the partner."""
_lock = Lock()
_kept: dict[Path, _Replayed] = {}


@dataclass(frozen=True)
class _Replayed:
    """What the log says of all referrals, and the orders of those agencies that have asked."""

    mark: tuple[int, int]
    """Of the log's newest checkpoint: the log only grows, so this holds until there is another one."""
    all: dict[str, Referral]
    orders: dict[tuple[str, str], Order]
    """By referral and digest, as far as they were read; the same digest is the same order."""
    of: dict[str, dict[str, Referred]]


@dataclass(frozen=True)
class Referred:
    """One referral with its order, as the log vouches for both."""

    referral: Referral
    order: Order
    agency: str
    """Code of the agency whose run it was drafted from."""
    returns: tuple[dict[str, Any], ...] = ()
    """Rows that came back on it, the oldest first; several of one lead are its history."""

    @property
    def ref(self) -> str:
        return self.referral.ref

    @property
    def state(self) -> str:
        return self.referral.state

    @property
    def has_gone(self) -> bool:
        """Whether a package of it was ever sealed."""
        return self.referral.last(SEALED) is not None


def referrals_of(actor: Actor) -> dict[str, Referred]:
    """By name, in the order in which they were drafted; another agency's are not there."""
    return dict(_of(workspace(), agency_code(actor)))


def referral_for(ref: str, *, actor: Actor) -> Referred:
    """One referral of the actor's agency; :class:`NotThere` reads the same, whatever the reason is."""
    found = referrals_of(actor).get(ref)
    if found is None:
        raise NotThere("there is no such referral.", advice="See the list of referrals.")
    return found


def waiting_for_us(actor: Actor) -> list[dict[str, Any]]:
    """What the agency may know of others' packages that its claims hold up: whose, since when, on which accounts."""
    code = agency_code(actor)
    found = []
    where = workspace()
    kept = _replayed(where)
    for one in kept.all.values():
        held, released = one.last(HELD), one.last(RELEASED)
        gone = one.last(SEALED) or one.state == "withdrawn" or (held and released and released.at > held.at)
        leads = set(held.facts.get("holds", {}).get(code, ())) if held and not gone else set()
        agency = _agency(where, kept, one) if leads else code
        if held and agency != code:
            found.append({"at": held.at, "agency": agency, "accounts": _accounts(where, kept, one, leads)})
    return found


def _accounts(where: Path, kept: _Replayed, one: Referral, leads: set[str]) -> list[str]:
    """The accounts of these leads; none where the other agency's order is damaged: that is for them to mend."""
    try:
        order = _order(where, kept, one)
    except IntegrityBroken:
        return []
    return sorted(item.account for item in order.items if item.lead in leads)


def _replayed(where: Path) -> _Replayed:
    stat = (where / CHECKPOINTS).stat()
    mark = (stat.st_size, stat.st_mtime_ns)
    with _lock:
        kept = _kept.get(where)
    if kept is None or kept.mark != mark:
        now = referrals(where)
        orders = kept.orders if kept else {}
        same = {(ref, one.sha256): orders[ref, one.sha256] for ref, one in now.items() if (ref, one.sha256) in orders}
        kept = _Replayed(mark, now, same, {})
        with _lock:
            _kept[where] = kept
    return kept


def _of(where: Path, code: str) -> dict[str, Referred]:
    """One agency's referrals. No other's order or return is read: damage in them is not this agency's to suffer."""
    kept = _replayed(where)
    found = kept.of.get(code)
    if found is None:
        own = {ref: one for ref, one in kept.all.items() if _agency(where, kept, one) == code}
        back = _returns(where, own)
        found = {
            ref: Referred(one, _order(where, kept, one), code, tuple(back.get(ref, ()))) for ref, one in own.items()
        }
        kept.of[code] = found
    return found


def _returns(where: Path, among: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    back: dict[str, list[dict[str, Any]]] = {}
    for row in imported(where, among):
        back.setdefault(row["lead"].rpartition("-")[0], []).append(row)
    return back


def _agency(where: Path, kept: _Replayed, one: Referral) -> str:
    """Whose a referral is: its draft says so; where an earlier version drafted it, its order names the run."""
    return one.first("agency") or _owner(where, _order(where, kept, one).run)


def _order(where: Path, kept: _Replayed, one: Referral) -> Order:
    known = kept.orders.get((one.ref, one.sha256))
    if known is None:
        known = kept.orders[one.ref, one.sha256] = read_order(where, one)
    return known


@lru_cache(maxsize=1024)
def _owner(where: Path, run: str) -> str:
    return str(open_run(where, run).record["agency"])
