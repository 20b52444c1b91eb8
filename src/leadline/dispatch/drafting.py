"""Drafts: candidates of a run go to the partners that answer for their jurisdiction; what stays behind has a reason."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from leadline.dispatch.ledger import DRAFTED, read_order, referral_of, sent, write_order
from leadline.dispatch.staying import Said, said_of, stays
from leadline.errors import Conflict, WrongUsage
from leadline.facts.earlier import earlier_runs
from leadline.facts.tables import CandidateRow
from leadline.inquiry.runs import open_run
from leadline.inquiry.showing import os_user
from leadline.reference.partners.register import partner_of, partners
from leadline.reference.partners.routing import covered, one_each
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.stages.referral.columns import ALWAYS, DEFAULT, read_columns
from leadline.stages.referral.contract import DOCUMENTS
from leadline.stages.referral.order import Item, Kind, LeftOut, Order
from leadline.vocabulary.handling import Handling, Subject, parse_codes, parse_pap, parse_tlp, refuse_above
from leadline.vocabulary.instants import iso_z, now
from leadline.vocabulary.scales import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from leadline.inquiry.runs import RunView
    from leadline.reference.partners.partner import Partner

    _Rows = Sequence[Mapping[str, Any]]

_SELECT = """
select c.account_key, c.level, c.jurisdiction, c.confidence, c.doubts
from candidate as c {join}
where c.jurisdiction <> '' and ($level is null or c.level = $level)
order by c.rank
"""
_CHOSEN = "join chosen as w on w.account_key = c.account_key"


@dataclass(frozen=True)
class Marking:
    """How the content is marked, as a person writes it."""

    tlp: str = "TLP:AMBER"
    pap: str = "PAP:AMBER"
    codes: str = "H1"
    evaluation: str = "X4"
    authority: str = ""
    originator: str = ""
    restrictions: str = ""
    release_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is to be referred; what is left out means all."""

    partner: str | None = None
    jurisdiction: str | None = None
    level: str | None = None
    run: str | None = None
    marking: Marking = field(default_factory=Marking)
    columns: tuple[str, ...] = DEFAULT
    documents: tuple[str, ...] = ()
    only_new: bool = False
    """Leave out what the partner has had already."""
    words: str = ""
    accounts: frozenset[str] | None = None
    """Only these; None: every candidate of the run."""


@dataclass(frozen=True)
class Planned:
    """An order that nobody has written down yet."""

    order: Order
    level: str
    """The highest among its leads, by which the clocks of the package run; empty where no lead goes."""
    agency: str
    """Whose it is: that of the tip."""


def draft(workspace: Path, wanted: Wanted, *, by: str) -> list[Order]:
    """Draft what is wanted: an order for each partner concerned, and one a state where the partner only passes on.

    Nobody has approved anything yet. See :func:`plan` for what is refused.
    """
    return keep(workspace, plan(workspace, wanted, by=by), by=by)


def plan(workspace: Path, wanted: Wanted, *, by: str) -> list[Planned]:
    """What :func:`draft` would write down; writes nothing. The names of the referrals are others each time.

    :class:`WrongUsage` where there is no partner or no such level; :class:`MarkedAbove` where a partner may not have
    content of this marking.
    """
    if wanted.level is not None and wanted.level not in tuple(Level):
        raise WrongUsage(f"there is no level {wanted.level!r}.", advice=f"Known: {', '.join(Level)}.")
    for name in wanted.documents:
        DOCUMENTS.get(name)
    view = open_run(workspace, wanted.run)
    rows = _rows(view, wanted)
    had = _had(workspace, sender_code(view.tip.agency)) if wanted.only_new else {}
    said = said_of(workspace, view.tip.provider, sender_code(view.tip.agency))
    orders = [
        _order(view, wanted, partner, places, rows, had.get(partner.code, _NOTHING), by, said)
        for partner, places in _addressed(workspace, wanted, rows)
    ]
    return [Planned(order, _highest(order, rows), view.tip.agency) for order in orders if order.items or order.left_out]


def keep(workspace: Path, planned: Iterable[Planned], *, by: str) -> list[Order]:
    """Write orders down as drafts, each with its step in the log."""
    kept = []
    log = Log.open(workspace)
    with log.writing("refer"):
        for one in planned:
            facts = _facts(one.order, by, agency=one.agency, level=one.level, about=one.order.about)
            write_order(log, one.order, action=DRAFTED, facts=facts)
            kept.append(one.order)
    return kept


def _rows(view: RunView, wanted: Wanted) -> list[dict[str, Any]]:
    """The candidates that are asked for and belong to a jurisdiction, in the order of work."""
    with view.engine(CandidateRow) as engine:
        if wanted.accounts is not None:
            keys = pa.array(sorted(wanted.accounts), pa.string())
            engine.table("chosen", pa.table({"account_key": keys}))
        join = "" if wanted.accounts is None else _CHOSEN
        return engine.rows(_SELECT.format(join=join), {"level": wanted.level})


