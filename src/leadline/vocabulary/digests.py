"""Digests as values that carry their algorithm."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from leadline.errors import InputRefused

Algorithm = Literal["md5", "sha1", "sha256"]
_LENGTH = {"md5": 32, "sha1": 40, "sha256": 64}
_HEX = re.compile(r"[0-9a-f]+\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest and its algorithm; ``value`` is lower-case hexadecimal; prints as ``sha256:…``."""

    algorithm: Algorithm
    value: str

    def __post_init__(self) -> None:
        if len(self.value) != _LENGTH[self.algorithm] or not _HEX.match(self.value):
            raise InputRefused(
                f"{self.value!r} is no {self.algorithm} digest.",
                advice="It must be lower-case hexadecimal of the right length.",
            )

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.value}"

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read ``algorithm:hex``."""
        algorithm, _, value = text.partition(":")
        if algorithm not in _LENGTH:
            raise InputRefused(
                f"{text!r} names no digest algorithm that Leadline knows.", advice="Known: md5, sha1, sha256."
            )
        return cls(algorithm, value)  # type: ignore[arg-type]  # checked against _LENGTH above


def sha256_of(data: bytes) -> str:
    """Lower-case hexadecimal SHA-256 of bytes in memory."""
    return hashlib.sha256(data).hexdigest()
