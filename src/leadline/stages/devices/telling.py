"""Whether a file is a picture or a video: by its first bytes, or in a listing by its name alone."""

from __future__ import annotations

from leadline.reading.media import signature_kind, suffix_kind

HEAD = 512
"""First bytes that are looked at."""
_STILL = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"avif", b"mif1", b"msf1"})
_WORDS = {"image": "picture", "video": "video"}


def media_of(head: bytes) -> str:
    """``picture``, ``video``, or nothing for whatever else these first bytes begin."""
    kind = signature_kind(head) or ""
    if kind.startswith("image or video"):
        return "picture" if head[8:12] in _STILL or head[4:8] in (b"jP  ", b"JXL ") else "video"
    return _WORDS.get(kind.split(" ")[0], "")


def media_by_name(path: str) -> str:
    """The same, by the ending of a name: all that a listing says."""
    return _WORDS.get(suffix_kind(path.replace("\\", "/")) or "", "")
