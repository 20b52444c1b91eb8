"""Who stays behind when a partner is written to, and why; and what of everybody else may be passed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline.dispatch.ledger import subject
from leadline.dispatch.stated import categories, not_to_refer
from leadline.stages.referral.columns import VICTIM, required
from leadline.vocabulary.handling import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    """What has been stated of a provider's account holders."""

    free: Mapping[str, str]
    """Account → why its holder goes to nobody, whoever said so."""
    known: Mapping[str, str]
    """Account → the category that the sender may pass on; whoever is missing is an account holder."""

    def category(self, account: str) -> Subject:
        """What the person is in a package."""
        return Subject(self.known.get(account, Subject.ACCOUNT_HOLDER))


def said_of(workspace: Path, provider: str, sender: str) -> Said:
    """What a sender has to know of a provider's account holders before it writes to anybody."""
    ours = subject(provider, "")[0]
    known = categories(workspace, sender=sender).items()
    return Said(
        free={account: what for (where, account), what in not_to_refer(workspace).items() if where == ours},
        known={account: category for (where, account), (category, _) in known if where == ours},
    )


def stays(row: Mapping[str, Any], had: Collection[str], said: Said, agreed: Collection[Subject]) -> str:
    """Why a candidate does not go; empty where it does. ``had``: what the partner has; ``agreed``: whose data it may.

    ``row`` holds `account_key` and `doubts`.
    """
    account = row["account_key"]
    if account in said.free:
        return f"its holder is stated to be: {said.free[account]}"
    if account in had:
        return "the partner has had it"
    category = said.category(account)
    if category not in agreed:
        return f"data on persons of the category {category} are not agreed with the partner"
    states = {one["check"]: one["state"] for one in row["doubts"]}
    if states.get(VICTIM) == "yes":
        return "a report names the account as a victim's: a person must settle that first"
    for one in required():
        if states.get(one.check, "unknown") == "unknown":
            return f"{one.check} is not answered: {one.reason}"
    return ""
