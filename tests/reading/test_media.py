"""Media, documents and containers are told from text, by signature, by noise, and inside text."""

from __future__ import annotations

import base64
import gzip
import io
import random
import re
import string
import zipfile
from typing import TYPE_CHECKING

import pytest
import zstandard

from leadline.reading.media import HEAD, MediaScan, is_text, media_kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOISE = random.Random(20190920).randbytes(6000)

SIGNATURES = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
    "exif.jpg": b"\xff\xd8\xff\xe1\x1e\x00Exif\x00\x00MM\x00*",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x02\x00\x00\x00",
    "gif": b"GIF89a\x40\x00\x40\x00\xf7\x00\x00",
    "webp": b"RIFF\x00\x17\x00\x00WEBPVP8 ",
    "bmp": b"BM\x36\x17\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x10\x00\x00\x00",
    "tif": b"II*\x00\x08\x00\x00\x00",
    "dng": b"MM\x00*\x00\x00\x00\x08",
    "psd": b"8BPS\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf",
    "mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
    "mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ",
    "mkv": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01",
    "avi": b"RIFF\x00\x17\x00\x00AVI LIST\x00\x01\x00\x00hdrlavih",
    "flv": b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00",
    "wmv": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c",
    "mpg": b"\x00\x00\x01\xba\x44\x00\x04\x00\x04\x01",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "jxl": b"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a",
}
"""Twenty signatures; the rest of each file is noise made here."""

