"""One writer at a time: the workspace lock, and who holds it.

The lock is an advisory one on ``log/entries.jsonl``, because files in ``cache/`` may vanish while it is held;
``cache/writer.json`` only tells others who the holder is.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from leadline.errors import Busy, IntegrityBroken
from leadline.vocabulary.instants import iso_z, now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADVICE = "Try again when it has finished."
_LOG = "log/entries.jsonl"
_PAUSE = 0.02


@contextmanager
def locked(workspace: Path, *, doing: str, on: str = _LOG, wait: float = 0.0) -> Iterator[None]:
    """Hold the workspace for writing; :class:`Busy`, naming the holder, where another one does.

    ``on`` is the evidence file that the lock lies on: the log's for writing to the log, which is short; another
    one for long work that must not be done twice at once. ``wait`` is how many seconds to wait for a holder.
    """
    with _lock_file(workspace, on) as stream:
        _take(workspace, stream, on, until=time.monotonic() + wait)
        note = _note(workspace, on)
        try:
            note.parent.mkdir(exist_ok=True)
            note.write_text(json.dumps({"pid": os.getpid(), "doing": doing, "since": iso_z(now())}))
            yield
        finally:
            note.unlink(missing_ok=True)


def _take(workspace: Path, stream: BinaryIO, on: str, *, until: float) -> None:
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise Busy(f"The workspace is held by {holder(workspace, on)}.", advice=_ADVICE) from error
            time.sleep(_PAUSE)
        else:
            return


def is_held(workspace: Path) -> bool:
    """Whether somebody is writing just now. Writes nothing."""
    with _lock_file(workspace) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def holder(workspace: Path, on: str = _LOG) -> str:
    """Who holds the lock, in words, as far as the holder's note tells."""
    try:
        note = json.loads(_note(workspace, on).read_bytes())
        return f"process {note['pid']} ({note['doing'] or 'writing'}), since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def _lock_file(workspace: Path, on: str = _LOG) -> BinaryIO:
    try:
        return (workspace / on).open("rb")
    except FileNotFoundError as error:
        raise IntegrityBroken("An evidence file is gone.", where=on, advice="Run `leadline verify`.") from error


def _note(workspace: Path, on: str) -> Path:
    return workspace / "cache" / ("writer.json" if on == _LOG else "worker.json")
