"""Three digests in one pass: the same as three passes, whatever the stream does."""

from __future__ import annotations

import hashlib
import io

import pytest

from leadline.seal.hashing import sha256_file, triple_hash

_SIZES = (0, 1, 15, 16, 17, 31, 32, 33, 100, 160, 161)


class Dribble(io.RawIOBase):
    """A stream that gives at most three bytes at a time, as pipes and archive members may."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(min(size, 3))


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("stream", [io.BytesIO, Dribble])
def test_the_digests_are_those_of_three_separate_passes(size, stream):
    data = bytes(range(256))[:size]
    copy = io.BytesIO()
    found = triple_hash(stream(data), sink=copy, chunk=16)
    assert (found.md5, found.sha1, found.sha256, found.bytes) == (
        hashlib.md5(data).hexdigest(),
        hashlib.sha1(data).hexdigest(),
        hashlib.sha256(data).hexdigest(),
        size,
    )
    assert copy.getvalue() == data


def test_a_fault_of_the_stream_in_the_middle_comes_through():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell() >= 32:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(OSError, match="Input/output"):
        triple_hash(Failing(bytes(64)), chunk=16)


def test_a_file_is_hashed_by_its_bytes(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert sha256_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
