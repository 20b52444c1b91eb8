"""Commands for what leaves the building: refer, approve, seal, recall, referrals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadline.cli.deconfliction import desk_claims, holds_command, release_command
from leadline.cli.options import (
    json_option,
    put_csv,
    put_json,
    put_json_lines,
    put_rows,
    put_table,
    rows_option,
    say,
    say_next,
    workspace_option,
)

if TYPE_CHECKING:
    from leadline.dispatch.ledger import Referral
    from leadline.stages.referral.order import Order

_LIST = (
    "referral",
    "state",
    "partner",
    "kind",
    "jurisdictions",
    "leads",
    "to_verify",
    "left_out",
    "drafted_by",
    "about",
)
_ALARMS = ("referral", "partner", "kind", "level", "due", "owner")
_STEPS = click.Choice(["dispatched", "received", "acknowledged", "worked", "returned"])


def _by(name: str) -> str:
    from leadline.inquiry.showing import os_user

    return name or os_user()


@click.command("refer")
@click.option("--partner", metavar="CODE", help="One partner only; else every partner that the register names.")
@click.option("--jurisdiction", metavar="CC", help="One state only.")
@click.option("--level", metavar="L", help="very-high, high, medium or low.")
@click.option("--run", "run", metavar="ID", help="A run other than the last complete one.")
@click.option("--tlp", default="TLP:AMBER", show_default=True)
@click.option("--pap", default="PAP:AMBER", show_default=True)
@click.option("--codes", default="H1", show_default=True, help="Handling codes: H0, or H1 to H3 joined by +.")
@click.option("--restrictions", default="", help="The text of H3.")
@click.option("--evaluation", default="X4", show_default=True, help="Source A, B, C or X; information 1 to 4.")
@click.option("--authority", default="", help="Order or section; else the provider's report.")
@click.option("--originator", default="", help="Whose content it is, where it is not our own.")
@click.option("--release-to", multiple=True, metavar="CODE", help="Whom the originator has named.")
@click.option("--columns", default="", help="Columns of the order, joined by commas; else the usual ones.")
@click.option("--with", "documents", multiple=True, metavar="FORMAT", help="A document on request: stix.")
@click.option("--only-new", is_flag=True, help="Leave out what the partner has had.")
@click.option("--words", default="", help="What the letter tells the recipient besides.")
@click.option("--by", default="", help="Who drafts; else the OS user.")
@json_option
@workspace_option
def refer_command(by: str, as_json: bool, workspace: Path, **asked: Any) -> None:  # noqa: FBT001
    """Draft referrals: candidates to the partners that answer for them. Nothing leaves before a second person approves.

    Accounts below a partner's threshold go as requests to verify; those with an unanswered check stay, with a reason.
    """
    from leadline.dispatch.drafting import Marking, Wanted, draft
    from leadline.stages.referral.columns import DEFAULT

    marking = Marking(
        release_to=asked.pop("release_to"),
        **{
            name: asked.pop(name)
            for name in ("tlp", "pap", "codes", "restrictions", "evaluation", "authority", "originator")
        },
    )
    columns = tuple(part.strip() for part in asked.pop("columns").split(",") if part.strip()) or DEFAULT
    orders = draft(workspace, Wanted(marking=marking, columns=columns, **asked), by=_by(by))
    rows = [_order_row(order, "drafted") for order in orders]
    if as_json:
        put_json_lines(rows)
    else:
        put_csv(_LIST, rows)
    say(f"{len(orders)} drafts, {sum(len(order.left_out) for order in orders):,} accounts left out with a reason.")
    say_next(f"leadline approve {orders[0].referral if orders else 'REF'} --by COLLEAGUE")


def _order_row(order: Order, state: str) -> dict[str, Any]:
    return {
        "referral": order.referral,
        "state": state,
        "partner": order.partner,
        "kind": str(order.kind),
        "jurisdictions": list(order.jurisdictions),
        "leads": len(order.leads),
        "to_verify": len(order.to_verify),
        "left_out": len(order.left_out),
        "drafted_by": order.drafted_by,
        "about": order.about,
    }


@click.command("approve")
@click.argument("ref")
@click.option("--by", required=True, metavar="USER", help="The second person: never the one who drafted it.")
@click.option("--reason", default="", help="Why; kept with the entry.")
@json_option
@workspace_option
def approve_command(ref: str, by: str, reason: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """The second person's approval of a draft, exactly as it stands."""
    from leadline.dispatch.approving import approve

    referral = approve(workspace, ref, by=by, reason=reason)
    _told(referral, as_json=as_json, approved_by=by)
    say_next(f"leadline seal {ref} --out {ref}.age")


