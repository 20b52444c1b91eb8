"""What a provider's report may say in Leadline: an allow-list of typed values; free text never gets past a reader.

A report can hold descriptions and content. A reader therefore names each value that it takes; whatever it does not
name is left out, and the leaving is told: which element, how often, how many characters.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from leadline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_KEY = 1024
"""Characters of the longest identifier that is kept."""
ROLES = ("reported", "recipient", "victim", "associated")
"""In which place of the report an account stands; `associated` with one of the others."""
EVENTS = ("login", "registration", "purchase", "upload", "other", "unknown")
SAID = ("yes", "no", "not-stated")
"""What a provider says of itself; silence is never "no"."""

_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
_INCIDENTS = (
    "f854717d4fb5", "afe6ad912b94", "403b945e5c22", "a80c3a68a8c2",
    "ab38acfbaed2", "55d4744212ed", "3336ecdf778c", "74078d314b7e",
)  # fmt: skip
"""First digits of the SHA-256 of the words for each type of incident, in the order of the schema's list."""


@dataclass(frozen=True)
class Event:
    """An address at an instant, all as written."""

    kind: str
    """One of :data:`EVENTS`."""
    address: str
    port: str
    at: str
    proxy: bool | None
    """What the provider says of a proxy."""
    line: int


@dataclass(frozen=True)
class Party:
    """An account that a report speaks of."""

    role: str
    """One of :data:`ROLES`."""
    account_key: str
    """The provider's identifier of the account; empty where it states none."""
    line: int
    service: str = ""
    screen_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    country: str = ""
    """ISO 3166-1 alpha-2 as the provider estimates it; pseudo codes are none."""
    compromised: bool | None = None
    disabled: bool | None = None
    third_party: bool | None = None
    """The account is one of another service."""
    prior_reports: int = 0
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class ReportedFile:
    """A file that a report speaks of, by its digests."""

    file_id: str
    line: int
    digests: Mapping[str, str]
    """`md5`, `sha1`, `sha256`, `pdq` → lower-case hexadecimal digits."""
    viewed: str
    """Whether the provider says that a person of its own viewed the file: one of :data:`SAID`."""
    public: str
    classification: str = ""
    """The industry's two characters, as an opaque code."""
    uploaded_at: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Report:
    """One report, or a part of one that came as a document of its own."""

    line: int
    report_id: str = ""
    incident: str = ""
    """`type-1` … `type-8` in the order of the schema's list, `other` for any other words, empty where none stand."""
    incident_at: str = ""
    """Often when the provider found it, not when it happened; the report does not say which."""
    received_at: str = ""
    escalated: bool = False
    parties: tuple[Party, ...] = ()
    files: tuple[ReportedFile, ...] = ()
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Path of an element → its texts, only to be counted."""


@dataclass(frozen=True)
class Example:
    """A document and how many reports it gives; None where it must be refused."""

    what: str
    content: bytes
    reports: int | None


@dataclass(frozen=True)
class ReportFormat:
    """One form of report: how it is told and read, with examples."""

    name: str
    title: str
    recognises: Callable[[bytes], bool]
    """Whether the first bytes of a document are of this form."""
    read: Callable[[BinaryIO, str], Iterator[Report]]
    """(stream, where) → the reports; :class:`InputRefused` where the document breaks a rule."""
    examples: tuple[Example, ...]


REPORT_FORMATS: Registry[ReportFormat] = Registry(
    "report format", package="leadline.stages.reports.plugins", group="leadline.report_formats"
)
"""Every form of report that can be read."""


class Leaving:
    """Notes what is not read, by the path of its element."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}

    def leave(self, element: str, text: str) -> None:
        """Note one text under the path of its element; an empty one says nothing."""
        if text:
            self._texts.setdefault(element, []).append(text)

    def found(self) -> dict[str, tuple[str, ...]]:
        return {element: tuple(self._texts[element]) for element in sorted(self._texts)}


def incident_code(words: str) -> str:
    """The type of an incident as a code, so that its words stand nowhere."""
    if not words:
        return ""
    digest = hashlib.sha256(words.encode()).hexdigest()[:12]
    return f"type-{_INCIDENTS.index(digest) + 1}" if digest in _INCIDENTS else "other"


def event_kind(word: str) -> str:
    """One of :data:`EVENTS`; any other word is `other`, none is `unknown`."""
    lowered = word.lower()
    if not lowered:
        return "unknown"
    return lowered if lowered in EVENTS else "other"


def digest_kind(word: str) -> str:
    """Our name of a digest that is called ``word``; empty where it is none of ours."""
    name = re.sub(r"[^a-z0-9]", "", word.lower())
    return name if name in _DIGITS else ""


def hexadecimal(kind: str, text: str) -> str:
    """A digest in lower case; empty where the text is none of its kind."""
    lowered = text.lower()
    return lowered if re.fullmatch(rf"[0-9a-f]{{{_DIGITS[kind]}}}", lowered, re.ASCII) else ""


def truth(text: str) -> bool | None:
    """A boolean as XML and JSON write it; None where nothing readable stands there."""
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.strip().lower())


def said(stated: bool | None) -> str:  # noqa: FBT001  what is put into words is the boolean itself
    """The answer in words; silence is `not-stated`."""
    return "not-stated" if stated is None else ("yes" if stated else "no")


def country(code: str) -> str:
    """A country code; pseudo codes (proxy, satellite, region) and anything else are empty."""
    known = re.fullmatch(r"[A-Z]{2}", code) is not None and code not in {"AP", "EU", "XX", "ZZ"}
    return code if known else ""
