"""Media files as programs make them, of generated noise and gradients, and wrappings in which they may be offered."""

from __future__ import annotations

import base64
import gzip
import io
import random
import tarfile
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import zstandard

from tests.intake.bundles import ACCOUNTS, LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STILL = {
    "jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP", "tif": "TIFF", "ico": "ICO", "ppm": "PPM",
    "tga": "TGA", "pcx": "PCX", "jp2": "JPEG2000",
}  # fmt: skip
MOVING = {
    "mp4": "mpeg4",
    "mov": "mpeg4",
    "avi": "mpeg4",
    "mkv": "mpeg4",
    "mpg": "mpeg1video",
    "flv": "flv",
    "ts": "mpeg2video",
}
KINDS = (*STILL, *MOVING)
_PIECE = 32
"""Every run of 63 bytes holds one such piece that begins at a multiple of its length."""


@cache
def media(number: int) -> tuple[str, bytes]:
    """Name and bytes of one of any number of files, the kinds in turn."""
    kind = KINDS[number % len(KINDS)]
    made = _still(kind, number) if kind in STILL else _moving(kind, number)
    return f"{number:03}.{kind}", made


def _pixels(number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Noise over a gradient."""
    chance = np.random.default_rng(number)
    slope = np.linspace(0, 200, 64, dtype=np.uint8)[None, :, None]
    return chance.integers(0, 55, (48, 64, 3), dtype=np.uint8) + slope


def _still(kind: str, number: int) -> bytes:
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(_pixels(number)).save(held, STILL[kind])
    return held.getvalue()


def _moving(kind: str, number: int) -> bytes:
    import av

    held = io.BytesIO()
    with av.open(held, "w", format={"mkv": "matroska", "ts": "mpegts", "mpg": "mpeg"}.get(kind, kind)) as container:
        stream = container.add_stream(MOVING[kind], rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for at in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(_pixels(1000 * number + at), format="rgb24")))
        container.mux(stream.encode(None))
    return held.getvalue()


def zipped(data: bytes, name: str = "a") -> bytes:
    """An archive of one member, as it is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as target:
        target.writestr(name, data)
    return held.getvalue()


def tarred(data: bytes) -> bytes:
    """A packed archive of one member."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as target:
        info = tarfile.TarInfo("a")
        info.size = len(data)
        target.addfile(info, io.BytesIO(data))
    return held.getvalue()


def _sheet(data: bytes) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["user_id", "created_at"])
        sheet.write_row(1, 0, ["anna", "2018-01-01T00:00:00Z"])
    with zipfile.ZipFile(held, "a", zipfile.ZIP_STORED) as target:
        target.writestr("xl/media/image1.png", data)
    return held.getvalue()


def _columnar(data: bytes) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table({"user_id": ["anna"], "thumbnail": pa.array([data], pa.binary())}), held)
    return held.getvalue()


def _in_base64(before: bytes, after: bytes) -> Callable[[bytes], bytes]:
    return lambda data: before + base64.b64encode(data) + after


WRAPPINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "as it is": ("extra/{name}", lambda data: data),
    "under another name": ("accounts.csv", lambda data: data),
    "zip in zip": ("more.zip", lambda data: zipped(zipped(data, "accounts.csv"), "inner.zip")),
    "gzip": ("accounts.csv.gz", gzip.compress),
    "zstd": ("accounts.csv.zst", zstandard.compress),
    "tar.gz": ("accounts.csv.gz", tarred),
    "base64 in CSV": ("accounts.csv", _in_base64(ACCOUNTS.encode() + b"dora,2018-01-01T00:00:00Z,", b"\n")),
    "base64 in JSON lines": ("accounts.jsonl", _in_base64(b'{"user_id": "anna", "picture": "', b'"}\n')),
    "base64 lines in XML": ("report.xml", lambda data: b"<file>\n" + base64.encodebytes(data) + b"</file>\n"),
    "data URL": ("report.html", _in_base64(b'<img src="data:image/png;base64,', b'">')),
    "picture in a spreadsheet": ("accounts.xlsx", _sheet),
    "column of a Parquet file": ("accounts.parquet", _columnar),
    "after the lines of a log": ("logs/access.log", lambda data: LOG.encode() * 40 + data),
    "before the lines of a log": ("logs/access.log", lambda data: data + b"\n" + LOG.encode() * 40),
}


def pieces_of(data: bytes) -> list[bytes]:
    """Pieces by which stored bytes are known to be of these: as they are, in base64 and in hexadecimal digits."""
    written = (data, base64.b64encode(data), data.hex().encode())
    cut = (form[at : at + _PIECE] for form in written for at in range(0, len(form) - _PIECE, _PIECE))
    return [piece for piece in cut if len(set(piece)) > 12]


def stored_bytes(content: bytes) -> Iterator[bytes]:
    """A stored file, and what is in it where it is packed."""
    yield content
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    elif content.startswith(b"\x28\xb5\x2f\xfd"):
        yield zstandard.ZstdDecompressor().decompressobj().decompress(content)


def chosen(count: int, of: int) -> list[int]:
    """Some numbers below ``of``, the same each time."""
    return sorted(random.Random(12).sample(range(of), count))
