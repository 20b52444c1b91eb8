"""Facts of what was met before: accounts, identifiers and objects of this tip in earlier tips of the same agency."""

from __future__ import annotations

from leadline.facts.tables.base import Fact


class MetBeforeRow(Fact):
    """One thing about one account that an earlier tip has as well. Grain: (account, tip, what, earlier account).

    An identifier that agrees is no more than what somebody typed twice; only the account itself is the same account.
    """

    table = "met_before"
    key = ("account_key", "earlier_tip", "what", "earlier_account")
    bucket = "account_key"

    account_key: str
    earlier_tip: str
    earlier_run: str
    """The run of that tip that was read; its digest is part of this run's identity."""
    reference: str
    """What the provider called that tip; the tip's name where it called it nothing."""
    what: str
    """account (the same key at the same provider), email, phone, device, objects."""
    earlier_account: str
    """The account there; empty for objects."""
    objects: int
    """For objects: how many distinct ones this account opened or added that an inventory of that tip lists by digest;
    else 0."""


EARLIER: tuple[type[Fact], ...] = (MetBeforeRow,)
"""The tables of this stage, in the order in which they are written."""
