"""One operation: what of its work still stands, so that nobody closes over it unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.models import Case, Lead, Operation, SafeguardingClock
from leadline.casefile.policy import Verb, permit
from leadline.casefile.referred import referrals_of
from leadline.casefile.rows import one
from leadline.dispatch.ledger import RETURNED
from leadline.vocabulary.casework import CaseStage, LeadState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.casefile.models import Member
    from leadline.casefile.referred import Referred

_WAITING = ("drafted", "approved")
_ENDED = ("withdrawn", "recalled")


@dataclass(frozen=True)
class Standing:
    """What there is under an operation."""

    cases: Sequence[Case]
    """Its open cases, by title."""
    leads: Sequence[str]
    """Names of leads in its cases that are at work."""
    clocks: Sequence[SafeguardingClock]
    """Safeguarding clocks that run on leads in its cases, the soonest first."""
    waiting: Sequence[Referred]
    """Referrals about accounts of its leads that are drafted or approved, and not sealed."""
    out: Sequence[Referred]
    """Packages about them that went out, and on which nothing has come back."""

    @property
    def holds(self) -> list[str]:
        """What keeps the operation from being closed, in words; nothing where nothing does."""
        counted = (
            (len(self.cases), "open case", "open cases"),
            (len(self.leads), "lead at work", "leads at work"),
            (len(self.clocks), "safeguarding clock that runs", "safeguarding clocks that run"),
            (len(self.waiting), "referral that is not sealed", "referrals that are not sealed"),
        )
        return [f"{number} {single if number == 1 else several}" for number, single, several in counted if number]


def operation(name: str, *, actor: Member) -> Operation:
    """One operation of the agency."""
    permit(actor, Verb.CASE_READ)
    return one(Operation, name, actor=actor)


def standing(found: Operation, *, actor: Member) -> Standing:
    """What there is under the operation now."""
    rows = Lead.scoped.visible_to(actor).filter(case__operation=found)
    leads = list(rows.order_by("pk").values_list("pk", "tip", "account_key", "state"))
    clocks = SafeguardingClock.scoped.visible_to(actor).filter(lead__case__operation=found, notified_at=None)
    cases = Case.scoped.visible_to(actor).filter(operation=found, stage=CaseStage.OPEN)
    about = _about({(tip, account) for _, tip, account, _ in leads}, actor)
    return Standing(
        cases=list(cases.order_by("title", "pk")),
        leads=[name for name, _, _, state in leads if state == LeadState.IN_CASE],
        clocks=list(clocks.order_by("due_at", "pk")),
        waiting=[referred for referred in about if referred.state in _WAITING],
        out=[one for one in about if one.has_gone and one.state not in _ENDED and not one.referral.last(RETURNED)],
    )


def _about(accounts: set[tuple[str, str]], actor: Member) -> list[Referred]:
    """The agency's referrals that are about any of these accounts, the oldest first."""
    found = referrals_of(actor).values() if accounts else ()
    return [one for one in found if any((one.order.tip, item.account) in accounts for item in one.order.items)]