def _highest(order: Order, rows: Iterable[Mapping[str, Any]]) -> str:
    """The highest level among the leads: the clocks of the package run by it."""
    named = {item.account for item in order.leads}
    levels = {row["level"] for row in rows if row["account_key"] in named}
    return next((str(level) for level in Level if level in levels), "")


def _facts(order: Order, by: str, **more: str) -> dict[str, object]:
    return {"by": by, "os_user": os_user(), "partner": order.partner, "kind": str(order.kind), **more}


def _addressed(
    workspace: Path, wanted: Wanted, rows: list[dict[str, Any]]
) -> Iterable[tuple[Partner, tuple[str, ...]]]:
    """Partners and, for each of their packages, the jurisdictions that it is for."""
    register = partners(workspace)
    if not register:
        raise WrongUsage("the register has no partner.", advice="Add one: `leadline partners add`.")
    named = [partner_of(workspace, wanted.partner)] if wanted.partner else list(register.values())
    code = wanted.jurisdiction.upper() if wanted.jurisdiction else None
    present = {row["jurisdiction"] for row in rows}
    day = now().date()
    for partner in named:
        places = covered(partner, present, register.values(), day)
        if wanted.partner and code:
            places = (code,)
        elif code:
            places = tuple(place for place in places if place == code)
        if one_each(partner):
            yield from ((partner, (place,)) for place in places)
        elif places:
            yield partner, places


def _order(
    view: RunView,
    wanted: Wanted,
    partner: Partner,
    places: tuple[str, ...],
    rows: list[dict[str, Any]],
    had: _Had,
    by: str,
    said: Said,
) -> Order:
    handling = marking_of(view, wanted.marking)
    sender = sender_code(view.tip.agency)
    refuse_above([("The referral", handling)], partner.clearance(), sender=sender)
    ref = f"P-{secrets.token_hex(8)}"
    mine = [row for row in rows if row["jurisdiction"] in places]
    agreed = partner.clearance().subjects
    reasons = ((row["account_key"], stays(row, had.accounts, said, agreed)) for row in mine)
    left_out = [LeftOut(account, reason) for account, reason in reasons if reason]
    staying = {one.account for one in left_out}
    going = [row for row in mine if row["account_key"] not in staying]
    sure = [row for row in going if row["confidence"] >= partner.threshold]
    unsure = [row for row in going if row["confidence"] < partner.threshold]
    leads, to_verify = _named(ref, sure, unsure, said)
    subjects = frozenset(item.data_subject for item in (*leads, *to_verify)) or handling.subjects
    about = had.newest(places)
    return Order(
        referral=ref,
        kind=Kind.DELTA if about else Kind.REFERRAL,
        partner=partner.code,
        partner_name=partner.name,
        jurisdictions=places,
        sender=sender,
        run=view.run,
        tip=view.tip.tip,
        provider=view.tip.provider,
        reference=view.tip.reference,
        handling=replace(handling, subjects=subjects),
        columns=read_columns(wanted.columns),
        documents=tuple(sorted(set(wanted.documents))),
        leads=leads,
        to_verify=to_verify,
        left_out=tuple(left_out),
        drafted_by=by,
        drafted_at=iso_z(now()),
        about=about,
        words=wanted.words,
    )


def _named(ref: str, sure: _Rows, unsure: _Rows, said: Said) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Leads and requests to verify under their names.

    Whether a request to verify is the partner's person at all is open: it says no more than that there is an account.
    """
    keys = [str(row["account_key"]) for row in (*sure, *unsure)]
    named = [Item(f"{ref}-{number:05d}", key) for number, key in enumerate(keys, 1)]
    leads = (replace(item, data_subject=said.category(item.account)) for item in named[: len(sure)])
    return tuple(leads), tuple(named[len(sure) :])


@dataclass
class _Had:
    """What a partner has had: accounts, and its packages by what they were for, the newest last."""

    accounts: set[str] = field(default_factory=set)
    packages: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def newest(self, places: tuple[str, ...]) -> str:
        """The newest package for one of these places; empty where there is none."""
        return next((ref for ref, covered in reversed(self.packages) if set(covered) & set(places)), "")


_NOTHING = _Had()


def _had(workspace: Path, sender: str) -> dict[str, _Had]:
    """What each partner has had from this sender; what another agency sent is not ours to know."""
    had: dict[str, _Had] = {}
    for one, order in sent(workspace):
        if order.sender != sender:
            continue
        theirs = had.setdefault(order.partner, _Had())
        theirs.accounts.update(item.account for item in order.items)
        if order.kind in (Kind.REFERRAL, Kind.DELTA):
            theirs.packages.append((one.ref, order.jurisdictions))
    return had


def agency(workspace: Path) -> str:
    """The code of the workspace's own agency as a sender."""
    return sender_code(read_settings(workspace).agency)


