"""What two runs of one session would not share though nobody else acts: random draws and the clock. Both are pinned.

Nothing is taken out of an answer before it is compared: each request begins with the draws of its own number, whatever
was drawn before it, so that names, tokens, salts and nonces are the same bytes in both runs.
"""

from __future__ import annotations

import os
import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tests.web.everywhere import NOON, noon

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANDOM = os.urandom


@dataclass
class Draws:
    """A stream of bytes in the place of the operating system's random ones, for the thread that asks and no other.

    A thread that an earlier test left behind would shift the draws of a request.
    """

    word: str = ""
    drawn: int = 0
    thread: int = field(default_factory=threading.get_ident)

    def begin(self, word: str) -> None:
        """From here on the draws that belong to a word."""
        self.word, self.drawn = word, 0

    def __call__(self, size: int) -> bytes:
        if threading.get_ident() != self.thread:
            return _RANDOM(size)
        found = b""
        while len(found) < size:
            found += sha256(f"{self.word} {self.drawn}".encode()).digest()
            self.drawn += 1
        return found[:size]


@contextmanager
def pinned() -> Iterator[Draws]:
    """The clock stands at noon, in Leadline and below it, and draws are those of :meth:`Draws.begin`."""
    draws = Draws()
    with noon(), pytest.MonkeyPatch.context() as patch:
        # `secrets`, `uuid` and Django draw from these two.
        patch.setattr(os, "urandom", draws)
        patch.setattr(random, "_urandom", draws)
        patch.setattr(time, "time", NOON.timestamp)
        patch.setattr(timezone, "now", lambda: NOON)
        yield draws
