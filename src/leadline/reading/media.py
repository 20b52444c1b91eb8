"""Telling media, documents, programs and containers from text, so that none of them is ever stored.

Leadline holds metadata and digests. Whatever is not plain text is refused, and so is text that carries
media as base64 or hexadecimal digits, or that has media bytes appended to it.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from leadline.reading.encoded import hides_noise
from leadline.reading.noise import WINDOW, count_controls, is_noise, odd_bytes, windows

HEAD: Final = 1 << 16
"""So many first bytes are enough for :func:`media_kind`."""

_LONG_RUN = 80
"""From so many base64 characters in a row on, text is looked into; a SHA-256 in hexadecimal has 64."""

_AT_START: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image (JPEG)"),
    (0, b"\x89PNG\r\n\x1a\n", "image (PNG)"),
    (0, b"\x8aMNG\r\n\x1a\n", "image (MNG)"),
    (0, b"\x8bJNG\r\n\x1a\n", "image (JNG)"),
    (0, b"GIF87a", "image (GIF)"),
    (0, b"GIF89a", "image (GIF)"),
    (0, b"II*\0", "image (TIFF or raw)"),
    (0, b"MM\0*", "image (TIFF or raw)"),
    (0, b"II+\0", "image (TIFF or raw)"),
    (0, b"MM\0+", "image (TIFF or raw)"),
    (0, b"IIU\0", "image (raw)"),
    (0, b"IIRO", "image (raw)"),
    (0, b"IIRS", "image (raw)"),
    (0, b"MMOR", "image (raw)"),
    (6, b"HEAPCCDR", "image (raw)"),
    (0, b"FUJIFILMCCD-RAW", "image (raw)"),
    (0, b"FOVb", "image (raw)"),
    (0, b"\0MRM", "image (raw)"),
    (0, b"8BPS", "image (PSD)"),
    (0, b"gimp xcf", "image (XCF)"),
    (0, b"\0\0\x01\0", "image (ICO)"),
    (0, b"icns", "image (ICNS)"),
    (0, b"DDS ", "image (DDS)"),
    (0, b"qoif", "image (QOI)"),
    (0, b"BPG\xfb", "image (BPG)"),
    (0, b"FLIF", "image (FLIF)"),
    (0, b"farbfeld", "image (farbfeld)"),
    (0, b"\x76\x2f\x31\x01", "image (OpenEXR)"),
    (0, b"#?RADIANCE", "image (HDR)"),
    (0, b"\xff\x4f\xff\x51", "image (JPEG 2000)"),
    (0, b"\xff\x0a", "image (JPEG XL)"),
    (0, b"\xd7\xcd\xc6\x9a", "image (WMF)"),
    (40, b" EMF", "image (EMF)"),
    (0, b"AT&TFORM", "image (DjVu)"),
    (0, b"SIMPLE  =", "image (FITS)"),
    (128, b"DICM", "image (DICOM)"),
    (0, b"\x1a\x45\xdf\xa3", "video (Matroska)"),
    (0, b"FLV\x01", "video (FLV)"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video (ASF)"),
    (0, b"\0\0\x01\xba", "video (MPEG)"),
    (0, b"\0\0\x01\xb3", "video (MPEG)"),
    (0, b"\0\0\0\x01\x67", "video (H.264)"),
    (0, b"\0\0\0\x01\x40", "video (H.265)"),
    (0, b".RMF", "video (RealMedia)"),
    (0, b"\xb7\xd8\x00\x20\x37\x49\xda\x11", "video (WTV)"),
    (0, b"OggS", "video or audio (Ogg)"),
    (0, b"ID3", "audio (MP3)"),
    (0, b"fLaC", "audio (FLAC)"),
    (0, b"MThd", "audio (MIDI)"),
    (0, b"#!AMR", "audio (AMR)"),
    (0, b"caff\0", "audio (CAF)"),
    (0, b"%!PS", "document (PostScript)"),
    (0, b"\xc5\xd0\xd3\xc6", "document (EPS)"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document (Office)"),
    (0, b"{\\rtf", "document (RTF)"),
    (0, b"PK\x03\x04", "archive (zip, Office and others)"),
    (0, b"PK\x05\x06", "archive (zip)"),
    (0, b"PK\x07\x08", "archive (zip)"),
    (0, b"\x1f\x8b\x08", "archive (gzip)"),
    (0, b"\x28\xb5\x2f\xfd", "archive (zstd)"),
    (0, b"Rar!\x1a\x07", "archive (RAR)"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive (7z)"),
    (0, b"\xfd7zXZ\0", "archive (xz)"),
    (0, b"LZIP\x01", "archive (lzip)"),
    (0, b"\x04\x22\x4d\x18", "archive (lz4)"),
    (0, b"\x1f\x9d", "archive (compress)"),
    (0, b"\x1f\xa0", "archive (compress)"),
    (0, b"MSCF\0\0\0\0", "archive (CAB)"),
    (0, b"!<arch>\n", "archive (ar)"),
    (257, b"ustar", "archive (tar)"),
    (0, b"070701", "archive (cpio)"),
    (0, b"070707", "archive (cpio)"),
    (0, b"\xc7\x71", "archive (cpio)"),
    (2, b"-lh5-", "archive (LHA)"),
    (32769, b"CD001", "disk image (ISO 9660)"),
    (0, b"EVF\x09\x0d\x0a\xff\0", "disk image (E01)"),
    (0, b"EVF2\r\n\x81\0", "disk image (Ex01)"),
    (0, b"LVF\x09\x0d\x0a\xff\0", "disk image (L01)"),
    (0, b"AFF10\r\n\0", "disk image (AFF)"),
    (0, b"QFI\xfb", "disk image (QCOW)"),
    (0, b"KDMV", "disk image (VMDK)"),
    (0, b"conectix", "disk image (VHD)"),
    (0, b"vhdxfile", "disk image (VHDX)"),
    (0, b"hsqs", "disk image (SquashFS)"),
    (3, b"NTFS    ", "disk image (NTFS)"),
    (0, b"SQLite format 3\0", "database (SQLite)"),
    (0, b"\x7fELF", "program (ELF)"),
    (0, b"\xca\xfe\xba\xbe", "program (Mach-O or Java)"),
    (0, b"\xfe\xed\xfa\xce", "program (Mach-O)"),
    (0, b"\xfe\xed\xfa\xcf", "program (Mach-O)"),
    (0, b"\xce\xfa\xed\xfe", "program (Mach-O)"),
    (0, b"\xcf\xfa\xed\xfe", "program (Mach-O)"),
    (0, b"\0asm", "program (WebAssembly)"),
    (0, b"dex\n03", "program (DEX)"),
)
_RIFF = {b"WEBP": "image (WebP)", b"AVI ": "video (AVI)", b"WAVE": "audio (WAVE)", b"RMID": "audio (MIDI)"}
_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"pnot", b"jP  ", b"JXL ", b"styp", b"moof"})
_PATTERNS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), "archive (bzip2)"),
    (re.compile(rb"[FCZ]WS[\x01-\x40].{3}[\0-\x7f]", re.DOTALL), "video (SWF)"),
    (re.compile(rb"FORM.{4}(?:AIFF|AIFC|ILBM)", re.DOTALL), "media (IFF)"),
    (re.compile(rb"BM.{4}\0{4}.{3}\0[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL), "image (BMP)"),
    (re.compile(rb"P[1-7]\s(?:#[^\n]*\n)?\s*(?:WIDTH )?[0-9]{1,6}\s+[0-9]{1,6}\s"), "image (PNM)"),
    (re.compile(rb"/\* XPM \*/|#define \S+_width [0-9]+"), "image (XPM or XBM)"),
    (re.compile(rb"\x0a[\0-\x05]\x01[\x01\x02\x04\x08].{8}", re.DOTALL), "image (PCX)"),
    (re.compile(rb"\x47.{187}\x47.{187}\x47", re.DOTALL), "video (MPEG-TS)"),
    (re.compile(rb".{4}\x47.{191}\x47.{191}\x47", re.DOTALL), "video (MPEG-TS)"),
    (re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfd][\x10-\xef][\0-\xff]", re.DOTALL), "audio (MPEG)"),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9][\x40-\x7f\x80-\xbf]", re.DOTALL), "audio (AAC)"),
    (re.compile(rb"MZ.{58}.{4}", re.DOTALL), "program (Windows)"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<(?:\w+:)?svg[\s>]", re.IGNORECASE), "image (SVG)"),
    (re.compile(rb".{0,1024}?%PDF-[12]\.", re.DOTALL), "document (PDF)"),
)  # fmt: skip
_NAMES: Final = {
    "image": "jpg jpeg jpe jfif png gif webp bmp dib tif tiff heic heif avif jxl jp2 j2k psd psb raw cr2 cr3 crw nef"
    " nrw arw srf sr2 orf rw2 raf dng pef x3f svg svgz ico cur tga pcx xcf",
    "video": "mp4 m4v mov qt avi mkv webm flv f4v wmv asf mpg mpeg mpe m2v ts m2ts mts vob 3gp 3g2 ogv rm rmvb swf",
    "audio": "mp3 m4a aac wav flac ogg oga opus wma aif aiff amr mid midi",
}
_KIND_OF_NAME = {suffix: kind for kind, suffixes in _NAMES.items() for suffix in suffixes.split()}
_PACKED_NAMES = frozenset({".gz", ".zst", ".zstd"})


def media_kind(first_bytes: bytes, name: str = "") -> str | None:
    """What a file is, in words, where it is no text that Leadline reads; None for what may be text.

    ``first_bytes`` are the first bytes of the unpacked file, :data:`HEAD` of them or all there are; ``name``
    is its path. A name of a media type counts only where the bytes are no text.
    """
    kind = signature_kind(first_bytes)
    if kind or is_text(first_bytes):
        return kind
    named = suffix_kind(name)
    return f"{named} (by its name)" if named else "no text"


def is_text(first_bytes: bytes) -> bool:
    """Whether bytes may be UTF-8 text, however damaged; UTF-16 and what looks like noise are not."""
    if first_bytes.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if first_bytes.count(0) * 5 > len(first_bytes):
        return False
    return not any(is_noise(window) for window in windows(first_bytes))


def signature_kind(head: bytes) -> str | None:
    """What bytes are that begin with a known signature, in words; None where none fits."""
    for offset, magic, kind in _AT_START:
        if head.startswith(magic, offset) and not _only_looks_so(head, magic):
            return kind
    if head[:4] in {b"RIFF", b"RIFX"} and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] in _BOXES and head[0] < ord(" "):
        return "image or video (ISO media)"
    return next((kind for pattern, kind in _PATTERNS if pattern.match(head) and not _only_looks_so(head, b"")), None)


def _only_looks_so(head: bytes, magic: bytes) -> bool:
    """Text can begin with the letters of a short signature; it has no byte that text has not."""
    lettered = magic.isalnum() and len(magic) <= 8
    return (lettered or head.startswith(b"MZ")) and odd_bytes(head[:512]) == 0


def suffix_kind(name: str) -> str | None:
    """image, video or audio, by the ending of a name; None for every other ending."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    last = next((suffix for suffix in reversed(suffixes) if suffix not in _PACKED_NAMES), "")
    return _KIND_OF_NAME.get(last[1:])


