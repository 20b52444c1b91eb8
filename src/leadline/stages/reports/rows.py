"""One report as rows of facts, after checks of our own: a valid document may still state no address and no instant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leadline.reading.moments import instant, is_local
from leadline.vocabulary.endpoints import MAX_PORT, parse_address
from leadline.vocabulary.instants import parse_zoned
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from datetime import datetime

    from leadline.reading.reports import Event, Party, Report, ReportedFile
    from leadline.seal.manifest import TipFile


class Rows:
    """The rows of one report; what cannot be read stands in ``refused`` as ((line, reason), text)."""

    def __init__(self, file: TipFile, number: int, report: Report) -> None:
        self._file, self._report = file, report
        self._place = {"file": file.no, "report": number}
        self.refused: list[tuple[tuple[int, str], str]] = []
        self._events: list[dict[str, Any]] = []

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Table → rows."""
        report = self._report
        accounts = [self._account(place, one) for place, one in enumerate(report.parties, start=1)]
        files = [self._reported_file(place, one) for place, one in enumerate(report.files, start=1)]
        incident_at, zone_stated = self._moment(report.incident_at, report.line)
        received_at, _ = self._moment(report.received_at, report.line)
        row = {
            **self._place,
            "line": report.line,
            "format": self._file.format,
            "report_id": report.report_id or None,
            "incident": report.incident or None,
            "incident_at": incident_at,
            "incident_text": _written(report.incident_at),
            "zone_stated": zone_stated,
            "received_at": received_at,
            "escalated": report.escalated,
            "accounts": len(accounts),
            "files": len(files),
            "events": len(self._events),
        }
        return {
            "report": [row],
            "reported_account": accounts,
            "reported_event": self._events,
            "reported_file": files,
            "report_omission": [self._omission(element, texts) for element, texts in report.left_out.items()],
        }

    def _account(self, place: int, party: Party) -> dict[str, Any]:
        for event in party.events:
            self._event(event, party.account_key, party=place)
        return {
            "account_key": party.account_key or None,
            **self._place,
            "party": place,
            "line": party.line,
            "role": party.role,
            "service": party.service or None,
            "screen_name": party.screen_name or None,
            "emails": list(party.emails),
            "phones": list(party.phones),
            "devices": list(party.devices),
            "country": party.country or None,
            "compromised": party.compromised,
            "disabled": party.disabled,
            "third_party": party.third_party,
            "prior_reports": party.prior_reports,
        }

    def _reported_file(self, place: int, file: ReportedFile) -> dict[str, Any]:
        owner = self._only_account()
        for event in file.events:
            self._event(event, owner, number=place)
        uploaded_at, _ = self._moment(file.uploaded_at, file.line)
        return {
            **self._place,
            "number": place,
            "line": file.line,
            "file_id": file.file_id or None,
            **{kind: file.digests.get(kind) for kind in ("md5", "sha1", "sha256", "pdq")},
            "viewed_by_provider": file.viewed,
            "public": file.public,
            "classification": file.classification or None,
            "uploaded_at": uploaded_at,
            "uploaded_text": _written(file.uploaded_at),
            "account_key": owner or None,
        }

    def _only_account(self) -> str:
        """The account that files belong to: told only where one reported account stands alone."""
        keys = {one.account_key for one in self._report.parties if one.role == "reported"}
        return keys.pop() if len(keys) == 1 else ""

    def _event(self, event: Event, account: str, *, party: int | None = None, number: int | None = None) -> None:
        address = parse_address(event.address)
        if address is None:
            self.refused.append(((event.line, RejectReason.BAD_ADDRESS), event.address))
            return
        happened_at, zone_stated = self._moment(event.at, event.line)
        self._events.append(
            {
                "account_key": account or None,
                **self._place,
                "event": len(self._events) + 1,
                "party": party,
                "number": number,
                "line": event.line,
                "kind": event.kind,
                "address": address.key,
                "remote_ip": address.text,
                "remote_port": _port(event.port) or address.port,
                "happened_at": happened_at,
                "time_text": _written(event.at),
                "zone_stated": zone_stated,
                "proxy": event.proxy,
            }
        )

    def _moment(self, text: str, line: int) -> tuple[datetime | None, bool | None]:
        """The instant and whether its zone is stated; a time that is none is noted as refused."""
        if not text:
            return None, None
        if zoned := parse_zoned(text):
            return zoned, True
        found = instant(text, self._file.zone)
        if isinstance(found, RejectReason) and (self._file.zone or not is_local(text)):
            self.refused.append(((line, found), text))
        return (None if isinstance(found, RejectReason) else found), False

    def _omission(self, element: str, texts: tuple[str, ...]) -> dict[str, Any]:
        return {
            **self._place,
            "element": element,
            "occurrences": len(texts),
            "characters": sum(map(len, texts)),
        }


def _port(text: str) -> int | None:
    """A port that a client can have."""
    known = re.fullmatch("[0-9]{1,5}", text, re.ASCII) is not None and 0 < int(text) <= MAX_PORT
    return int(text) if known else None


def _written(text: str) -> str | None:
    """A time as it is written, where it has the shape of one: other text is not kept."""
    return text if text and re.fullmatch(r"[-+0-9TZz:., ]{1,40}", text, re.ASCII) else None
