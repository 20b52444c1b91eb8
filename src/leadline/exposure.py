"""Who looked at which contents, when and under which authority; so that nobody looks twice, and nobody at too much.

Decisions, kept in the log as referrals are (`docs/decisions/0007`), for examiners also work without a desk. The names
lie in the entries' payloads, outside the log: what one person has looked at is for that person and for whoever looks
after the staff. An agency's viewings are its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leadline.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadline.seal.log import Log
    from leadline.settings import Settings

VIEWED = "device:contents:viewed"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an agency's code, and a colleague of the desk or an OS user."""

    agency: str
    name: str


@dataclass(frozen=True, slots=True)
class Viewing:
    """One step of looking: the contents that somebody took to look at."""

    at: str
    examination: str
    viewer: Viewer
    authority: str
    """The order under which the source was examined."""
    contents: tuple[str, ...]
    """Identities, as ``sha256:…``."""
    pictures: int
    videos: int
    again: str
    """Why they were looked at although somebody had; empty for the first time."""


@dataclass(frozen=True, slots=True)
class Week:
    """What one person looked at in one week, Monday to Sunday in UTC."""

    week: str
    """As ``2019-W38``."""
    contents: int
    pictures: int
    videos: int
    examinations: int
    left: int
    """Contents that the week's budget still has."""


def note_viewing(log: Log, examination: str, viewing: Viewing) -> str:
    """Leave the entry of a viewing; its instant, which is the log's."""
    told = {**asdict(viewing), "contents": list(viewing.contents)}
    del told["at"], told["examination"]
    return log.append(VIEWED, subject=examination, numbers={"contents": len(viewing.contents)}, payload=told).at


def viewings(log: Log, agency: str) -> tuple[Viewing, ...]:
    """All viewings of an agency, the oldest first; those whose payload was erased are gone."""
    found = []
    for entry in log.entries():
        told: dict[str, Any] | None = log.payload(entry) if entry.action == VIEWED else None
        if told and told["viewer"]["agency"] == agency:
            viewer = Viewer(**told.pop("viewer"))
            contents = tuple(told.pop("contents"))
            found.append(Viewing(at=entry.at, examination=entry.subject, viewer=viewer, contents=contents, **told))
    return tuple(found)


def first_viewings(log: Log, agency: str) -> dict[str, Viewing]:
    """For each content that somebody of the agency has looked at, the first time."""
    first: dict[str, Viewing] = {}
    for viewing in viewings(log, agency):
        for identity in viewing.contents:
            first.setdefault(identity, viewing)
    return first


def week_of(instant: datetime) -> str:
    """The ISO week of an instant in UTC."""
    return instant.strftime("%G-W%V")


def weeks_of(name: str, known: Iterable[Viewing], budget: int) -> tuple[Week, ...]:
    """The ledger of one person, the newest week first; looking again counts again."""
    by_week: dict[str, list[Viewing]] = defaultdict(list)
    for viewing in known:
        if viewing.viewer.name == name:
            by_week[week_of(datetime.fromisoformat(viewing.at))].append(viewing)
    return tuple(_summed(week, by_week[week], budget) for week in sorted(by_week, reverse=True))


def _summed(week: str, steps: Sequence[Viewing], budget: int) -> Week:
    contents = sum(len(step.contents) for step in steps)
    return Week(
        week,
        contents,
        sum(step.pictures for step in steps),
        sum(step.videos for step in steps),
        len({step.examination for step in steps}),
        max(0, budget - contents),
    )


def left_of(name: str, known: Iterable[Viewing], budget: int, *, week: str) -> int:
    """Contents that a person may still look at in a week."""
    return next((one.left for one in weeks_of(name, known, budget) if one.week == week), budget)


def everybodys(known: Sequence[Viewing], budget: int) -> dict[str, tuple[Week, ...]]:
    """The ledger of each person, for whoever looks after the staff."""
    return {name: weeks_of(name, known, budget) for name in sorted({one.viewer.name for one in known})}


def refuse_curious(settings: Settings, asking: str) -> None:
    """:class:`NotAllowed` unless the settings name the OS user as one who looks after the staff."""
    if asking not in settings.welfare_managers:
        raise NotAllowed(
            "what others have looked at is for them and for whoever looks after the staff.",
            advice="Without --everybody your own ledger is shown. `leadline set welfare_managers USER` names who may.",
        )
