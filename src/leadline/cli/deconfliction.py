"""Commands for deconfliction: what holds a referral, what waits for an agency, and the release of a hold."""

from __future__ import annotations

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
    from collections.abc import Iterable
    from pathlib import Path

    from leadline.dispatch.deconflicting import Claim


def desk_claims(workspace: Path) -> Iterable[Claim]:
    """The claims of the desks' leads; none where the workspace has no desk."""
    from leadline.seal.desk_key import DESK_KEY

    if not (workspace / DESK_KEY).exists():
        return ()
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.casefile.queries.claims import claims_of_desks

    return claims_of_desks()


@click.command("holds")
@click.argument("ref", required=False)
@rows_option
@click.option("--for", "agency", metavar="AGENCY", help="What of other agencies waits for this one.")
@reason_option
@workspace_option
def holds_command(ref: str | None, layout: str, agency: str | None, reason: str, workspace: Path) -> None:
    """What keeps a referral from being sealed: whose claims, on which of its leads. Nothing else of them is shown."""
    from leadline.dispatch.deconflicting import holds, pointers
    from leadline.errors import WrongUsage
    from leadline.inquiry.showing import log_showing

    if (ref is None) == (agency is None):
        raise WrongUsage("name a referral, or an agency with --for.", advice="See `leadline referrals list`.")
    rows = pointers(workspace, agency) if agency else holds(workspace, str(ref), desk=desk_claims(workspace))
    filters = {"referral": ref, "for": agency}
    log_showing(workspace, "holds", run="", filters=filters, reason=reason, rows=len(rows))
    put_rows(layout, ("at", "agency", "accounts") if agency else ("referral", "held_by", "leads", "settled"), rows)
    say(f"{len(rows)} of them. Speak with the other agency: neither side sees what the other one holds.")
    say_next(f"leadline referrals release {ref or 'REF'} --agreed-with AGENCY --with USER --reason TEXT")


@click.command("release")
@click.argument("ref")
@click.option("--agreed-with", multiple=True, required=True, metavar="AGENCY", help="Each agency that holds it.")
@click.option("--with", "second", required=True, metavar="USER", help="The second person who stands behind it.")
@click.option("--reason", required=True, help="What was agreed; kept with the entry.")
@click.option("--by", default="", help="Who releases; else the OS user.")
@json_option
@workspace_option
def release_command(
    ref: str,
    agreed_with: tuple[str, ...],
    second: str,
    reason: str,
    by: str,
    as_json: bool,  # noqa: FBT001  click passes flags by name
    workspace: Path,
) -> None:
    """Settle the holds on a referral, by two persons, with the reason. A later claim holds it again."""
    from leadline.dispatch.deconflicting import release
    from leadline.inquiry.showing import os_user

    done = release(
        workspace,
        ref,
        by=by or os_user(),
        second=second,
        agreed_with=agreed_with,
        reason=reason,
        desk=desk_claims(workspace),
    )
    told = {"referral": ref, "state": done.state, "released_by": by or os_user(), "second": second}
    if as_json:
        put_json(told)
    else:
        put_table(told.items(), ("what", "value"))
    say_next(f"leadline seal {ref} --out {ref}.age")
