"""Every way to tamper with a log of 500 events is detected, and the first bad entry is named.

Flips are exhaustive: three flips of every byte. The check of the entries depends on a line only through its
hash, so a flip that makes or breaks no line end is tried against its own line, and against the whole log for a
part of them; flips that touch line ends are all tried against the whole log. The drill tries every byte against
the whole log.
"""

from __future__ import annotations

import random
from functools import lru_cache

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.errors import IntegrityBroken
from leadline.seal import log_audit
from leadline.seal.checkpoint import Signer, Verifier
from leadline.seal.commit import prepare
from leadline.seal.entry import Draft
from leadline.seal.log import read_public_key
from leadline.seal.log_audit import audit_chain, audit_log, first_bad, frame, read_checkpoints
from leadline.seal.merkle import Frontier, leaf_hash

_FLIPS = (0x01, 0x20, 0x80)


@pytest.fixture(autouse=True)
def _remembered(monkeypatch):
    """Signatures, hashes and parsing are pure functions: what was computed once is not computed again."""
    monkeypatch.setattr(log_audit, "_placed", lru_cache(maxsize=2000)(log_audit._placed))
    monkeypatch.setattr(Verifier, "open_checkpoint", lru_cache(maxsize=2000)(Verifier.open_checkpoint))
    monkeypatch.setattr(log_audit, "leaf_hash", lru_cache(maxsize=2000)(leaf_hash))


@pytest.fixture(scope="module")
def heads(image):
    found, faults = read_checkpoints(image.checkpoints, image.verifier)
    assert not faults
    return found


@pytest.fixture
def named(image, heads):
    """The first bad entry that the check of these lines names."""

    def name(entries: bytes, leaves: bytes = image.leaves) -> int | None:
        faults = audit_chain(entries=entries, leaves=leaves, checkpoints=heads).faults
        bad = [fault.entry for fault in faults if fault.path == "log/entries.jsonl"]
        assert len(bad) == 1, faults
        return bad[0]

    return name


def _joined(lines):
    return b"".join(line + b"\n" for line in lines)


def _audit(image, **changed):
    parts = {"entries": image.entries, "leaves": image.leaves, "checkpoints": image.checkpoints, **changed}
    return audit_log(**parts, verifier=image.verifier)


def _flipped(data, at, flip):
    return data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]


def test_an_untouched_log_is_sound(image, single_image):
    for one in (image, single_image):
        found = _audit(one)
        assert found.faults == ()
        assert found.complete
        assert [entry.seq for entry in found.entries] == list(range(500))
    assert len(image.starts) < 300


def test_every_flip_of_every_byte_of_the_entries_changes_the_hash_of_its_line(image):
    hashes = [image.leaves[at : at + 32] for at in range(0, len(image.leaves), 32)]
    tried = 0
    for line, signed in zip(image.lines, hashes, strict=True):
        assert leaf_hash(line) == signed
        bent = bytearray(line)
        for at, byte in enumerate(line):
            for flip in _FLIPS:
                bent[at] = byte ^ flip
                assert leaf_hash(bytes(bent)) != signed
                tried += 1
            bent[at] = byte
    assert tried == 3 * (len(image.entries) - 500)


def test_every_flip_that_touches_a_line_end_is_named_in_the_whole_log(image, named):
    tried = 0
    place = 0
    for at, byte in enumerate(image.entries):
        for flip in _FLIPS:
            if byte == 0x0A or byte ^ flip == 0x0A:
                assert named(_flipped(image.entries, at, flip)) == place
                tried += 1
        place += byte == 0x0A
    assert tried >= 1500


def test_flips_of_every_line_are_named_in_the_whole_log(image, named):
    chance = random.Random(1)
    start = 0
    for place, line in enumerate(image.lines):
        for flip in _FLIPS:
            at = start + chance.randrange(len(line))
            assert named(_flipped(image.entries, at, flip)) == place
        start += len(line) + 1


