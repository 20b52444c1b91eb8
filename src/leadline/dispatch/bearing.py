"""What bears on one account besides its own facts: links, tables that disagree, refused lines, what was looked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leadline.errors import LeadlineError
from leadline.facts.tables import AccountRecordRow, CandidateRow, RejectRow
from leadline.inquiry.addresses import select_addresses
from leadline.inquiry.source_lines import line_texts
from leadline.reference.rulings import current_rulings
from leadline.seal.exhibits import ExhibitStore
from leadline.vocabulary.identifiers import parse_tip
from leadline.vocabulary.instants import iso_z
from leadline.vocabulary.scales import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leadline.inquiry.runs import RunView

OTHER = "another account"
OFFICER = "an officer"
_ACCOUNTS = "select c.account_key from candidate as c"
_OF_OTHERS = """
select r.account_key as word from account_record as r where r.account_key <> $account
union
(
    select unnest([r.email, r.phone, r.device_id]) as word from account_record as r where r.account_key <> $account
    except
    select unnest([r.email, r.phone, r.device_id]) as word from account_record as r where r.account_key = $account
)
"""
_REJECTS = "select r.* from reject as r order by r.file, r.line, r.reason"
_OFFICERS = ("ruled_by", "checked_by", "by", "written_by")
_APART = ("links", "clusters")
_ATOM = re.compile(r"\w+|\W")
"""What a text is cut into: a key stands in it only where it begins and ends with whole ones."""


def accounts_of(views: Iterable[RunView], account: str) -> Iterator[str]:
    """The keys of all candidates and records of these runs, some more than once; and what the records say of others.

    A mailbox, telephone number or device of somebody else names that person as well as the key does; a value that the
    account's own record has, too, is the account's.
    """
    for view in views:
        with view.engine(CandidateRow, AccountRecordRow) as engine:
            yield from (str(row["account_key"]) for row in engine.rows(_ACCOUNTS))
            yield from (str(row["word"]) for row in engine.rows(_OF_OTHERS, {"account": account}))


class Others:
    """Everybody else in the runs: nothing of them is in a disclosure."""

    def __init__(self, account: str, keys: Iterable[str]) -> None:
        """``keys``: those of all accounts, with or without the one that the disclosure is about."""
        self._account = account
        self._keys = set(keys) - {account, "", "None"}
        self._sizes: dict[str, set[int]] = {}
        for key in (*self._keys, account):
            atoms = _ATOM.findall(key)
            self._sizes.setdefault(atoms[0], set()).add(len(atoms))

    def redacted(self, value: Any) -> Any:
        """The same with every other account's key replaced, wherever it stands alone or in a text; no officer named."""
        match value:
            case str():
                return OTHER if value in self._keys else self.text(value)
            case dict():
                return {
                    name: OFFICER if name in _OFFICERS and item else self.redacted(item)
                    for name, item in value.items()
                    if name not in _APART
                }
            case list():
                return [self.redacted(item) for item in value]
        return value

    def text(self, text: str) -> str:
        """Free text with other accounts' keys replaced, whatever characters a key has and whatever stands beside it."""
        return "".join(OTHER if part in self._keys else part for part in self._parts(text))

    def named_in(self, text: str) -> bool:
        """Whether a text names somebody else."""
        return any(part in self._keys for part in self._parts(text))

    def _parts(self, text: str) -> Iterator[str]:
        """The text in pieces: every key of the runs whole, the longest that fits; anything else atom by atom."""
        atoms, at = _ATOM.findall(text), 0
        while at < len(atoms):
            for size in sorted(self._sizes.get(atoms[at], ()), reverse=True):
                part = "".join(atoms[at : at + size])
                if part in self._keys or part == self._account:
                    break
            else:
                size, part = 1, atoms[at]
            yield part
            at += size

    def links(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The account's links: kind and weight of each piece of evidence, without the values that agree."""
        links = [
            {
                "with": OTHER,
                "kind": one["kind"],
                "bits": one["bits"],
                "ruling": one["ruling"],
                "evidence": [
                    {name: part[name] for name in part if name in ("field", "bits", "sum")} for part in one["evidence"]
                ],
            }
            for one in told["links"]
        ]
        clusters = [
            {"kind": one["kind"], "members": one["members"], "weakest_link_bits": one["weakest_link_bits"]}
            for one in told["clusters"]
        ]
        return {"links": links, "clusters": clusters}


def questions(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions that stay apart, what was answered to each, how sure that is, and on what it rests."""
    row = told["candidate"]
    answered = [one for one in row["doubts"] if one["state"] != State.UNKNOWN]
    return [
        {
            "question": "Where does the account belong?",
            "answer": row["jurisdiction"] or "abstained",
            "assurance": f"confidence {row['confidence']:.3f}: a grade of the evidence, no probability",
            "rests_on": row["jurisdictions"],
            "errors": "error-rates.md, Jurisdictions: measured on invented data alone",
        },
        {
            "question": "Did its holder do it?",
            "answer": row["holder_certainty"],
            "assurance": f"{len(answered)} of {len(row['doubts'])} doubts were answered; nobody has said the others",
            "rests_on": row["doubts"],
            "errors": "error-rates.md, Doubts: measured on invented data alone",
        },
        {
            "question": "How grave is what was done?",
            "answer": row["score"],
            "assurance": "priority points, an order of work; no probability, no measure of guilt; unvalidated",
            "rests_on": row["reasons"],
            "errors": "error-rates.md: measured on invented data alone",
        },
        {
            "question": "How soon is evidence lost?",
            "answer": row["evidence_expires"],
            "assurance": "from a dated table of how long records are kept; unknown is treated as urgent",
            "rests_on": told["holders"],
            "errors": "not measured",
        },
    ]


def no_match(told: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """What was looked for and not found, and what nobody has looked for."""
    row, identity = told["candidate"], record["identity"]
    return {
        "answered_no": [one for one in row["doubts"] if one["state"] == State.NO],
        "returned_no": [one for one in told["returned_checks"] if one["state"] == State.NO],
        "never_answered": row["unknowns"],
        "earlier_tips_looked_into": len(identity.get("earlier", [])),
        "met_in_earlier_tips": len(told["met_before"]),
        "linked_accounts": len(told["links"]),
        "device_results": len(told["device_results"]),
        "reports_that_name_it": len(told["reports"]),
    }


def tables(view: RunView, told: Mapping[str, Any]) -> dict[str, Any]:
    """What every table in force says of the account's addresses, and which disagreed; why, where that is not known."""
    seen = {str(one["remote_ip"]) for one in told["sightings"]}
    try:
        rows = [row for row in select_addresses(view) if row["address"] in seen]
    except LeadlineError as error:
        return {"run": str(view.run), "addresses": [], "not_told": str(error)}
    for row in rows:
        for name in ("accesses", "first", "last"):  # of everybody who came from there
            row.pop(name)
    return {
        "run": str(view.run),
        "addresses": rows,
        "disagreeing": sorted({row["address"] for row in rows if row["disagreeing"]}),
    }


def rejects(view: RunView, account: str, others: Others) -> dict[str, Any]:
    """Refused lines of a tip in which the account's key stands; their text where it names nobody else."""
    with view.engine(RejectRow) as engine:
        rows: list[dict[str, Any]] = engine.rows(_REJECTS)
    files = {file.no: file for file in view.tip.files}
    store = ExhibitStore(view.workspace)
    places = [(row["file"], row["line"]) for row in rows if row["file"] in files]
    try:
        texts = line_texts(store, files, places)
    except LeadlineError as error:
        return {"tip": str(view.tip.tip), "refused_lines": len(rows), "naming_the_account": [], "not_told": str(error)}
    alone = re.compile(rf"(?<![\w-]){re.escape(account)}(?![\w-])")
    found = []
    for row in rows:
        text = texts.get((row["file"], row["line"]), "")
        if alone.search(text):
            shown = {name: row[name] for name in ("exhibit_sha256", "path", "line", "reason", "text_sha256")}
            found.append({**shown, "text": None if others.named_in(text) else text})
    return {"tip": str(view.tip.tip), "refused_lines": len(rows), "naming_the_account": found}


def rulings(workspace: Any, view: RunView, account: str) -> list[dict[str, Any]]:
    """What persons ruled on pairs with the account, with their reasons, the oldest first."""
    snapshot = current_rulings(workspace, parse_tip(str(view.tip.tip)))
    return [
        {
            "account_a": one.account_a,
            "account_b": one.account_b,
            "ruling": one.ruling,
            "at": iso_z(one.at),
            "by": one.by,
            "reason": one.reason,
        }
        for one in sorted(snapshot.rulings, key=lambda one: one.order())
        if account in (one.account_a, one.account_b)
    ]
