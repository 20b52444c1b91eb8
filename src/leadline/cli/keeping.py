"""A process that is kept running: who ends by itself is started again, after pauses that grow, and it is said."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadline.cli.options import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Start = Callable[[Sequence[str], Mapping[str, str]], subprocess.Popen[bytes]]

LONGEST = 60.0
"""Seconds between an end and the next start at most."""
STEADY = 300.0
"""Who has run for so long counts as well: the next pause is the shortest again."""


def _started(line: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(list(line), env=dict(environment))  # noqa: S603  our own programs


@dataclass
class Kept:
    """One program; :meth:`look` is to be called every now and then."""

    name: str
    line: Sequence[str]
    environment: Mapping[str, str]
    clock: Callable[[], float] = time.monotonic
    start: Start = _started
    ends: int = 0
    """How often in a row it ended by itself."""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _began: float = field(default=0.0, init=False)
    _due: float = field(default=0.0, init=False)

    def look(self) -> None:
        """Start it where it does not run and its pause is over."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return
            self._process = None
            self._rest(code)
        if self.clock() >= self._due:
            self._process, self._began = self.start(self.line, self.environment), self.clock()

    def _rest(self, code: int) -> None:
        self.ends = 1 if self.clock() - self._began >= STEADY else self.ends + 1
        pause = min(2.0 ** (self.ends - 1), LONGEST)
        self._due = self.clock() + pause
        how = f"was stopped by signal {-code}" if code < 0 else f"ended with {code}"
        say(f"The {self.name} {how}, which it should not; it is started again in {pause:.0f} s. See above for why.")

    def stop(self) -> None:
        """End it, and wait until it has."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
