"""`leadline serve` keeps its halves running: who ends by itself is started again, later and later, and it is said."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadline.cli.keeping import LONGEST, STEADY, Kept

if TYPE_CHECKING:
    import pytest


@dataclass
class Process:
    """A process that ends when a test says so."""

    code: int | None = None
    told: list[str] = field(default_factory=list)

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.told.append("end")

    def wait(self) -> int:
        self.told.append("waited for")
        return 0


@dataclass
class Stage:
    """A clock that a test moves, and the processes that were started."""

    now: float = 1000.0
    begun: list[Process] = field(default_factory=list)

    def start(self, *_: Any) -> Any:
        self.begun.append(Process())
        return self.begun[-1]

    def kept(self) -> Kept:
        return Kept("worker", ["program"], {}, clock=lambda: self.now, start=self.start)


def pauses(stage: Stage, kept: Kept, ends: int) -> list[float]:
    """Seconds between each end and the next start, while the process ends again at once."""
    found = []
    for _ in range(ends):
        stage.begun[-1].code = 1
        before, ended = len(stage.begun), stage.now
        while len(stage.begun) == before:
            kept.look()
            stage.now += 0.5
        found.append(stage.now - 0.5 - ended)
    return found


def test_who_runs_is_left_alone_and_who_is_stopped_ends() -> None:
    stage = Stage()
    kept = stage.kept()
    for _ in range(3):
        kept.look()
    assert len(stage.begun) == 1
    kept.stop()
    assert stage.begun[0].told == ["end", "waited for"]


def test_who_ends_by_itself_is_started_again_after_longer_and_longer_pauses() -> None:
    stage = Stage()
    kept = stage.kept()
    kept.look()
    assert pauses(stage, kept, 8) == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST, LONGEST]


def test_who_ran_steadily_before_it_ended_is_started_again_soon() -> None:
    stage = Stage()
    kept = stage.kept()
    kept.look()
    pauses(stage, kept, 5)
    stage.now += STEADY
    assert pauses(stage, kept, 1) == [1.0]


def test_it_is_said_what_ended_how_and_when_it_is_started_again(capsys: pytest.CaptureFixture[str]) -> None:
    stage = Stage()
    kept = stage.kept()
    kept.look()
    stage.begun[-1].code = -signal.SIGKILL
    kept.look()
    said = capsys.readouterr().err
    assert all(word in said for word in ("worker", "signal 9", "started again in 1 s"))
