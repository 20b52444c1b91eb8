"""Pictures become hashes in a process of their own: only the hash comes out, and nothing takes it down."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from leadline.stages.devices import perceptual
from leadline.stages.devices.perceptual import Frame, MediaHasher, can_hash
from leadline.stages.devices.telling import media_of
from tests.devices.desk import Desk, digests, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if not can_hash():
    pytest.skip("the extra `devices` (av, pdqhash) is not installed", allow_module_level=True)


def png(pixels: np.ndarray, *, claims: tuple[int, int] | None = None) -> bytes:
    """An uncompressed-filter PNG of generated pixels (height, width, 3); ``claims`` is the size its head states."""
    height, width, _ = pixels.shape

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", *(claims or (width, height)), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def noise(seed: int, side: int = 256) -> np.ndarray:
    """Soft generated noise: coarse random fields blown up, so that it has structure at low frequencies."""
    coarse = np.random.default_rng(seed).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    return np.kron(coarse, np.ones((side // 16, side // 16, 1), dtype=np.uint8))


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.fixture(scope="module")
def hasher() -> Iterator[MediaHasher]:
    with MediaHasher() as made:
        yield made


def answer(hasher: MediaHasher, picture: bytes) -> tuple[str, int]:
    got = asked(hasher, picture)
    assert isinstance(got, tuple), got
    return got[0].pdq, got[0].quality


def asked(hasher: MediaHasher, data: bytes, *, media: str = "picture") -> tuple[Frame, ...] | str:
    return hasher.hash(io.BytesIO(data), len(data), media=media)


def test_the_same_content_at_another_size_is_near_and_other_content_is_not(hasher: MediaHasher) -> None:
    first, quality = answer(hasher, png(noise(1)))
    assert quality >= 50
    assert distance(first, answer(hasher, png(noise(1, side=512)))[0]) <= 31
    brighter = np.clip(noise(1).astype(np.int16) + 12, 0, 255).astype(np.uint8)
    assert distance(first, answer(hasher, png(brighter))[0]) <= 31
    assert distance(first, answer(hasher, png(noise(2)))[0]) > 31


def test_the_hash_is_that_of_the_reference_library(hasher: MediaHasher) -> None:
    import pdqhash

    bits, _ = pdqhash.compute(noise(3))
    reference = f"{int(''.join('1' if bit else '0' for bit in bits), 2):064x}"
    assert distance(answer(hasher, png(noise(3)))[0], reference) <= 10


@pytest.mark.parametrize(
    "picture",
    [
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"\xff\xd8\xff" + b"\xff" * 5000,
        png(noise(4))[:-200],
        png(noise(5, side=16), claims=(60_000, 60_000)),
        b"GIF89a" + b"\xff" * 64,
        b"",
    ],
    ids=["head alone", "noise", "cut off", "claims to be huge", "odd gif", "nothing"],
)
def test_a_broken_or_hostile_picture_gives_a_reason_and_the_next_one_is_hashed(
    hasher: MediaHasher, picture: bytes
) -> None:
    got = asked(hasher, picture)
    assert isinstance(got, str) or distance(got[0].pdq, answer(hasher, png(noise(4)))[0]) > 0
    assert answer(hasher, png(noise(1)))[1] >= 50


def test_a_decoder_that_dies_is_replaced(hasher: MediaHasher) -> None:
    answer(hasher, png(noise(1)))
    process = hasher._process
    assert process is not None
    process.kill()
    process.wait()
    assert answer(hasher, png(noise(1)))[1] >= 50


def test_a_decoder_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perceptual, "_SECONDS", {"picture": 0})
    with MediaHasher() as hasher:
        assert asked(hasher, png(noise(1))) == "the decoder hung or was stopped"
        assert hasher._process is None


def test_more_than_64_mib_is_not_handed_over(hasher: MediaHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perceptual, "MOST_BYTES", 1 << 20)
    assert asked(hasher, b"\x00" * ((1 << 20) + 1)) == "larger than 64 MiB"


def test_pictures_and_videos_are_told_by_their_first_bytes() -> None:
    assert media_of(png(noise(1))[:512]) == "picture"
    assert media_of(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "picture"
    assert media_of(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00") == "picture"
    assert media_of(b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00") == "video"
    assert media_of(b"\x1a\x45\xdf\xa3" + b"\x01" * 60) == "video"
    assert media_of(b"plain text here.") == ""


def test_a_near_picture_on_a_device_is_found_and_no_picture_is_kept(desk: Desk, tmp_path: Path) -> None:
    original, smaller = png(noise(1, side=512)), png(noise(1))
    with MediaHasher() as hasher:
        known = answer(hasher, original)[0]
    desk.finish_run([listed(1, "o1", pdq=known, **digests(original))], [])
    device = tmp_path / "device"
    device.mkdir()
    pictures = {"smaller.png": smaller, "other.png": png(noise(2)), "broken.png": png(noise(6))[:100]}
    for name, data in {**pictures, "same.png": original, "text.txt": b"text"}.items():
        (device / name).write_bytes(data)
    done = desk.examine(device)
    found = desk.findings()
    assert {name: row["class"] for name, row in found.items()} == {
        "same.png": "cache",
        "smaller.png": "near",
        "other.png": "unknown",
        "broken.png": "unknown",
        "text.txt": "unknown",
    }
    assert found["smaller.png"]["object_key"] == "o1"
    assert done.record["anomalies"] == {"picture-not-hashed": 1}
    kept = [path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file()]
    assert not [data for data in kept if b"IHDR" in data or media_of(data[:512])]
    assert not [name for name, data in pictures.items() for one in kept if data[40:80] in one]


def clip(seeds: tuple[int, ...], *, form: str = "mp4") -> bytes:
    """A video of generated noise: for each seed half a second of one still, whose first frame is a key frame."""
    import av

    target = io.BytesIO()
    with av.open(target, "w", format=form) as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 256
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = 5
        for seed in (seed for seed in seeds for _ in range(5)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise(seed), format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()


@pytest.mark.parametrize("form", ["mp4", "matroska", "avi"])
def test_a_video_gives_the_hashes_of_its_key_frames_with_their_moments(hasher: MediaHasher, form: str) -> None:
    data = clip((1, 2, 1, 3), form=form)
    assert media_of(data[:512]) == "video"
    got = asked(hasher, data, media="video")
    assert isinstance(got, tuple), got
    stills = [answer(hasher, png(noise(seed)))[0] for seed in (1, 2, 3)]
    nearest = [min(range(3), key=lambda at, one=one: distance(one.pdq, stills[at])) for one in got]  # type: ignore[misc]
    assert set(nearest) == {0, 1, 2}
    assert all(distance(one.pdq, stills[at]) <= 31 for one, at in zip(got, nearest, strict=True))
    assert [one.at_ms for one in got if one.at_ms % 500] == []
    assert len({one.pdq for one in got}) == len(got)


@pytest.mark.parametrize("damage", ["cut", "noise", "head alone", "nothing"])
def test_a_broken_video_gives_a_reason_or_fewer_frames_and_the_next_one_is_hashed(
    hasher: MediaHasher, damage: str
) -> None:
    whole = clip((1, 2, 3), form="avi")
    data = {
        "cut": whole[: len(whole) // 2],
        "noise": whole[:400] + np.random.default_rng(1).bytes(5000),
        "head alone": whole[:64],
        "nothing": b"",
    }[damage]
    got = asked(hasher, data, media="video")
    assert isinstance(got, str) or len(got) <= 3
    assert len(asked(hasher, whole, media="video")) == 3


def test_the_decoder_is_given_no_byte_beyond_the_file_that_it_was_asked_about(
    hasher: MediaHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[int, int]] = []
    whole = perceptual._piece

    def piece(stream: io.BytesIO, offset: int, length: int) -> bytes:
        asked_for.append((offset, length))
        return whole(stream, offset, length)

    monkeypatch.setattr(perceptual, "_piece", piece)
    data = clip((1, 2))
    asked(hasher, data, media="video")
    assert asked_for
    assert all(offset + length <= len(data) for offset, length in asked_for)


def test_copies_of_a_content_are_decoded_once(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.finish_run([listed(1, "o1", pdq="0" * 64, **digests(b"cached"))], [])
    device = tmp_path / "device"
    device.mkdir()
    for name in ("a.png", "b.png", "c.png"):
        (device / name).write_bytes(png(noise(1)))
    decoded: list[str] = []
    whole = MediaHasher.hash

    def counted(self: MediaHasher, stream: io.BytesIO, size: int, *, media: str = "picture") -> object:
        decoded.append(media)
        return whole(self, stream, size, media=media)

    monkeypatch.setattr(MediaHasher, "hash", counted)
    desk.examine(device)
    assert decoded == ["picture"]
    assert len({row["pdq"] for row in desk.findings().values()}) == 1
