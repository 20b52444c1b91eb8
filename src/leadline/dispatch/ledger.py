"""Every referral and where it stands, replayed from the workspace's log: the log is the only place where it is kept.

A step of a referral is one log entry whose subject is the referral; who did it and why stands in the entry's payload.
So no step can be made without its trace, taken back, or changed later without `verify` saying so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.stages.referral.order import Kind, Order
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from leadline.seal.entry import Entry

DRAFTED = "referral:order:drafted"
APPROVED = "referral:order:approved"
WITHDRAWN = "referral:order:withdrawn"
SEALED = "referral:package:sealed"
HELD = "referral:hold:found"
"""Another agency's claim kept it from being sealed."""
PROPOSED = "referral:hold:proposed"
"""What was agreed with whoever holds it, as one person says; a second one has to stand behind it."""
RELEASED = "referral:hold:released"
OWNED = "referral:alarm:owned"
RETURNED = "referral:return:imported"
REWRITTEN = "referral:order:rewritten"
"""An account was taken out of an order for good."""
MARKS = ("dispatched", "received", "acknowledged", "worked", "returned")
"""What happens to a package after it was sealed, in this order; steps may be left out, none is gone back."""
_MARKED = {f"referral:package:{word}": word for word in MARKS}
SENDS = (Kind.REFERRAL, Kind.DELTA)
"""What tells a partner of an account anew; a correction, a recall and a notice are about an earlier package."""
STATES = ("drafted", "approved", "sealed", *MARKS, "withdrawn", "recalled")


Subject = tuple[str, str]
"""Provider, without regard to case, and account key: by which the holder of an account is told from others."""


def subject(provider: str, account: str) -> Subject:
    """The holder of an account; the same key at another provider is somebody else's."""
    return (provider.strip().casefold(), account)


@dataclass(frozen=True)
class Step:
    """One thing that was done about a referral."""

    action: str
    at: str
    """ISO 8601, UTC, microseconds."""
    facts: Mapping[str, Any]
    """From the payload: `by` and what belongs to the step; empty where it was erased."""
    numbers: Mapping[str, int]


@dataclass
class Referral:
    """One referral with its steps."""

    ref: str
    path: str
    sha256: str
    """Of the order as it stands now."""
    steps: list[Step] = field(default_factory=list)
    recalled_by: str = ""
    """The recall package that was sealed about it."""

    def last(self, action: str) -> Step | None:
        """The newest step of a kind."""
        return next((step for step in reversed(self.steps) if step.action == action), None)

    def first(self, name: str) -> str:
        """What the draft's entry says under a name, such as `about` or `recalls`; empty where it says nothing."""
        return str(self.steps[0].facts.get(name) or "")

    @property
    def state(self) -> str:
        """One of :data:`STATES`."""
        if self.recalled_by:
            return "recalled"
        if self.last(WITHDRAWN):
            return "withdrawn"
        reached = [MARKS.index(_MARKED[step.action]) for step in self.steps if step.action in _MARKED]
        if reached:
            return MARKS[max(reached)]
        if self.last(SEALED):
            return "sealed"
        return "approved" if self.approval() else "drafted"

    def approval(self) -> Step | None:
        """The approval of the order as it stands now; one of other bytes does not count."""
        step = self.last(APPROVED)
        return step if step and (step.facts.get("order_sha256") == self.sha256 or self.last(SEALED)) else None


def order_path(ref: str) -> str:
    """Where an order lies below the workspace."""
    return f"exhibits/referrals/{ref}.json"


def referrals(workspace: Path) -> dict[str, Referral]:
    """Every referral by name, in the order in which they were drafted."""
    log = Log.open(workspace)
    found: dict[str, Referral] = {}
    for entry in log.entries():
        if entry.action == DRAFTED:
            ((path, digest),) = entry.digests.items()
            found[entry.subject] = Referral(entry.subject, path, digest)
        if entry.subject in found and entry.action.startswith("referral:"):
            one = found[entry.subject]
            one.sha256 = entry.digests.get(one.path, one.sha256)
            one.steps.append(_step(log, entry))
    for one in list(found.values()):
        recalls = one.first("recalls")
        if recalls in found and one.last(SEALED):
            found[recalls].recalled_by = one.ref
    return found


def referral_of(workspace: Path, ref: str) -> Referral:
    """One referral; :class:`WrongUsage` where there is none of this name."""
    found = referrals(workspace).get(ref)
    if found is None:
        raise WrongUsage(f"there is no referral {ref!r}.", advice="See `leadline referrals list`.")
    return found


def read_order(workspace: Path, referral: Referral) -> Order:
    """The order of a referral; :class:`IntegrityBroken` where its bytes are not those that the log vouches for."""
    try:
        data = (workspace / referral.path).read_bytes()
    except OSError as error:
        raise IntegrityBroken("An order is gone.", where=referral.path, advice="Run `leadline verify`.") from error
    if sha256_of(data) != referral.sha256:
        raise IntegrityBroken("An order was changed.", where=referral.path, advice="Run `leadline verify`.")
    return Order.from_json(json.loads(data))


def write_order(log: Log, order: Order, *, action: str, facts: Mapping[str, object]) -> Entry:
    """Write an order and the step that makes it count. The caller holds the log."""
    data, path = order.to_bytes(), order_path(order.referral)
    write_durably(log.workspace / path, data, scratch=log.workspace / "tmp")
    numbers = {"leads": len(order.leads), "to_verify": len(order.to_verify), "left_out": len(order.left_out)}
    return log.append(action, subject=order.referral, digests={path: sha256_of(data)}, numbers=numbers, payload=facts)


def sent(workspace: Path) -> Iterator[tuple[Referral, Order]]:
    """Referrals whose package was sealed and not recalled, with their orders."""
    for one in referrals(workspace).values():
        if one.last(SEALED) and one.state != "recalled":
            yield one, read_order(workspace, one)


def _step(log: Log, entry: Entry) -> Step:
    return Step(entry.action, entry.at, log.payload(entry) or {}, entry.numbers)
