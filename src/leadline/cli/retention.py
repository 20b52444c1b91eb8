"""Commands for what the law asks afterwards: categories and their clocks, disclosure, taking an account out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadline.cli.options import (
    json_option,
    put_json,
    put_rows,
    put_table,
    reason_option,
    rows_option,
    say,
    say_next,
    workspace_option,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_DUE = ("due", "then", "account_key", "tip", "category", "since", "held_by", "basis")


@click.command("categorise")
@click.argument("account")
@click.argument("category")
@click.option("--reason", required=True, help="Why; kept with the entry, and erased with the account.")
@click.option("--provider", default="", help="Whose account it is, where several providers have one of this key.")
@click.option("--by", default="", help="Who says so; else the OS user.")
@json_option
@workspace_option
def categorise_command(
    account: str,
    category: str,
    reason: str,
    provider: str,
    by: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """Say what the holder of an account is; said again, it was looked at again. `cleared` drafts the notices."""
    from leadline.dispatch.subjects import categorise
    from leadline.inquiry.showing import os_user

    notices = categorise(workspace, account, category, by=by or os_user(), reason=reason, provider=provider)
    if as_json:
        put_json({"account_key": account, "category": category, "notices": notices})
    else:
        put_table([("category", category), *(("notice", one) for one in notices)], ("what", "value"))
    say_next(f"leadline approve {notices[0]} --by COLLEAGUE" if notices else "leadline due")


@click.command("due")
@rows_option
@click.option(
    "--within", type=click.IntRange(min=0), default=30, show_default=True, metavar="DAYS", help="From --at on."
)
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Another day than today.")
@click.option(
    "--clocks", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your own table of clocks (CSV)."
)
@reason_option
@workspace_option
def due_command(
    layout: str, within: int, at: datetime | None, clocks: Path | None, reason: str, workspace: Path
) -> None:
    """Persons whose data must be looked at again or erased by then, the soonest first, with who holds a copy."""
    from leadline.dispatch.subjects import due, subject_clocks
    from leadline.inquiry.showing import log_showing
    from leadline.vocabulary.instants import now

    day = (at or now()).date()
    everybody = due(workspace, clocks=subject_clocks(clocks))
    rows = [one.to_json() for one in everybody if one.due <= day + timedelta(days=within)]
    log_showing(workspace, "due", run="", filters={"within": within, "at": day}, reason=reason, rows=len(rows))
    put_rows(layout, _DUE, rows)
    late = sum(row["due"] < day.isoformat() for row in rows)
    say(f"{len(rows):,} of {len(everybody):,} persons, {late:,} of them overdue. Counsel sets the clocks.")
    say_next("leadline retire ACCOUNT --custodian AGE1… --with USER")


@click.command("retire")
@click.argument("account")
@click.option("--custodian", required=True, metavar="AGE1…", help="Whose age key keeps what is sealed off.")
@click.option("--with", "second", required=True, metavar="USER", help="The second person who stands behind it.")
@click.option("--by", default="", help="Who takes it out; else the OS user.")
@click.option("--reason-code", default="cleared", show_default=True, help="Short code, kept with the tombstones.")
@json_option
@workspace_option
def retire_command(
    account: str,
    custodian: str,
    second: str,
    by: str,
    reason_code: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """Take a cleared account out of facts, orders, exhibits and the desk for good; `verify` knows of it.

    Recipients of packages that held it must have been told first. A tip whose exhibits are sealed off cannot be run
    again; what its runs say of other accounts stays.
    """
    from leadline.dispatch.identifying import identifiers
    from leadline.dispatch.retiring import retire
    from leadline.inquiry.showing import os_user

    at_desk = _desk(workspace)
    words = identifiers(workspace, account)
    done = retire(workspace, account, custodian=custodian, by=by or os_user(), second=second, reason_code=reason_code)
    desk = at_desk(account, words, reason_code=reason_code) if at_desk else {}
    if as_json:
        put_json({**done.to_json(), "desk": desk})
    else:
        told = (("rewritten", done.rewritten), ("sealed off", done.sealed_off), ("erased", done.erased))
        rows = [(name, len(paths)) for name, paths in told]
        put_table([*rows, *((f"{name} of the desk", count) for name, count in desk.items())], ("what", "count"))
    say_next("leadline verify")


def _desk(workspace: Path) -> Callable[..., dict[str, int]] | None:
    """How the account leaves the desk's database; None where the workspace has no desk."""
    from leadline.seal.desk_key import DESK_KEY

    if not (workspace / DESK_KEY).exists():
        return None
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.casefile.retiring import take_out

    return take_out


@click.command("disclose")
@click.argument("account")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option(
    "--for", "agency", default="", metavar="AGENCY", help="Whose disclosure; else the workspace's own agency."
)
@click.option("--provider", default="", help="Whose account it is, where several providers have one of this key.")
@click.option("--reason", default="", help="For which proceedings; kept with the log entry.")
@json_option
@workspace_option
def disclose_command(
    account: str,
    out: Path,
    agency: str,
    provider: str,
    reason: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """Everything that the runs say for or against an account, for the defence, with a schedule of what is withheld."""
    from leadline.dispatch.disclosing import disclose
    from leadline.inquiry.showing import log_showing
    from leadline.settings import read_settings

    papers = _papers(workspace, account, agency or read_settings(workspace).agency, provider)
    done = disclose(workspace, account, out, agency_name=agency, provider=provider, desk=papers)
    log_showing(workspace, "disclose", run="", filters={"account": account}, reason=reason, rows=1)
    if as_json:
        put_json(done)
    else:
        put_table(done.items(), ("what", "value"))
    say("What is withheld, and why, stands in withheld.csv. Have counsel read the notes before they go.")
    say_next(f"python3 {out}/verify.py --key {done['sign_key']}")


def _papers(workspace: Path, account: str, agency: str, provider: str) -> dict[str, object]:
    """What the agency's desk has on the account; nothing where the workspace has no desk."""
    from leadline.seal.desk_key import DESK_KEY

    if not (workspace / DESK_KEY).exists():
        return {}
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.casefile.queries.disclosure import desk_papers

    return desk_papers(account, agency, provider=provider)
