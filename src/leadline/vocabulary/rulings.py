"""A ruling: what a person decided about a pair of accounts, with who, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused
from leadline.vocabulary.instants import iso_z, parse_zoned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

RULINGS = ("same", "not", "unsure")
"""One person; two persons; looked at and left open."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One person's answer to the question whether two accounts are one person's."""

    account_a: str
    """The smaller key."""
    account_b: str
    ruling: str
    """One of :data:`RULINGS`."""
    by: str
    """Who ruled: a name of the agency's own staff."""
    at: datetime
    reason: str = ""
    source: str = ""
    """Where it came from: `file:` and the SHA-256 of a file, or `casefile:` and the key of a decision."""

    def order(self) -> tuple[str, str, datetime, str, str]:
        """A total order: by pair, instant, person, word."""
        return (self.account_a, self.account_b, self.at, self.by, self.ruling)

    def said(self) -> tuple[str, str, str, str]:
        """What was said by whom; the same said again adds nothing."""
        return (self.account_a, self.account_b, self.by, self.ruling)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for canonical JSON."""
        return {
            "accounts": [self.account_a, self.account_b], "ruling": self.ruling, "by": self.by,
            "at": iso_z(self.at), "reason": self.reason, "source": self.source,
        }  # fmt: skip

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Ruling:
        """The ruling that :meth:`to_json` wrote."""
        at = parse_zoned(stated["at"])
        return ruling_on(
            *stated["accounts"], ruling=stated["ruling"], by=stated["by"], at=at, reason=stated["reason"],
            source=stated["source"],
        )  # fmt: skip


def ruling_on(
    one: str,
    other: str,
    *,
    ruling: str,
    by: str,
    at: datetime | None,
    reason: str = "",
    source: str = "",
    where: str = "",
) -> Ruling:
    """A ruling on two accounts, in either order; :class:`InputRefused` says at ``where`` what cannot be."""
    if ruling not in RULINGS:
        raise InputRefused(f"there is no ruling {ruling!r}.", where=where, advice=f"Known: {', '.join(RULINGS)}.")
    if not one or not other or one == other:
        raise InputRefused("a ruling needs two different accounts.", where=where, advice="Mend or remove the line.")
    if at is None:
        raise InputRefused(
            "the instant of a ruling is no instant with a zone.", where=where, advice="Write 2026-01-31T09:00:00Z."
        )
    if not by:
        raise InputRefused("a ruling needs a person who made it.", where=where, advice="Name who ruled.")
    a, b = sorted((one, other))
    return Ruling(a, b, ruling, by, at, reason, source)
