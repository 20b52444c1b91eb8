"""Referrals at the desk: each verb lets `dispatch` act in a colleague's name, then leaves the entry in the audit.

The log comes first: a step that stands there counts, and the audit names it by its instant. Who dies between the two
loses nothing, for :mod:`leadline.casefile.mending` gives every step without an entry one.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.audit import record
from leadline.casefile.building import build
from leadline.casefile.evidence import workspace
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.claims import claims_of_desks
from leadline.casefile.referred import PACKAGES, referral_for
from leadline.casefile.walls import decision
from leadline.casefile.wording import filled
from leadline.dispatch import approving, deconflicting, drafting, following, sealing
from leadline.dispatch.ledger import (
    APPROVED,
    DRAFTED,
    OWNED,
    PROPOSED,
    RELEASED,
    SEALED,
    WITHDRAWN,
    referral_of,
    referrals,
)
from leadline.errors import Conflict, LeadlineError, WrongUsage
from leadline.stages.referral.order import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from leadline.casefile.building import Asked
    from leadline.casefile.models import Member
    from leadline.dispatch.ledger import Referral, Step
    from leadline.facts.runs import Progress


def draft_referrals(asked: Asked, keys: Collection[str], *, seen: str, actor: Member) -> list[str]:
    """Draft the groups with these keys of a build, and so ask for their approval; returns the referrals' names.

    ``seen`` is the digest that was shown; :class:`Conflict` where something has changed since.
    """
    permit(actor, Verb.REFERRAL_DRAFT)
    found = build(asked, actor=actor)
    if found.digest != seen:
        raise Conflict("what would be drafted is not what was shown.", advice="Look at the groups again.")
    chosen = [group.planned for group in found.going if group.key in keys]
    if not chosen:
        raise WrongUsage("no referral was chosen.", advice="Tick one or more of the groups.")
    orders = drafting.keep(workspace(), chosen, by=actor.login)
    known = referrals(workspace())
    _note([(known[order.referral], DRAFTED, _counts(known[order.referral])) for order in orders], actor=actor)
    return [order.referral for order in orders]


def approve_referral(ref: str, reason: str, *, actor: Member) -> Referral:
    """Approve a draft as it stands. Its drafter never may (:class:`ApprovalMissing`), whatever the roles are."""
    permit(actor, Verb.REFERRAL_APPROVE)
    referral_for(ref, actor=actor)
    done = approving.approve(workspace(), ref, by=actor.login, reason=reason.strip())
    _note([(done, APPROVED, {"reason": reason.strip(), "order_sha256": done.sha256})], actor=actor)
    return done


def recall_referral(ref: str, reason: str, *, actor: Member) -> str:
    """Take back a draft; or draft the recall of a package that has gone. Returns the referral to look at next."""
    permit(actor, Verb.REFERRAL_RECALL)
    found, words = referral_for(ref, actor=actor), filled(reason, "reason")
    if found.state in ("drafted", "approved"):
        done = approving.withdraw(workspace(), ref, by=actor.login, reason=words)
        _note([(done, WITHDRAWN, {"reason": words})], actor=actor)
        return ref
    order = drafting.draft_about(workspace(), ref, Kind.RECALL, by=actor.login, words=words)
    return _noted_draft(order.referral, {"recalls": ref, "reason": words}, actor)


def correct_referral(ref: str, words: str, *, actor: Member) -> str:
    """Draft the correction of a package that has gone: its leads as the tip's newest run has them. Returns its name."""
    permit(actor, Verb.REFERRAL_DRAFT)
    referral_for(ref, actor=actor)
    said = filled(words, "correction")
    order = drafting.draft_about(workspace(), ref, Kind.CORRECTION, by=actor.login, words=said)
    return _noted_draft(order.referral, {"corrects": ref, "run": order.run, "words": said}, actor)


def mark_referral(ref: str, step: str, note: str, *, actor: Member) -> Referral:
    """Note that a package was dispatched, received, acknowledged, worked or returned."""
    permit(actor, Verb.REFERRAL_MARK)
    referral_for(ref, actor=actor)
    done = following.mark(workspace(), ref, step, by=actor.login, note=note.strip())
    _note([(done, f"referral:package:{step}", {"note": note.strip()})], actor=actor)
    return done


def own_silence(ref: str, note: str, *, actor: Member) -> Referral:
    """Take on the silence about a package; it stands under this name until the package is heard of."""
    permit(actor, Verb.REFERRAL_OWN)
    referral_for(ref, actor=actor)
    done = following.own(workspace(), ref, by=actor.login, note=note.strip())
    _note([(done, OWNED, {"note": note.strip()})], actor=actor)
    return done


