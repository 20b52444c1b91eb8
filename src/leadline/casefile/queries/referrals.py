"""Referrals for the desk: lists by where they stand, one package with everything about it, and its sealed copies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.casefile.evidence import workspace
from leadline.casefile.models import AuditEvent, Lead, Member, Selection, Tip
from leadline.casefile.models.base import on_accounts
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.leads import told
from leadline.casefile.referred import PACKAGES, Referred, referral_for, referrals_of
from leadline.dispatch.ledger import APPROVED, HELD, RELEASED, RETURNED, SEALED
from leadline.errors import IntegrityBroken, NotThere
from leadline.reference.partners.partner import person
from leadline.reference.partners.register import partners
from leadline.seal.dsse import fingerprint
from leadline.seal.hashing import sha256_file
from leadline.stages.referral.contract import DOCUMENTS
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leadline.dispatch.ledger import Step
    from leadline.reference.partners.partner import Partner
    from leadline.stages.referral.order import Item

TABS = {"build": "To build", "approve": "To approve", "sealed": "Sealed", "received": "Received", "outcome": "Outcome"}
GONE = "gone"
"""Everything that was ever sealed, under no tab of its own."""
_OF_STATE = {
    "drafted": "approve",
    "approved": "sealed",
    "sealed": "sealed",
    "dispatched": "sealed",
    "received": "received",
    "acknowledged": "received",
    "worked": "received",
}
PAGE = 100
_READ = ("referral:page:read", "referral:letter:read")


def tab_of(one: Referred) -> str:
    """Under which tab a referral stands; what came back, was taken back or ended stands under `outcome`."""
    return "outcome" if one.referral.last(RETURNED) else _OF_STATE.get(one.state, "outcome")


def by_tab(*, actor: Member) -> dict[str, list[Referred]]:
    """The agency's referrals under each tab and under :data:`GONE`, the newest first."""
    permit(actor, Verb.REFERRAL_READ)
    found: dict[str, list[Referred]] = {tab: [] for tab in (*TABS, GONE)}
    for one in reversed(referrals_of(actor).values()):
        found[tab_of(one)].append(one)
        if one.has_gone:
            found[GONE].append(one)
    return found


def may_approve(one: Referred, *, actor: Member) -> bool:
    """Whether the actor could approve it: a draft, by somebody else."""
    drafter = person(one.order.drafted_by) == person(actor.login)
    return one.state == "drafted" and not drafter and may(actor, Verb.REFERRAL_APPROVE)


def waiting_for(actor: Member) -> list[Referred]:
    """Drafts that the actor could approve, the oldest first."""
    return [one for one in referrals_of(actor).values() if may_approve(one, actor=actor)]


@dataclass(frozen=True)
class Copy:
    """One sealing of a package: the log's step, and the file where the desk still has it."""

    step: Step
    file: Path | None

    @property
    def name(self) -> str:
        return str(self.step.facts.get("file", ""))


@dataclass(frozen=True)
class Package:
    """Everything about one referral."""

    one: Referred
    partner: Partner | None
    """As the register has it today."""
    copies: tuple[Copy, ...]
    approved: Step | None
    followed: tuple[Referred, ...]
    """Recalls, corrections and notices about it."""
    documents: tuple[str, ...]
    """Titles of what is inside."""
    why_left: Mapping[str, int]

    @property
    def state(self) -> str:
        """What holds the partner back today; `ready`, or not in the register."""
        return self.partner.state(now().date()) if self.partner else "not in the register"

    @property
    def fingerprint(self) -> str:
        """Of the key that the package went to, or would go to today."""
        if self.copies:
            return str(self.copies[-1].step.facts.get("fingerprint", ""))
        key = self.partner.key(now().date()) if self.partner else None
        return fingerprint(key.age_recipient) if key else ""

    @property
    def valid_until(self) -> str:
        """Last day of the partner's key in force; empty without one."""
        key = self.partner.key(now().date()) if self.partner else None
        return key.valid_until if key else ""

    @property
    def said(self) -> dict[str, int]:
        """Outcomes that came back, over the newest row of each lead."""
        return dict(Counter({row["lead"]: row["outcome"] for row in self.one.returns}.values()))

    @property
    def held_by(self) -> dict[str, int]:
        """Agencies whose claims kept it from being sealed, with how many of its accounts; nothing once settled."""
        held = self.one.referral.last(HELD)
        released = self.one.referral.last(RELEASED)
        if held is None or self.copies or (released is not None and released.at > held.at):
            return {}
        return {agency: len(leads) for agency, leads in held.facts.get("holds", {}).items()}

    @property
    def is_revoked(self) -> bool:
        """Whether the key that the package went to was taken back since."""
        keys = self.partner.keys if self.partner else ()
        gone = {fingerprint(key.age_recipient) for key in keys if key.revoked_on}
        return bool(self.copies) and self.fingerprint in gone


