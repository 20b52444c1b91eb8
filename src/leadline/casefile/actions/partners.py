"""The register of partners at the desk: who may receive packages, under which key and assurance.

The register is the workspace's, and sealed in its log; the audit entry of a change names the snapshot that it made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.casefile.actions.audit import record
from leadline.casefile.evidence import workspace
from leadline.casefile.policy import Verb, permit
from leadline.casefile.walls import decision
from leadline.reference.partners import register
from leadline.seal.log import Log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadline.casefile.models import Member
    from leadline.reference.partners.partner import Partner
    from leadline.reference.partners.register import Stated

CHANGED = "partner:register:changed"


def change_partner(stated: Stated, *, actor: Member) -> Partner:
    """Add a partner, or change what is stated of one; a new key or assessment replaces the one before."""
    permit(actor, Verb.PARTNER_CHANGE)
    told = {name: value for name in stated.__dataclass_fields__ if (value := getattr(stated, name)) is not None}
    partner = register.add_partner(workspace(), stated, by=actor.login)
    return _noted(partner, CHANGED, _plain(told), actor)


def check_partner_key(code: str, stated: str, *, actor: Member) -> Partner:
    """Note that one more person compared the fingerprint of a partner's key over another channel."""
    permit(actor, Verb.PARTNER_CHECK)
    partner = register.check_key(workspace(), code, stated=stated, by=actor.login)
    return _noted(partner, "partner:key:checked", {"fingerprint": stated}, actor)


def revoke_partner_key(code: str, reason: str, *, actor: Member) -> Partner:
    """Revoke a partner's key: nothing is sealed to it from here on."""
    permit(actor, Verb.PARTNER_CHANGE)
    partner = register.revoke(workspace(), code, reason=reason, by=actor.login)
    return _noted(partner, "partner:key:revoked", {"reason": reason}, actor)


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def _noted(partner: Partner, action: str, detail: Mapping[str, Any], actor: Member) -> Partner:
    entry = Log.open(workspace()).newest(register.SEALED, "")
    digest = next(iter(entry.digests.values())) if entry else ""
    _note(action, {"code": partner.code, "register": digest, **detail}, actor=actor)
    return partner


@decision
def _note(action: str, detail: Mapping[str, Any], *, actor: Member) -> None:
    record(actor, action, "", detail)
