"""CyberTipline XML as a provider submits it: reports, and details of files that came as documents of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from leadline.reading.markup import MarkupRefused, read_document
from leadline.stages.reports.contract import (
    MAX_KEY,
    Event,
    Example,
    Leaving,
    Party,
    Report,
    ReportedFile,
    ReportFormat,
    country,
    digest_kind,
    event_kind,
    hexadecimal,
    incident_code,
    said,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from leadline.reading.markup import Element

_ROOTS = ("report", "fileDetails")
_UNKNOWN = "(unknown)"
_ROLE = {"personOrUserReported": "reported", "intendedRecipient": "recipient", "victim": "victim"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}\Z", re.ASCII)
_KNOWN = frozenset(
    """accountPermanentlyDisabled accountTemporarilyDisabled additionalInfo address age agencyName allEmailsReported
    approximateAge associatedAccount batchedReport caseNumber cellPhoneIncident chatClient chatImIncident chatRoomName
    city client companyTemplate compromisedAccount console contactPerson content country countryCode dateOfBirth
    dateTime details deviceId displayName email emailAddress emailIncident escalateToHighPriority espIdentifier
    espService estimatedLocation eventName exifViewedByEsp fileAnnotations fileDetails fileId fileName fileNames
    fileRelevance fileViewedByEsp firstName gameName groupIdentifier idType idValue incidentAddress incidentDateTime
    incidentDateTimeDescription incidentSummary incidentType industryClassification intendedRecipient internetDetails
    ipAddress ipCaptureEvent lastName latitude lawEnforcement legalURL locationName locationOfFile longitude middleName
    name nameValuePair newsgroupIncident nonInternetIncident nonUsaState officerContact onlineGamingIncident
    originalFileHash originalFileName peer2peerIncident personOrUserReported personOrUserReportedPerson
    intendedRecipientPerson phone phoneNumber platform port possibleProxy potentialMeme priorCTReport priorCTReports
    profileBio profileUrl publiclyAvailable region report reportAnnotations reportId reportedToLe reporter
    reportingPerson schoolName screenName servedLegalProcessDomestic servedLegalProcessInternational state
    termsOfService thirdPartyUserReported uploadedToEspTimestamp url value vehicleDescription victim victimPerson
    webPageIncident zipCode""".split()  # noqa: SIM905
)
"""Names of the schema; any other is chosen by whoever wrote the document, and is itself left out."""


_ATTRIBUTES = frozenset(
    """countryCallingCode disabledDate extension fleaCountry hashType reason reenabledDate thirdPartyHostedContent
    thirdPartyUser timestamp type userNotified userNotifiedDate verificationDate verified""".split()  # noqa: SIM905
)
_EVENT = ("ipAddress", "eventName", "dateTime", "possibleProxy", "port")


def read(stream: BinaryIO, where: str) -> Iterator[Report]:
    """The one report of a document."""
    document = read_document(stream, where=where)
    root = document.root
    if root.name not in _ROOTS:
        raise MarkupRefused(
            f"its root is `{root.name[:60]}`, not one of {', '.join(_ROOTS)}.",
            where=f"{where}, line {root.line}",
            advice='Write kind = "other" for it in tip.toml, or leave it out.',
        )
    leaving = Leaving()
    for text in document.comments:
        leaving.leave("comment", text.strip())
    yield _Reading(root, leaving).report()


class _Reading:
    """One document on its way into our words: every text and attribute is taken, or left out and told."""

    def __init__(self, root: Element, leaving: Leaving) -> None:
        self._root, self._leaving = root, leaving
        self._texts: set[int] = set()
        self._attributes: set[tuple[int, str]] = set()
        self.parties: list[Party] = []
        self.files: list[ReportedFile] = []
        self.said: dict[str, str] = {}

    def take(self, one: Element) -> str:
        """The text of an element, which is thereby taken; too long, it is none and stays to be left out."""
        if len(one.text) > MAX_KEY:
            return ""
        self._texts.add(id(one))
        return one.text

    def take_attribute(self, one: Element, name: str) -> str:
        self._attributes.add((id(one), name))
        return one.attributes.get(name, "")

    def report(self) -> Report:
        root = self._root
        if root.name == "fileDetails":
            self._file(root)
        else:
            roles = dict.fromkeys(_ROLE, self._party)
            self.each(root, {"incidentSummary": self._summary, "fileDetails": self._file, **roles})
        self._leave_rest(root, "document")
        return Report(
            line=root.line,
            report_id=self.said.get("reportId", ""),
            incident=incident_code(self.said.get("incidentType", "")),
            incident_at=self.said.get("incidentDateTime", ""),
            escalated="escalateToHighPriority" in self.said,
            parties=tuple(self.parties),
            files=tuple(self.files),
            left_out=self._leaving.found(),
        )

    def each(self, parent: Element, takers: Mapping[str, Callable[[Element], None]]) -> None:
        """Hand each child to whoever takes it."""
        for child in parent.children:
            if taker := takers.get(child.name):
                taker(child)

    def _leave_rest(self, root: Element, above: str) -> None:
        """Tell of every text and attribute that nobody took, and of empty elements that speak by standing there."""
        waiting = [(root, above)]
        while waiting:
            one, parent = waiting.pop()
            name = one.name if one.name in _KNOWN and _NAME.match(one.name) else _UNKNOWN
            for attribute, value in one.attributes.items():
                if (id(one), attribute) not in self._attributes:
                    called = attribute if attribute in _ATTRIBUTES else _UNKNOWN
                    self._leaving.leave(f"{name}/@{called}", value)
            if id(one) not in self._texts:
                self._leaving.leave(f"{parent}/{name}", one.text or ("" if one.children else one.name))
            waiting.extend((child, name) for child in reversed(one.children))

    def _summary(self, summary: Element) -> None:
        def keep(one: Element) -> None:
            if one.name not in self.said:
                self.said[one.name] = self.take(one)

        def escalate(one: Element) -> None:
            self.said[one.name] = ""

        takers = {"incidentType": keep, "incidentDateTime": keep, "escalateToHighPriority": escalate}
        self.each(summary, takers)

    # --- accounts ----------------------------------------------------------------------------------------

    def _party(self, element: Element) -> None:
        role = _ROLE[element.name]
        # Of a child only the account is read, so that it can be told apart from those who are looked for.
        self._take_party(element, role, named=role != "victim")

    def _take_party(self, element: Element, role: str, *, named: bool) -> None:
        held = _Held(self, element)
        takers: dict[str, Callable[[Element], None]] = {
            **dict.fromkeys(("espIdentifier", "espService", "compromisedAccount", "thirdPartyUserReported"), held.text),
            "ipCaptureEvent": held.event,
            "deviceId": held.device,
            "estimatedLocation": held.place,
            "accountTemporarilyDisabled": held.disabled,
            "accountPermanentlyDisabled": held.disabled,
            "priorCTReports": held.prior,
            "priorCTReport": held.prior,
            "associatedAccount": lambda one: self._take_party(one, "associated", named=named),
        }
        if named:
            takers |= {"screenName": held.text, "email": held.email, "phone": held.phone}
            takers |= dict.fromkeys(("personOrUserReportedPerson", "intendedRecipientPerson"), held.person)
        place = len(self.parties)
        self.each(element, takers)
        self.parties.insert(place, held.party(role))

    # --- files -------------------------------------------------------------------------------------------

    def _report_id(self, one: Element) -> None:
        if "reportId" not in self.said:
            self.said["reportId"] = self.take(one)

    def _file(self, element: Element) -> None:
        held = _Held(self, element)
        kept = ("fileId", "fileViewedByEsp", "publiclyAvailable", "uploadedToEspTimestamp")
        takers: dict[str, Callable[[Element], None]] = {
            **dict.fromkeys(kept, held.text),
            "industryClassification": held.classification,
            "reportId": self._report_id,
            "originalFileHash": held.digest,
            "ipCaptureEvent": held.event,
            "details": held.details,
        }
        self.each(element, takers)
        self.files.append(held.file())


class _Held:
    """What was taken of one account or file."""

    def __init__(self, reading: _Reading, element: Element) -> None:
        self._reading, self._element = reading, element
        self.said: dict[str, str] = {}
        self.events: list[Event] = []
        self.digests: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {"email": [], "phone": [], "device": []}
        self._disabled: bool | None = None
        self._country, self._prior = "", 0

    def party(self, role: str) -> Party:
        return Party(
            role=role,
            account_key=self.said.get("espIdentifier", ""),
            line=self._element.line,
            service=self.said.get("espService", ""),
            screen_name=self.said.get("screenName", ""),
            emails=tuple(self._lists["email"]),
            phones=tuple(self._lists["phone"]),
            devices=tuple(self._lists["device"]),
            country=self._country,
            compromised=truth(self.said.get("compromisedAccount", "")),
            disabled=self._disabled,
            third_party=truth(self.said.get("thirdPartyUserReported", "")),
            prior_reports=self._prior,
            events=tuple(self.events),
        )

    def file(self) -> ReportedFile:
        return ReportedFile(
            file_id=self.said.get("fileId", ""),
            line=self._element.line,
            digests=self.digests,
            viewed=said(truth(self.said.get("fileViewedByEsp", ""))),
            public=said(truth(self.said.get("publiclyAvailable", ""))),
            classification=self.said.get("industryClassification", ""),
            uploaded_at=self.said.get("uploadedToEspTimestamp", ""),
            events=tuple(self.events),
        )

    def text(self, one: Element) -> None:
        """The first of its name counts; another one is left out."""
        if one.name not in self.said:
            self.said[one.name] = self._reading.take(one)

    def classification(self, one: Element) -> None:
        if re.fullmatch("[A-Z][0-9]", one.text, re.ASCII):
            self.text(one)

    def person(self, one: Element) -> None:
        self._reading.each(one, {"email": self.email, "phone": self.phone})

    def email(self, one: Element) -> None:
        self._keep("email", one)

    def phone(self, one: Element) -> None:
        self._keep("phone", one, before=self._reading.take_attribute(one, "countryCallingCode"))

    def _keep(self, name: str, one: Element, before: str = "") -> None:
        if text := self._reading.take(one):
            self._lists[name].append(text if text.startswith("+") else f"{before}{text}")

    def device(self, one: Element) -> None:
        parts = {child.name: child for child in reversed(one.children) if child.name in {"idType", "idValue"}}
        texts = {name: self._reading.take(child) for name, child in parts.items()}
        if texts.get("idValue"):
            self._lists["device"].append(f"{texts.get('idType', '')}:{texts['idValue']}")

    def place(self, one: Element) -> None:
        self._reading.each(one, {"countryCode": self._take_country})

    def _take_country(self, one: Element) -> None:
        if known := country(one.text):
            self._country = known
            self._reading.take(one)

    def disabled(self, one: Element) -> None:
        stated = truth(self._reading.take(one))
        self._disabled = stated if self._disabled is None else self._disabled or bool(stated)

    def prior(self, one: Element) -> None:  # noqa: ARG002  only that it stands there
        self._prior += 1

    def event(self, one: Element) -> None:
        parts = {child.name: child for child in reversed(one.children) if child.name in _EVENT}
        found = {name: self._reading.take(child) for name, child in parts.items()}
        self.events.append(
            Event(
                kind=event_kind(found.get("eventName", "")),
                address=found.get("ipAddress", ""),
                port=found.get("port", ""),
                at=found.get("dateTime", ""),
                proxy=truth(found.get("possibleProxy", "")),
                line=one.line,
            )
        )

    def digest(self, one: Element) -> None:
        if self._is_new_digest(one.attributes.get("hashType", ""), one.text):
            self._reading.take(one)
            self._reading.take_attribute(one, "hashType")

    def details(self, one: Element) -> None:
        """Pairs of name and value; of all that a provider may write there only digests are read."""
        if one.attributes.get("type") != "HASH":
            return
        self._reading.take_attribute(one, "type")
        for pair in one.children:
            parts = {child.name: child for child in pair.children}
            name, value = parts.get("name"), parts.get("value")
            if name and value and self._is_new_digest(name.text, value.text):
                self._reading.take(name)
                self._reading.take(value)

    def _is_new_digest(self, called: str, text: str) -> bool:
        """Whether the text is a digest of a kind of ours, and does not contradict an earlier one of its kind."""
        kind = digest_kind(called)
        found = hexadecimal(kind, text) if kind else ""
        return bool(found) and self.digests.setdefault(kind, found) == found


def recognises(first: bytes) -> bool:
    """Whether a document begins like a report: its first element, after declarations and comments."""
    text = re.sub(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", b"", first[: 1 << 14], flags=re.DOTALL)
    root = re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:[A-Za-z0-9_.-]+:)?(report|fileDetails)[\s>/]", text)
    if root is None:
        return False
    inner = (b"incidentSummary", b"reporter", b"personOrUserReported", b"internetDetails", b"fileId", b"reportId")
    return any(name in first for name in inner) or b"<!DOCTYPE" in first or b"xmlns" in first[:1000]


_DIGEST = b"<originalFileHash hashType='MD5'>" + b"a" * 32 + b"</originalFileHash>"
_REPORT = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n<report><incidentSummary><incidentType>Misleading Domain Name"
    b"</incidentType><incidentDateTime>2019-09-20T02:15:00Z</incidentDateTime></incidentSummary><reporter>"
    b"<reportingPerson/></reporter><personOrUserReported><espIdentifier>acct-1</espIdentifier>"
    b"<ipCaptureEvent><ipAddress>240.0.0.9</ipAddress><eventName>Login</eventName></ipCaptureEvent>"
    b"</personOrUserReported></report>"
)
_BOMB = (
    b"<?xml version='1.0'?><!DOCTYPE report [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    b"<report><incidentSummary>&b;</incidentSummary></report>"
)
PLUGIN = ReportFormat(
    name="cybertip-xml",
    title="CyberTipline XML of a provider",
    recognises=recognises,
    read=read,
    examples=(
        Example("a report", _REPORT, 1),
        Example(
            "details of a file",
            b"<fileDetails><reportId>7</reportId><fileId>f</fileId>" + _DIGEST + b"</fileDetails>",
            1,
        ),
        Example("elements that the schema does not know", _REPORT.replace(b"<reporter>", b"<reporter><novel/>"), 1),
        Example("entities", _BOMB, None),
        Example("another root", b"<html/>", None),
        Example("another namespace", _REPORT.replace(b"<report>", b"<report xmlns='urn:example:other'>"), None),
        Example("too deep", b"<report>" + b"<a>" * 40 + b"</a>" * 40 + b"</report>", None),
        Example("an instruction", _REPORT.replace(b"<report>", b"<?php echo 1 ?><report>"), None),
        Example("cut off", _REPORT[:-30], None),
        Example("an endless attribute", _REPORT.replace(b"<report>", b"<report a='" + b"x" * 5000 + b"'>"), None),
        Example("another encoding", _REPORT.replace(b"UTF-8", b"ISO-8859-1"), None),
        Example("bytes that are no UTF-8", _REPORT.replace(b"acct-1", b"acct-\xff"), None),
    ),
)