@click.command("seal")
@click.argument("ref")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--by", default="", help="Who seals; else the OS user.")
@json_option
@workspace_option
def seal_command(ref: str, out: Path, by: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Sign an approved referral and seal it to its partner's key."""
    from leadline.dispatch.sealing import seal

    done = seal(workspace, ref, out, by=_by(by), desk=desk_claims(workspace)).to_json()
    if as_json:
        put_json(done)
    else:
        put_table(done.items(), ("what", "value"))
    say("Give the partner the signing key over another channel; its fingerprint belongs into their own register.")
    say_next(f"leadline referrals mark {ref} dispatched")


@click.command("recall")
@click.argument("ref")
@click.option("--reason", default="", help="Why; it stands in the letter.")
@click.option("--by", default="", help="Who recalls; else the OS user.")
@json_option
@workspace_option
def recall_command(ref: str, reason: str, by: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Withdraw a draft; or draft the recall of a package that has gone, to be approved and sealed like any other."""
    from leadline.dispatch.approving import withdraw
    from leadline.dispatch.drafting import draft_about
    from leadline.dispatch.ledger import referral_of
    from leadline.stages.referral.order import Kind

    if referral_of(workspace, ref).state in ("drafted", "approved"):
        _told(withdraw(workspace, ref, by=_by(by), reason=reason), as_json=as_json)
        say_next("leadline referrals list")
        return
    drafted = draft_about(workspace, ref, Kind.RECALL, by=_by(by), words=reason)
    _told(referral_of(workspace, ref), as_json=as_json, recall=drafted.referral)
    say_next(f"leadline approve {drafted.referral} --by COLLEAGUE")


def _told(referral: Referral, *, as_json: bool, **more: str) -> None:
    told = {"referral": referral.ref, "state": referral.state, **more}
    if as_json:
        put_json(told)
    else:
        click.echo(" ".join(f"{name}: {value}" for name, value in told.items()))


@click.group("referrals")
def referrals_command() -> None:
    """Where each referral stands, what holds it, and what nobody has answered."""


referrals_command.add_command(holds_command)
referrals_command.add_command(release_command)


@referrals_command.command("list")
@rows_option
@workspace_option
def list_command(layout: str, workspace: Path) -> None:
    """Every referral and its state."""
    from leadline.dispatch.ledger import read_order, referrals

    rows = [_order_row(read_order(workspace, one), one.state) for one in referrals(workspace).values()]
    put_rows(layout, _LIST, rows)
    say_next("leadline referrals alarms")


@referrals_command.command("show")
@click.argument("ref")
@json_option
@workspace_option
def show_command(ref: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """One referral: its steps, who did them, and why accounts were left out."""
    from collections import Counter

    from leadline.dispatch.ledger import read_order, referral_of, referrals

    one = referral_of(workspace, ref)
    order = read_order(workspace, one)
    known = referrals(workspace).values()
    followed = [other.ref for other in known if ref in (other.first("about"), other.first("recalls"))]
    steps = [{"step": step.action, "at": step.at, **step.facts, **step.numbers} for step in one.steps]
    left_out = Counter(item.reason for item in order.left_out)
    if as_json:
        told = {**_order_row(order, one.state), "followed_by": followed, "left_out_because": dict(left_out)}
        put_json({**told, "steps": steps})
    else:
        put_table(_order_row(order, one.state).items(), ("what", "value"))
        put_table(((step["at"], step["step"], step.get("by", "")) for step in steps), ("when", "step", "by"))
        put_table(sorted(left_out.items()), ("left out because", "accounts"))
        put_table(((other,) for other in followed), ("followed by",))
    say_next(f"leadline referrals mark {ref} STEP")


@referrals_command.command("correct")
@click.argument("ref")
@click.option("--words", required=True, help="What was wrong; it stands in the letter.")
@click.option("--account", "accounts", multiple=True, metavar="KEY", help="Only these accounts of the package.")
@click.option("--run", "run", metavar="ID", help="The run that says it right; else the tip's newest.")
@click.option("--by", default="", help="Who drafts; else the OS user.")
@json_option
@workspace_option
def correct_command(
    ref: str,
    words: str,
    accounts: tuple[str, ...],
    run: str | None,
    by: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """Draft the correction of a package that has gone: the same leads as another run has them."""
    from leadline.dispatch.drafting import draft_about
    from leadline.stages.referral.order import Kind

    drafted = draft_about(workspace, ref, Kind.CORRECTION, by=_by(by), words=words, accounts=accounts or None, run=run)
    row = _order_row(drafted, "drafted")
    if as_json:
        put_json(row)
    else:
        put_table(row.items(), ("what", "value"))
    say_next(f"leadline approve {drafted.referral} --by COLLEAGUE")


@referrals_command.command("cleared")
@click.argument("account")
@click.option("--provider", default="", help="Whose account it is, where several providers have one of this key.")
@click.option("--words", default="", help="What the letter tells the recipients besides.")
@click.option("--by", default="", help="Who drafts; else the OS user.")
@json_option
@workspace_option
def cleared_command(account: str, provider: str, words: str, by: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Draft, for every recipient of a package with the account, the notice that its holder is cleared."""
    from leadline.dispatch.returning import clear
    from leadline.dispatch.subjects import holder

    drafted = clear(workspace, [holder(workspace, account, provider)], by=_by(by), words=words)
    if as_json:
        put_json({"notices": drafted})
    else:
        put_table(((one,) for one in drafted), ("notice",))
    say(f"{len(drafted)} notices were drafted; packages that were recalled, or told before, need none.")
    say_next(f"leadline approve {drafted[0] if drafted else 'REF'} --by COLLEAGUE")


@referrals_command.command("mark")
@click.argument("ref")
@click.argument("step", type=_STEPS)
@click.option("--note", default="", help="What was heard, and how.")
@click.option("--by", default="", help="Who notes it; else the OS user.")
@json_option
@workspace_option
def mark_command(ref: str, step: str, note: str, by: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Note that a package was dispatched, received, acknowledged, worked or returned."""
    from leadline.dispatch.following import mark

    _told(mark(workspace, ref, step, by=_by(by), note=note), as_json=as_json)
    say_next("leadline referrals alarms")


@referrals_command.command("alarms")
@rows_option
@click.option("--at", metavar="INSTANT", help="As of another instant (ISO 8601 with a zone).")
@workspace_option
def alarms_command(layout: str, at: str | None, workspace: Path) -> None:
    """Packages about which there is silence for longer than their clock allows."""
    from leadline.dispatch.following import alarms
    from leadline.errors import WrongUsage
    from leadline.vocabulary.instants import now, parse_zoned

    instant = parse_zoned(at) if at else now()
    if instant is None:
        raise WrongUsage(f"{at!r} is no instant.", advice="Write it as 2026-11-25T10:00:00Z.")
    rows = [alarm.to_json() for alarm in alarms(workspace, at=instant)]
    put_rows(layout, _ALARMS, rows)
    say(f"{len(rows)} alarms, {sum(row['owner'] is None for row in rows)} that nobody owns.")
    say_next("leadline referrals own REF --by USER")


@referrals_command.command("own")
@click.argument("ref")
@click.option("--by", default="", help="Who takes it on; else the OS user.")
@click.option("--note", default="", help="What will be done.")
@json_option
@workspace_option
def own_command(ref: str, by: str, note: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Take on the silence about a package."""
    from leadline.dispatch.following import own

    _told(own(workspace, ref, by=_by(by), note=note), as_json=as_json)
    say_next("leadline referrals alarms")
