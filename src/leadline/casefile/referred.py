"""The agency's referrals: those drafted from runs that it owns, replayed from the workspace's log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from leadline.casefile.evidence import agency_code, workspace
from leadline.dispatch.ledger import HELD, RELEASED, SEALED, read_order, referrals
from leadline.dispatch.stated import imported
from leadline.errors import NotThere
from leadline.inquiry.runs import open_run
from leadline.seal.log_audit import CHECKPOINTS

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.casefile.models.base import Actor
    from leadline.dispatch.ledger import Referral
    from leadline.stages.referral.order import Order

PACKAGES = "desk/packages"
"""Where the desk keeps what it sealed, for whoever carries it to the partner."""
_lock = Lock()
_kept: dict[Path, tuple[tuple[int, int], dict[str, Referred]]] = {}


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
    code = agency_code(actor)
    return {ref: one for ref, one in _replayed(workspace()).items() if one.agency == code}


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
    for one in _replayed(workspace()).values():
        held, released = one.referral.last(HELD), one.referral.last(RELEASED)
        gone = one.has_gone or one.state == "withdrawn" or (held and released and released.at > held.at)
        leads = set(held.facts.get("holds", {}).get(code, ())) if held and not gone and one.agency != code else set()
        if held and leads:
            accounts = sorted(item.account for item in one.order.items if item.lead in leads)
            found.append({"at": held.at, "agency": one.agency, "accounts": accounts})
    return found


def _replayed(where: Path) -> dict[str, Referred]:
    """All of them. The log only grows, so what was replayed holds until its newest checkpoint is another one."""
    stat = (where / CHECKPOINTS).stat()
    mark = (stat.st_size, stat.st_mtime_ns)
    with _lock:
        before = _kept.get(where)
    if before and before[0] == mark:
        return before[1]
    known = before[1] if before else {}
    back = _returns(where)
    found = {
        ref: _referred(where, one, known.get(ref), tuple(back.get(ref, ()))) for ref, one in referrals(where).items()
    }
    with _lock:
        _kept[where] = (mark, found)
    return found


def _returns(where: Path) -> dict[str, list[dict[str, Any]]]:
    back: dict[str, list[dict[str, Any]]] = {}
    for row in imported(where):
        back.setdefault(row["lead"].rpartition("-")[0], []).append(row)
    return back


def _referred(where: Path, one: Referral, before: Referred | None, back: tuple[dict[str, Any], ...]) -> Referred:
    same = before is not None and before.referral.sha256 == one.sha256
    order = before.order if same and before else read_order(where, one)
    return Referred(one, order, _owner(where, order.run), back)


@lru_cache(maxsize=1024)
def _owner(where: Path, run: str) -> str:
    return str(open_run(where, run).record["agency"])
