"""The audit for whoever reads it: who did what to which thing, a page at a time, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.evidence import workspace
from leadline.casefile.models import AuditEvent, AuditHead, Examination, Member, Selection, Tip
from leadline.casefile.policy import Verb, permit
from leadline.casefile.proof import AuditVerdict, check_agency
from leadline.casefile.referred import referrals_of
from leadline.errors import IntegrityBroken
from leadline.inquiry.verify import verify_agency
from leadline.seal.audit_rows import COLUMNS, AuditRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadline.inquiry.verify import AgencyVerdict
    from leadline.seal.log_audit import Fault

PAGE = 100


@dataclass(frozen=True)
class Audit:
    """A page of entries with the names of colleagues, the chain's end, and where the page before and after begin."""

    rows: Sequence[AuditEvent]
    names: dict[str, str]
    people: Sequence[tuple[str, str]]
    head: AuditHead | None
    after: int | None
    first: bool


def read_audit(asked: Mapping[str, str], *, actor: Member) -> Audit:
    """Entries before the place `before`; `asked` may hold `actor`, `action` (its beginning), `thing`, `on` (a day)."""
    permit(actor, Verb.AUDIT_READ)
    rows = AuditEvent.scoped.visible_to(actor)
    if asked.get("actor"):
        rows = rows.filter(actor=asked["actor"])
    if asked.get("action"):
        rows = rows.filter(action__startswith=asked["action"])
    if asked.get("thing"):
        rows = rows.filter(thing=asked["thing"])
    if asked.get("on"):
        rows = rows.filter(at__startswith=asked["on"])
    before = asked.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(seq__lt=int(before))
    found = list(rows.order_by("-seq")[: PAGE + 1])
    people = list(Member.scoped.visible_to(actor).order_by("display_name", "pk").values_list("id", "display_name"))
    head = AuditHead.scoped.visible_to(actor).first()
    after = found[PAGE - 1].seq if len(found) > PAGE else None
    return Audit(found[:PAGE], dict(people), people, head, after, not before)


@dataclass(frozen=True)
class OwnVerdict:
    """What Verify tells an agency: of its own evidence and audit, and whether the log that serves all is whole."""

    evidence: AgencyVerdict
    audit: AuditVerdict
    is_whole: bool

    @property
    def faults(self) -> tuple[Fault, ...]:
        return (*self.evidence.faults, *self.audit.faults)

    @property
    def is_clean(self) -> bool:
        return self.is_whole and not self.faults


def verify_own(*, actor: Member) -> OwnVerdict:
    """Hash the agency's tips, runs, papers, referrals and examinations again, and check its audit rows.

    Sizes and roots of the whole instance are its operator's, at the command line: they would tell one agency when
    another one works.
    """
    permit(actor, Verb.AUDIT_READ)
    tips = list(Tip.scoped.visible_to(actor).values_list("tip", flat=True))
    runs = Tip.scoped.visible_to(actor).values_list("current_run", flat=True)
    decided = Selection.scoped.visible_to(actor).values_list("run", flat=True).distinct()
    examined = Examination.scoped.visible_to(actor).exclude(examination="").values_list("examination", flat=True)
    try:
        referrals, is_readable = set(referrals_of(actor)), True
    except IntegrityBroken:
        # An order or a step that cannot be read: whose it is, nobody knows, and the operator's check names it.
        referrals, is_readable = set(), False
    evidence = verify_agency(
        workspace(), tips, subjects={actor.agency_id, *runs, *decided, *examined, *referrals} - {""}
    )
    audit = AuditVerdict(0, 0, ())
    if evidence.is_whole and not any(fault.path.startswith("log/") for fault in evidence.faults):
        audit = _own_rows(actor)
    return OwnVerdict(evidence, audit, evidence.is_whole and is_readable)


def _own_rows(actor: Member) -> AuditVerdict:
    rows = AuditEvent.scoped.visible_to(actor).order_by("seq", "pk").values_list(*COLUMNS)
    ends = list(AuditHead.scoped.visible_to(actor).values_list("seq", "mac"))
    return check_agency(workspace(), actor.agency_id, (AuditRow(*row) for row in rows.iterator()), ends)
