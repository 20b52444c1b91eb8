"""An order: which accounts of which run go to which partner, under which marking, and not a column more."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from leadline.errors import IntegrityBroken
from leadline.seal.canonical import canonical_json
from leadline.vocabulary.checkdigits import check_digit
from leadline.vocabulary.handling import Handling, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "leadline-order-1"


class Kind(StrEnum):
    """What a package is to its recipient."""

    REFERRAL = "referral"
    DELTA = "delta"
    """What has come since an earlier package."""
    CORRECTION = "correction"
    """What an earlier package said, said right."""
    RECALL = "recall"
    """An earlier package is taken back, whole."""
    CLEARED = "cleared"
    """The holder of an account of an earlier package is cleared."""


@dataclass(frozen=True, slots=True)
class Item:
    """One account under the name that both sides use for it."""

    lead: str
    account: str
    data_subject: Subject = Subject.ACCOUNT_HOLDER
    """What the person is in this package; a request to verify never says more than account holder."""

    @property
    def check(self) -> str:
        """Two symbols that show a mistyped name in a return."""
        return check_digit(f"{self.lead}|{hashlib.sha256(self.account.encode()).hexdigest()[:16]}")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One account that belongs to the partner and does not go, and why."""

    account: str
    reason: str


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that a package is made of, but for the facts themselves."""

    referral: str
    """`P-` and 16 hexadecimal digits."""
    kind: Kind
    partner: str
    partner_name: str
    jurisdictions: tuple[str, ...]
    sender: str
    run: str
    tip: str
    provider: str
    reference: str
    """The provider's own number of the tip."""
    handling: Handling
    columns: tuple[str, ...]
    documents: tuple[str, ...]
    """Formats beside those that every package has."""
    leads: tuple[Item, ...]
    to_verify: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    drafted_by: str
    drafted_at: str
    about: str = ""
    """The earlier referral that a delta, correction, recall or notice is about."""
    words: str = ""
    """What the drafter tells the recipient."""

    @property
    def items(self) -> tuple[Item, ...]:
        """All accounts that go, leads first."""
        return (*self.leads, *self.to_verify)

    def to_bytes(self) -> bytes:
        """Canonical JSON; :meth:`from_json` reads it."""
        return canonical_json({**self._plain(), "format": FORMAT})

    def _plain(self) -> dict[str, Any]:
        stated = {name: getattr(self, name) for name in self.__slots__}
        lists = {name: list(stated[name]) for name in ("columns", "documents", "jurisdictions")}
        rows = {name: [asdict(item) for item in stated[name]] for name in ("leads", "to_verify", "left_out")}
        return {**stated, **lists, **rows, "kind": str(self.kind), "handling": self.handling.to_json()}

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_bytes` wrote; :class:`IntegrityBroken` for another format."""
        if stated.get("format") != FORMAT:
            raise IntegrityBroken("This is no order that this version can read.", advice="Run `leadline verify`.")
        given = {name: value for name, value in stated.items() if name != "format"}
        lists = {name: tuple(given[name]) for name in ("columns", "documents", "jurisdictions")}
        return cls(
            **{
                **given,
                **lists,
                "kind": Kind(given["kind"]),
                "handling": Handling.from_json(given["handling"]),
                "leads": tuple(_item(item) for item in given["leads"]),
                "to_verify": tuple(_item(item) for item in given["to_verify"]),
                "left_out": tuple(LeftOut(**item) for item in given["left_out"]),
            }
        )


def _item(stated: Mapping[str, str]) -> Item:
    """Orders of earlier versions name no category: everybody in them is an account holder."""
    return Item(stated["lead"], stated["account"], Subject(stated.get("data_subject", Subject.ACCOUNT_HOLDER)))
