"""Commands about who looks at what: look, exposure."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from leadline.cli.options import (
    json_option,
    lines_option,
    put_csv,
    put_json,
    put_json_lines,
    put_table,
    reason_option,
    say,
    say_next,
    workspace_option,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.command("look")
@lines_option
@click.argument("examination", required=False)
@click.option("--groups", type=click.IntRange(1, 10_000), default=1, show_default=True, help="How many groups to take.")
@click.option("--group", "named", type=int, multiple=True, metavar="N", help="This place in the order of looking.")
@click.option("--again", default="", metavar="TEXT", help="Why contents are looked at that somebody has looked at.")
@click.option("--format", "layout", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@workspace_option
def look_command(
    examination: str | None, groups: int, named: tuple[int, ...], again: str, layout: str, workspace: Path
) -> None:
    """Take the next groups of an examination to look at; what somebody has looked at is passed over."""
    from leadline.exposure import Viewer
    from leadline.inquiry.showing import os_user
    from leadline.looking import COLUMNS, take_up
    from leadline.settings import read_settings

    viewer = Viewer(read_settings(workspace).agency, os_user())
    taken = take_up(workspace, examination, viewer=viewer, groups=groups, named=named, again=again)
    put_json_lines(taken.contents) if layout == "jsonl" else put_csv(COLUMNS, taken.contents)
    say(f"{len(taken.contents):,} contents are yours to look at; {taken.left:,} are left of this week's budget.")
    say_next("leadline exposure")


@click.command("exposure")
@click.option("--everybody", is_flag=True, help="All examiners'; only for OS users named in `welfare_managers`.")
@reason_option
@json_option
@workspace_option
def exposure_command(
    everybody: bool,  # noqa: FBT001  click passes flags by name
    reason: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """What you have looked at, week by week, and what the week's budget has left."""
    from leadline.exposure import everybodys, refuse_curious, viewings, weeks_of
    from leadline.inquiry.showing import log_showing, os_user
    from leadline.seal.log import Log
    from leadline.settings import read_settings

    settings, me = read_settings(workspace), os_user()
    if everybody:
        refuse_curious(settings, me)
        log_showing(workspace, "exposure", run="", filters={"of": "everybody"}, reason=reason, rows=0)
    known = viewings(Log.open(workspace), settings.agency)
    budget = settings.exposure_weekly
    shown = everybodys(known, budget) if everybody else {me: weeks_of(me, known, budget)}
    rows = [{"who": who, **asdict(week)} for who, weeks in shown.items() for week in weeks]
    if as_json:
        put_json({"budget": budget, "weeks": rows})
    else:
        heads = ("who", "week", "contents", "pictures", "videos", "examinations", "left")
        put_table((tuple(row.values()) for row in rows), heads)
        say(f"The budget is {budget:,} contents a week (`leadline set exposure_weekly N`).")
    say_next("leadline look")
