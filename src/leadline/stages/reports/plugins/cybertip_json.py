"""CyberTipline reports as police receive them: JSON without a published schema, read by the shape that exports have."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from leadline.errors import InputRefused
from leadline.stages.reports.contract import (
    MAX_KEY,
    DocumentBroken,
    Event,
    Example,
    Leaving,
    Party,
    Report,
    ReportedFile,
    ReportFormat,
    event_kind,
    hexadecimal,
    incident_code,
    said,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_T = TypeVar("_T")
_MAX_BYTES = 64 << 20
_ADVICE = "Ask the sender for the export again, or leave it out."
_PEOPLE = {
    "reportedPeople": ("reportedPersons", "reported"),
    "intendedRecipients": ("intendedRecipients", "recipient"),
    "victims": ("victims", "victim"),
}


def read(stream: BinaryIO, where: str) -> Iterator[Report]:
    """Every report of a document: one object, or a list of such objects."""
    stated = _parsed(stream, where)
    found = stated if isinstance(stated, list) else [stated]
    for one in found:
        if not (isinstance(one, dict) and isinstance(one.get("reportedInformation"), dict)):
            raise _refused("holds something that is no report (it has no `reportedInformation`).", where)
        yield _report(one)


def _parsed(stream: BinaryIO, where: str) -> Any:
    data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise _refused(f"is larger than {_MAX_BYTES >> 20} MiB.", where)
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_twins, parse_constant=_no_constant)
    except RecursionError as error:
        raise _refused("nests too deeply.", where) from error
    except ValueError as error:
        raise DocumentBroken(f"is no sound JSON ({error}).", where=where, advice=_ADVICE) from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    stated = dict(pairs)
    if len(stated) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return stated


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _refused(problem: str, where: str) -> InputRefused:
    return InputRefused(problem, where=where, advice=_ADVICE)


class _Stated:
    """One object of a document: what is asked of it is taken, all else is left out and told."""

    def __init__(self, name: str, stated: Mapping[str, Any], leaving: Leaving) -> None:
        self._name, self._rest, self._leaving = name, dict(stated), leaving
        self._inner: list[_Stated] = []

    def take(self, name: str, parse: Callable[[str], _T | None]) -> _T | None:
        """What ``parse`` makes of a short text, a number or a truth; where it makes nothing, the value is left out."""
        found = parse(_text(self._rest.get(name)))
        if found not in (None, ""):
            del self._rest[name]
        return found

    def text(self, name: str) -> str:
        return self.take(name, str) or ""

    def inner(self, name: str) -> _Stated:
        """The object of that name; empty where there is none."""
        value = self._rest.pop(name) if isinstance(self._rest.get(name), dict) else {}
        return self._keep(name, value)

    def listed(self, name: str, called: str) -> list[_Stated]:
        """The objects in the list of that name; members that are none are left out."""
        value = self._rest.get(name)
        if not isinstance(value, list):
            return []
        self._rest[name] = [one for one in value if not isinstance(one, dict)]
        return [self._keep(called, one) for one in value if isinstance(one, dict)]

    def values(self, name: str) -> tuple[str, ...]:
        """Texts in a list, each alone or as the `value` of an object; the list may stand in an object of its name."""
        holder = self.inner(name) if isinstance(self._rest.get(name), dict) else self
        stated = holder._rest.get(name)
        if isinstance(stated, list):
            holder._rest[name] = [one if isinstance(one, dict) else {"value": one} for one in stated]
        return tuple(text for one in holder.listed(name, name) if (text := one.text("value")))

    def _keep(self, name: str, value: Mapping[str, Any]) -> _Stated:
        self._inner.append(_Stated(name, value, self._leaving))
        return self._inner[-1]

    def leave_rest(self) -> None:
        for name, value in self._rest.items():
            if value not in (None, "", [], {}):
                written = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
                self._leaving.leave(f"{self._name}/{name if name in _KNOWN else '(unknown)'}", written)
        for one in self._inner:
            one.leave_rest()


def _report(stated: Mapping[str, Any]) -> Report:
    leaving = Leaving()
    whole = _Stated("report", stated, leaving)
    inside = whole.inner("reportedInformation")
    summary = inside.inner("incidentSummary")
    people = [
        _party(person, role)
        for outer, (name, role) in _PEOPLE.items()
        for person in inside.inner(outer).listed(name, "person")
    ]
    files = [_file(one) for one in inside.inner("uploadedFiles").listed("uploadedFiles", "file")]
    report = Report(
        line=1,
        report_id=whole.text("reportId"),
        incident=incident_code(summary.text("incidentType")),
        incident_at=summary.text("incidentDateTime"),
        received_at=whole.text("dateReceived"),
        parties=tuple(people),
        files=tuple(files),
    )
    whole.leave_rest()
    return replace(report, left_out=leaving.found())


def _party(person: _Stated, role: str) -> Party:
    events = _events(person)
    if direct := person.text("ipAddress"):
        events.insert(0, Event("unknown", direct, "", "", None, 1))
    # Of a child only the account is read, so that it can be told apart from those who are looked for.
    named = role != "victim"
    return Party(
        role=role,
        account_key=person.text("espUserId"),
        line=1,
        service=person.text("espService"),
        screen_name=_screen_name(person) if named else "",
        emails=person.values("emails") if named else (),
        phones=person.values("phones") if named else (),
        events=tuple(events),
    )


def _screen_name(person: _Stated) -> str:
    return person.text("screenName") or person.inner("screenName").text("value")


def _file(one: _Stated) -> ReportedFile:
    digest = one.take("verificationHash", lambda text: hexadecimal("md5", text))
    return ReportedFile(
        file_id=one.text("submittalId"),
        line=1,
        digests={"md5": digest} if digest else {},
        viewed=said(one.take("viewedByEsp", truth)),
        public=said(one.take("publiclyAvailable", truth)),
        classification=one.take("industryClassification", _code) or "",
        events=tuple(_events(one)),
    )


def _code(text: str) -> str:
    return text if re.fullmatch("[A-Z][0-9]", text, re.ASCII) else ""


def _events(of: _Stated) -> list[Event]:
    found = []
    for one in of.inner("sourceInformation").listed("sourceCaptures", "sourceCaptures"):
        if one.text("captureType").lower() == "ip address":
            kind = event_kind(one.text("eventName"))
            found.append(Event(kind, one.text("value"), one.text("port"), one.text("dateTime"), None, 1))
    return found


_KNOWN = frozenset(
    """addresses additionalInformations approximateAge captureType contents country dateOfBirth dateReceived dateTime
    emails espMetadata espName espService espUserId eventName filename firstName gender incidentDateTime
    incidentDateTimeDescription incidentDetails incidentSummary incidentType industryClassification intendedRecipients
    ipAddress lastName middleName ncmecTags originalFilename phones port publiclyAvailable reportId reportedPeople
    reportedPersons reportingEsp screenName sourceCaptures sourceInformation submittalId tags uploadedFiles value
    verificationHash verified victims viewedByEsp""".split()  # noqa: SIM905
)
"""Names that exports use; any other is chosen by whoever wrote the document, and is itself left out."""


def _text(value: object) -> str:
    """A short text or number as text; anything else is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    written = str(value).strip() if isinstance(value, str | int) else ""
    return written if len(written) <= MAX_KEY and written.isprintable() else ""


def recognises(first: bytes) -> bool:
    """Whether a document begins like such an export."""
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] in b"{[" and bool(text) and b'"reportedInformation"' in first


_ONE = (
    b'{"reportId": 7, "reportedInformation": {"reportedPeople": {"reportedPersons": [{"espUserId": "acct-1",'
    b' "ipAddress": null}]}, "uploadedFiles": {"uploadedFiles": [{"viewedByEsp": null}]}}}'
)
PLUGIN = ReportFormat(
    name="cybertip-json",
    title="CyberTipline JSON of a police export",
    recognises=recognises,
    read=read,
    examples=(
        Example("a report with a byte-order mark", b"\xef\xbb\xbf" + _ONE, 1),
        Example("several reports", b"[" + _ONE + b", " + _ONE + b"]", 2),
        Example("no report", b'{"reportId": 7}', None),
        Example("a key twice", _ONE.replace(b'"ipAddress"', b'"espUserId"'), None),
        Example("no number", _ONE.replace(b"7", b"NaN"), None),
        Example("too deep", b"[" * 100_000, None),
        Example("cut off", _ONE[:-3], None),
        Example("another encoding", _ONE.decode().encode("utf-16"), None),
    ),
)
