"""Reads an invented bundle with nothing but the standard library, line by line, as an independent witness."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUOTED = r'"((?:[^"\\]|\\.)*)"'
COMBINED = re.compile(rf"(\S+) \S+ (\S+) \[([^\]]*)\] {QUOTED} ([0-9]{{3}}) ([0-9]+|-) {QUOTED} {QUOTED}")
BEGINS_COMBINED = re.compile(r"\S+ \S+ \S+ \[")
OUR_ACTIONS = {"view", "download", "upload", "share", "delete", "list"}
NEEDED = ("accessed_at", "remote_ip", "action", "object_key")


@dataclass
class Access:
    """One readable line, with the values that the figures need."""

    file: str
    line: int
    text: str
    at: datetime
    account: str
    address: Any
    port: str
    action: str
    item: str
    cache: str
    status: str
    head: bool = False
    agent: str = ""

    @property
    def done(self) -> bool:
        return self.status == "" or self.status[0] == "2" or self.status == "304"


@dataclass
class Bundle:
    """Everything that a plain reading of a bundle gives."""

    lines: int = 0
    accesses: list[Access] = field(default_factory=list)
    rejects: set[tuple[str, int, str]] = field(default_factory=set)
    inventory: dict[str, dict[str, str]] = field(default_factory=dict)
    records: Counter[str] = field(default_factory=Counter)
    said: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    """Of reports: path, account, role, address events that can be read, whether it is said to be taken over."""
    cache_keys: tuple[str, ...] = ()

    def relevant(self) -> list[Access]:
        return [
            a for a in self.accesses if a.item in self.inventory or (a.action == "list" and a.cache in self.cache_keys)
        ]


class RefusedLineError(Exception):
    """A line that must be refused, and why."""


def require(fulfilled: bool, reason: str) -> None:
    if not fulfilled:
        raise RefusedLineError(reason)


def read(folder: Path) -> Bundle:
    bundle = Bundle()
    declared = tomllib.loads((folder / "tip.toml").read_text(encoding="utf-8"))
    bundle.cache_keys = tuple(declared["tip"]["cache_keys"])
    for file in declared["file"]:
        data = content(folder / file["path"])
        if file["kind"] == "inventory" and file["format"] == "vics":
            read_document(bundle, file, data)
        elif file["kind"] == "inventory":
            read_records(bundle, file, data, bundle.inventory)
        elif file["kind"] == "accounts":
            records: dict[str, dict[str, str]] = {}
            read_records(bundle, file, data, records)
            bundle.records.update(records.keys())
        else:
            READERS[file["format"]](bundle, file, data)
    for path in sorted((folder / "tipline").iterdir()):
        said = read_report_xml if path.suffix == ".xml" else read_report_json
        said(bundle, str(path.relative_to(folder)), path.read_text(encoding="utf-8"))
    return bundle


def content(path: Path) -> bytes:
    if path.suffix == ".zst":
        with path.open("rb") as raw:
            return zstandard.ZstdDecompressor().stream_reader(raw).read()
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def physical(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def decoded(line: bytes) -> str:
    if line.strip() == b"":
        raise RefusedLineError("empty-line")
    if len(line) > 1 << 20:
        raise RefusedLineError("too-long")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedLineError("bad-encoding") from None


def address(written: str) -> Any:
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        raise RefusedLineError("bad-address") from None
    return getattr(found, "ipv4_mapped", None) or found


def read_combined(bundle: Bundle, file: dict[str, Any], data: bytes) -> None:
    patterns = [(p["method"], re.compile(p["path"]), p["action"]) for p in file["request"]]
    for number, line in enumerate(physical(data), start=1):
        bundle.lines += 1
        try:
            bundle.accesses.append(combined(file["path"], number, decoded(line), patterns))
        except RefusedLineError as refused:
            bundle.rejects.add((file["path"], number, str(refused)))


def combined(path: str, number: int, text: str, patterns: list[Any]) -> Access:
    match = COMBINED.fullmatch(text)
    if not match:
        raise RefusedLineError("truncated" if BEGINS_COMBINED.match(text) else "not-the-format")
    host, account, time, request, status, _, _, agent = match.groups()
    try:
        at = datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
    except ValueError:
        raise RefusedLineError("bad-time") from None
    where = address(host)
    method, _, rest = request.partition(" ")
    target = rest.rpartition(" ")[0].partition("?")[0]
    action = item = cache = ""
    for wanted, pattern, meaning in patterns:
        found = pattern.fullmatch(target) if wanted == method else None
        if found:
            groups = found.groupdict()
            action, item, cache = meaning, groups.get("object", ""), groups.get("cache", "")
            break
    account = "" if account == "-" else account
    return Access(path, number, text, at, account, where, "", action, item, cache, status, method == "HEAD", agent)


def csv_records(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """(first physical line, the record's physical lines); a record goes on while a quote is open."""
    open_since, held = 0, []
    for number, line in enumerate(physical(data), start=1):
        open_since = open_since or number
        held.append(line)
        if sum(piece.count(b'"') for piece in held) % 2 == 0:
            yield open_since, held
            open_since, held = 0, []


def read_csv(bundle: Bundle, file: dict[str, Any], data: bytes) -> None:
    records = csv_records(data)
    header = next(records)[1][0].decode().split(",")
    count = len(physical(data))
    waiting: list[tuple[int, str, dict[str, str]]] = []
    for number, pieces in records:
        bundle.lines += 1
        try:
            text = "\n".join(decoded(piece) for piece in pieces)
            values = csv_values(text, header, last=number == count and not data.endswith(b"\n"))
            waiting.append((number, text, {file["columns"].get(name, name): value for name, value in values.items()}))
        except RefusedLineError as refused:
            bundle.rejects.add((file["path"], number, str(refused)))
    settle(bundle, file, waiting)


def csv_values(text: str, header: list[str], *, last: bool) -> dict[str, str]:
    (fields,) = csv.reader(io.StringIO(text), strict=True)
    if len(fields) != len(header):
        raise RefusedLineError("truncated" if last and len(fields) < len(header) else "not-the-format")
    return dict(zip(header, fields, strict=True))


def read_jsonl(bundle: Bundle, file: dict[str, Any], data: bytes) -> None:
    waiting = []
    for number, line in enumerate(physical(data), start=1):
        bundle.lines += 1
        try:
            text = decoded(line)
            values = json_values(text)
            waiting.append((number, text, {file["columns"].get(name, name): value for name, value in values.items()}))
        except RefusedLineError as refused:
            bundle.rejects.add((file["path"], number, str(refused)))
    settle(bundle, file, waiting)


def json_values(text: str) -> dict[str, str]:
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except ValueError:
        raise RefusedLineError("not-the-format") from None
    if not pairs or not isinstance(pairs[0], tuple) or len(dict(pairs)) != len(pairs):
        raise RefusedLineError("not-the-format")
    return {name: "" if value is None else str(value) for name, value in pairs}


def settle(bundle: Bundle, file: dict[str, Any], waiting: list[tuple[int, str, dict[str, str]]]) -> None:
    """Tell the instants, those in a daylight-saving fold by the order of the file, and keep the accesses."""
    zone = ZoneInfo(file["zone"]) if "zone" in file else None
    naive = {number: local_time(values) for number, _, values in waiting}
    folded = [n for n, _, _ in waiting if zone and naive[n] and in_fold(naive[n], zone)]
    jumps = [b for a, b in pairwise(folded) if naive[b] < naive[a]]
    for number, text, values in waiting:
        try:
            require(all(values.get(name) for name in NEEDED), "missing-field")
            at = instant(values["accessed_at"])
            if zone and at.tzinfo is None:
                require(number not in folded or len(jumps) == 1, "ambiguous-time")
                later = number in folded and number >= jumps[0]
                at = at.replace(tzinfo=zone, fold=int(later))
            bundle.accesses.append(access_of(file, number, text, values, at.astimezone(UTC)))
        except RefusedLineError as refused:
            bundle.rejects.add((file["path"], number, str(refused)))


def in_fold(local: datetime, zone: ZoneInfo) -> bool:
    return local.replace(tzinfo=zone, fold=0).utcoffset() > local.replace(tzinfo=zone, fold=1).utcoffset()


def local_time(values: dict[str, str]) -> datetime | None:
    try:
        return datetime.fromisoformat(values.get("accessed_at", "")).replace(tzinfo=None)
    except ValueError:
        return None


def instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise RefusedLineError("bad-time") from None


def access_of(file: dict[str, Any], number: int, text: str, values: dict[str, str], at: datetime) -> Access:
    word = file.get("values", {}).get("action", {}).get(values["action"], values["action"]).lower()
    assert word in OUR_ACTIONS, word
    item = values["object_key"]
    account = values.get("account_key", "")
    return Access(
        file["path"], number, text, at, "" if account == "-" else account, address(values["remote_ip"]),
        values.get("remote_port", ""), word, item, item if word == "list" else "", values.get("status", ""),
        agent=values.get("user_agent", ""),
    )  # fmt: skip


def read_records(bundle: Bundle, file: dict[str, Any], data: bytes, into: dict[str, dict[str, str]]) -> None:
    key = {"inventory": "object_key", "accounts": "account_key"}[file["kind"]]
    columns = file["columns"]
    for number, row in enumerate(csv.DictReader(io.StringIO(data.decode())), start=2):
        values = {columns.get(name, name): value for name, value in row.items()}
        try:
            require(bool(values[key]), "missing-field")
            for name in ("added_at", "removed_at", "created_at", "signup_at", "closed_at"):
                if values.get(name):
                    instant(values[name])
        except RefusedLineError as refused:
            bundle.rejects.add((file["path"], number, str(refused)))
            continue
        into[values[key]] = values


def read_document(bundle: Bundle, file: dict[str, Any], data: bytes) -> None:
    """A VICS document: an entry is counted from 1; what the table says of an object already stays."""
    (case,) = json.loads(data.decode("utf-8-sig"))["value"]
    for number, entry in enumerate(case["Media"], start=1):
        try:
            require(isinstance(entry, dict), "not-the-format")
            require("MediaFiles" in entry, "missing-field")
            (stored,) = entry["MediaFiles"]
            (other,) = entry["AlternativeHashes"]
            values = {"added_at": dotnet(stored.get("Created")), "removed_at": "", "sha256": other["HashValue"]}
            bundle.inventory.setdefault(stored["FileName"], values)
        except RefusedLineError as refused:
            bundle.rejects.add((file["path"], number, str(refused)))


def dotnet(text: str | None) -> str:
    found = re.fullmatch(r"/Date\((-?[0-9]+)\)/", text or "/Date(0)/")
    require(bool(found), "bad-time")
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC).isoformat() if found and text else ""


