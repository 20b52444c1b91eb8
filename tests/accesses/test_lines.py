"""Lines are cut where a text editor cuts them, whatever the bytes and however they arrive."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.reading.lines import MAX_LINE, Blocks, readable
from leadline.reading.streams import StreamBroken

Rows = list[tuple[int, str]]
PIECES = st.sampled_from(
    [b"a", b"\n", b"\r", b"\r\n", b"\x00", b" ", b"\xff", "é€😀".encode(), b"\xe2\x82", b"\xef\xbb\xbf"]
)


class Breaking(io.BytesIO):
    """A stream that gives its bytes and then breaks."""

    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise StreamBroken("broken.")


def cut(stream: io.BytesIO, chunk: int) -> tuple[Rows, list[tuple[int, str, str]]]:
    lines: Rows = []
    refused = []
    for block in Blocks(stream, chunk=chunk):
        found = readable(block)
        lines += zip(found.lines["line"].to_pylist(), found.lines["text"].to_pylist(), strict=True)
        refused += [tuple(row.values()) for row in found.refused.to_pylist()]
    return lines, refused


def plainly(data: bytes) -> tuple[Rows, list[tuple[int, str, str]]]:
    """The same, in the plainest way."""
    pieces = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    ended = pieces[:-1]
    raws = [piece.removesuffix(b"\r") for piece in ended] + ([pieces[-1]] if pieces[-1] else [])
    lines: Rows = []
    refused = []
    for number, raw in enumerate(raws, start=1):
        digest = sha256(raw).hexdigest()
        if not raw or raw.isspace():
            refused.append((number, "empty-line", digest))
        elif len(raw) > MAX_LINE:
            refused.append((number, "too-long", digest))
        else:
            try:
                lines.append((number, raw.decode()))
            except UnicodeDecodeError:
                refused.append((number, "bad-encoding", digest))
    return lines, refused


@given(st.lists(PIECES, max_size=60), st.integers(1, 9))
def test_any_bytes_in_any_chunks_give_the_lines_of_an_editor(pieces: list[bytes], chunk: int) -> None:
    data = b"".join(pieces)
    assert cut(io.BytesIO(data), chunk) == plainly(data)


@pytest.mark.parametrize("over", [-1, 0, 1, 2, 70_000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("chunk", [1 << 16, (1 << 20) + 8, 1 << 24])
def test_a_line_that_is_too_long_is_refused_with_the_digest_of_all_of_it(over: int, end: bytes, chunk: int) -> None:
    data = b"before\n" + b"x" * (MAX_LINE + over) + end + (b"after\n\xff\n" if end else b"")
    assert cut(io.BytesIO(data), chunk) == plainly(data)


def test_a_long_line_is_not_held_whole() -> None:
    class Long(io.RawIOBase):
        left = 3_000

        def read(self, size: int = -1, /) -> bytes:
            self.left -= 1
            return b"x" * (1 << 16) if self.left >= 0 else b""

    blocks = list(Blocks(Long(), chunk=1 << 16))  # type: ignore[arg-type]
    assert [len(block.data) for block in blocks] == [0]
    assert readable(blocks[0]).refused["reason"].to_pylist() == ["too-long"]


def test_what_is_left_where_a_stream_breaks_is_one_reject() -> None:
    lines, refused = cut(Breaking(b"one\ntwo\nthr"), 4)
    assert lines == [(1, "one"), (2, "two")]
    assert refused == [(3, "stream-broken", sha256(b"thr").hexdigest())]


@pytest.mark.parametrize("data", [b"", b"one\n"])
def test_a_break_between_two_lines_is_a_reject_at_the_next(data: bytes) -> None:
    lines, refused = cut(Breaking(data), 4)
    assert refused == [(len(lines) + 1, "stream-broken", sha256(b"").hexdigest())]


def test_a_break_within_a_line_that_is_too_long_is_one_reject() -> None:
    data = b"x" * (MAX_LINE + 5)
    assert cut(Breaking(b"one\n" + data), 1 << 18)[1] == [(2, "stream-broken", sha256(data).hexdigest())]


def test_rows_that_are_put_back_come_again_with_what_follows() -> None:
    blocks = Blocks(io.BytesIO(b"a\nb\nc\nd"), chunk=4)
    seen = []
    for block in blocks:
        seen.append((block.first, [block.raw(row) for row in range(len(block))]))
        if len(seen) == 1:
            blocks.put_back(1)
    assert seen == [(1, [b"a", b"b"]), (2, [b"b", b"c"]), (4, [b"d"])]


def test_nothing_can_be_put_back_at_the_end() -> None:
    blocks = Blocks(io.BytesIO(b"a"))
    assert [block.final for block in blocks] == [True]
    with pytest.raises(ValueError, match="nothing follows"):
        blocks.put_back(0)