ODD = {
    "ts": (b"\x47" + NOISE[:187]) * 4,
    "m2ts": (b"\0\0\0\0\x47" + NOISE[:187]) * 4,
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    "rtf": b"{\\rtf1\\ansi some text}",
    "ps": b"%!PS-Adobe-3.0\n",
    "svg": b"<?xml version='1.0'?>\n<!-- made here -->\n<svg xmlns='x'><path d='M0 0'/></svg>",
    "SVG": b"\xef\xbb\xbf\n<SVG width='1'></SVG>",
    "svg inside a doctype": b"<!DOCTYPE svg PUBLIC '-//x//' 'http://x.example'>\n<svg></svg>",
    "pdf after other bytes": b"\0" * 60 + b"header\n" * 20 + b"%PDF-1.4\n",
    "pnm": b"P5\n# made here\n64 64\n255\n" + NOISE,
    "text pnm": b"P2 8 8 255 " + b"7 " * 64,
    "xpm": b"/* XPM */\nstatic char *x[] = {",
    "ico": b"\0\0\x01\0\x01\0\x10\x10",
    "cr2": b"II*\0\x10\0\0\0CR\x02\0",
    "raf": b"FUJIFILMCCD-RAW 0201FF",
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n",
    "old mov": b"\0\0\x10\0moov\0\0\0\x6cmvhd",
    "3gp": b"\0\0\0\x14ftyp3gp5",
    "mp3": b"ID3\x03\0\0\0\0\0\x21" + NOISE,
    "mp3 without a tag": b"\xff\xfb\x90\x64" + NOISE,
    "flac": b"fLaC\0\0\0\x22",
    "ogg": b"OggS\0\x02\0\0",
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "swf": b"CWS\x0a\xff\x01\0\0\x78\x9c",
    "exe": b"MZ\x90\0\x03\0\0\0" + bytes(52) + b"\x80\0\0\0",
    "elf": b"\x7fELF\x02\x01\x01",
    "sqlite": b"SQLite format 3\0\x10\0",
    "e01": b"EVF\x09\x0d\x0a\xff\0\x01",
    "iso": bytes(32769) + b"CD001\x01",
    "zip": b"PK\x03\x04\x14\0\0\0",
    "rar": b"Rar!\x1a\x07\x01\0",
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04",
    "xz": b"\xfd7zXZ\0\0\x04",
    "bz2": b"BZh91AY&SY" + NOISE,
    "gz": gzip.compress(b"text"),
    "zst": zstandard.compress(b"text"),
    "tar": b"a.txt" + bytes(252) + b"ustar\0" + b"00",
    "parquet": b"PAR1\x15\x04\x15\xb0" + NOISE,
    "no signature": NOISE,
    "short, no signature": NOISE[:64],
    "utf-16": "\ufeffsome text".encode("utf-16-le"),
    "utf-16 without a mark": ("some text " * 20).encode("utf-16-be"),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_is_known(name: str) -> None:
    assert media_kind(SIGNATURES[name] + NOISE, "x.csv")
    assert media_kind(SIGNATURES[name], "x.csv")


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_plain_text_is_known(name: str) -> None:
    assert media_kind(ODD[name][:HEAD], "x.csv")


TEXTS = {
    "a log": b'240.0.0.1 - - [01/Mar/2019:10:00:00 +0000] "GET /a.jpg HTTP/1.1" 200 5 "-" "-"\n',
    "a table": b"account_key,email\nanna,a@mail.example\n",
    "a table of numbers": b"070701,5,7\n1,2,3\n",
    "words like signatures": b"BM was here\n",
    "ID3": b"ID3,name\n1,2\n",
    "OggS": b"OggSomething happened\n",
    "MZ": b"MZ9" + b" words" * 30,
    "P5": b"P5 is a road\n",
    "8BPS": b"8BPS,x\n",
    "qoif": b"qoif,x\n",
    "abcdftyp": b"abcdftypeof\n",
    "json": b'{"a": "b"}\n',
    "xml": b"<?xml version='1.0'?><report><svgs/></report>",
    "html": b"<!DOCTYPE html><html><body>text</body></html>",
    "many scripts": ("имя,名前,Ωμέγα,שם,नाम,이름,😀\n" * 400).encode(),
    "chinese": ("他们没有名字" * 3000).encode(),
    "latin-1": ("Zoë Müller née Łukasz\n" * 100).encode("cp1250", "replace"),
    "a crash left zeros": b"a line\n" * 200 + bytes(300) + b"a line\n" * 200,
    "colours": b"\x1b[31mred\x1b[0m text\n" * 50,
    "half a character at the end": ("é" * 40_000).encode()[:HEAD],
    "nothing": b"",
    "one byte": b"\xff",
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_left_alone(name: str) -> None:
    assert media_kind(TEXTS[name][:HEAD], "x.txt") is None
    assert is_text(TEXTS[name][:HEAD])
    assert scanned(TEXTS[name]) == ""


def test_a_name_counts_where_the_bytes_are_no_text() -> None:
    assert media_kind(NOISE, "logs/x.MP4.gz") == "video (by its name)"
    assert media_kind(b"plain text\n", "x.jpg") is None
    assert media_kind(NOISE, "x.bin") == "no text"


# --- inside text


def scanned(data: bytes, chunk: int = 1 << 20) -> str:
    scan = MediaScan()
    for start in range(0, len(data), chunk):
        scan.see(data[start : start + chunk])
    return scan.found


def wrapped(data: bytes) -> bytes:
    return base64.encodebytes(data)


def quoted_lines(data: bytes) -> str:
    return base64.encodebytes(data).decode().replace("\n", "\\n")


HIDING: dict[str, Callable[[bytes], bytes]] = {
    "data URI in HTML": lambda d: b"<img src='data:image/x;base64," + base64.b64encode(d) + b"'>",
    "JSON": lambda d: b'{"a": "' + base64.b64encode(d) + b'"}',
    "JSON with escaped slashes": lambda d: b'{"a": "' + base64.b64encode(d).replace(b"/", b"\\/") + b'"}',
    "JSON with lines": lambda d: b'{"a": "' + quoted_lines(d).encode() + b'"}',
    "CSV": lambda d: b"object_key,thumb\na1," + base64.b64encode(d) + b"\n",
    "XML": lambda d: b"<r><f>" + base64.b64encode(d) + b"</f></r>",
    "XML in lines": lambda d: b"<r><f>\n" + wrapped(d) + b"</f></r>",
    "mail": lambda d: b"Content-Transfer-Encoding: base64\r\n\r\n" + wrapped(d).replace(b"\n", b"\r\n"),
    "URL-safe": lambda d: b"x=" + base64.urlsafe_b64encode(d) + b"&y=1",
    "percent-encoded": lambda d: b"image=" + re.sub(rb"[+/=]", lambda c: b"%%%02X" % ord(c[0]), base64.b64encode(d)),
    "hexadecimal": lambda d: b"a1," + d.hex().encode() + b",x\n",
    "hexadecimal of a database": lambda d: b"a1,\\x" + d.hex().upper().encode() + b"\n",
    "after text": lambda d: b"a line of text\n" * 80 + d,
    "amid text": lambda d: b"a line of text\n" * 80 + d + b"a line of text\n" * 80,
    "after a long path": lambda d: b'"GET /upload/' + base64.urlsafe_b64encode(d) + b' HTTP/1.1"',
}
"""Ways in which a file can lie in text."""


@pytest.mark.parametrize("way", HIDING)
@pytest.mark.parametrize("name", SIGNATURES)
def test_media_inside_text_are_found(way: str, name: str) -> None:
    hidden = HIDING[way](SIGNATURES[name] + NOISE[:900])
    found = scanned(b"a line before\n" + hidden)
    assert found
    assert "near byte 0" in found


@pytest.mark.parametrize("way", HIDING)
def test_media_among_rows_with_hardly_a_space_are_found(way: str) -> None:
    row = b"a1234567,2019-01-01T00:00:00Z,240.0.0.1,someword@mail.example,otherword.and.some.more,x/y/z,0123456789abc\n"
    rows = (row * 3 + b"a1,a word\n") * 400
    assert scanned(rows) == ""
    assert scanned(rows + HIDING[way](SIGNATURES["png"] + NOISE[:3000]) + rows)


@pytest.mark.parametrize("way", HIDING)
@pytest.mark.parametrize("chunk", [200, 4096, 5003])
def test_media_across_the_seams_of_chunks_are_found(way: str, chunk: int) -> None:
    before = b"a line before this one\n" * 300
    for shift in range(0, chunk, max(1, chunk // 7)):
        hidden = HIDING[way](SIGNATURES["png"] + NOISE[:3000])
        assert scanned(before[:shift] + hidden, max(chunk, 2048)), shift


def test_a_very_small_image_in_a_data_uri_is_found() -> None:
    gif = (
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01"
    )
    assert scanned(b'{"icon": "data:image/gif;base64,' + base64.b64encode(gif) + b'"}')
    assert scanned(b'{"icon": "data:image\\/gif;base64,' + base64.b64encode(gif) + b'"}')


def test_archives_inside_text_are_found() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        target.writestr("a.bin", NOISE)
    for data in (held.getvalue(), gzip.compress(NOISE), zstandard.compress(NOISE)):
        assert scanned(b'{"a": "' + base64.b64encode(data) + b'"}')


def test_uuencoded_files_are_found() -> None:
    assert scanned(b"Dear all,\nbegin 644 x.jpg\n" + b"M" + b"_" * 60 + b"\n")
    assert not scanned(b"let us\nbegin the day\n")


def ordinary(seed: int) -> bytes:
    """Long tokens, digests, keys and paths as logs and exports hold them."""
    chance = random.Random(seed)
    letters = (string.ascii_letters + string.digits + "+/").encode()
    rows = [
        bytes(chance.choices(letters, k=chance.choice([20, 64, 88, 200, 1200]))) + b"==",
        chance.randbytes(32).hex().encode(),
        chance.randbytes(64).hex().encode(),
        chance.randbytes(120).hex().encode(),
        base64.b64encode(chance.randbytes(300)),
        b"/9j/" + bytes(chance.choices(letters.replace(b"/", b""), k=20)),
        b"/a/b/9j/x" + b"/path" * 30,
        b"eyJhbGciOiJIUzI1NiJ9." + base64.urlsafe_b64encode(chance.randbytes(400)),
        rb"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 12,
        b"%D0%98%D0%BC%D1%8F" * 20,
        b"a" * 500,
        b"=" * 200,
        b"-" * 200,
    ]
    return b'"'.join(chance.choices(rows, k=60)) + b"\n"


@pytest.mark.parametrize(
    "run",
    [
        b"3" + b"x" * 100_000,
        b"aB3/" * 20_000,
        b"Zm9v" * 20_000,
        b"path/Ab1" * 9_000,
        string.ascii_letters.encode() * 900,
        bytes(random.Random(1).choices(string.ascii_letters.encode() + string.digits.encode(), k=100_000)),
    ],
)
def test_a_long_line_that_repeats_itself_or_has_no_signs_is_no_media(run: bytes) -> None:
    scan = MediaScan()
    scan.see(b'240.0.0.9 - a [01/Mar/2019:10:00:00 +0000] "GET /' + run + b' HTTP/1.1" 200 1\n')
    assert scan.found == ""


def test_long_tokens_and_digests_are_no_media() -> None:
    found = [seed for seed in range(300) if scanned(ordinary(seed))]
    assert found == []


def test_a_list_of_digests_is_no_media() -> None:
    chance = random.Random(1)
    assert scanned(b"".join(chance.randbytes(32).hex().encode() + b"\n" for _ in range(20_000))) == ""


def test_an_image_named_in_an_attack_on_a_web_server_is_no_media() -> None:
    line = 'a "GET /x HTTP/1.1" 200 "GIF89a<?php é?>" "PK %PDF-1.4 ID3 II*"\n'
    assert scanned(line.encode() * 500) == ""


@pytest.mark.samples
def test_real_logs_and_lists_are_text(samples: Path) -> None:
    for folder in ("weblogs", "iplists", "case", "ncmec", "hash"):
        for path in sorted((samples / folder).iterdir()):
            if path.suffix in {".log", ".txt", ".csv", ".json", ".xsd"}:
                data = path.read_bytes()
                assert media_kind(data[:HEAD], path.name) is None
                assert scanned(data) == ""
