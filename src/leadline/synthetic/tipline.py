"""Reports that come with an invented tip: CyberTipline XML of the provider, details of files, police JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leadline.synthetic.months import RECEIVED, iso
from leadline.synthetic.population import CONTRIBUTOR

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic.accesses import Accesses
    from leadline.synthetic.chance import Flags
    from leadline.synthetic.population import Population
    from leadline.synthetic.wording import AddressText

REPORT, EXPORT = "tipline/report.xml", "tipline/export.json"
FILES = 3
"""Objects that documents of their own tell more of."""
INCIDENT = "Misleading Domain Name"
"""The most neutral of the schema's words."""
_REPORT_ID = 4_564_654
_MOST = 6
_PROVIDER = "Example Cloud"
_FREE = "invented words"
_NO_ADDRESS = "unknown"


@dataclass(frozen=True)
class Said:
    """What a report says of one account."""

    path: str
    account: str
    role: str
    events: int
    """Those that can be read."""
    compromised: str
    """`yes`, or empty where the report is silent."""


@dataclass(frozen=True)
class _Seen:
    """An address at an instant."""

    at: int
    address: str
    port: int


@dataclass(frozen=True)
class _Subject:
    key: str
    taken_over: bool
    seen: list[_Seen]


def write(
    folder: Path,
    population: Population,
    accesses: Accesses,
    *,
    keys: list[str],
    records: int,
    stranger: str,
    flagged: Flags,
    texts: AddressText,
    digests: tuple[list[str], list[str], list[str]],
) -> tuple[list[Said], list[tuple[str, int, str]]]:
    """Write all reports; what they say, and (path, line, reason) of what cannot be read of them.

    ``records`` is how many account records there are. ``stranger`` is the key of an account that never was near
    the cache: the reports name it as a victim's.
    """
    chosen = _chosen(population, flagged, records)
    subjects = [_subject(number, accesses, keys, flagged, texts) for number in chosen]
    (folder / REPORT).parent.mkdir()
    lines = _report(subjects, stranger)
    (folder / REPORT).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for number in range(FILES):
        (folder / f"tipline/file-{number + 1}.xml").write_text(_details(number, digests), encoding="utf-8")
    export = _export(subjects[:2], [listed[0] for listed in digests])
    (folder / EXPORT).write_text(json.dumps(export, indent=1) + "\n", encoding="utf-8")
    said = [Said(REPORT, one.key, "reported", len(one.seen), "yes" if one.taken_over else "") for one in subjects]
    said += [Said(REPORT, stranger, "victim", 0, "")]
    said += [Said(EXPORT, one.key, "reported", len(one.seen), "") for one in subjects[:2]]
    # The event begins one line above its address, and lines count from 1.
    return said, [(REPORT, lines.index(_address(_NO_ADDRESS)), "bad-address"), (EXPORT, 1, "bad-address")]


def _chosen(population: Population, flagged: Flags, records: int) -> list[int]:
    """Some who added objects, and some of whom the records say that somebody took them over; all with a record."""
    adders = np.flatnonzero((population.conduct == CONTRIBUTOR) & (population.record < records))[:_MOST]
    return [*adders.tolist(), *np.flatnonzero(flagged)[:2].tolist()]


def _subject(number: int, accesses: Accesses, keys: list[str], flagged: Flags, texts: AddressText) -> _Subject:
    rows = np.flatnonzero(accesses.account == number)
    rows = rows[np.argsort(accesses.at[rows], kind="stable")][[0, -1]]
    addresses = texts.whole(accesses.address[rows]).to_pylist()
    pairs = zip(rows.tolist(), addresses, strict=True)
    seen = [_Seen(int(accesses.at[row]), address, int(accesses.port[row])) for row, address in pairs]
    return _Subject(keys[number], bool(flagged[number]), seen)


# --- the provider's side ---------------------------------------------------------------------------------


