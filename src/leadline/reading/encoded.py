"""Base64 whose bytes no signature names: media have kinds without one, and tokens, digests and paths look alike."""

from __future__ import annotations

import re

_TOKEN = 8192
"""Servers take no longer request: what a log has in one run is shorter."""
_DIGITS = re.compile(rb"[0-9a-f\r\n]*\Z|[0-9A-F\r\n]*\Z|[a-z/\r\n]*\Z")
"""Digests one a line, and paths."""
_KINDS = (b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz", b"0123456789", b"+/-_")
_VARIED = 40
"""Of the 64 characters, so many stand in media of this length; in a line that repeats itself, far fewer."""
_SHARE = 250
"""Each kind of them is one in so many at least: a path or a token of letters has hardly any signs."""
_LINE = range(60, 79)
"""Characters of a line of base64 in mail."""


def hides_noise(run: bytes, decoded: bytes) -> bool:
    """Whether a run of base64 characters is one piece, or lines of mail, of bytes that are no text.

    ``decoded`` is what its beginning says.
    """
    begin = run[:_TOKEN]
    if len(begin) < _TOKEN or _DIGITS.match(begin) or not all(len(one) in _LINE for one in begin.split()[1:-1]):
        return False
    if len(set(begin)) < _VARIED or any(sum(map(begin.count, kind)) * _SHARE < _TOKEN for kind in _KINDS):
        return False
    return not decoded.isascii() and decoded.decode("utf-8", "replace").count("\ufffd") * 8 >= len(decoded)