def read_report_xml(bundle: Bundle, path: str, text: str) -> None:
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line == "<ipCaptureEvent>" and not is_address(lines[number]):
            bundle.rejects.add((path, number, "bad-address"))
    for tag, role in (("personOrUserReported", "reported"), ("victim", "victim")):
        for party in ElementTree.fromstring(text).findall(tag):
            seen = [one.text or "" for one in party.findall("ipCaptureEvent/ipAddress")]
            yes = "yes" if party.findtext("compromisedAccount") == "true" else ""
            account = party.findtext("espIdentifier") or ""
            bundle.said.append((path, account, role, sum(map(is_address, seen)), yes))


def read_report_json(bundle: Bundle, path: str, text: str) -> None:
    for one in json.loads(text)["reportedInformation"]["reportedPeople"]["reportedPersons"]:
        captures = [each["value"] for each in one["sourceInformation"]["sourceCaptures"]]
        seen = captures + ([one["ipAddress"]] if one["ipAddress"] else [])
        if not all(map(is_address, seen)):
            bundle.rejects.add((path, 1, "bad-address"))
        bundle.said.append((path, one["espUserId"], "reported", sum(map(is_address, seen)), ""))


def is_address(text: str) -> bool:
    try:
        ip_address(text.removeprefix("<ipAddress>").removesuffix("</ipAddress>"))
    except ValueError:
        return False
    return True


