"""A tip in which every text of every file is a hostile string, and the tables and papers that belong to it."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from tests.reports.documents import police

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_NO_NAME = {"/", "\\"}
"""A tip with a backslash in a name is refused whole, as one with what cannot be shown is."""
_MOST_OF_A_NAME = 200
"""Bytes of a name in a folder: file systems take 255."""
_MOST_OF_A_HOLDER = 200
_DAYS = (1, 9, 17)


def write_bundle(folder: Path, strings: Sequence[str]) -> Path:
    """Write the tip below the folder; each string is an account and an object, and stands in all that they state."""
    folder.mkdir(parents=True)
    reference = json.dumps(next(one for one in strings if _in_toml(one)))
    (folder / "tip.toml").write_text(
        f"[tip]\nreference = {reference}\nprovider = {reference}\nreceived_at = 2019-09-20T02:15:00Z\n"
        '[[file]]\npath = "access.log"\nkind = "access-log"\nformat = "combined"\n'
        '[[file.request]]\nmethod = "GET"\npath = \'/c/(?P<object>[^?]+)\'\naction = "download"\n'
    )
    written = {
        "events.jsonl": [row for number, one in enumerate(strings) for row in _accesses(number, one)],
        "accounts.jsonl": [_account(one) for one in strings],
        "inventory.jsonl": [row for one in strings for row in _objects(one)],
    }
    for name, rows in written.items():
        (folder / name).write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (folder / "access.log").write_bytes(b"".join(_request(number, one) for number, one in enumerate(strings)))
    (folder / "tipline").mkdir()
    for number, one in enumerate(strings):
        (folder / "tipline" / f"export-{number}.json").write_bytes(_report(one))
        (folder / "tipline" / f"report-{number}.xml").write_text(_xml(one), encoding="utf-8")
    for one in named(strings):
        (folder / one).write_bytes(b"nothing that is read\n")
    return folder


def named(strings: Iterable[str]) -> list[str]:
    """Those of the strings that may be the name of a file in a tip."""
    return [one for one in strings if one.isprintable() and not _NO_NAME & set(one) and len(one) < _MOST_OF_A_NAME]


def names_on_a_device(strings: Iterable[str]) -> list[bytes]:
    """The strings as names of files on a device, which may be any bytes but two."""
    plain = (one.replace("/", "∕").replace("\x00", "\x01") for one in strings)
    return [one.encode("utf-8", "surrogatepass")[:_MOST_OF_A_NAME] for one in plain]


def networks(strings: Sequence[str]) -> str:
    """An address table whose holders have hostile names, as far as a table may have them."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(("first", "last", "country", "asn", "holder", "kind"))
    for number, one in enumerate(strings):
        holder = one if one.isprintable() and len(one) <= _MOST_OF_A_HOLDER else "Access (invented)"
        for place, country in ((1, "NZ"), (2, "AU")):
            begin = f"240.{place}.{number}"
            writer.writerow((f"{begin}.0", f"{begin}.255", country, 64500 + number, holder, "access"))
    return stream.getvalue()


def _in_toml(text: str) -> bool:
    try:
        told = tomllib.loads(f"x = {json.dumps(text)}")["x"]
    except tomllib.TOMLDecodeError:
        return False
    return bool(told == text and text.isprintable() and len(text) < _MOST_OF_A_NAME)


def _accesses(number: int, text: str) -> list[dict[str, Any]]:
    usual = {"remote_ip": f"240.{1 + number % 2}.{number}.7", "remote_port": 40_000 + number, "object_key": text}
    told = {**usual, "account_key": text, "user_agent": text, "session": text, "status": 200, "bytes": 10}
    seen = [{**told, "accessed_at": f"2019-03-{day:02}T10:00:00Z", "action": "download"} for day in _DAYS]
    added = {**told, "accessed_at": "2019-03-20T10:00:00Z", "action": "upload"}
    return [*seen, added, {**told, "accessed_at": text}, {**told, "remote_ip": text}, {**told, "action": text}]


def _account(text: str) -> dict[str, Any]:
    stated = ("email", "phone", "display_name", "declared_country", "payment_country", "payment_token", "device_id")
    return {"account_key": text, **dict.fromkeys(stated, text), "created_at": "2018-01-01T00:00:00Z", "signup_ip": text}


def _objects(text: str) -> list[dict[str, Any]]:
    good = {"object_key": text, "size": 10, "sha256": "ab" * 32, "added_at": "2019-01-01T00:00:00Z"}
    told = {"added_by": text, "category": text, "category_scheme": text}
    return [{**good, **told}, {**good, **told, "object_key": f"{text} again", "added_at": text, "sha256": text}]


def _request(number: int, text: str) -> bytes:
    """A line of a web server's log, once with its quotes escaped as servers do and once as it is."""
    plain = text.replace("\n", " ").replace("\r", " ")
    escaped = "".join(char if char.isprintable() and char not in '"\\' else f"\\x{ord(char):02x}" for char in plain)
    lines = (
        f'240.1.{number}.9 - {one.replace(" ", "+")} [01/Mar/2019:10:00:00 +0000] "GET /c/{one} HTTP/1.1" 200 1'
        f' "{one}" "{one}"\n'
        for one in (escaped, plain)
    )
    return "".join(lines).encode("utf-8", "surrogatepass")


def _report(text: str) -> bytes:
    """A report of the police's side in which every text is the string."""
    return json.dumps(_soaked(json.loads(police()), text)).encode()


def _soaked(told: Any, text: str) -> Any:
    kept = {"incidentType", "captureType", "dateTime", "dateReceived", "incidentDateTime", "port", "eventName"}
    match told:
        case dict():
            return {key: value if key in kept else _soaked(value, text) for key, value in told.items()}
        case list():
            return [_soaked(item, text) for item in told]
        case str():
            return text
    return told


def _xml(text: str) -> str:
    plain = "".join(char for char in text if char.isprintable())
    body, value = escape(plain), quoteattr(plain)
    person = f"<email>{body}</email><phone countryCallingCode={value}>{body}</phone>"
    said = "".join(f"<{name}>{body}</{name}>" for name in ("espIdentifier", "espService", "screenName", "profileBio"))
    seen = f"<eventName>{body}</eventName><dateTime>{body}</dateTime>"
    device = f"<deviceId><idType>{body}</idType><idValue>{body}</idValue></deviceId>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<report><incidentSummary><incidentType>Other</incidentType>'
        "<incidentDateTime>2019-09-20T02:15:00Z</incidentDateTime></incidentSummary>\n"
        f"<personOrUserReported><personOrUserReportedPerson>{person}</personOrUserReportedPerson>{said}"
        f"<ipCaptureEvent><ipAddress>240.1.0.5</ipAddress>{seen}</ipCaptureEvent>{device}</personOrUserReported>"
        f"<additionalInfo>{body}</additionalInfo></report>\n"
    )