# --- media inside text -----------------------------------------------------------------------------------

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_\\%\r\n"
_RUNS = bytes(ord("A") if code in _BASE64 else ord(" ") for code in range(256))
_LONG = b"A" * _LONG_RUN
_PIECE = _LONG_RUN // 2
_ONES, _TOPS = np.uint64(0x0101_0101_0101_0101), np.uint64(0x8080_8080_8080_8080)
_SPACES = np.uint64(0x2020_2020_2020_2020)
_EDGE = 2048
_FEW = 8
"""Fewer control characters than this are no media, however small."""
_MARKS_UNTIL = 64 << 20
"""Short marks are looked for in so many bytes of a file; long runs and raw bytes in all of it."""
_RAW_MAGIC = re.compile(
    rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n|GIF8[79]a|RIFF....(?:WEBP|AVI |WAVE)|\0\0[\0-\x02].(?:ftyp|moov)"
    rb"|BM....\0\0\0\0...\0[\x0c\x28\x6c\x7c]\0\0\0|\0\0\0\x0c(?:jP  |JXL )"
    rb"|\x1a\x45\xdf\xa3|II\*\0|MM\0\*|8BPS|FLV\x01|\x30\x26\xb2\x75\x8e\x66|%PDF-[12]\.|PK\x03\x04|\x1f\x8b\x08|\x28\xb5\x2f\xfd|7z\xbc\xaf"
    rb"|Rar!\x1a\x07|OggS\0|ID3[\x02-\x04]\0|\0\0\x01[\xb3\xba]"
    rb"|P[4-6]\s[0-9]{1,6}\s+[0-9]{1,6}\s|\x0a[\0-\x05]\x01[\x01\x02\x04\x08]|\0\0[\x02\x03\x0a\x0b]\0{5}",
    re.DOTALL,
)
_ENCODED_MAGIC = re.compile(
    rb"/9j/[2467]|iVBORw0KGgo|R0lGODdh|R0lGODlh|UklGR.{6}(?:XRUJQ|BVkkg|XQVZF)|Qk[0-3].{5}AAAAA|AAAAD(?:EpYTC|GpQIC)|AAAA.{2}Z0eX|GkXfo|SUkqA|TU0AK|OEJQU"
    rb"|RkxWA|MCaydY5m|JVBERi0x|JVBERi0y|UEsDB[BC]|H4sI[A-C]|KLUv/|N3q8ry|UmFyIR|T2dnUwA|SUQz[AB]|AAAB[su]|PHN2Zy",
    re.DOTALL,
)
_HEXADECIMAL = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{160,}")
_ESCAPED = re.compile(rb"(?:\\x|\\u00|%|=)([0-9a-fA-F]{2})")
_UUENCODED = re.compile(rb"(?:^|\n)(?:begin [0-7]{3} \S|=ybegin )")
_DATA_URI = re.compile(
    rb"data:(?:image|video|audio|application/(?:pdf|octet-stream|zip|vnd)|model|font)[^,\s\"'<>]{0,200},", re.IGNORECASE
)


