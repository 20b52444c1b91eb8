"""Taking contents of an examination to look at: the next groups that nobody has looked at, within the week's budget.

Leadline shows no content. Whoever is about to look at some with another tool takes them here first, and so two people
never look at the same without knowing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.errors import Busy, Conflict
from leadline.examination import OPENED
from leadline.exposure import Viewing, first_viewings, left_of, note_viewing, viewings, week_of
from leadline.facts.tables.devices import FindingRow
from leadline.inquiry.findings import open_examination
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadline.exposure import Viewer
    from leadline.inquiry.findings import ExaminationView

COLUMNS = ("look_order", "class", "media", "files", "path", "md5", "sha1", "sha256", "identity")
_NEXT = """
with content as (
    select
        f.look_order, f.finding_class, f.sha256, f.sha1, f.md5,
        coalesce('sha256:' || f.sha256, 'sha1:' || f.sha1, 'md5:' || f.md5) as identity,
        max(f.media) as media, count(*) as files, min(f.path) as path, min(f.alike) as alike
    from finding as f
    where f.look_order is not null
    group by all
),
fresh as (
    select c.*, dense_rank() over (order by c.look_order) as place
    from content as c
    anti join seen as s on s.identity = c.identity
    where c.look_order in (select w.look_order from wanted as w) or not exists (select 1 as one from wanted as w)
)
select
    f.look_order, f.finding_class as "class", f.media, f.files, f.path, f.md5, f.sha1, f.sha256, f.identity
from fresh as f
where f.place <= $groups
order by f.look_order, f.alike, f.identity
limit $most
"""


@dataclass(frozen=True)
class Taken:
    """What somebody now looks at."""

    examination: str
    contents: tuple[dict[str, Any], ...]
    """One a content, with the keys :data:`COLUMNS`; ``path`` is that of one of its copies."""
    left: int
    """Contents that the viewer's budget of the week has left."""
    logged_at: str
    """The instant by which the log knows this taking."""


def take_up(
    workspace: Path,
    examination: str | None,
    *,
    viewer: Viewer,
    groups: int = 1,
    named: Sequence[int] = (),
    again: str = "",
) -> Taken:
    """Take the next ``groups`` groups of the order of looking, or those ``named`` by their place in it, and log it.

    What somebody of the agency has looked at is passed over, unless ``again`` gives the reason to look once more. A
    group that is larger than the rest of the budget is taken in part. :class:`Busy` when the week's budget is used
    up, :class:`Conflict` where nothing is left to look at, :class:`ApprovalMissing` for a listing's withheld rows.
    """
    view = open_examination(workspace, examination)
    budget = read_settings(workspace).exposure_weekly
    log = Log.open(workspace)
    with log.writing("look"):
        left = left_of(viewer.name, viewings(log, viewer.agency), budget, week=week_of(now()))
        if not left:
            raise Busy(
                f"{budget} contents were looked at this week, which is the budget of a week.",
                advice="A colleague goes on, or look again on Monday (UTC).",
            )
        seen = {} if again.strip() else first_viewings(log, viewer.agency)
        contents = _next(view, seen, groups, named, left)
        if not contents:
            raise _nothing_left(view, seen, named)
        at = note_viewing(log, view.id, _viewing(view, log, viewer, contents, again.strip()))
    return Taken(view.id, tuple(contents), left - len(contents), at)


def _next(
    view: ExaminationView, seen: dict[str, Viewing], groups: int, named: Sequence[int], most: int
) -> list[dict[str, Any]]:
    with view.engine(FindingRow) as engine:
        engine.table("seen", pa.table({"identity": pa.array(seen, pa.string())}))
        engine.table("wanted", pa.table({"look_order": pa.array(named, pa.int64())}))
        return engine.rows(_NEXT, {"groups": len(named) or groups, "most": most})


def _nothing_left(view: ExaminationView, seen: dict[str, Viewing], named: Sequence[int]) -> Conflict:
    done = next(iter(_next(view, {}, 1, named, 1)), None)
    if done is None:
        return Conflict("there is no such group to look at.", advice="`leadline findings` gives look_order.")
    first = seen[str(done["identity"])]
    return Conflict(
        f"it was looked at by {first.viewer.name} at {first.at} under {first.authority!r}, in {first.examination}.",
        advice="Ask there; to look once more, give the reason with --again.",
    )


def _viewing(
    view: ExaminationView, log: Log, viewer: Viewer, contents: Sequence[dict[str, Any]], again: str
) -> Viewing:
    opened = log.newest(OPENED, view.id)
    told = (log.payload(opened) if opened else None) or {}
    return Viewing(
        at="",
        examination=view.id,
        viewer=viewer,
        authority=str(told.get("authority", "")),
        contents=tuple(str(row["identity"]) for row in contents),
        pictures=sum(row["media"] == "picture" for row in contents),
        videos=sum(row["media"] == "video" for row in contents),
        again=again,
    )
