"""XML of evidence is refused where it could harm whoever reads it, quickly and with a sentence that says why."""

from __future__ import annotations

import io

import pytest

from leadline.reading import markup
from leadline.reading.markup import MarkupRefused, read_document

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><r>&a9;</r>"
)
HOSTILE = {
    "entities that multiply": (BOMB.encode(), "document type"),
    "one long entity called often": (
        b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 50_000 + b'">]><r>' + b"&a;" * 1000 + b"</r>",
        "document type",
    ),
    "a file of this machine": (b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:x">]><r>&a;</r>', "document type"),
    "a document type elsewhere": (b'<!DOCTYPE r SYSTEM "https://portal.example/x.dtd"><r/>', "document type"),
    "parameter entities": (b'<!DOCTYPE r [<!ENTITY % a "b">%a;]><r/>', "document type"),
    "an entity that nobody defined": (b"<r>&nobody;</r>", "well-formed"),
    "three hundred thousand levels": (b"<a>" * 300_000, "deeper"),
    "five hundred thousand attributes": (
        b"<a " + b" ".join(b'a%d=""' % n for n in range(500_000)) + b"/>",
        "markup that does not end",
    ),
    "forty attributes": (b"<a " + b" ".join(b'a%d=""' % n for n in range(40)) + b"/>", "attributes"),
    "a huge attribute": (b'<a b="' + b"x" * 10_000 + b'"/>', "characters"),
    "an attribute without end": (b'<a b="' + b"x" * 3_000_000, "markup that does not end"),
    "a name without end": (b"<" + b"a" * 10_000 + b"/>", "endless name"),
    "a namespace": (b'<r xmlns="urn:example:x"/>', "namespace"),
    "a namespace with a prefix": (b'<x:r xmlns:x="urn:example:x"/>', "namespace"),
    "attributes of a namespace": (b'<r xmlns:x="urn:example:x" x:a="1"/>', "namespace"),
    "an instruction": (b"<?xml-stylesheet href='x.xsl'?><r/>", "processing instruction"),
    "an instruction within": (b"<r><?php echo 1 ?></r>", "processing instruction"),
    "another encoding": (b"<?xml version='1.0' encoding='UTF-16'?><r/>", "'UTF-16'"),
    "an encoding that nobody knows": (b"<?xml version='1.0' encoding='example'?><r/>", "'example'"),
    "two encodings in one": (b"<?xml version='1.0' encoding='UTF-8'?><r>\xe9\x80</r>", "well-formed"),
    "a NUL": (b"<r>\0</r>", "well-formed"),
    "two roots": (b"<r/><r/>", "well-formed"),
    "an attribute twice": (b"<r a='1' a='2'/>", "well-formed"),
    "nothing": (b"", "well-formed"),
    "cut off": (b"<r><a>", "well-formed"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_document_is_refused_with_its_line_and_what_to_do(what: str) -> None:
    content, why = HOSTILE[what]
    with pytest.raises(MarkupRefused) as caught:
        read_document(io.BytesIO(content), where="tip.xml")
    assert why in caught.value.message
    assert caught.value.where.startswith("tip.xml, line ")
    assert caught.value.advice


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_BYTES", 1000)
    with pytest.raises(MarkupRefused, match="larger"):
        read_document(io.BytesIO(b"<r>" + b"x" * 2000 + b"</r>"), where="x")
    monkeypatch.setattr(markup, "MAX_BYTES", 1 << 20)
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 10)
    with pytest.raises(MarkupRefused, match="elements"):
        read_document(io.BytesIO(b"<r>" + b"<a/>" * 10 + b"</r>"), where="x")


def test_a_plain_document_keeps_names_lines_attributes_and_texts() -> None:
    text = '<?xml version="1.0" encoding="utf-8"?>\n<r>\n <a b="1"> é &amp; &#x65; </a>\n <!-- c --><a/></r>'
    document = read_document(io.BytesIO(b"\xef\xbb\xbf" + text.encode()), where="x")
    first, second = document.root.children
    assert (first.name, first.line, first.attributes, first.text) == ("a", 3, {"b": "1"}, "é & e")
    assert (second.name, second.line, second.text) == ("a", 4, "")
    assert [one.name for one in document.root.walk()] == ["r", "a", "a"]
    assert document.comments == (" c ",)


def test_the_schema_that_a_root_names_is_neither_fetched_nor_kept() -> None:
    text = b'<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" c="1"/>'
    assert read_document(io.BytesIO(text), where="x").root.attributes == {"c": "1"}
