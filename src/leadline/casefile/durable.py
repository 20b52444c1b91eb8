"""One durable transaction: when it ends without an error, what it wrote is on the disk."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import OperationalError, transaction

from leadline.casefile.database import PATIENCE
from leadline.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def durable() -> Iterator[None]:
    """The outermost transaction; :class:`Busy`, with nothing written, where SQLite's other writers never let it in.

    SQLite has no queue of writers: under many of them one may be passed over until its patience ends.
    """
    try:
        with transaction.atomic(durable=True):
            yield
    except OperationalError as error:
        if not _passed_over(error):
            raise
        raise Busy(
            f"other writers held the case file for {PATIENCE} seconds; nothing was written.", advice="Try again."
        ) from error


def _passed_over(error: OperationalError) -> bool:
    cause = error.__cause__
    # The low byte is the error; the bytes above say more of its kind.
    return isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
