"""Cleared accounts that are taken out: the list, and one with everything that a second person must see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.actions.retirements import is_taken_out, whose
from leadline.casefile.evidence import workspace
from leadline.casefile.models import Lead, Retirement
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.referred import referrals_of
from leadline.dispatch.ledger import subject
from leadline.dispatch.retiring import untold_about
from leadline.errors import NotThere
from leadline.stages.referral.order import Kind
from leadline.vocabulary.casework import RetirementState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.casefile.models import Member
    from leadline.casefile.referred import Referred

_MOST = 200


@dataclass(frozen=True)
class Leaving:
    """One account that is being taken out, or was; once it was, nothing here names it."""

    row: Retirement
    account: str
    untold: frozenset[str]
    """Packages whose recipients have not been told that the holder is cleared."""
    notices: tuple[Referred, ...]

    @property
    def moves(self) -> bool:
        return self.row.state in (RetirementState.ASKED, RetirementState.AGREED)


def list_retirements(*, actor: Member) -> Sequence[Retirement]:
    """The newest first."""
    _may_read(actor)
    rows = Retirement.scoped.visible_to(actor).select_related("asked_by", "agreed_by", "lead")
    return list(rows.order_by("-created_at", "pk")[:_MOST])


def leaving(name: str, *, actor: Member) -> Leaving:
    """One of them; :class:`NotThere` for any other."""
    _may_read(actor)
    rows = Retirement.scoped.visible_to(actor).select_related("asked_by", "agreed_by", "lead", "job")
    row = rows.filter(pk=name).first()
    if row is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    if is_taken_out(row.lead):
        return Leaving(row, "", frozenset(), ())
    whom = whose(row)
    ours = referrals_of(actor).values()
    notices = [
        one
        for one in ours
        if one.order.kind is Kind.CLEARED
        and whom in {subject(one.order.provider, item.account) for item in one.order.items}
    ]
    untold = frozenset(untold_about(workspace(), whom)) & {one.ref for one in ours}
    return Leaving(row, row.lead.account_key, untold, tuple(notices))


def to_agree(*, actor: Member) -> int:
    """How many wait for the actor as the second person."""
    if not may(actor, Verb.ACCOUNT_TAKE_OUT):
        return 0
    rows = Retirement.scoped.visible_to(actor).filter(state=RetirementState.FOUND)
    return rows.exclude(asked_by=actor).count()


def retirement_of(lead: Lead, *, actor: Member) -> Retirement | None:
    """The newest one of a lead."""
    return Retirement.scoped.visible_to(actor).filter(lead=lead).order_by("-created_at", "pk").first()


def _may_read(actor: Member) -> None:
    permit(actor, Verb.ACCOUNT_RETIRE)
