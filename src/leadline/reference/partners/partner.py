"""One partner agency: jurisdictions, channel, keys, what it may have, and whether it was assessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from leadline.errors import WrongUsage
from leadline.vocabulary.handling import Clearance, HandlingCode, Subject, parse_pap, parse_tlp
from leadline.vocabulary.instants import parse_date

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,31}\Z", re.ASCII)
ANYWHERE = "*"
"""Stands among jurisdictions for every state that no other partner answers for."""
THRESHOLD = 500
"""Thousandths of confidence below which an account goes out as a request to verify, unless the register says other."""
QUESTIONS = ("death penalty", "torture", "political misuse", "privacy")
"""What an assurance must have looked at."""


@dataclass(frozen=True, slots=True)
class Key:
    """A pair of public keys of a partner and who vouched for their fingerprints."""

    age_recipient: str
    sign_key: str
    """`ed25519:…`, or empty where the partner signs nothing yet."""
    added_by: str
    added_on: str
    valid_until: str
    """YYYY-MM-DD, the last day on which a package may be sealed to it."""
    checked_by: tuple[str, ...] = ()
    """Who else compared the fingerprint over another channel."""
    revoked_on: str = ""
    revoked_by: str = ""
    reason: str = ""

    def holds(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return not self.revoked_on and day <= date.fromisoformat(self.valid_until)

    def vouching(self) -> frozenset[str]:
        """Everybody who has vouched for the fingerprint, by :func:`person`."""
        return frozenset(person(name) for name in (self.added_by, *self.checked_by))

    def to_json(self) -> dict[str, Any]:
        return {
            "added_by": self.added_by,
            "added_on": self.added_on,
            "age_recipient": self.age_recipient,
            "checked_by": list(self.checked_by),
            "reason": self.reason,
            "revoked_by": self.revoked_by,
            "revoked_on": self.revoked_on,
            "sign_key": self.sign_key,
            "valid_until": self.valid_until,
        }

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        return cls(**{**stated, "checked_by": tuple(stated["checked_by"])})


@dataclass(frozen=True, slots=True)
class Assurance:
    """That somebody looked at what may happen to people there, and until when the answer serves."""

    assessed_by: str
    assessed_on: str
    until: str
    conditions: str = ""
    """What the partner has undertaken; on death penalty, torture, political misuse, privacy."""

    def holds(self, day: date) -> bool:
        """Whether it serves on that day."""
        return date.fromisoformat(self.assessed_on) <= day <= date.fromisoformat(self.until)

    def to_json(self) -> dict[str, Any]:
        return {
            "assessed_by": self.assessed_by,
            "assessed_on": self.assessed_on,
            "conditions": self.conditions,
            "until": self.until,
        }


@dataclass(frozen=True, slots=True)
class Partner:
    """An agency of the register; without a key in force and a valid assurance it is on hold."""

    code: str
    name: str
    jurisdictions: tuple[str, ...]
    """ISO codes, names of groups (`EU`), or `*`; empty: only where a draft names the partner."""
    channel: str
    keys: tuple[Key, ...] = ()
    """The oldest first; at most one of them is in force."""
    assurance: Assurance | None = None
    threshold: int = THRESHOLD
    """Thousandths of confidence."""
    tlp: str = "TLP:AMBER+STRICT"
    pap: str = "PAP:AMBER"
    codes: tuple[str, ...] = ("H0", "H1", "H2")
    subjects: tuple[str, ...] = (Subject.ACCOUNT_HOLDER, Subject.CLEARED)
    restrictions: tuple[str, ...] = field(default=())
    """Texts of H3 that the partner has agreed to."""

    def key(self, day: date) -> Key | None:
        """The key in force on that day."""
        return next((key for key in reversed(self.keys) if key.holds(day)), None)

    def assured(self, day: date) -> bool:
        """Whether a valid assurance stands on that day."""
        return self.assurance is not None and self.assurance.holds(day)

    def state(self, day: date) -> str:
        """`ready`, or `on-hold: ` and what is missing."""
        missing = [
            *([] if self.key(day) else ["no key in force"]),
            *([] if self.assured(day) else ["no valid assurance"]),
        ]
        return f"on-hold: {', '.join(missing)}" if missing else "ready"

    def clearance(self) -> Clearance:
        """What it may have."""
        return Clearance(
            self.code,
            tlp=parse_tlp(self.tlp),
            pap=parse_pap(self.pap),
            codes=frozenset(HandlingCode(code) for code in self.codes),
            restrictions=frozenset(self.restrictions),
            subjects=frozenset(Subject(item) for item in self.subjects),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "assurance": self.assurance.to_json() if self.assurance else None,
            "channel": self.channel,
            "code": self.code,
            "codes": list(self.codes),
            "jurisdictions": list(self.jurisdictions),
            "keys": [key.to_json() for key in self.keys],
            "name": self.name,
            "pap": self.pap,
            "restrictions": list(self.restrictions),
            "subjects": [str(item) for item in self.subjects],
            "threshold": self.threshold,
            "tlp": self.tlp,
        }

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        assurance = stated["assurance"]
        lists = {name: tuple(stated[name]) for name in ("codes", "jurisdictions", "restrictions", "subjects")}
        return cls(
            **{
                **stated,
                **lists,
                "keys": tuple(Key.from_json(key) for key in stated["keys"]),
                "assurance": Assurance(**assurance) if assurance else None,
            }
        )

    def row(self, day: date) -> dict[str, Any]:
        """The contract's columns, then what else a reader of the register needs."""
        key = self.key(day) or (self.keys[-1] if self.keys else None)
        return {
            "code": self.code,
            "name": self.name,
            "jurisdictions": list(self.jurisdictions),
            "channel": self.channel,
            "age_recipient": key.age_recipient if key else None,
            "sign_key": key.sign_key or None if key else None,
            "valid_until": key.valid_until if key else None,
            "assurance_until": self.assurance.until if self.assurance else None,
            "state": self.state(day),
            "threshold": self.threshold / 1000,
            "checked_by": sorted({key.added_by, *key.checked_by}) if key else [],
            "revoked_on": key.revoked_on or None if key else None,
        }


def person(name: str) -> str:
    """A person's name as two persons are told apart: case and spaces around it do not make another one."""
    return " ".join(name.casefold().split())


def checked(partner: Partner) -> Partner:
    """The same partner; :class:`WrongUsage` names what in it cannot be."""
    if not _CODE.match(partner.code):
        raise WrongUsage(f"{partner.code!r} is no code of an agency.", advice="Use A-Z, 0-9 and -, two to 32 of them.")
    if not partner.name.strip():
        raise WrongUsage(f"{partner.code} has no name.", advice="Add --name.")
    if not 0 <= partner.threshold <= 1000:
        raise WrongUsage("a threshold lies between 0 and 1.", advice="Write --threshold 0.5.")
    for key in partner.keys:
        parse_date(key.valid_until, where="--valid-until")
    if partner.assurance:
        parse_date(partner.assurance.until, where="--assurance-until")
    partner.clearance()
    return replace(partner, jurisdictions=tuple(sorted(set(partner.jurisdictions))))