READERS = {"combined": read_combined, "csv": read_csv, "jsonl": read_jsonl}


def figures(bundle: Bundle, periods: list[datetime]) -> dict[str, dict[str, Any]]:
    """For each account with a relevant access, the columns of the truth that a plain reading can tell."""
    named = Counter(a.account for a in bundle.accesses if a.account)
    files_of = defaultdict(set)
    for a in bundle.accesses:
        files_of[a.text].add(a.file)
    since = known_since(bundle)
    new = new_objects(bundle, since)
    company = defaultdict(set)
    mine = defaultdict(list)
    for a in bundle.relevant():
        if a.account:
            mine[a.account].append(a)
            company[a.address, sum(start <= a.at for start in periods)].add(a.account)
    most: Counter[str] = Counter()
    for accounts in company.values():
        for account in accounts:
            most[account] = max(most[account], len(accounts))
    return {
        account: {
            "lines": named[account],
            "accounts_at_address": most[account],
            "seen_twice": sum(len(files_of[a.text]) > 1 for a in rows),
            **of_account(rows, bundle, since, new),
        }
        for account, rows in mine.items()
    }


def of_account(rows: list[Access], bundle: Bundle, since: dict[str, Any], new: set[str]) -> dict[str, Any]:
    added = {a.item for a in rows if a.done and a.action == "upload"}
    presence = Counter(presence_of(a, bundle, since) for a in rows)
    return {
        "accesses": len(rows),
        "opened": len({a.item for a in rows if a.done and not a.head and a.action in ("view", "download")}),
        "downloaded": len({a.item for a in rows if a.done and not a.head and a.action == "download"}),
        "added": len(added),
        "new_added": len(added & new),
        "attempts": sum(not a.done for a in rows),
        "listings": sum(a.action == "list" for a in rows),
        "days": len({a.at.date() for a in rows}),
        "first": min(a.at for a in rows).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last": max(a.at for a in rows).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "before_added": presence["before"],
        "after_removed": presence["after"],
        "dates_unknown": presence["unknown"],
        "addresses": len({a.address for a in rows}),
    }


