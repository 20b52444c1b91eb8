"""What is heard of a package after it has gone: steps, clocks by level, and silence that somebody must own."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from leadline.dispatch.ledger import MARKS, OWNED, RETURNED, SEALED, Referral, referral_of, referrals
from leadline.errors import Conflict, WrongUsage
from leadline.inquiry.showing import os_user
from leadline.seal.log import Log
from leadline.vocabulary.instants import iso_z, parse_zoned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

SEND_WITHIN = timedelta(days=2)
"""A sealed package that nobody has sent."""
KINDS = ("not-dispatched", "not-acknowledged", "not-answered")
_HEARD = ("acknowledged", "worked", "returned")


@dataclass(frozen=True)
class Clock:
    """How long silence is in order after a package was dispatched."""

    acknowledge: timedelta
    answer: timedelta | None
    """None: no answer is waited for."""


@dataclass(frozen=True)
class Alarm:
    """A silence that is longer than its clock allows; it stays until the step is there, owned or not."""

    referral: str
    partner: str
    kind: str
    """One of :data:`KINDS`."""
    level: str
    due: datetime
    owner: str
    """Empty: nobody's, which is everybody's."""

    def to_json(self) -> dict[str, Any]:
        return {
            "referral": self.referral,
            "partner": self.partner,
            "kind": self.kind,
            "level": self.level,
            "due": iso_z(self.due),
            "owner": self.owner or None,
        }


@cache
def clocks() -> Mapping[str, Clock]:
    """Clocks by level, `none` for packages without one."""
    text = files("leadline.dispatch").joinpath("clocks.csv").read_text(encoding="utf-8")
    return {row["level"]: _clock(row) for row in csv.DictReader(text.splitlines())}


def _clock(row: Mapping[str, str]) -> Clock:
    answer = int(row["answer_days"])
    return Clock(timedelta(days=int(row["acknowledge_days"])), timedelta(days=answer) if answer else None)


def mark(workspace: Path, ref: str, word: str, *, by: str, note: str = "") -> Referral:
    """Note a step of a package: dispatched, received, acknowledged, worked, returned.

    :class:`Conflict` for a package that was never sealed, or for a step that would go back.
    """
    if word not in MARKS:
        raise WrongUsage(f"there is no step {word!r}.", advice=f"Known: {', '.join(MARKS)}.")
    log = Log.open(workspace)
    with log.writing("mark"):
        referral = referral_of(workspace, ref)
        state = referral.state
        if state not in ("sealed", *MARKS) or (state in MARKS and MARKS.index(word) <= MARKS.index(state)):
            raise Conflict(
                f"{ref} is {state}: it cannot become {word}.", advice=f"See `leadline referrals show {ref}`."
            )
        payload = {"by": by, "os_user": os_user(), "note": note}
        log.append(f"referral:package:{word}", subject=ref, payload=payload)
    return referral_of(workspace, ref)


def own(workspace: Path, ref: str, *, by: str, note: str = "") -> Referral:
    """Take on the silence about a package; it stands under this name until the package is heard of."""
    log = Log.open(workspace)
    with log.writing("own"):
        referral_of(workspace, ref)
        log.append(OWNED, subject=ref, payload={"by": by, "os_user": os_user(), "note": note})
    return referral_of(workspace, ref)


def alarms(workspace: Path, *, at: datetime) -> list[Alarm]:
    """Every silence that is over its clock at that instant, the most overdue first."""
    return alarms_among(referrals(workspace).values(), at=at)


def alarms_among(known: Iterable[Referral], *, at: datetime) -> list[Alarm]:
    """As :func:`alarms`, of these referrals."""
    found = [alarm for one in known for alarm in _of(one, at)]
    return sorted(found, key=lambda alarm: (alarm.due, alarm.referral, alarm.kind))


def _of(one: Referral, at: datetime) -> Iterator[Alarm]:
    sealed = one.last(SEALED)
    if sealed is None or one.state in ("withdrawn", "recalled"):
        return
    facts = one.steps[0].facts
    level = str(facts.get("level") or "none")
    heard = {step.action.rpartition(":")[2] for step in one.steps}
    gone = one.last("referral:package:dispatched")
    owner = one.last(OWNED)
    clock = clocks()[level]

    def alarm(kind: str, due: datetime | None) -> Iterator[Alarm]:
        if due is not None and due <= at:
            yield Alarm(one.ref, str(facts.get("partner", "")), kind, level, due, _owner(owner, due))

    if gone is None and not heard & {"received", *_HEARD}:
        yield from alarm("not-dispatched", _instant(sealed.at) + SEND_WITHIN)
        return
    begun = _instant((gone or sealed).at)
    if not heard & {*_HEARD}:
        yield from alarm("not-acknowledged", begun + clock.acknowledge)
    if clock.answer is not None and not one.last(RETURNED) and "returned" not in heard:
        yield from alarm("not-answered", begun + clock.answer)


def _owner(step: Any, due: datetime) -> str:
    """Who owns the silence; what was owned before this clock ran out does not count for it."""
    return str(step.facts.get("by", "")) if step and _instant(step.at) >= due else ""


def _instant(text: str) -> datetime:
    instant = parse_zoned(text)
    if instant is None:
        raise WrongUsage(f"{text!r} is no instant.")
    return instant
