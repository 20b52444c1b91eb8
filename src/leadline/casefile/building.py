"""From opened leads to the referrals that could be drafted: who would get which, under what, and what stays behind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leadline.casefile.evidence import run_of, workspace
from leadline.casefile.models import IndexedCandidate, Lead, Selection
from leadline.casefile.models.base import on_accounts
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.leads import current_run, leads_like
from leadline.casefile.referred import referrals_of
from leadline.casefile.rows import one
from leadline.dispatch.drafting import Planned, Wanted, plan
from leadline.errors import NotThere
from leadline.reference.partners.register import partners
from leadline.seal.canonical import canonical_json
from leadline.seal.dsse import fingerprint
from leadline.stages.referral.order import LeftOut
from leadline.vocabulary.casework import LeadState
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

    from leadline.casefile.models import Member
    from leadline.reference.partners.partner import Key, Partner

REFERABLE = (LeadState.OPEN, LeadState.IN_CASE)
"""States in which a lead can go to a partner."""
_PIECE = 500


@dataclass(frozen=True)
class Asked:
    """Which leads of one tip, by name, by selection or by filter; and what is wanted of their referrals."""

    tip: str
    wanted: Wanted
    leads: tuple[str, ...] = ()
    selection: str = ""
    filter: Mapping[str, str] | None = None
    """As the list of leads takes it."""


@dataclass(frozen=True)
class Group:
    """One referral that could be drafted."""

    planned: Planned
    partner: Partner

    @property
    def key(self) -> str:
        """Its name among the others: the partner, and the state where the partner only passes on."""
        places = self.planned.order.jurisdictions
        return f"{self.partner.code}:{places[0]}" if len(places) == 1 else self.partner.code

    @property
    def held(self) -> Key | None:
        """The partner's key in force."""
        return self.partner.key(now().date())

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.held.age_recipient) if self.held else ""

    @property
    def state(self) -> str:
        """`ready`, or what holds the partner back."""
        return self.partner.state(now().date())

    @property
    def why_left(self) -> dict[str, int]:
        """Reasons for which accounts stay, with how many."""
        counts: dict[str, int] = {}
        for left in self.planned.order.left_out:
            counts[left.reason] = counts.get(left.reason, 0) + 1
        return counts


@dataclass(frozen=True)
class Nowhere:
    """A lead that no partner would get, and why."""

    lead: str
    account: str
    reason: str


@dataclass(frozen=True)
class Build:
    """What would be drafted of what was asked."""

    run: str
    tip: str
    leads: int
    others: int
    """Leads that were asked for and are of another tip, or not open any more."""
    groups: tuple[Group, ...]
    nowhere: tuple[Nowhere, ...]

    @property
    def going(self) -> list[Group]:
        """Groups of which something would go."""
        return [group for group in self.groups if group.planned.order.items]

    @property
    def idle(self) -> list[Group]:
        """Groups of which everything stays behind."""
        return [group for group in self.groups if not group.planned.order.items]

    @property
    def digest(self) -> str:
        """SHA-256 over who would get what; the names of the referrals, which are others each time, are not in it."""
        told = [_told(group.planned) for group in self.groups]
        return hashlib.sha256(canonical_json({"run": self.run, "groups": told})).hexdigest()


def build(asked: Asked, *, actor: Member) -> Build:
    """Plan the referrals; nothing is written. :class:`NotThere` where no run of the tip is listed."""
    permit(actor, Verb.REFERRAL_DRAFT)
    run = current_run(asked.tip, actor=actor)
    if not run:
        raise NotThere("the tip has no listed run.", advice="Receive a tip and run it; its leads come from there.")
    run_of(actor, run)
    rows = _leads(asked, actor)
    ours = rows.filter(tip=asked.tip, state__in=REFERABLE)
    leads = {account: name for name, account in ours.values_list("pk", "account_key")}
    wanted = replace(asked.wanted, run=run, accounts=frozenset(leads))
    planned = plan(workspace(), wanted, by=actor.login) if leads else []
    register = partners(workspace())
    pending = _pending(actor)
    groups = [Group(_without(one, pending.get(one.order.partner, {})), register[one.order.partner]) for one in planned]
    named = {account for group in groups for account in _accounts(group.planned)}
    missing = sorted(set(leads) - named) if not asked.wanted.partner else []
    others = rows.count() - len(leads)
    return Build(run, asked.tip, len(leads), others, tuple(groups), tuple(_nowhere(run, missing, leads, actor)))


def _leads(asked: Asked, actor: Member) -> QuerySet[Lead]:
    """The leads that are asked for."""
    rows = Lead.scoped.visible_to(actor)
    if asked.selection:
        rows = rows.filter(selection=one(Selection, asked.selection, actor=actor))
    elif asked.leads:
        rows = rows.filter(pk__in=asked.leads)
    elif asked.filter:
        rows = leads_like(asked.filter, actor=actor)
    return rows


def _pending(actor: Member) -> dict[str, dict[str, str]]:
    """Accounts that stand in a draft nobody has sealed yet: by partner, with the draft's name."""
    found: dict[str, dict[str, str]] = {}
    for ref, referred in referrals_of(actor).items():
        if referred.state in ("drafted", "approved"):
            theirs = found.setdefault(referred.order.partner, {})
            theirs.update(dict.fromkeys((item.account for item in referred.order.items), ref))
    return found


def _without(planned: Planned, pending: Mapping[str, str]) -> Planned:
    order = planned.order
    twice = [item.account for item in order.items if item.account in pending]
    if not twice:
        return planned
    left = tuple(LeftOut(account, f"stands in {pending[account]}, which is not sealed yet") for account in twice)
    kept = replace(
        order,
        leads=tuple(item for item in order.leads if item.account not in pending),
        to_verify=tuple(item for item in order.to_verify if item.account not in pending),
        left_out=(*order.left_out, *left),
    )
    return replace(planned, order=kept)


def _accounts(planned: Planned) -> Iterable[str]:
    yield from (item.account for item in planned.order.items)
    yield from (left.account for left in planned.order.left_out)


def _nowhere(run: str, accounts: Collection[str], leads: Mapping[str, str], actor: Member) -> Iterable[Nowhere]:
    placed: dict[str, str] = {}
    listed = list(accounts)
    for at in range(0, len(listed), _PIECE):
        rows = IndexedCandidate.scoped.visible_to(actor).filter(on_accounts(*listed[at : at + _PIECE]), run=run)
        placed.update(rows.values_list("account_key", "jurisdiction"))
    for account in listed:
        yield Nowhere(leads[account], account, _why(placed.get(account), run))


def _why(jurisdiction: str | None, run: str) -> str:
    if jurisdiction is None:
        return f"run {run} does not list it"
    if not jurisdiction:
        return "no jurisdiction: the evidence does not carry one"
    return f"no partner of the register answers for {jurisdiction}"


def _told(planned: Planned) -> dict[str, Any]:
    order = planned.order
    return {
        "partner": order.partner,
        "jurisdictions": list(order.jurisdictions),
        "handling": order.handling.to_json(),
        "columns": list(order.columns),
        "documents": list(order.documents),
        "leads": [item.account for item in order.leads],
        "to_verify": [item.account for item in order.to_verify],
        "left_out": [[left.account, left.reason] for left in order.left_out],
    }
