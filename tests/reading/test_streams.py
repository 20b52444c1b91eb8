"""Packed streams: everything readable is given before damage is reported, and no cut goes unseen."""

from __future__ import annotations

import gzip
import io
import random
import zlib

import pytest
import zstandard

from leadline.reading.streams import (
    MAX_RATIO,
    StreamBroken,
    detect_compression,
    open_stream,
    walk_stream,
)

LINES = b"".join(b"line %d of an invented log, %d\n" % (n, n * 7919 % 1013) for n in range(20_000))


def zst(data: bytes, **options: bool) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True, **options).compress(data)


PACK = {"gz": lambda data: gzip.compress(data, mtime=0), "zst": zst}


def unpack(packed: bytes, compression: str, *, size: int = 70_001) -> tuple[bytes, str]:
    stream = open_stream(io.BytesIO(packed), compression)
    given = []
    try:
        while piece := stream.read(size):
            given.append(piece)
    except StreamBroken as broken:
        return b"".join(given), broken.message
    return b"".join(given), ""


@pytest.mark.parametrize("compression", ["gz", "zst"])
@pytest.mark.parametrize("size", [1, 100, 4096, 1 << 20])
def test_a_whole_stream_gives_its_bytes_at_any_read_size(compression: str, size: int) -> None:
    data = LINES[:5000] if size == 1 else LINES
    assert unpack(PACK[compression](data), compression, size=size) == (data, "")


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_several_members_or_frames_are_one_stream(compression: str) -> None:
    pack = PACK[compression]
    packed = pack(LINES[:1000]) + pack(b"") + pack(LINES[1000:])
    assert unpack(packed, compression) == (LINES, "")


def test_skippable_zstd_frames_are_passed_over_even_when_they_come_first() -> None:
    packed = b"\x53\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"notes" + zst(LINES)
    assert detect_compression(packed[:4]) == "zst"
    assert unpack(packed, "zst") == (LINES, "")


def test_zstd_frames_without_checksum_or_size_are_read() -> None:
    plain = zstandard.ZstdCompressor(write_checksum=False, write_content_size=False)
    pieces = plain.compressobj()
    streamed = pieces.compress(LINES) + pieces.flush()
    assert unpack(plain.compress(LINES), "zst") == (LINES, "")
    assert unpack(streamed, "zst") == (LINES, "")


def test_zeros_after_a_gzip_member_are_padding() -> None:
    assert unpack(PACK["gz"](LINES) + bytes(3000), "gz") == (LINES, "")


@pytest.mark.parametrize("tail", [b"x", b"\x1f", b"\x1f\x8b", b"\0\0rest", b"\x1f\x8b\x08\0\0\0"])
def test_other_bytes_after_a_gzip_member_are_damage_after_all_its_bytes(tail: bytes) -> None:
    given, fault = unpack(PACK["gz"](LINES) + tail, "gz")
    assert given == LINES
    assert fault


@pytest.mark.parametrize("tail", [b"x", b"\x28\xb5", b"garbage bytes"])
def test_other_bytes_after_a_zstd_frame_are_damage_after_all_its_bytes(tail: bytes) -> None:
    given, fault = unpack(zst(LINES) + tail, "zst")
    assert given == LINES
    assert fault


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_every_cut_is_seen_and_nothing_before_it_is_lost(compression: str) -> None:
    data = LINES[:3000]
    packed = PACK[compression](data)
    last = 0
    for length in range(len(packed)):
        given, fault = unpack(packed[:length], compression)
        assert fault, length
        assert data.startswith(given)
        assert len(given) >= last
        last = len(given)
    assert last == len(data)


def test_a_cut_gzip_stream_gives_what_zlib_gives() -> None:
    packed = PACK["gz"](LINES)
    for length in range(20, len(packed), 997):
        known = zlib.decompressobj(31).decompress(packed[:length])
        given, _ = unpack(packed[:length], "gz")
        assert given == known


def test_a_wrong_checksum_is_damage_after_every_byte() -> None:
    packed = bytearray(PACK["gz"](LINES))
    packed[-6] ^= 1
    given, fault = unpack(bytes(packed), "gz")
    assert given == LINES
    assert "damaged" in fault
    assert unpack(zst(LINES)[:-1] + b"\0", "zst")[0] == LINES


def test_the_bytes_before_damage_are_given_to_the_last_one() -> None:
    """Stored blocks show exactly where the damage stands."""
    packed = bytearray(gzip.compress(LINES, compresslevel=0, mtime=0))
    place, before = 10, 0
    for _ in range(3):
        length = int.from_bytes(packed[place + 1 : place + 3], "little")
        place, before = place + 5 + length, before + length
    packed[place : place + 5] = b"\x01\x05\x00\x00\x00"
    given, fault = unpack(bytes(packed), "gz")
    assert fault
    assert 0 < before < len(LINES)
    assert given == LINES[:before]


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_any_changed_byte_never_crashes_and_gives_the_same_at_any_read_size(compression: str) -> None:
    packed = PACK[compression](LINES[:60_000])
    chance = random.Random(7)
    for _ in range(120):
        hurt = bytearray(packed)
        hurt[chance.randrange(len(hurt))] ^= 1 << chance.randrange(8)
        once = unpack(bytes(hurt), compression, size=1000)
        assert once == unpack(bytes(hurt), compression, size=1 << 20)


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_an_empty_file_is_no_packed_stream(compression: str) -> None:
    assert unpack(b"", compression)[1]


def test_a_zstd_frame_of_very_many_tiny_blocks_is_read() -> None:
    blocks = b"".join((1 << 3 | 1 << 1).to_bytes(3, "little") + b"a" for _ in range(50_000))
    last = (1 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"b"
    frame = b"\x28\xb5\x2f\xfd" + b"\x00" + b"\x48" + blocks + last
    assert unpack(frame, "zst") == (b"a" * 50_000 + b"b", "")


def test_plain_bytes_pass_as_they_are() -> None:
    assert unpack(LINES, "plain") == (LINES, "")
    assert [detect_compression(head) for head in (b"", b"2019", b"\x1f", PACK["gz"](b"")[:4], zst(b"")[:4])] == [
        "plain",
        "plain",
        "plain",
        "gz",
        "zst",
    ]


def test_a_stream_that_broke_stays_broken() -> None:
    stream = open_stream(io.BytesIO(PACK["gz"](LINES)[:-1]), "gz")
    assert stream.read() == LINES
    for _ in range(2):
        with pytest.raises(StreamBroken):
            stream.read(10)


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_walking_stops_soon_at_a_stream_that_unpacks_without_end(
    compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadline.reading.streams.STREAM_RATIO_FREE", 1 << 20)
    packed = PACK[compression](bytes(64 << 20))
    seen: list[int] = []
    walked = walk_stream(io.BytesIO(packed), compression, stored=len(packed), see=lambda piece: seen.append(len(piece)))
    assert walked.too_dense
    assert sum(seen) <= max(1 << 20, len(packed) * MAX_RATIO) + (1 << 20)


def test_walking_allows_any_ratio_up_to_a_bound() -> None:
    packed = zst(bytes(1 << 20))
    walked = walk_stream(io.BytesIO(packed), "zst", stored=len(packed), see=lambda piece: None)
    assert (walked.bytes, walked.too_dense, walked.fault) == (1 << 20, False, "")


def test_walking_tells_the_fault_and_the_bytes_before_it() -> None:
    walked = walk_stream(io.BytesIO(PACK["gz"](LINES)[:-1]), "gz", stored=10_000, see=lambda piece: None)
    assert walked.bytes == len(LINES)
    assert "ends early" in walked.fault
