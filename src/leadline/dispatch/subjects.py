"""What each person is in this operation, and until when what is known of them must be looked at again or erased.

Nobody is more than the holder of an account until an outcome says so; who has no category yet has the shortest clock.
The clocks are a dated table with their sources (`subject_clocks.csv`); an agency's counsel puts its own in its place.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from leadline.dispatch.ledger import SEALED, read_order, referrals, subject
from leadline.dispatch.ledger import Subject as Whom
from leadline.dispatch.returning import clear
from leadline.dispatch.stated import CATEGORISED, categories
from leadline.errors import Conflict, InputRefused, WrongUsage
from leadline.facts.tables import CandidateRow
from leadline.inquiry.runs import open_run
from leadline.inquiry.showing import os_user
from leadline.inquiry.tips import runs_of, sealed_tips
from leadline.seal.entry import new_salt, salted
from leadline.seal.log import Log
from leadline.vocabulary.handling import Subject
from leadline.vocabulary.instants import parse_zoned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

UNCATEGORISED = "uncategorised"
COLUMNS = ("category", "days", "then", "version", "since", "basis", "source", "checked")
THEN = ("review", "erase")
_ACCOUNTS = "select c.account_key from candidate as c order by c.rank"


@dataclass(frozen=True)
class SubjectClock:
    """How long a person of a category may be kept without a new look."""

    category: str
    days: int
    then: str
    """`review` or `erase`."""
    basis: str
    checked: str
    """How sure the figure is: `checked`, `second-hand`, `from memory` or `assumption`."""


@dataclass(frozen=True)
class Due:
    """What must be done about one person of one tip, by when and why."""

    account: str
    tip: str
    category: str
    since: str
    """ISO 8601: from when the clock runs; the receipt of the tip, or the category."""
    then: str
    due: date
    basis: str
    held_by: tuple[str, ...]
    """Partners that hold a copy."""

    def to_json(self) -> dict[str, Any]:
        """One line of `due`."""
        return {
            "account_key": self.account,
            "tip": self.tip,
            "category": self.category,
            "since": self.since,
            "then": self.then,
            "due": self.due.isoformat(),
            "basis": self.basis,
            "held_by": list(self.held_by),
        }


def subject_clocks(file: Path | None = None) -> dict[str, SubjectClock]:
    """The clocks by category, of ``file`` or those that come with Leadline.

    :class:`InputRefused` for a table without these columns, with a category missing or a row that is no clock.
    """
    source = files("leadline.dispatch").joinpath("subject_clocks.csv") if file is None else file
    try:
        rows = list(csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines(), strict=True))
        found = {row["category"]: _clock(row) for row in rows}
    except (OSError, UnicodeDecodeError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputRefused(f"it is no table of clocks: {error}.", where=str(source), advice=_FORM) from error
    missing = sorted({UNCATEGORISED, *Subject} - set(found))
    if missing or len(rows) != len(found):
        raise InputRefused(f"no clock, or two, for {missing[:1] or 'a category'}.", where=str(source), advice=_FORM)
    return found


_FORM = f"Its columns are {', '.join(COLUMNS)}; one row a category."


def _clock(row: Mapping[str, str]) -> SubjectClock:
    days, then = int(row["days"]), row["then"]
    if days < 1 or then not in THEN:
        raise ValueError(f"{row['category']}: {days} days, then {then}")
    return SubjectClock(row["category"], days, then, row["basis"], row["checked"])


def categorise(workspace: Path, account: str, category: str, *, by: str, reason: str, provider: str = "") -> list[str]:
    """Say what the holder of an account is; the newest word holds, and an outcome that comes back later counts, too.

    Who is said to be cleared is cleared everywhere: the notices to recipients are drafted, and returned here.
    :class:`WrongUsage` for a category that is none or without a reason. See :func:`holder` for the account.
    """
    if category not in tuple(Subject):
        raise WrongUsage(f"there is no category {category!r}.", advice=f"Known: {', '.join(Subject)}.")
    if not reason.strip():
        raise WrongUsage("no reason was given.", advice="Say why: --reason TEXT.")
    whom = holder(workspace, account, provider)
    salt = new_salt()
    payload = {
        "provider": whom[0],
        "account": account,
        "category": category,
        "by": by,
        "os_user": os_user(),
        "reason": reason,
    }
    Log.open(workspace).append(CATEGORISED, subject=salted(account, salt), payload=payload, salt=salt)
    return clear(workspace, [whom], by=by) if category == Subject.CLEARED else []


def holder(workspace: Path, account: str, provider: str = "") -> Whom:
    """The holder of an account of a candidate.

    :class:`WrongUsage` where no run knows the account; :class:`Conflict` where tips of several providers have one of
    this key and none of them is named: these are several persons.
    """
    found = {one for one in holders(workspace, account) if not provider or one == subject(provider, account)}
    if not found:
        raise WrongUsage(f"no run knows the account {account!r}.", advice="Keys are compared byte for byte.")
    if len(found) > 1:
        named = ", ".join(sorted(one for one, _ in found))
        raise Conflict(f"{len(found)} providers have an account of this key: {named}.", advice="Name one: --provider.")
    (one,) = found
    return one


def holders(workspace: Path, account: str) -> set[Whom]:
    """Everybody whose account, among the candidates of the newest runs, has this key: one a provider."""
    providers = {tip.tip: tip.provider for tip in sealed_tips(workspace)}
    return {subject(providers.get(tip, ""), account) for tip, accounts in _held(workspace) if account in accounts}


def due(workspace: Path, *, clocks: Mapping[str, SubjectClock]) -> list[Due]:
    """What must be done about every person of every tip's newest run, the soonest first."""
    said = categories(workspace)
    providers = {tip.tip: tip.provider for tip in sealed_tips(workspace)}
    copies = _copies(workspace)
    received = {tip.tip: tip.received_at for tip in sealed_tips(workspace)}
    found = []
    for tip, accounts in _held(workspace):
        for account in accounts:
            category, since = said.get(subject(providers.get(tip, ""), account), (UNCATEGORISED, received[tip]))
            clock = clocks[category]
            day = _day(since) + timedelta(days=clock.days)
            held_by = tuple(sorted(copies.get((tip, account), ())))
            found.append(Due(account, tip, category, since, clock.then, day, clock.basis, held_by))
    return sorted(found, key=lambda one: (one.due, one.tip, one.account))


def _held(workspace: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each tip with the candidates of its newest run."""
    newest = {line.tip: line.run for line in runs_of(workspace)}
    for tip, run in newest.items():
        with open_run(workspace, run).engine(CandidateRow) as engine:
            yield tip, tuple(str(row["account_key"]) for row in engine.rows(_ACCOUNTS))


def _copies(workspace: Path) -> dict[tuple[str, str], set[str]]:
    """Tip and account → partners to which a package with it was sealed, whether or not it was recalled since."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in referrals(workspace).values():
        if one.last(SEALED):
            order = read_order(workspace, one)
            for item in order.items:
                found.setdefault((order.tip, item.account), set()).add(order.partner)
    return found


def _day(text: str) -> date:
    instant = parse_zoned(text)
    if instant is None:
        raise WrongUsage(f"{text!r} is no instant.")
    return instant.date()