@pytest.mark.drill
@pytest.mark.parametrize("flip", _FLIPS)
def test_every_flip_of_every_byte_of_the_entries_is_named_in_the_whole_log(image, named, flip):
    place = 0
    for at, byte in enumerate(image.entries):
        assert named(_flipped(image.entries, at, flip)) == place
        place += byte == 0x0A


def test_every_flip_of_every_byte_of_the_leaves_is_named(image, heads):
    signed = [image.leaves[at : at + 32] for at in range(0, len(image.leaves), 32)]
    for at in range(len(image.leaves)):
        for flip in _FLIPS:
            bent = _flipped(image.leaves[at // 32 * 32 : at // 32 * 32 + 32], at % 32, flip)
            assert bent != signed[at // 32]
    for place in range(500):
        bent = _flipped(image.leaves, place * 32 + place % 32, _FLIPS[place % 3])
        (fault,) = audit_chain(entries=image.entries, leaves=bent, checkpoints=heads).faults
        assert (fault.path, fault.entry) == ("log/leaves", place)


def test_every_flip_of_every_byte_of_the_checkpoints_is_refused(image):
    open_checkpoint = Verifier.open_checkpoint.__wrapped__
    notes = image.checkpoints.split(b"\n\n")
    notes = [f + b"\n\n" + s + b"\n" for f, s in zip(notes[:-1:2], notes[1::2], strict=True)]
    assert _joined(notes) == image.checkpoints
    for note in notes:
        bent = bytearray(note)
        for at, byte in enumerate(note):
            for flip in _FLIPS:
                bent[at] = byte ^ flip
                with pytest.raises(IntegrityBroken):
                    open_checkpoint(image.verifier, bytes(bent))
            bent[at] = byte


def test_flips_all_over_the_checkpoints_are_named_in_the_whole_log(image):
    chance = random.Random(2)
    line_ends = [at for at, byte in enumerate(image.checkpoints) if byte == 0x0A]
    places = [*chance.sample(range(len(image.checkpoints)), 600), *line_ends[::5], *line_ends[-8:]]
    for at in places:
        bent = _flipped(image.checkpoints, at, chance.choice(_FLIPS))
        found = _audit(image, checkpoints=bent)
        assert {fault.path for fault in found.faults} == {"log/checkpoints"}
        assert not found.complete


@pytest.mark.parametrize("flip", [*_FLIPS, 0x02, 0x04, 0xFF])
def test_every_flip_of_every_byte_of_the_public_key_is_refused(image, flip):
    key = f"{image.verifier}\n".encode()
    assert read_public_key(key) == image.verifier
    for at in range(len(key)):
        with pytest.raises(IntegrityBroken):
            read_public_key(_flipped(key, at, flip))


def test_every_deletion_is_named(image, named):
    for place in range(500):
        assert named(_joined(image.lines[:place] + image.lines[place + 1 :])) == place


def test_every_swap_of_neighbours_and_many_others_are_named(image, named):
    chance = random.Random(3)
    pairs = [(place, place + 1) for place in range(499)]
    pairs += [tuple(sorted(chance.sample(range(500), 2))) for _ in range(500)]
    for first, second in pairs:
        lines = image.lines
        lines[first], lines[second] = lines[second], lines[first]
        assert named(_joined(lines)) == first


def test_every_duplication_is_named(image, named):
    chance = random.Random(4)
    for place in range(500):
        for target in (place + 1, chance.randrange(501), 500):
            lines = image.lines
            lines.insert(target, lines[place])
            assert named(_joined(lines)) == (target + 1 if target == place else target)


def test_every_insertion_is_named(image, named):
    forged = image.lines[250].replace(b'"seq":250', b'"seq":251')
    for place in range(501):
        for line in (forged, b"", b"{}"):
            lines = image.lines
            lines.insert(place, line)
            assert named(_joined(lines)) == place


def test_every_truncation_is_named(image, named):
    for kept in range(500):
        assert named(_joined(image.lines[:kept])) == kept
    chance = random.Random(5)
    for cut in chance.sample(range(len(image.entries)), 500):
        assert named(image.entries[:cut]) == image.entries[:cut].count(b"\n")


def test_entries_and_leaves_forged_together_are_named_by_the_checkpoints(single_image):
    heads, _ = read_checkpoints(single_image.checkpoints, single_image.verifier)
    for place in range(500):
        lines = single_image.lines
        lines[place] = lines[place].replace(b"exhibit:file:sealed", b"exhibit:file:shown")
        leaves = b"".join(leaf_hash(line) for line in lines)
        faults = audit_chain(entries=_joined(lines), leaves=leaves, checkpoints=heads).faults
        assert [(fault.path, fault.entry) for fault in faults] == [
            ("log/entries.jsonl", place),
            ("log/leaves", place),
        ]


def test_in_a_larger_commit_entries_and_leaves_forged_together_name_the_commit(image, heads):
    hashes = [leaf_hash(line) for line in image.lines]
    for place in range(500):
        forged = [*hashes]
        forged[place] = leaf_hash(b"forged")
        start = max(start for start in image.starts if start <= place)
        assert first_bad(forged, forged, heads) == start


def test_every_change_of_the_number_of_leaves_is_found(image, heads):
    for leaves in (image.leaves[:-1], image.leaves[:-32], b"", image.leaves + b"x", image.leaves + bytes(32)):
        (fault,) = audit_chain(entries=image.entries, leaves=leaves, checkpoints=heads).faults
        assert fault.path == "log/leaves"


def _frames(image):
    lines = image.checkpoints.split(b"\n")[:-1]
    return [_joined(lines[at : at + 6]) for at in range(0, len(lines), 6)]


def test_every_checkpoint_deleted_doubled_or_moved_is_found(image):
    frames = _frames(image)
    for place in range(len(frames)):
        deleted = frames[:place] + frames[place + 1 :]
        doubled = frames[: place + 1] + frames[place:]
        swapped = [*frames]
        swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
        for tampered in (deleted, doubled, swapped):
            found = _audit(image, checkpoints=b"".join(tampered))
            assert not found.complete
            last_one_gone = tampered is deleted and place == len(frames) - 1
            assert last_one_gone or {fault.path for fault in found.faults} == {"log/checkpoints"}
        if place < len(frames) - 1:
            (fault,) = _audit(image, checkpoints=b"".join(deleted)).faults
            assert fault.path == "log/checkpoints"


def test_every_truncation_of_the_checkpoints_is_found(image):
    chance = random.Random(6)
    for cut in [
        *chance.sample(range(len(image.checkpoints)), 400),
        *range(len(image.checkpoints) - 230, 0, -7919),
    ]:
        assert _audit(image, checkpoints=image.checkpoints[:cut]).faults
    for cut in range(1, 240):
        assert _audit(image, checkpoints=image.checkpoints[:-cut]).faults


@pytest.mark.parametrize("more", [b"\n", b"x", b"\n\n", b"\r\n", b"\x0b"])
def test_anything_more_after_the_checkpoints_is_found(image, more):
    assert _audit(image, checkpoints=image.checkpoints + more).faults


def test_an_entry_that_is_signed_in_a_place_that_is_not_its_own_is_found():
    signer = Signer("unit.example/desk", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    at = "2019-09-20T02:15:00.000000Z"
    second = prepare(Frontier([bytes(32)]), [Draft("a:b:c")], at=at, signer=signer)
    note = signer.checkpoint(1, Frontier([second.leaves]).root())
    found = audit_log(entries=second.lines, leaves=second.leaves, checkpoints=frame(note), verifier=signer.verifier)
    assert [(fault.path, fault.entry) for fault in found.faults] == [("log/entries.jsonl", 0)]


def test_a_rollback_of_everything_together_is_not_detectable_and_we_say_so(image):
    frames = _frames(image)
    kept = image.starts[100]
    found = _audit(
        image,
        entries=_joined(image.lines[:kept]),
        leaves=image.leaves[: 32 * kept],
        checkpoints=b"".join(frames[:100]),
    )
    assert found.faults == ()
    assert "rollback" in log_audit.__doc__
