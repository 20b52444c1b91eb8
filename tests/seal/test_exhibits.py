"""The exhibit store: the same bytes once, read-only, under their digest."""

from __future__ import annotations

import stat
from hashlib import sha256

import pytest

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.exhibits import ExhibitStore

_DATA = b"240.0.0.1 - - line\n"
_DIGEST = sha256(_DATA).hexdigest()


def _finished(tmp_path, data=_DATA):
    path = tmp_path / "tmp" / "finished"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def test_an_exhibit_lies_under_its_digest_read_only(tmp_path):
    store = ExhibitStore(tmp_path)
    assert not store.has(_DIGEST)
    final = store.admit(_finished(tmp_path), _DIGEST)
    assert final == tmp_path / "exhibits" / "sha256" / _DIGEST[:2] / _DIGEST
    assert store.relative(_DIGEST) == str(final.relative_to(tmp_path))
    assert stat.S_IMODE(final.stat().st_mode) == 0o444
    with store.open(_DIGEST) as stream:
        assert stream.read() == _DATA


def test_the_same_bytes_twice_are_one_exhibit(tmp_path):
    store = ExhibitStore(tmp_path)
    first = store.admit(_finished(tmp_path), _DIGEST)
    inode = first.stat().st_ino
    again = _finished(tmp_path)
    assert store.admit(again, _DIGEST) == first
    assert first.stat().st_ino == inode
    assert not again.exists()


def test_an_exhibit_that_was_cut_is_not_taken_for_the_same(tmp_path):
    store = ExhibitStore(tmp_path)
    final = store.admit(_finished(tmp_path), _DIGEST)
    final.chmod(0o644)
    final.write_bytes(_DATA[:-1])
    with pytest.raises(IntegrityBroken):
        store.admit(_finished(tmp_path), _DIGEST)


def test_an_exhibit_that_is_gone_is_named(tmp_path):
    with pytest.raises(IntegrityBroken) as refusal:
        ExhibitStore(tmp_path).open(_DIGEST)
    assert _DIGEST in str(refusal.value)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", _DIGEST.upper(), _DIGEST[:-1]])
def test_what_is_no_digest_names_no_exhibit(tmp_path, digest):
    with pytest.raises(WrongUsage):
        ExhibitStore(tmp_path).path(digest)
