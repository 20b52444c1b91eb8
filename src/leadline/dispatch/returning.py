"""Returns: a partner's filled form, row by row: what can be taken, what cannot and why, and what it adds up to."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from leadline.dispatch.drafting import draft_about
from leadline.dispatch.ledger import RETURNED, SEALED, SENDS, Subject, read_order, referrals, subject
from leadline.dispatch.stated import imported
from leadline.errors import InputRefused
from leadline.inquiry.showing import os_user
from leadline.seal.canonical import canonical_json
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.stages.referral.order import Kind
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.instants import now
from leadline.vocabulary.returns import COLUMNS, COUNTS, MOST, ReturnOutcome, Trust

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from leadline.dispatch.ledger import Referral
    from leadline.stages.referral.order import Item

MOST_BYTES = 64 << 20
NOBODYS_NAME = "the desk"
"""Who drafts the notice about another agency's package: nobody is told who said that the holder is cleared."""
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}\Z", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,6}\Z", re.ASCII)


@dataclass(frozen=True)
class Rejected:
    """A row that is not taken: its line in the file, from 1, and why."""

    line: int
    lead: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """What an import would do; nothing has been written."""

    sha256: str
    signed_by: str
    """The partner whose key signed the file; empty where nobody did."""
    accepted: tuple[dict[str, Any], ...]
    rejected: tuple[Rejected, ...]
    empty: int
    """Rows without an outcome: left alone."""
    known: int
    """Rows that say what was imported before."""

    def to_json(self) -> dict[str, Any]:
        """What `returns` prints."""
        return {
            "sha256": self.sha256,
            "signed_by": self.signed_by or None,
            "accepted": len(self.accepted),
            "rejected": len(self.rejected),
            "empty": self.empty,
            "known": self.known,
            "referrals": sorted({_ref(row["lead"]) for row in self.accepted}),
            "counts": counted(self.accepted),
            "rejects": [{"line": one.line, "lead": one.lead, "reason": one.reason} for one in self.rejected],
        }


def preview(workspace: Path, data: bytes, *, signed_by: str = "", among: Collection[str] | None = None) -> Preview:
    """Read a filled form (CSV, XLSX or JSON) and match each row to a lead that went out.

    ``among`` names the referrals that may be answered; a lead of any other is refused as one that never went out.

    :class:`InputRefused` where it is no form at all; a row that cannot be taken is a reject with its reason.
    """
    if len(data) > MOST_BYTES:
        raise InputRefused("it is larger than any return form.", advice="Send the form alone.")
    leads = dict(_leads(workspace, signed_by, among))
    before = {row["lead"]: row for row in imported(workspace, among)}
    accepted, rejected, empty, known = {}, [], 0, 0
    for line, stated in _rows(data):
        row = {name: _cell(stated.get(name)) for name in COLUMNS}
        if not row["outcome"]:
            empty += 1
            continue
        reason = _fault(row, leads) or ("a second row for this lead" if row["lead"] in accepted else "")
        if reason:
            rejected.append(Rejected(line, row["lead"][:40], reason))
        elif _said(row) == _said(before.get(row["lead"], {})):
            known += 1
        else:
            accepted[row["lead"]] = _typed(row)
    return Preview(sha256_of(data), signed_by, tuple(accepted.values()), tuple(rejected), empty, known)


def take(workspace: Path, seen: Preview, *, by: str, among: Collection[str] | None = None) -> list[str]:
    """Import what a preview accepted; returns the notices that were drafted for accounts that are cleared.

    ``among`` names our referrals (None: all); recipients of others' are told by those whose they are.

    What was said before stays: the newest row of a lead holds. A notice needs approval and sealing like any package.
    """
    log = Log.open(workspace)
    with log.writing("returns"):
        for ref in sorted({_ref(row["lead"]) for row in seen.accepted}):
            rows = [row for row in seen.accepted if _ref(row["lead"]) == ref]
            data = canonical_json({"source": seen.sha256, "signed_by": seen.signed_by, "rows": rows})
            path = f"exhibits/returns/{ref}-{sha256_of(data)[:16]}.json"
            write_durably(workspace / path, data, scratch=workspace / "tmp")
            payload = {"by": by, "os_user": os_user(), "signed_by": seen.signed_by, "source": seen.sha256}
            numbers = {"rows": len(rows)}
            log.append(RETURNED, subject=ref, digests={path: sha256_of(data)}, numbers=numbers, payload=payload)
    cleared = [row["lead"] for row in seen.accepted if row["outcome"] == ReturnOutcome.CLEARED]
    return notices(workspace, cleared, by=by, among=among)