def sender_code(agency: str) -> str:
    """The sender's code: an agency's name in capitals."""
    name = agency.upper()
    code = "".join(char if char.isascii() and char.isalnum() else "-" for char in name).strip("-")
    return code if len(code) > 1 and code[0].isalpha() else f"UNIT-{code or 'X'}"


def marking_of(view: RunView, marking: Marking) -> Handling:
    """The marking as a value; the authority, where none is stated, is the provider's report itself."""
    tip = view.tip
    report = f"report of {tip.provider or 'a provider'}{' ' + tip.reference if tip.reference else ''}, tip {tip.tip}"
    return Handling(
        tlp=parse_tlp(marking.tlp),
        pap=parse_pap(marking.pap),
        codes=parse_codes(marking.codes),
        evaluation=marking.evaluation,
        authority=marking.authority.strip() or report,
        originator=marking.originator or sender_code(tip.agency),
        restrictions=marking.restrictions,
        release_to=frozenset(marking.release_to),
    )


def draft_about(
    workspace: Path,
    ref: str,
    kind: Kind,
    *,
    by: str,
    words: str,
    accounts: Iterable[str] | None = None,
    run: str | None = None,
) -> Order:
    """Draft a recall, a correction or a notice about a package that has gone; it is approved and sealed like any.

    ``accounts`` restricts it to some of the package's accounts. A correction says what the newest complete run of the
    same tip says, or ``run``; leads keep their names. :class:`Conflict` where nothing was sealed, or where the run
    holds none of the accounts any more; :class:`WrongUsage` for accounts that the package did not hold.
    """
    earlier = referral_of(workspace, ref)
    if earlier.state in ("drafted", "approved", "withdrawn", "recalled"):
        raise Conflict(f"{ref} is {earlier.state}: there is no package out there.", advice="Withdraw a draft instead.")
    order = read_order(workspace, earlier)
    new = f"P-{secrets.token_hex(8)}"
    drafted = replace(
        _restricted(order, accounts),
        referral=new,
        kind=kind,
        columns=read_columns(ALWAYS),
        documents=(),
        left_out=(),
        drafted_by=by,
        drafted_at=iso_z(now()),
        about=ref,
        words=words,
    )
    if kind is Kind.CLEARED:
        drafted = _cleared(drafted)
    if kind is Kind.CORRECTION:
        drafted = _said_right(workspace, drafted, order, run)
    log = Log.open(workspace)
    with log.writing("refer"):
        more = {"recalls": ref} if kind is Kind.RECALL else {"about": ref}
        agency = str(open_run(workspace, drafted.run).record["agency"])
        write_order(log, drafted, action=DRAFTED, facts=_facts(drafted, by, agency=agency, **more))
    return drafted


def _restricted(order: Order, accounts: Iterable[str] | None) -> Order:
    if accounts is None:
        return order
    wanted = set(accounts)
    strange = sorted(wanted - {item.account for item in order.items})
    if strange:
        raise WrongUsage(
            f"{order.referral} does not hold {len(strange)} of these accounts.",
            advice="Account keys are compared byte for byte.",
        )
    return replace(
        order,
        leads=tuple(item for item in order.leads if item.account in wanted),
        to_verify=tuple(item for item in order.to_verify if item.account in wanted),
    )


def _said_right(workspace: Path, drafted: Order, order: Order, run: str | None) -> Order:
    """The correction out of another run of the tip; accounts that it does not hold stay behind, with the reason."""
    chosen = run or _newest_run(workspace, order)
    view = open_run(workspace, chosen)
    if view.tip.tip != order.tip:
        raise WrongUsage(f"{chosen} is a run of another tip.", advice=f"Name a run of {order.tip}.")
    with view.engine(CandidateRow) as engine:
        there = {row["account_key"] for row in engine.rows("select c.account_key from candidate as c")}
    gone = [item for item in drafted.items if item.account not in there]
    if len(gone) == len(drafted.items):
        advice = f"Recall it: `leadline recall {order.referral}`."
        raise Conflict("the run holds none of these accounts any more.", advice=advice)
    return replace(
        drafted,
        run=view.run,
        columns=order.columns,
        documents=order.documents,
        leads=tuple(item for item in drafted.leads if item.account in there),
        to_verify=tuple(item for item in drafted.to_verify if item.account in there),
        left_out=tuple(LeftOut(item.account, "the run holds it no more: recall the package") for item in gone),
    )


def _newest_run(workspace: Path, order: Order) -> str:
    (found,) = earlier_runs(Log.open(workspace), [order.tip], agency=open_run(workspace, order.run).record["agency"])
    return found.run


def _cleared(order: Order) -> Order:
    """Everybody in it is cleared, whatever they were in the package that it is about."""
    return replace(
        order,
        handling=replace(order.handling, subjects=frozenset({Subject.CLEARED})),
        leads=tuple(replace(item, data_subject=Subject.CLEARED) for item in order.leads),
        to_verify=tuple(replace(item, data_subject=Subject.CLEARED) for item in order.to_verify),
    )
