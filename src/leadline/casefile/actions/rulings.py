"""Rulings on pairs of accounts, and the snapshot in which they go back to the evidence side."""

from __future__ import annotations

from leadline.casefile.actions.audit import record
from leadline.casefile.evidence import refuse_strangers, run_of, tip_of, workspace
from leadline.casefile.models import Lead, Member, Ruling, RulingSnapshot
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.errors import Conflict, WrongUsage
from leadline.reference import rulings as evidence
from leadline.vocabulary.casework import PairRuling
from leadline.vocabulary.identifiers import parse_tip
from leadline.vocabulary.instants import now
from leadline.vocabulary.rulings import ruling_on


@decision
def rule_on_pair(lead: str, other: str, ruling: str, reason: str, *, actor: Member) -> Ruling:
    """Say whether a lead's account and another of its tip are one person's; who changes their mind rules again."""
    found = one(Lead, lead, actor=actor)
    permit(actor, Verb.RULING_MAKE, found)
    if ruling not in set(PairRuling):
        raise WrongUsage(f"there is no ruling {ruling!r}.", advice=f"Known: {', '.join(PairRuling)}.")
    if other == found.account_key:
        raise WrongUsage("a ruling needs two different accounts.", advice="Choose another account.")
    refuse_strangers(run_of(actor, found.run), [found.account_key, other])
    first, second = sorted((found.account_key, other))
    made = Ruling(
        agency_id=actor.agency_id,
        tip=found.tip,
        account_a=first,
        account_b=second,
        ruling=PairRuling(ruling),
        reason=filled(reason, "reason"),
        ruled_by=actor,
        created_at=now(),
    ).insert()
    record(actor, "lead:ruling:made", found.id, {"ruling": made.id, "said": made.ruling, "reason": made.reason})
    return made


@decision
def seal_rulings(tip: str, *, actor: Member) -> RulingSnapshot:
    """Add all rulings of the desk on a tip to its sealed snapshot, which its next run takes in.

    :class:`Conflict` where none is there that is not in it already.
    """
    permit(actor, Verb.RULING_SEAL)
    manifest = tip_of(actor, tip)
    rows = Ruling.scoped.visible_to(actor).filter(tip=tip).select_related("ruled_by").order_by("created_at", "pk")
    said = [
        ruling_on(
            row.account_a, row.account_b, ruling=row.ruling, by=row.ruled_by.login, at=row.created_at,
            reason=row.reason, source=f"casefile:{row.pk}",
        )
        for row in rows
    ]  # fmt: skip
    snapshot, added = evidence.seal_rulings(workspace(), parse_tip(manifest.tip), said)
    if not added and RulingSnapshot.scoped.visible_to(actor).filter(sha256=snapshot.sha256).exists():
        raise Conflict("no ruling is there that is not sealed.", advice="Start a run: it takes the sealed ones in.")
    if not snapshot.sha256:
        raise Conflict("nobody has ruled on a pair of this tip.", advice="Rule on the links of a lead.")
    made = RulingSnapshot(
        agency_id=actor.agency_id,
        tip=tip,
        sha256=snapshot.sha256,
        count=len(snapshot.rulings),
        made_by=actor,
        created_at=now(),
    ).insert()
    told = {"tip": tip, "sha256": made.sha256, "count": made.count, "added": added}
    record(actor, "tip:rulings:sealed", made.id, told)
    return made