def package_of(ref: str, *, actor: Member) -> Package:
    """One referral of the agency; :class:`NotThere` for any other."""
    permit(actor, Verb.REFERRAL_READ)
    one = referral_for(ref, actor=actor)
    inside = [document.title for document in DOCUMENTS.all() if document.always or document.name in one.order.documents]
    return Package(
        one=one,
        partner=partners(workspace()).get(one.order.partner),
        copies=tuple(_copy(step) for step in one.referral.steps if step.action == SEALED),
        approved=one.referral.last(APPROVED),
        followed=tuple(other for other in referrals_of(actor).values() if other.order.about == ref),
        documents=tuple(inside),
        why_left=dict(Counter(left.reason for left in one.order.left_out)),
    )


def _copy(step: Step) -> Copy:
    path = workspace() / PACKAGES / str(step.facts.get("file") or "-")
    return Copy(step, path if path.is_file() else None)


def sealed_file(ref: str, name: str, *, actor: Member) -> tuple[Path, Step]:
    """A sealed copy for whoever carries it to the partner, with its step.

    :class:`NotThere` where the desk has none of this name; :class:`IntegrityBroken` where it is not what was sealed.
    """
    permit(actor, Verb.REFERRAL_FETCH)
    copies = package_of(ref, actor=actor).copies
    found = next((copy for copy in copies if copy.name == name and copy.file), None)
    if found is None or found.file is None:
        raise NotThere("the desk has no such file.", advice="It was sealed elsewhere: seal it again.")
    if sha256_file(found.file) != found.step.facts.get("sha256"):
        raise IntegrityBroken("The file is not what was sealed.", where=name, advice="Seal it again; tell the auditor.")
    return found.file, found.step


def items_of(one: Referred, page: int, *, actor: Member) -> list[dict[str, Any]]:
    """A page of the accounts that go, those to verify last, each with the lead it was opened as."""
    rows = [(item, False) for item in one.order.leads] + [(item, True) for item in one.order.to_verify]
    shown = rows[(page - 1) * PAGE : page * PAGE]
    leads = _leads([item for item, _ in shown], one.order.tip, actor)
    return [{"item": item, "verify": verify, "lead": leads.get(item.account, "")} for item, verify in shown]


def _leads(items: Sequence[Item], tip: str, actor: Member) -> dict[str, str]:
    accounts = [item.account for item in items]
    rows = Lead.scoped.visible_to(actor).filter(on_accounts(*accounts), tip=tip)
    return dict(rows.values_list("account_key", "pk"))


def history_of(one: Referred, *, actor: Member) -> list[dict[str, Any]]:
    """What was done about a referral, the newest first, from the audit; readings are left out."""
    rows = list(
        AuditEvent.scoped.visible_to(actor).filter(thing=one.ref).exclude(action__in=_READ).order_by("-seq")[:200]
    )
    return told(rows, actor=actor)


def listed_tips(*, actor: Member) -> list[str]:
    """Tips of which a run is listed, the newest first."""
    rows = Tip.scoped.visible_to(actor).exclude(current_run="").order_by("-created_at", "pk")
    return list(rows.values_list("tip", flat=True))


def selections_of(tip: str, *, actor: Member) -> list[tuple[str, str]]:
    """Frozen selections of a tip on which leads were opened, the newest first: names, and what they were."""
    rows = Selection.scoped.visible_to(actor).filter(tip=tip, decision="open").order_by("-created_at", "pk")[:30]
    return [(row.pk, f"{row.created_at:%Y-%m-%d}: {row.count:,} accounts, {row.reason[:60]}") for row in rows]
