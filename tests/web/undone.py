"""Requests in the dark: each is answered inside a transaction that is then undone, and what it changed is seen."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from tests.web.signing_in import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.casefile.models import Member
    from tests.web.offers import Field

_REFUSALS = (400, 403, 404, 405, 409, 422, 503)
_FORM = "application/x-www-form-urlencoded"
_SESSIONS = "django_session"
"""Whoever signs in has a session; it is nobody's evidence and nobody's decision."""


@contextmanager
def undone() -> Iterator[None]:
    """A transaction in which verbs think that they are the outermost one, and of which nothing stays."""
    atom = transaction.atomic()
    atom._from_testcase = True  # type: ignore[attr-defined]
    with atom:
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Answer:
    """What came back, and whether anything was changed by it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    changed: frozenset[str]
    """Tables of which a row is other than before."""
    queries: int | None = None


@dataclass
class Asker:
    """Somebody who asks: a name for messages, and the cookies of a session."""

    name: str
    agency: str = ""
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    @classmethod
    def of(cls, member: Member, name: str, *, factor: bool = True) -> Asker:
        return cls(name, member.agency.code, signed_in(member, factor=factor).cookies)


class Desk:
    """Answers requests; counts them by method and by status."""

    def __init__(self) -> None:
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
        self.client = Client(raise_request_exception=False)
        self.asked: Counter[str] = Counter()
        self.before = digests()

    def ask(
        self,
        who: Asker,
        method: str,
        address: str,
        body: tuple[Field, ...] = (),
        *,
        counted: bool = False,
        looked: bool = False,
        kept: bool = False,
    ) -> Answer:
        """One request; `counted` also counts its queries.

        What it changed is noted where it was refused or sends elsewhere, and where it is `looked` at.
        """
        self.asked[method] += 1
        self.client.cookies = SimpleCookie({name: one.value for name, one in who.cookies.items()})
        # How often somebody may ask in a minute depends on how fast the machine is; tests of their own are for that.
        with override_settings(ACCOUNT_RATE_LIMITS=False), undone() if not kept else nullcontext():
            steps = _steps()
            if counted:
                with CaptureQueriesContext(connection) as queries:
                    answer = self._answer(method, address, body)
            else:
                answer = self._answer(method, address, body)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            is_looked_at = looked or answer.status_code in _REFUSALS or "Location" in answer.headers
            changed = self._changed() if is_looked_at and _steps() != steps else frozenset()
        told = tuple(sorted(answer.headers.items()))
        return Answer(answer.status_code, told, content, changed, len(queries) if counted else None)

    def _answer(self, method: str, address: str, body: tuple[Field, ...]) -> Any:
        sent = urlencode(body).encode() if method not in ("GET", "HEAD", "OPTIONS") else b""
        return self.client.generic(method, address, sent, content_type=_FORM)

    def _changed(self) -> frozenset[str]:
        return frozenset(table for table, value in digests().items() if value != self.before[table])


def _steps() -> int:
    """SQLite's count of changed rows: it rises with each one, and no rollback takes it back."""
    connection.ensure_connection()
    return int(connection.connection.total_changes)


def digests() -> dict[str, str]:
    """SHA-256 over every row of each table, the sessions left out."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - {_SESSIONS}):
            cursor.execute(f'select * from "{table}" order by 1')
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found
