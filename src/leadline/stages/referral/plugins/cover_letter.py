"""The letter that goes with a package, and a sheet for each lead that comes first in the order of work, as one PDF."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from leadline.documents.typesetting import Typesetter
from leadline.stages.referral.columns import SCORE_NOTE, text_of
from leadline.stages.referral.contract import DocumentFormat, Dossier, Example
from leadline.stages.referral.order import Kind
from leadline.vocabulary.instants import iso_z
from leadline.vocabulary.scales import Level
from leadline.vocabulary.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leadline.stages.referral.contract import File

MOST_SHEETS = 100
"""Sheets in one letter: the setting of a page costs more than all other files of a lead. Tables hold every lead."""
LEAST_SHEETS = 10
"""So many leads have a sheet whatever their level."""
_PRESSING = (Level.VERY_HIGH, Level.HIGH)
_TITLES = {
    Kind.REFERRAL: "Referral",
    Kind.DELTA: "Supplement to a referral",
    Kind.CORRECTION: "Correction of a referral",
    Kind.RECALL: "Recall of a referral",
    Kind.CLEARED: "Notice: an account holder is cleared",
}
_LETTERS = {
    Kind.REFERRAL: "The accounts below accessed a cache of illegal material that a provider reported. They are passed "
    "to you because the evidence places them in your jurisdiction.",
    Kind.DELTA: "This supplements the referral named above with what has come since.",
    Kind.CORRECTION: "The referral named above was wrong in what is listed here. Replace it in your records, and tell "
    "everybody to whom you passed it on.",
    Kind.RECALL: "The referral named above is taken back. Stop work on it, delete it or seal it off, tell everybody to "
    "whom you passed it on, and confirm that this is done.",
    Kind.CLEARED: "The holder of the account listed here did not do what the account did. Take the account out of your "
    "records as your law provides, tell everybody to whom you passed it on, and confirm that this is done.",
}
_ALWAYS = (
    (
        "A person is an account holder, and no more, until an outcome says otherwise. The doubts beside each lead are "
        "part of it: keep them with it wherever it goes."
    ),
    f"{SCORE_NOTE[0].upper()}{SCORE_NOTE[1:]} What is not known is written as unknown; it never means no.",
    "The package holds metadata and hashes only.",
)
_VERIFY = (
    "The requests to verify are no leads: the evidence for your jurisdiction is below the threshold that was agreed "
    "with you. Please check whether they are yours at all before anything else is done."
)
_ANSWER = (
    "Run verify.py in the opened package, with the sender's key as you have it from another channel.",
    "Confirm that the package came. Its number follows that of the package before; a missing number was lost.",
    (
        "Fill in return-form.csv, .xlsx or .json, sign and seal it to the sender, and send it back; so again when "
        "more is known."
    ),
)
_APART = frozenset({"lead", "check", "reasons", "doubts", "caveats", "unknowns", "addresses", "requests"})
"""Columns of the order that have a place of their own on a sheet, or none: requests stand in `requests/`."""
_CLOSED = frozenset({"level", "holder_certainty", "data_subject"})
_LISTS = (("caveats", "To be kept in mind"), ("unknowns", "Not known, which never means no"))
_ADDRESSES = 8


@cache
def _typesetter() -> Typesetter:
    return Typesetter("leadline.stages.referral", "letter.typ")


def _files(dossier: Dossier) -> Iterator[File]:
    yield "cover.pdf", [_typesetter().pdf(content(dossier), at=dossier.at)]


def content(dossier: Dossier) -> dict[str, Any]:
    """What the template prints."""
    order = dossier.order
    sheets = [_sheet(row) for row in _with_sheets(dossier)] if order.kind not in (Kind.RECALL, Kind.CLEARED) else []
    return {
        "title": f"{_TITLES[order.kind]} {order.referral}",
        "sender": order.sender,
        "referral": order.referral,
        "marking": f"{order.handling.tlp} {order.handling.pap}",
        "year": dossier.at.year,
        "month": dossier.at.month,
        "day": dossier.at.day,
        "facts": _facts(dossier),
        "letter": [_LETTERS[order.kind], *_ALWAYS, *([_VERIFY] if dossier.to_verify else [])],
        "levels": _counts(dossier),
        "words": order.words,
        "answer": list(_ANSWER),
        "sheets": sheets,
        "sheets_note": f"{len(sheets)} of {len(dossier.leads)} leads, those first in the order of work; "
        "all of them stand in leads.csv and leads.jsonl.",
    }


def _facts(dossier: Dossier) -> list[list[str]]:
    order, handling = dossier.order, dossier.order.handling
    codes = f"{handling.words_of_codes()}, evaluation {handling.evaluation}"
    earlier = dossier.about_package
    return [
        ["From", order.sender],
        ["To", f"{order.partner_name} ({order.partner}), {dossier.channel or 'channel as agreed'}"],
        ["For", ", ".join(order.jurisdictions) or "no jurisdiction"],
        ["Package", f"{dossier.sequence} of this sender to this key"],
        ["Approved", f"{iso_z(dossier.at)} by {dossier.approved_by}; drafted by {order.drafted_by}"],
        *(
            [["About", f"referral {order.about}, package {earlier.get('sequence', 'never sealed')}"]]
            if order.about
            else []
        ),
        ["Authority", handling.authority],
        ["Handling", f"{codes}{', ' + handling.restrictions if handling.restrictions else ''}"],
        ["Persons", ", ".join(word(one) for one in sorted(handling.subjects))],
        ["Tip", f"{order.tip}, {order.provider}{', number ' + order.reference if order.reference else ''}"],
        ["Computed in", order.run],
    ]


def _counts(dossier: Dossier) -> list[list[str]]:
    levels = [row["level"] for row in dossier.leads if "level" in row]
    return [
        ["leads", f"{len(dossier.leads)}"],
        *([f"of level {level}", f"{levels.count(level)}"] for level in Level if level in levels),
        ["requests to verify", f"{len(dossier.to_verify)}"],
        ["requests to record holders", f"{len(dossier.requests)}"],
        ["objects in the hash inventory", f"{len(dossier.objects)}"],
    ]


def _with_sheets(dossier: Dossier) -> list[Mapping[str, Any]]:
    pressing = [row for row in dossier.leads[LEAST_SHEETS:] if row.get("level") in _PRESSING]
    return [*dossier.leads[:LEAST_SHEETS], *pressing][:MOST_SHEETS]


def _sheet(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = [[name.replace("_", " "), _words(name, row[name])] for name in row if name not in _APART]
    return {
        "lead": row["lead"],
        "check": row["check"],
        "rows": [*plain, *([["addresses", _addresses(row["addresses"])]] if "addresses" in row else [])],
        "lists": [
            {"title": title, "items": [word(one) for one in row[name]]} for name, title in _LISTS if row.get(name)
        ],
        "reasons": [[one["factor"], str(one["points"]), one["reason"]] for one in row.get("reasons", ())],
        "doubts": [[word(one["check"]), one["state"], one["reason"]] for one in row.get("doubts", ())],
    }


def _words(name: str, value: object) -> str:
    """A value in words; a list of words on one line, and what is not stated as such."""
    if name in _CLOSED:
        return word(value)
    return text_of(name, value).replace("|", ", ") if isinstance(value, list) else text_of(name, value) or "not stated"


def _addresses(seen: list[Mapping[str, Any]]) -> str:
    shown = "; ".join(f"{one['address']} ({one['kind']}, {one['accesses']} accesses)" for one in seen[:_ADDRESSES])
    more = len(seen) - _ADDRESSES
    return f"{shown}; {more} more in leads.jsonl" if more > 0 else shown or "none"


PLUGIN = DocumentFormat(
    name="cover-letter",
    title="cover letter and lead sheets",
    files=_files,
    examples=(Example("cover.pdf"),),
    beside=True,
)