class MediaScan:
    """Looks through the unpacked bytes of one text file, chunk by chunk, for media inside it.

    ``found`` says what and near which byte, and stays at the first find; empty while there is none.
    """

    def __init__(self) -> None:
        self.found = ""
        self._offset = 0
        self._edge = b""

    def see(self, chunk: bytes) -> None:
        """Look at the next bytes of the file."""
        if self.found:
            return
        seam = self._edge + chunk[:_EDGE]
        kind = (self._inside(seam) if self._edge else None) or self._inside(chunk)
        if kind:
            self.found = f"{kind} inside the text, near byte {self._offset}"
        self._offset += len(chunk)
        self._edge = (seam if len(chunk) < _EDGE else chunk)[-_EDGE:]

    def _inside(self, text: bytes) -> str | None:
        found = _by_long_runs(text) or (None if text.isascii() else _by_raw_bytes(text))
        return found or (_by_marks(text) if self._offset < _MARKS_UNTIL else None)


def _by_marks(text: bytes) -> str | None:
    """Short pieces that announce themselves."""
    if b"\nbegin " in text or text.startswith((b"begin ", b"=ybegin ")):
        return "an encoded file" if _UUENCODED.search(text) else None
    if b";base64" not in text:
        return None
    found = _DATA_URI.search(text.replace(b"\\/", b"/").replace(b"%2C", b",").replace(b"%2F", b"/"))
    return f"{found[0].split(b':')[1].split(b'/')[0].decode()} (data URI)" if found else None


