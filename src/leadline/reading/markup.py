"""XML of evidence as a small tree: no document type, entity, instruction, namespace; bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import DefusedXMLParser

from leadline.errors import InputRefused
from leadline.reading.broken import DocumentBroken
from leadline.reading.streams import StreamBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 64 << 20
MAX_DEPTH = 32
MAX_ATTRIBUTES = 32
MAX_ATTRIBUTE = 4096
"""Characters of one attribute, its name included."""
MAX_ELEMENTS = 1_000_000
MAX_TOKEN = 1 << 20
"""Bytes that may pass without one whole piece of markup or text."""

_READ = 1 << 16
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"
_DECLARED = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']{0,60})", re.ASCII)
_READABLE = {"utf-8", "utf8", "us-ascii", "ascii"}
_ADVICE = "Ask the provider for the document as plain UTF-8 XML, or leave it out."


class MarkupRefused(InputRefused):
    """A document breaks a rule for XML of evidence; nothing of it is read."""


class MarkupBroken(DocumentBroken, MarkupRefused):
    """A document is no XML to its end; nothing of it is read."""


@dataclass(slots=True)
class Element:
    """One element: its name, the line at which its tag ends (from 1), and what stands in it."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text that stands in the element itself, without white space around it."""
        return "".join(self.pieces).strip()

    def walk(self) -> Iterator[Element]:
        """The element and all below it, in document order."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.children))


@dataclass(frozen=True)
class Document:
    """A whole document; comments are no data and stand apart."""

    root: Element
    comments: tuple[str, ...]


def read_document(stream: BinaryIO, *, where: str) -> Document:
    """Read a document to its end; :class:`MarkupRefused` says which rule it breaks, and near which line.

    :class:`MarkupBroken` where it breaks none, and is damaged or ends early.
    """
    building = _Building(where)
    parser = DefusedXMLParser(target=building, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    building.parser = parser
    try:
        _feed(parser, building, stream)
    except DTDForbidden as error:
        raise building.refused("has a document type (DTD)") from error
    except (EntitiesForbidden, ExternalReferenceForbidden) as error:
        raise building.refused("defines or calls entities") from error
    except (ParseError, ValueError, LookupError) as error:
        raise building.broken(f"is no well-formed XML ({error})") from error
    except StreamBroken as error:
        raise building.broken(f"breaks off ({error.message.removesuffix('.')})") from error
    return building.document()


def _feed(parser: Any, building: _Building, stream: BinaryIO) -> None:
    total = since = told = 0
    while piece := stream.read(_READ):
        if not total:
            _refuse_encoding(building, piece)
        total += len(piece)
        if total > MAX_BYTES:
            raise building.refused(f"is larger than {MAX_BYTES >> 20} MiB")
        parser.feed(piece)
        since, told = (0, building.told) if building.told != told else (since + len(piece), told)
        if since > MAX_TOKEN:
            raise building.refused("has a piece of markup that does not end")
    parser.close()


def _refuse_encoding(building: _Building, first: bytes) -> None:
    stated = _DECLARED.match(first[:400])
    if stated and stated[1].decode("ascii", "replace").lower() not in _READABLE:
        raise building.refused(f"is declared to be written in {stated[1].decode('ascii', 'replace')!r}, not in UTF-8")


class _Building:
    """What the parser tells, checked before it is kept."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.parser: Any = None
        self.told = 0
        self._open: list[Element] = []
        self._root: Element | None = None
        self._count = 0
        self._comments: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.told += 1
        self._count += 1
        self._refuse_odd(name, attributes)
        plain = {key: value for key, value in attributes.items() if not key.startswith("{")}
        element = Element(name, self._line(), plain)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _refuse_odd(self, name: str, attributes: dict[str, str]) -> None:
        if name.startswith("{"):
            raise self.refused("uses a namespace for its elements; the schema has none")
        if len(self._open) >= MAX_DEPTH:
            raise self.refused(f"nests deeper than {MAX_DEPTH} elements")
        if self._count > MAX_ELEMENTS:
            raise self.refused(f"has more than {MAX_ELEMENTS} elements")
        if len(attributes) > MAX_ATTRIBUTES or len(name) > MAX_ATTRIBUTE:
            raise self.refused(f"has an element with more than {MAX_ATTRIBUTES} attributes, or with an endless name")
        if any(len(key) + len(value) > MAX_ATTRIBUTE for key, value in attributes.items()):
            raise self.refused(f"has an attribute of more than {MAX_ATTRIBUTE} characters")
        if any(key.startswith("{") and not key.startswith(_SCHEMA) for key in attributes):
            raise self.refused("uses a namespace for its attributes; the schema has none")

    def end(self, name: str) -> None:  # noqa: ARG002  the parser has checked it
        self.told += 1
        self._open.pop()

    def data(self, text: str) -> None:
        self.told += 1
        if self._open:
            self._open[-1].pieces.append(text)

    def comment(self, text: str) -> None:
        self.told += 1
        self._comments.append(text)

    def pi(self, target: str, data: str) -> None:  # noqa: ARG002  the parser calls it so
        raise self.refused("has a processing instruction")

    def close(self) -> None:
        """The parser is done."""

    def document(self) -> Document:
        if self._root is None:
            raise self.refused("has no element")
        return Document(self._root, tuple(self._comments))

    def refused(self, problem: str) -> MarkupRefused:
        return MarkupRefused(f"{problem}.", where=f"{self._where}, line {self._line()}", advice=_ADVICE)

    def broken(self, problem: str) -> MarkupBroken:
        refused = self.refused(problem)
        return MarkupBroken(refused.message, where=refused.where, advice=_ADVICE, line=self._line())

    def _line(self) -> int:
        return int(self.parser.parser.CurrentLineNumber)