def propose_release(ref: str, agreed_with: Collection[str], reason: str, *, actor: Member) -> Referral:
    """Write down what was agreed with the agencies that hold a referral; it stays held until a second person acts."""
    permit(actor, Verb.HOLD_PROPOSE)
    referral_for(ref, actor=actor)
    words = filled(reason, "reason")
    done = deconflicting.propose(
        workspace(), ref, by=actor.login, agreed_with=agreed_with, reason=words, desk=claims_of_desks()
    )
    _note([(done, PROPOSED, {"agreed_with": sorted(agreed_with), "reason": words})], actor=actor)
    return done


def release_referral(ref: str, *, actor: Member) -> Referral:
    """Stand behind what a colleague wrote down as agreed, and so release the holds that this was about.

    :class:`ApprovalMissing` for whoever wrote it; :class:`Conflict` where nobody did, or where the order or what holds
    it is another one by now.
    """
    permit(actor, Verb.HOLD_RELEASE)
    found = referral_for(ref, actor=actor)
    said = proposal(found.referral)
    if said is None:
        raise Conflict(f"nobody has said what was agreed about {ref}.", advice="Say first what was agreed.")
    done = deconflicting.release(
        workspace(),
        ref,
        by=str(said.facts["by"]),
        second=actor.login,
        agreed_with=said.facts["holds"],
        reason=str(said.facts["reason"]),
        desk=claims_of_desks(),
    )
    _note(
        [(done, RELEASED, {"proposed_by": said.facts["by"], "agreed_with": sorted(said.facts["holds"])})], actor=actor
    )
    return done


def proposal(referral: Referral) -> Step | None:
    """What was last written down as agreed about the order as it stands, and nobody has released since."""
    said, done = referral.last(PROPOSED), referral.last(RELEASED)
    if said is None or said.facts.get("order_sha256") != referral.sha256 or (done and done.at > said.at):
        return None
    return said


def seal_referrals(refs: Sequence[str], progress: Progress, *, actor: Member) -> dict[str, Any]:
    """Seal approved referrals into the desk's folder of packages; `sealed, refused` (why, by name).

    Facts are read once for all. Where one is refused, each is tried by itself, so that it holds up no other; where
    none can be sealed, the first refusal is raised.
    """
    permit(actor, Verb.REFERRAL_SEAL)
    wanted = [(ref, _target(referral_for(ref, actor=actor).referral)) for ref in refs]
    progress.begin("sealing packages", len(wanted))
    sealed: list[str] = []
    refused: dict[str, LeadlineError] = {}
    try:
        _sealed(wanted, sealed, progress, actor)
    except LeadlineError:
        for one in wanted:
            if one[0] not in sealed:
                _tried(one, sealed, refused, progress, actor)
    progress.end()
    if refused and not sealed:
        raise next(iter(refused.values()))
    return {"sealed": sealed, "refused": [f"{ref}: {error}" for ref, error in refused.items()]}


def _tried(
    one: tuple[str, Path], sealed: list[str], refused: dict[str, LeadlineError], progress: Progress, actor: Member
) -> None:
    try:
        _sealed([one], sealed, progress, actor)
    except LeadlineError as error:
        refused[one[0]] = error


def _sealed(wanted: Sequence[tuple[str, Path]], sealed: list[str], progress: Progress, actor: Member) -> None:
    for done in sealing.seal_all(workspace(), wanted, by=actor.login, desk=claims_of_desks()):
        ref = done.order.referral
        told = {"sequence": done.sequence, "sha256": done.sealed.sha256, "bytes": done.sealed.bytes}
        _note([(referral_of(workspace(), ref), SEALED, told)], actor=actor)
        sealed.append(ref)
        progress.advance(1)


def _target(referral: Referral) -> Path:
    """A new file for the package; what a crash left of an earlier attempt, and no step of the log names, goes."""
    folder = workspace() / PACKAGES
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    named = {step.facts.get("file") for step in referral.steps if step.action == SEALED}
    for stray in folder.glob(f"{referral.ref}.*.age"):
        if stray.name not in named:
            stray.unlink(missing_ok=True)
    return folder / f"{referral.ref}.{secrets.token_hex(4)}.age"


def _noted_draft(ref: str, detail: Mapping[str, Any], actor: Member) -> str:
    done = referral_of(workspace(), ref)
    _note([(done, DRAFTED, {**_counts(done), **detail})], actor=actor)
    return ref


def _counts(referral: Referral) -> dict[str, Any]:
    first = referral.steps[0]
    return {"partner": first.facts.get("partner", ""), **first.numbers, "order_sha256": referral.sha256}


@decision
def _note(done: Iterable[tuple[Referral, str, Mapping[str, Any]]], *, actor: Member) -> None:
    """The audit's entries for steps that stand in the log; `logged_at` is the instant by which the log knows them."""
    for referral, action, detail in done:
        step = referral.last(action)
        record(actor, action, referral.ref, {"logged_at": step.at if step else "", **detail})