def _by_raw_bytes(text: bytes) -> str | None:
    if count_controls(text) < _FEW:
        return None
    if kind := _by_raw_magic(text):
        return kind
    whole = [window for window in windows(text) if len(window) >= WINDOW // 2]
    ends = [text[-length:] for length in (WINDOW // 2, WINDOW // 4) if len(text) > length]
    return "noise that is no text" if any(is_noise(window) for window in (*whole, *ends)) else None


def _by_raw_magic(text: bytes) -> str | None:
    for found in _RAW_MAGIC.finditer(text):
        following = text[found.start() : found.start() + 256]
        if odd_bytes(following) * 6 >= len(following):
            return media_kind(text[found.start() : found.start() + HEAD]) or "media"
    return None


def _by_long_runs(text: bytes) -> str | None:
    for first, after in _without_blanks(text):
        if found := _in_long_runs(text[first:after]):
            return found
    return None


def _without_blanks(text: bytes) -> list[tuple[int, int]]:
    """Pieces of the text, or all of it, that hold every run of :data:`_LONG_RUN` characters without a space, whole.

    Such a run fills a piece of 40 bytes that begins at a multiple of 40. Eight bytes at a time are asked whether one
    of them is a space: in lines of text almost every piece has one.
    """
    words = np.frombuffer(text, dtype=np.uint64, count=len(text) // _PIECE * (_PIECE // 8)) ^ _SPACES
    has = ((words - _ONES) & ~words & _TOPS).reshape(-1, _PIECE // 8)
    full = np.flatnonzero((has[:, 0] | has[:, 1] | has[:, 2] | has[:, 3] | has[:, 4]) == 0)
    if not len(full):
        return []
    breaks = np.flatnonzero(np.diff(full) > 1)
    if len(breaks) * WINDOW > len(text):
        return [(0, len(text))]  # so many pieces take longer one by one than all of the text at once
    first, last = full[np.append(0, breaks + 1)], full[np.append(breaks, len(full) - 1)]
    return [
        (text.rfind(b" ", 0, at) + 1, len(text) if (end := text.find(b" ", after)) < 0 else end)
        for at, after in zip((first * _PIECE).tolist(), ((last + 1) * _PIECE).tolist(), strict=True)
    ]


def _in_long_runs(text: bytes) -> str | None:
    runs = text.translate(_RUNS)
    place = runs.find(_LONG)
    while place >= 0:
        end = runs.find(b" ", place)
        end = len(text) if end < 0 else end
        if kind := _encoded(text[place:end]):
            return f"{kind}, encoded,"
        place = runs.find(_LONG, end)
    return None


def _encoded(run: bytes) -> str | None:
    """What a long run of base64 characters hides, if media."""
    for digits in _HEXADECIMAL.finditer(run):
        if kind := _strong(bytes.fromhex(digits[0][: min(2 * WINDOW, len(digits[0]) & ~1)].decode())):
            return kind
    if sum(map(run.count, (b"\\", b"%", b"="))) * 24 > len(run):
        return _by_raw_magic(_ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), run))
    flat = _flat(run)
    if kind := _strong(_decoded(flat)):
        return kind
    found = (_strong(_decoded(flat[hit.start() :])) for hit in _ENCODED_MAGIC.finditer(flat))
    unnamed = "noise that is no text" if hides_noise(run, _decoded(flat)) else None
    return next((kind for kind in found if kind), unnamed)


def _flat(run: bytes) -> bytes:
    """The run without what mail, JSON and URLs put into base64, in the standard alphabet."""
    if b"%" in run:
        run = re.sub(rb"%([0-9a-fA-F]{2})", lambda code: bytes([int(code[1], 16)]), run)
    if b"\\" in run:
        run = re.sub(rb"\\u002[fF]", b"/", run)
        run = re.sub(rb"\\[rnt]|\\", b"", run)
    return run.translate(bytes.maketrans(b"-_", b"+/"), b"\r\n \t")


def _decoded(flat: bytes) -> bytes:
    piece = flat[: 4 * WINDOW].partition(b"=")[0]
    try:
        return base64.b64decode(piece[: len(piece) // 4 * 4])
    except (binascii.Error, ValueError):
        return b""


def _strong(data: bytes) -> str | None:
    """What decoded bytes are, where the signature is long enough not to come about by chance."""
    kind = signature_kind(data)
    if kind is None:
        return None
    if data.startswith(b"\xff\xd8\xff"):
        return kind if data[3] >= 0xC0 and 2 <= int.from_bytes(data[4:6], "big") < 1 << 15 else None
    if data.startswith(b"\x1f\x8b\x08"):
        return kind if data[3] < 32 else None
    weak = kind.startswith(("audio (MPEG)", "audio (AAC)", "archive (compress)", "archive (cpio)", "image (JPEG XL)"))
    weak = weak or kind.startswith(("program (Windows)", "image (PCX)", "image (PNM)", "audio (MP3)"))
    return None if weak and not odd_bytes(data[:256]) * 3 >= len(data[:256]) else kind