def _report(subjects: list[_Subject], stranger: str) -> list[str]:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<report>",
        "<incidentSummary>",
        f"<incidentType>{INCIDENT}</incidentType>",
        f"<escalateToHighPriority>{_FREE}</escalateToHighPriority>",
        f"<incidentDateTime>{RECEIVED}</incidentDateTime>",
        "</incidentSummary>",
        "<internetDetails><webPageIncident><url>https://portal.example/c/k1</url></webPageIncident></internetDetails>",
        f"<reporter><reportingPerson><firstName>{_FREE}</firstName></reportingPerson></reporter>",
    ]
    for number, subject in enumerate(subjects):
        lines += _person(subject, broken=not number)
    lines += ["<victim>", "<victimPerson/>", f"<espIdentifier>{stranger}</espIdentifier>", "</victim>"]
    return [*lines, f"<additionalInfo>{_FREE}</additionalInfo>", "</report>"]


def _person(subject: _Subject, *, broken: bool) -> list[str]:
    """``broken``: one of its addresses is none, which the schema allows."""
    lines = ["<personOrUserReported>", "<personOrUserReportedPerson>"]
    lines += [f"<email>{subject.key}@mail.example</email>", "</personOrUserReportedPerson>"]
    lines += [f"<espIdentifier>{subject.key}</espIdentifier>", f"<espService>{_PROVIDER}</espService>"]
    lines += ["<compromisedAccount>true</compromisedAccount>"] if subject.taken_over else []
    lines += [f"<profileBio>{_FREE}</profileBio>"]
    for seen in subject.seen:
        lines += ["<ipCaptureEvent>", _address(seen.address), "<eventName>Login</eventName>"]
        lines += [f"<dateTime>{iso(seen.at)}</dateTime>", f"<port>{seen.port}</port>", "</ipCaptureEvent>"]
    lines += ["<ipCaptureEvent>", _address(_NO_ADDRESS), "</ipCaptureEvent>"] if broken else []
    return [*lines, "</personOrUserReported>"]


def _address(written: str) -> str:
    return f"<ipAddress>{written}</ipAddress>"


def _details(number: int, digests: tuple[list[str], list[str], list[str]]) -> str:
    md5, sha1, _ = (listed[number] for listed in digests)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<fileDetails>",
            f"<reportId>{_REPORT_ID}</reportId>",
            f"<fileId>{md5[::-1]}</fileId>",
            f"<originalFileName>{_FREE}</originalFileName>",
            f"<uploadedToEspTimestamp>{RECEIVED}</uploadedToEspTimestamp>",
            *([f"<fileViewedByEsp>{'true' if number else 'false'}</fileViewedByEsp>"] if number < FILES - 1 else []),
            f'<originalFileHash hashType="MD5">{md5.upper()}</originalFileHash>',
            f'<originalFileHash hashType="SHA1">{sha1}</originalFileHash>',
            f"<additionalInfo>{_FREE}</additionalInfo>",
            "</fileDetails>",
            "",
        ]
    )


# --- the police's side -----------------------------------------------------------------------------------


def _export(subjects: list[_Subject], digests: list[str]) -> dict[str, Any]:
    people = [_exported(subject) for subject in subjects]
    people[0]["ipAddress"] = _NO_ADDRESS
    file = {"filename": _FREE, "submittalId": "s1", "verificationHash": digests[0].upper(), "viewedByEsp": None}
    return {
        "reportId": _REPORT_ID,
        "dateReceived": RECEIVED,
        "reportedInformation": {
            "reportingEsp": {"espName": _PROVIDER, "lastName": None},
            "incidentSummary": {"incidentType": INCIDENT, "incidentDateTime": RECEIVED},
            "reportedPeople": {"reportedPersons": people},
            "uploadedFiles": {"uploadedFiles": [file]},
            "additionalInformations": [{"value": _FREE}],
        },
    }


def _exported(subject: _Subject) -> dict[str, Any]:
    captures = [
        {
            "captureType": "IP Address",
            "value": seen.address,
            "dateTime": iso(seen.at),
            "port": seen.port,
            "eventName": "LOGIN",
        }
        for seen in subject.seen
    ]
    return {
        "firstName": None,
        "espUserId": subject.key,
        "espService": _PROVIDER,
        "ipAddress": None,
        "emails": {"emails": [{"value": f"{subject.key}@mail.example", "verified": True}]},
        "sourceInformation": {"sourceCaptures": captures},
    }
