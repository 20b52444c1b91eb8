"""Signed checkpoints: readable by other people's tools, and not one byte of slack."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.checkpoint import Checkpoint, Signer, Verifier
from leadline.seal.merkle import leaf_hash, root

# Source: golang.org/x/mod/sumdb/note, note_test.go: a key pair, a text and its signature.
_PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_PUBLISHED_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
_PUBLISHED_TEXT = (
    b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
_PUBLISHED_NOTE = (
    _PUBLISHED_TEXT
    + (
        "\n— PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    ).encode()
)

_SIGNER = Signer("unit.example/desk", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
_ROOT = root([leaf_hash(b"a"), leaf_hash(b"b")])
_NOTE = _SIGNER.checkpoint(2, _ROOT)


def test_a_note_signed_elsewhere_is_read():
    assert Verifier.parse(_PUBLISHED_KEY).open(_PUBLISHED_NOTE) == _PUBLISHED_TEXT


def test_the_published_note_is_signed_to_the_byte():
    signer = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(_PUBLISHED_SEED))
    assert str(signer.verifier) == _PUBLISHED_KEY
    assert signer.sign(_PUBLISHED_TEXT) == _PUBLISHED_NOTE


def test_a_checkpoint_reads_back():
    assert _SIGNER.verifier.open_checkpoint(_NOTE) == Checkpoint("unit.example/desk", 2, _ROOT)
    assert _NOTE.split(b"\n")[:2] == [b"unit.example/desk", b"2"]


@pytest.mark.parametrize("flip", [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF])
def test_every_flip_of_every_byte_of_a_checkpoint_is_refused(flip):
    for at in range(len(_NOTE)):
        bent = bytearray(_NOTE)
        bent[at] ^= flip
        with pytest.raises(IntegrityBroken):
            _SIGNER.verifier.open_checkpoint(bytes(bent))


def test_every_beginning_and_every_end_of_a_checkpoint_is_refused():
    for at in range(1, len(_NOTE)):
        for part in (_NOTE[:at], _NOTE[at:]):
            with pytest.raises(IntegrityBroken):
                _SIGNER.verifier.open_checkpoint(part)


def test_a_byte_more_anywhere_is_refused():
    for at in range(len(_NOTE) + 1):
        for more in (b"\n", b" ", b"A", b"=", b"\x0b", b"\r"):
            with pytest.raises(IntegrityBroken):
                _SIGNER.verifier.open_checkpoint(_NOTE[:at] + more + _NOTE[at:])


def test_every_flip_of_every_byte_of_a_verifier_key_is_refused():
    text = str(_SIGNER.verifier).encode()
    for at in range(len(text)):
        for flip in (0x01, 0x20, 0x80):
            bent = bytearray(text)
            bent[at] ^= flip
            with pytest.raises(IntegrityBroken):
                Verifier.parse(bent.decode("utf-8", "replace"))


@pytest.mark.parametrize(
    "text",
    [
        b"unit.example/desk\n02\n%s\n",
        b"unit.example/desk\n-2\n%s\n",
        b"unit.example/desk\n\xd9\xa2\n%s\n",
        b"unit.example/desk\n2\n%s\nextension\n",
        b"unit.example/desk\n2\n%s",
        b"\n2\n%s\n",
        b"unit.example/desk\n2\n%s=\n",
        b"unit.example/desk\x0b\n2\n%s\n",
    ],
)
def test_a_text_that_is_nearly_a_checkpoint_is_refused_though_it_is_signed(text):
    body = text % base64.b64encode(_ROOT)
    with pytest.raises((IntegrityBroken, WrongUsage)):
        _SIGNER.verifier.open_checkpoint(_SIGNER.sign(body))


def test_a_control_character_is_refused_before_anything_is_signed_or_believed():
    with pytest.raises(IntegrityBroken, match="control character"):
        _SIGNER.sign(b"a line\x0b\n")
    with pytest.raises(IntegrityBroken, match="control character"):
        _SIGNER.verifier.open(_NOTE + b"\r\n")


def test_base64_with_stray_bits_is_refused():
    spelled = base64.b64encode(_ROOT)
    stray = spelled[:-2] + bytes([spelled[-2] + 1]) + b"="
    assert base64.b64decode(stray) == _ROOT
    with pytest.raises(IntegrityBroken, match="canonical"):
        Checkpoint.parse(b"unit.example/desk\n2\n%s\n" % stray)


def test_a_checkpoint_of_another_log_is_refused():
    foreign = _SIGNER.sign(Checkpoint("other.example/desk", 2, _ROOT).text())
    with pytest.raises(IntegrityBroken, match="another log"):
        _SIGNER.verifier.open_checkpoint(foreign)


def test_another_key_under_the_same_name_does_not_count():
    other = Signer("unit.example/desk", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(IntegrityBroken, match="no signature by"):
        other.verifier.open_checkpoint(_NOTE)


def test_a_witness_may_sign_below_and_is_not_needed():
    witness = Signer("witness.example/one", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    text = Checkpoint("unit.example/desk", 2, _ROOT).text()
    second_line = witness.sign(text).removeprefix(text + b"\n")
    assert _SIGNER.verifier.open_checkpoint(_NOTE + second_line).size == 2
    assert witness.verifier.open(_NOTE + second_line) == text


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\n", "tab\t", "nbsp\u00a0"])
def test_a_name_that_a_note_cannot_carry_is_refused(name):
    with pytest.raises(WrongUsage):
        Verifier(name, bytes(32))
