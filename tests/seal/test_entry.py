"""Entries hold no free text, so no personal data; and a line reads back only as what it was."""

from __future__ import annotations

import json
import re
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.checkpoint import Signer
from leadline.seal.commit import prepare
from leadline.seal.entry import Draft, Entry, new_salt, payload_bytes, payload_facts, salted
from leadline.seal.merkle import Frontier

_SIGNER = Signer("unit.example/desk", Ed25519PrivateKey.from_private_bytes(bytes(32)))
_AT = "2019-09-20T02:15:00.000000Z"
_DIGEST = sha256(b"x").hexdigest()
_PERSONAL = st.text(min_size=9, max_size=40).filter(
    lambda text: re.search(r"[^A-Za-z0-9:._-]", text)
) | st.sampled_from(
    ["k-holder-17@mail.example", "account 4711-a", "/c/k1/o/7/raw", "+64 5550100 22", "240.0.0.7, port 51234"]
)


def _commit(draft: Draft):
    return prepare(Frontier(), [draft], at=_AT, signer=_SIGNER)


@given(_PERSONAL, _PERSONAL)
def test_nothing_of_a_payload_reaches_the_log(key, value):
    commit = _commit(Draft("account:rows:shown", payload={key: value, "list": [value]}))
    for text in (key, value):
        assert json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "replace") not in commit.lines
        assert text.encode("utf-8", "replace") not in commit.note
    (contents,) = commit.payloads.values()
    assert payload_facts(contents) == {key: value, "list": [value]}
    assert commit.entries[0].payload_sha256 == sha256(contents).hexdigest()


@given(_PERSONAL)
def test_free_text_is_refused_in_every_field_of_an_entry(text):
    for fields in (
        {"action": text},
        {"subject": text},
        {"digests": {text + " ": _DIGEST}},
        {"digests": {"lake/x": text}},
        {"numbers": {text: 1}},
        {"numbers": {"n": text}},
        {"manifests": (text,)},
        {"salt": text},
    ):
        with pytest.raises(WrongUsage):
            Draft(**{"action": "account:rows:shown", **fields})


@given(st.integers(0, 2**63 - 1), st.sampled_from(["", _DIGEST, "R-0123456789abcdef"]))
def test_a_line_has_only_the_shapes_that_entries_may_have_and_no_fraction(number, subject):
    line = _commit(Draft("run:plan:done", subject=subject, numbers={"lines": number})).entries[0].line()
    assert Entry.parse(line).line() == line
    assert not re.search(rb"[0-9]\.[0-9](?![0-9]{5}Z)", line)
    assert re.fullmatch(rb'[A-Za-z0-9{}\[\]":,._/=-]*', line)


@pytest.mark.parametrize("number", [1.0, True, -1, 2**63, "1", None])
def test_a_number_that_is_no_plain_whole_number_is_refused(number):
    with pytest.raises(WrongUsage):
        Draft("run:plan:done", numbers={"lines": number})


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "",
        "a/",
        ".hidden",
        "a\nb",
        "lake/é",
        "cache/x",
        "tmp/x",
        "spill/x",
    ],
)
def test_a_path_outside_the_evidence_is_refused(path):
    with pytest.raises(WrongUsage):
        Draft("evidence:file:sealed", digests={path: _DIGEST})


def test_equal_payloads_have_unequal_digests_so_that_none_can_be_guessed():
    first, second = (_commit(Draft("a:b:c", payload={"account": "k1"})).entries[0] for _ in range(2))
    assert first.payload_sha256 != second.payload_sha256


def test_a_salted_account_can_be_told_only_with_the_salt_of_its_entry():
    salt = new_salt()
    assert salted("k1", salt) == salted("k1", salt) != salted("k1", new_salt())
    commit = _commit(Draft("account:rows:shown", subject=salted("k1", salt), salt=salt))
    assert list(commit.payloads.values()) == [payload_bytes(None, salt)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":0', b'"seq":0 '),
        (b'"seq":0', b'"seq":0.0'),
        (b'"seq":0', b'"seq":false'),
        (b'"seq":0', b'"seq":1'),
        (b'"seq":0', b'"seq":0,"seq":0'),
        (b'"seq":0', b'"seq":0,"who":"x"'),
        (b'"commit":1', b'"commit":"1"'),
        (b"000Z", b"000+00:00"),
        (b'"lines":3', b'"lines":3e0'),
        (b'"action":"run:plan:done",', b""),
        (b'"manifests":[]', b'"manifests":{}'),
        (b'"payload_sha256":null', b'"payload_sha256":""'),
        (b"run:plan:done", b"run:plan"),
        (b"2019-09-20", b"2019-09-31"),
    ],
)
def test_a_line_that_is_nearly_an_entry_is_refused(old, new):
    line = _commit(Draft("run:plan:done", numbers={"lines": 3})).entries[0].line()
    assert old in line
    with pytest.raises(IntegrityBroken):
        Entry.parse(line.replace(old, new))
