"""Several access logs read at the same time, each by a thread with an engine of its own."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from leadline.reading.formats import LOG_FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leadline.facts.runs import Progress, Work
    from leadline.seal.manifest import TipFile


def read_together(
    work: Work,
    files: Sequence[TipFile],
    read: Callable[[Work, TipFile], None],
    *,
    prepare: Callable[[Work], None],
    readers: int,
) -> None:
    """Read all ``files``, the largest first, so many at a time; ``prepare`` brings each engine what it needs.

    A reader writes pieces of its own file alone, so that it makes no difference who is done first. Where one fails,
    the others stop after their next batch, and what they had read of a file is read again by the next run.
    """
    LOG_FORMATS.names()  # found now, before several ask for them at once
    progress = _Shared(work.progress)
    waiting = deque(sorted(files, key=lambda file: (-file.bytes, file.no)))

    def reader(place: int) -> None:
        with work.engine.part(place, readers) as engine:
            mine = replace(work, engine=engine, progress=progress)
            prepare(mine)
            while waiting:
                try:
                    file = waiting.popleft()
                except IndexError:  # another reader took the last one
                    return
                read(mine, file)

    with ThreadPoolExecutor(readers, thread_name_prefix="read") as pool:
        try:
            for done in as_completed([pool.submit(reader, place) for place in range(readers)]):
                done.result()
        except BaseException:
            progress.stop()
            raise


class _StoppedError(Exception):
    """Another reader failed, or the run was interrupted."""


class _Shared:
    """Progress that several readers tell of, one at a time; once it is stopped, whoever tells of more ends."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._lock, self._stopped = progress, Lock(), False

    def begin(self, what: str, total: int | None) -> None:
        with self._lock:
            self._progress.begin(what, total)

    def advance(self, amount: int, *, rows: int = 0) -> None:
        with self._lock:
            if self._stopped:
                raise _StoppedError
            self._progress.advance(amount, rows=rows)

    def end(self) -> None:
        with self._lock:
            self._progress.end()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
