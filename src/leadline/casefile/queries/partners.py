"""The register of partners for the desk, with what the agency has sealed to each key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.casefile.evidence import workspace
from leadline.casefile.policy import Verb, permit
from leadline.casefile.referred import Referred, referrals_of
from leadline.dispatch.sealing import exposure
from leadline.errors import NotThere
from leadline.reference.partners.partner import QUESTIONS
from leadline.reference.partners.register import partners
from leadline.seal.dsse import fingerprint
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from datetime import date

    from leadline.casefile.models import Member
    from leadline.reference.partners.partner import Key, Partner


@dataclass(frozen=True)
class Held:
    """One key of a partner, and what the agency has sealed to it."""

    key: Key
    day: date
    sealed: tuple[dict[str, Any], ...]
    """As :func:`~leadline.dispatch.sealing.exposure` has it."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key.age_recipient)

    @property
    def state(self) -> str:
        """`in force`, `revoked` or `expired`."""
        return "revoked" if self.key.revoked_on else "in force" if self.key.holds(self.day) else "expired"

    @property
    def vouched(self) -> int:
        """How many persons stand behind the fingerprint."""
        return len(self.key.vouching())


@dataclass(frozen=True)
class Listed:
    """One partner as the register has it today."""

    partner: Partner
    day: date
    keys: tuple[Held, ...]
    """The newest first."""
    referrals: tuple[Referred, ...]
    questions: tuple[str, ...] = QUESTIONS

    @property
    def state(self) -> str:
        return self.partner.state(self.day)

    @property
    def current(self) -> Held | None:
        """The key in force."""
        return next((held for held in self.keys if held.key.holds(self.day)), None)


def list_partners(*, actor: Member) -> list[Listed]:
    """The register by code; what was sealed to keys is left to :func:`partner_for`."""
    permit(actor, Verb.PARTNER_READ)
    day = now().date()
    return [
        Listed(one, day, tuple(Held(key, day, ()) for key in reversed(one.keys)), ())
        for one in partners(workspace()).values()
    ]


def partner_for(code: str, *, actor: Member) -> Listed:
    """One partner with the agency's own referrals to it, and what of them was sealed to each key."""
    permit(actor, Verb.PARTNER_READ)
    one = partners(workspace()).get(code)
    if one is None:
        raise NotThere("there is no such partner.", advice="See the register.")
    ours, day = referrals_of(actor), now().date()
    keys = tuple(Held(key, day, _sealed(key, ours)) for key in reversed(one.keys))
    theirs = tuple(referred for referred in ours.values() if referred.order.partner == code)
    return Listed(one, day, keys, theirs[::-1])


def _sealed(key: Key, ours: dict[str, Referred]) -> tuple[dict[str, Any], ...]:
    return tuple(row for row in exposure(workspace(), key.age_recipient) if row["referral"] in ours)
