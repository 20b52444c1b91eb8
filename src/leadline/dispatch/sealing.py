"""Sealing: an approved order becomes a package for one key of one partner, or nothing happens at all."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leadline.dispatch.deconflicting import Claims, refuse_held
from leadline.dispatch.ledger import SEALED, SENDS, Referral, Step, read_order, referral_of, referrals, subject
from leadline.dispatch.sending_key import sending_key
from leadline.dispatch.stated import categories, not_to_refer
from leadline.errors import ApprovalMissing, Conflict
from leadline.inquiry.runs import open_run
from leadline.inquiry.showing import os_user
from leadline.reference.partners.partner import person
from leadline.reference.partners.register import partners
from leadline.seal.dsse import fingerprint, key_text
from leadline.seal.envelope import Sealed, seal_package
from leadline.seal.log import Log
from leadline.stages.referral.contract import DOCUMENTS
from leadline.stages.referral.run import READS, Facts, Release, contents
from leadline.vocabulary.handling import Subject, refuse_above
from leadline.vocabulary.instants import iso_z, now, parse_zoned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from leadline.dispatch.deconflicting import Claim
    from leadline.dispatch.ledger import Subject as Whom
    from leadline.reference.partners.partner import Key, Partner
    from leadline.stages.referral.order import Order
    from leadline.vocabulary.handling import Handling


@dataclass(frozen=True)
class Packaged:
    """A sealed package and what it came from."""

    order: Order
    sealed: Sealed
    sequence: int

    def to_json(self) -> dict[str, Any]:
        """What `seal` prints."""
        return {
            "referral": self.order.referral,
            "partner": self.order.partner,
            "kind": str(self.order.kind),
            "sequence": self.sequence,
            "leads": len(self.order.leads),
            "to_verify": len(self.order.to_verify),
            "file": str(self.sealed.path),
            "sha256": self.sealed.sha256,
            "bytes": self.sealed.bytes,
            "manifest_sha256": self.sealed.manifest_sha256,
            "recipient_fingerprint": self.sealed.manifest["recipient"]["fingerprint"],
            "sign_key": self.sealed.manifest["sender"]["key"],
        }


def seal(workspace: Path, ref: str, out: Path, *, by: str = "", desk: Iterable[Claim] = ()) -> Packaged:
    """Seal one approved referral to ``out``. See :func:`seal_all` for what is refused."""
    return next(seal_all(workspace, [(ref, out)], by=by, desk=desk))


def seal_all(
    workspace: Path, wanted: Sequence[tuple[str, Path]], *, by: str = "", desk: Iterable[Claim] = ()
) -> Iterator[Packaged]:
    """Seal approved referrals, the facts of each run read once; each is done, and logged, before the next begins.

    :class:`ApprovalMissing` without a second person's approval of these very bytes, to a partner without valid
    assurance or key, or to a key that only one person has vouched for; :class:`MarkedAbove` where the partner may
    not have it (any more); :class:`HeldByDeconfliction` while another agency's claim is not settled (``desk``: the
    claims of the desks' leads); :class:`Conflict` for what was withdrawn or recalled.
    """
    known = referrals(workspace)
    free = not_to_refer(workspace)
    ready = [_ready(workspace, known.get(ref) or referral_of(workspace, ref), free) for ref, _ in wanted]
    claims, log = Claims(workspace, desk), Log.open(workspace)
    for one in ready:
        refuse_held(log, claims, one.referral, one.order)
    key = sending_key(workspace)
    runs = sorted({one.order.run for one in ready})
    with ExitStack() as stack:
        facts = {
            run: _facts(workspace, run, [one.order for one in ready if one.order.run == run], stack) for run in runs
        }
        for one, (_, out) in zip(ready, wanted, strict=True):
            yield _seal_one(workspace, one, facts[one.order.run], key, out, by or os_user())


def _facts(workspace: Path, run: str, orders: Sequence[Order], stack: ExitStack) -> Facts:
    engine = stack.enter_context(open_run(workspace, run).engine(*READS))
    return Facts(engine, orders)


@dataclass(frozen=True)
class _Ready:
    """What may be sealed, to which key, on whose approval."""

    referral: Referral
    order: Order
    partner: Partner
    key: Key
    approval: Step


def _ready(workspace: Path, referral: Referral, free: Mapping[Whom, str]) -> _Ready:
    ref = referral.ref
    if referral.state in ("withdrawn", "recalled"):
        raise Conflict(f"{ref} is {referral.state}.", advice="Draft it anew: `leadline refer`.")
    order = read_order(workspace, referral)
    approval = referral.approval()
    if approval is None:
        changed = referral.steps and any(step.action.endswith(":approved") for step in referral.steps)
        what = "was changed after it was approved" if changed else "is not approved"
        raise ApprovalMissing(f"{ref} {what}.", advice=f"A second person: `leadline approve {ref} --by COLLEAGUE`.")
    if person(str(approval.facts["by"])) == person(order.drafted_by):
        raise ApprovalMissing(f"{ref} was approved by its drafter.", advice="A second person must approve it.")
    partner, key = _assured(workspace, order)
    if len(key.vouching() | {person(str(approval.facts["by"]))}) < 2:
        raise ApprovalMissing(
            f"Only one person has vouched for the key of {partner.code}.",
            advice=f"A second one compares it: `leadline partners check {partner.code} --fingerprint HEX --by USER`.",
        )
    refuse_above([("The referral", _handling(order))], partner.clearance(), sender=order.sender)
    _refuse_outdated(workspace, order)
    gone = [item for item in order.items if subject(order.provider, item.account) in free]
    if gone and order.kind in SENDS:
        raise ApprovalMissing(
            f"{len(gone)} account holders of {ref} are stated to be cleared, injured, a witness or a contact.",
            advice=f"Take it back, `leadline recall {ref}`, and draft it anew without them.",
        )
    return _Ready(referral, order, partner, key, approval)


def _handling(order: Order) -> Handling:
    """The marking with the category of every person in it, whatever the order says of the whole."""
    persons = {item.data_subject for item in order.items}
    return replace(order.handling, subjects=order.handling.subjects | persons)


def _refuse_outdated(workspace: Path, order: Order) -> None:
    """No package says of a person that proceedings run where that is not the newest word any more."""
    charged = [item for item in order.items if item.data_subject is Subject.IN_PROCEEDINGS]
    if not charged or order.kind not in SENDS:
        return
    said = categories(workspace, sender=order.sender)
    gone = [one for one in charged if said.get(subject(order.provider, one.account), ("",))[0] != one.data_subject]
    if gone:
        raise ApprovalMissing(
            f"{len(gone)} account holders of {order.referral} are not stated to be in proceedings any more.",
            advice=f"Take it back, `leadline recall {order.referral}`, and draft it anew.",
        )


def _assured(workspace: Path, order: Order) -> tuple[Partner, Key]:
    today = now().date()
    partner = partners(workspace).get(order.partner)
    key = partner.key(today) if partner else None
    if partner is None or key is None or not partner.assured(today):
        why = partner.state(today) if partner else "not in the register"
        raise ApprovalMissing(
            f"Nothing is sealed to {order.partner}: {why}.",
            where=order.referral,
            advice="Have it assessed: `leadline partners add CODE --assurance-until DATE`; a key: --age-recipient.",
        )
    return partner, key


def _seal_one(workspace: Path, one: _Ready, facts: Facts, key: Any, out: Path, by: str) -> Packaged:
    order, to = one.order, fingerprint(one.key.age_recipient)
    sequence = _sequence(workspace, one.referral, to, order.sender)
    release = _release(workspace, order, one.approval, one.partner.channel, sequence)
    files = contents(facts.dossier(order, release))
    sealed = seal_package(_head(order, release), files, key=key, recipient=one.key.age_recipient, out=out)
    payload = {
        "by": by,
        "sender": order.sender,
        "partner": order.partner,
        "fingerprint": to,
        "sha256": sealed.sha256,
        "manifest_sha256": sealed.manifest_sha256,
        "sign_key": key_text(key.public_key()),
        "file": out.name,
    }
    numbers = {"sequence": sequence, "bytes": sealed.bytes}
    Log.open(workspace).append(SEALED, subject=order.referral, numbers=numbers, payload=payload)
    return Packaged(order, sealed, sequence)


def _release(workspace: Path, order: Order, approval: Step | None, channel: str, sequence: int) -> Release:
    return Release(
        at=(parse_zoned(approval.at) if approval else None) or now(),
        approved_by=str(approval.facts.get("by", "")) if approval else "nobody yet",
        channel=channel,
        sequence=sequence,
        about_package=_about(workspace, order),
    )


def letter(workspace: Path, ref: str) -> bytes:
    """The letter of a referral as PDF: as it was sealed, or as it would be if it were approved now."""
    referral = referral_of(workspace, ref)
    order = read_order(workspace, referral)
    partner = partners(workspace).get(order.partner)
    key = partner.key(now().date()) if partner else None
    before = referral.last(SEALED)
    following = _sequence(workspace, referral, fingerprint(key.age_recipient), order.sender) if key else 0
    sequence = before.numbers["sequence"] if before else following
    release = _release(workspace, order, referral.approval(), partner.channel if partner else "", sequence)
    with ExitStack() as stack:
        dossier = _facts(workspace, order.run, [order], stack).dossier(order, release)
        ((_, pieces),) = DOCUMENTS.get("cover-letter").files(dossier)
        return b"".join(pieces)


def rebuilt(workspace: Path, ref: str, out: Path) -> Sealed:
    """Make the package that was sealed last once more, at ``out``, from what the workspace holds now.

    Nothing is logged. Its manifest has the digest of the sealed one, unless facts, key or the partner's channel have
    changed since.
    :class:`Conflict` where nothing was sealed, or to a key that is not in the register.
    """
    referral = referral_of(workspace, ref)
    order, step = read_order(workspace, referral), referral.last(SEALED)
    partner = partners(workspace).get(order.partner)
    known = {fingerprint(key.age_recipient): key.age_recipient for key in (partner.keys if partner else ())}
    recipient = known.get(str(step.facts.get("fingerprint"))) if step else None
    if step is None or partner is None or recipient is None:
        raise Conflict(f"{ref} was not sealed to a key of the register.", advice="Seal it: `leadline seal`.")
    release = _release(workspace, order, referral.approval(), partner.channel, step.numbers["sequence"])
    with ExitStack() as stack:
        files = contents(_facts(workspace, order.run, [order], stack).dossier(order, release))
        key = sending_key(workspace)
        return seal_package(_head(order, release), files, key=key, recipient=recipient, out=out)


def _head(order: Order, release: Release) -> dict[str, object]:
    return {
        "sequence": release.sequence,
        "sender": {"agency": order.sender, "name": order.sender},
        "recipient": {"agency": order.partner, "name": order.partner_name},
        "handling": order.handling.to_json(),
        "referral": order.referral,
        "kind": str(order.kind),
        "about": order.about,
        "approved_at": iso_z(release.at),
        "run": order.run,
        "tip": order.tip,
    }


def _sequence(workspace: Path, referral: Referral, to: str, sender: str) -> int:
    """The sender's next number for this key; a package that is sealed again to the same key keeps its number.

    Each agency of the instance counts its own: another one's packages would show in the number, and it is shown.
    """
    before = [step for step in referral.steps if step.action == SEALED and step.facts.get("fingerprint") == to]
    if before:
        return before[-1].numbers["sequence"]
    steps = (step for one in referrals(workspace).values() for step in one.steps if step.action == SEALED)
    own = (step for step in steps if (step.facts.get("fingerprint"), step.facts.get("sender", sender)) == (to, sender))
    return 1 + max((step.numbers["sequence"] for step in own), default=0)


def _about(workspace: Path, order: Order) -> dict[str, Any]:
    if not order.about:
        return {}
    step = referral_of(workspace, order.about).last(SEALED)
    return {"referral": order.about, "sequence": step.numbers["sequence"] if step else 0}


def exposure(workspace: Path, recipient: str) -> list[dict[str, Any]]:
    """Everything that was ever sealed to a key: what is known to whoever has stolen it."""
    to = fingerprint(recipient)
    return [
        {
            "referral": one.ref,
            "sealed_at": step.at,
            "sequence": step.numbers["sequence"],
            "sha256": step.facts.get("sha256"),
            "accounts": one.steps[0].numbers["leads"] + one.steps[0].numbers["to_verify"],
            "state": one.state,
        }
        for one in referrals(workspace).values()
        for step in one.steps
        if step.action == SEALED and step.facts.get("fingerprint") == to
    ]