def known_since(bundle: Bundle) -> dict[str, datetime | None]:
    """When each listed object came in: as the inventory says, else its first successful upload."""
    since = {item: moment(row["added_at"]) for item, row in bundle.inventory.items()}
    uploads = sorted((a.at, a.item) for a in bundle.accesses if a.done and a.action == "upload" and a.item in since)
    for at, item in uploads:
        if not bundle.inventory[item]["added_at"] and since[item] is None:
            since[item] = at
    return since


def new_objects(bundle: Bundle, since: dict[str, datetime | None]) -> set[str]:
    earliest: dict[str, datetime] = {}
    beginning = datetime(1970, 1, 1, tzinfo=UTC)
    for item, row in bundle.inventory.items():
        at = since[item] or beginning
        earliest[row["sha256"]] = min(at, earliest.get(row["sha256"], at))
    return {i for i, row in bundle.inventory.items() if (since[i] or beginning) == earliest[row["sha256"]]}


def presence_of(access: Access, bundle: Bundle, since: dict[str, datetime | None]) -> str:
    if access.action == "list":
        return "unknown"
    removed = moment(bundle.inventory[access.item]["removed_at"])
    if removed and removed <= access.at:
        return "after"
    came = since[access.item]
    if came is None:
        return "unknown"
    return "before" if came > access.at else "present"


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


__all__ = ["Access", "Bundle", "figures", "read"]
