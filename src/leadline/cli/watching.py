"""Progress for the person: bars on a terminal, silence elsewhere; always on stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from leadline.facts.runs import Silent

if TYPE_CHECKING:
    from rich.progress import TaskID

    from leadline.facts.runs import Progress


def watching() -> Progress:
    """A bar with rows a second and time left where stderr is a terminal that can show it."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return _Bars()
    return Silent()


class _Bars:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, no_color="NO_COLOR" in os.environ),
        )
        self._task: TaskID | None = None
        self._rows = 0

    def begin(self, what: str, total: int | None) -> None:
        self._progress.start()
        self._rows = 0
        self._task = self._progress.add_task(what, total=total, rate="")

    def advance(self, amount: int, *, rows: int = 0) -> None:
        if self._task is None:
            return
        self._rows += rows
        elapsed = self._progress.tasks[self._task].elapsed or 0
        rate = f"{self._rows / elapsed:,.0f} rows/s" if elapsed and self._rows else ""
        self._progress.update(self._task, advance=amount, rate=rate)

    def end(self) -> None:
        if self._task is not None:
            task = self._progress.tasks[self._task]
            self._progress.update(self._task, completed=task.total or task.completed)
            self._task = None
        self._progress.stop()