def counted(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Figures over the newest row of each lead; what is not stated is in no sum."""
    newest = {row["lead"]: row for row in rows}
    held = list(newest.values())
    return {
        "leads_answered": len(held),
        **{f"outcome_{one.replace('-', '_')}": sum(row["outcome"] == one for row in held) for one in ReturnOutcome},
        **{name: sum(row[name] or 0 for row in held) for name in COUNTS},
        "positions_of_trust": sum(row["position_of_trust"] == Trust.YES for row in held),
    }


def notices(workspace: Path, leads: Iterable[str], *, by: str, among: Collection[str] | None = None) -> list[str]:
    """Draft, for every package that held one of these accounts, the notice that its holder is cleared."""
    named = set(leads)
    orders = (read_order(workspace, one) for one in referrals(workspace).values() if one.last(SEALED))
    whom = {subject(order.provider, item.account) for order in orders for item in order.items if item.lead in named}
    return clear(workspace, whom, by=by, among=among)


def clear(
    workspace: Path, whom: Iterable[Subject], *, by: str, words: str = "", among: Collection[str] | None = None
) -> list[str]:
    """Draft the notice that these account holders are cleared, for every package that held one of them.

    Returns the drafts among those named (``among``; None: all). Whoever else's package held one has the duty, too: its
    notice is drafted under :data:`NOBODYS_NAME`, without these words, and not returned, for what others sent is not
    ours to know. Nothing is drafted where it was before, or where the package was recalled.
    """
    wanted = set(whom)
    known = referrals(workspace)
    orders = {ref: read_order(workspace, one) for ref, one in known.items()}
    told = {
        (orders[ref].about, item.account) for ref, one in known.items() if _notice(one) for item in orders[ref].items
    }
    drafted = []
    for ref, order in orders.items():
        one = known[ref]
        here = {item.account for item in order.items if subject(order.provider, item.account) in wanted}
        mine = {account for account in here if (ref, account) not in told}
        if not mine or not one.last(SEALED) or one.state == "recalled" or order.kind not in SENDS:
            continue
        ours = among is None or ref in among
        said = {"by": by, "words": words} if ours else {"by": NOBODYS_NAME, "words": ""}
        notice = draft_about(workspace, ref, Kind.CLEARED, accounts=mine, **said)
        drafted += [notice.referral] if ours else []
    return drafted


def _notice(one: Referral) -> bool:
    return one.state != "withdrawn" and one.steps[0].facts.get("kind") == Kind.CLEARED


def _leads(workspace: Path, signed_by: str, among: Collection[str] | None) -> Iterator[tuple[str, Item]]:
    """Leads that went out; where a partner signed, its own alone."""
    for one in referrals(workspace).values():
        if one.last(SEALED) and (among is None or one.ref in among):
            order = read_order(workspace, one)
            if signed_by in ("", order.partner):
                yield from ((item.lead, item) for item in order.items)


def _fault(row: Mapping[str, str], leads: Mapping[str, Item]) -> str:
    """Why a row is not taken; empty where it is."""
    item = leads.get(row["lead"])
    if item is None:
        return "no lead of this name went out to this partner"
    if item.check != row["check"].upper():
        return "the check does not belong to this lead: one of them was mistyped"
    if row["outcome"] not in tuple(ReturnOutcome):
        return f"outcome is none of {', '.join(ReturnOutcome)}"
    if row["position_of_trust"] not in ("", *Trust):
        return f"position_of_trust is none of {', '.join(Trust)}"
    for name in COUNTS:
        if row[name] and (not _WHOLE.match(row[name]) or int(row[name]) > MOST):
            return f"{name} is no whole number up to {MOST}"
    if row["partner_reference"] and not _REFERENCE.match(row["partner_reference"]):
        return "partner_reference is no short reference of letters, digits and hyphens"
    return _bad_day(row["outcome_on"])


def _bad_day(text: str) -> str:
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "outcome_on is no date as YYYY-MM-DD"
    return "outcome_on lies in the future" if day > now().date() else ""


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    """Counts as numbers, what is not stated as None, and no trust stated as unknown."""
    counts = {name: int(row[name]) if row[name] else None for name in COUNTS}
    return {**row, **counts, "position_of_trust": row["position_of_trust"] or str(Trust.UNKNOWN)}


def _said(row: Mapping[str, Any]) -> list[str]:
    told = [_cell(row.get(name)) for name in COLUMNS[2:]]
    return [
        "unknown" if name == "position_of_trust" and not text else text
        for name, text in zip(COLUMNS[2:], told, strict=True)
    ]


def _cell(value: object) -> str:
    """A cell as text: a number of a workbook without its point, a date of it as a day."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value)
    return text.removesuffix(" 00:00:00").strip().removeprefix("'")


def _ref(lead: str) -> str:
    return lead.rpartition("-")[0]


def _rows(data: bytes) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        if data.startswith(b"PK"):
            yield from _of_workbook(data)
        elif data.lstrip()[:1] in (b"{", b"["):
            stated = json.loads(data)
            rows = stated["rows"] if isinstance(stated, dict) else stated
            yield from ((number, dict(row)) for number, row in enumerate(rows, 1))
        else:
            yield from _of_csv(data.decode("utf-8-sig"))
    except (ValueError, KeyError, TypeError, csv.Error, BadZipFile, RecursionError) as error:
        raise InputRefused(f"it is no filled return form: {error}.", advice="Send CSV, XLSX or JSON.") from error


def _of_csv(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > 2 else ",", strict=True)
    if not {"lead", "check", "outcome"} <= set(reader.fieldnames or ()):
        raise InputRefused("the header is not that of the return form.", advice=f"It begins {','.join(COLUMNS[:3])}.")
    for row in reader:
        yield reader.line_num, row


def _of_workbook(data: bytes) -> Iterator[tuple[int, Mapping[str, object]]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book["Returns"] if "Returns" in book.sheetnames else book.worksheets[-1]
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    _, head = next(rows, (0, ()))
    names = [_cell(value) for value in head]
    if not {"lead", "check", "outcome"} <= set(names):
        raise InputRefused("the first row is not that of the return form.", advice="Use the form of the package.")
    for number, row in rows:
        yield number, dict(zip(names, row, strict=False))
