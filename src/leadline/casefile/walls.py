"""The second wall: tells the database on whose behalf it is asked, so that it hides other agencies' rows itself.

On PostgreSQL the tables of the case file carry row-level security that compares a row's agency with the session
variable ``leadline.agency`` (:func:`raise_walls`, after each migration). It is set wherever an actor passes the first
wall, the scoped manager, and wherever a decision begins. SQLite has no second wall, and neither has a PostgreSQL role
that is a superuser or may bypass row-level security.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from django.apps import apps
from django.db import connection, transaction

from leadline.casefile.durable import durable

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

NOBODY = ""
_SET = "select set_config('leadline.agency', %s, %s)"


_BEFORE_THE_WALL = frozenset({"casefile_member", "casefile_agency"})
"""Signing in must find a colleague before it can know the agency."""
_WALL = (
    "alter table {table} enable row level security",
    "alter table {table} force row level security",
    "drop policy if exists agency_wall on {table}",
    (
        "create policy agency_wall on {table} using (agency_id = current_setting('leadline.agency', true))"
        " with check (agency_id = current_setting('leadline.agency', true))"
    ),
)


class OfAgency(Protocol):
    """Whoever stands in one agency."""

    @property
    def agency_id(self) -> str: ...


def stand_in(agency: str) -> None:
    """From here on the connection sees this agency's rows alone; :data:`NOBODY` sees none.

    Inside a transaction the variable ends with the transaction.
    """
    if connection.vendor != "postgresql":
        return
    inside = connection.in_atomic_block
    if not inside and getattr(connection, "leadline_standing", None) == agency:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SET, [agency, inside])
    # A transaction's own value ends with it; what the session holds then is not known here.
    connection.leadline_standing = None if inside else agency  # type: ignore[attr-defined]


def decision(verb: Callable[P, R]) -> Callable[P, R]:
    """A verb: one durable transaction, within the walls of the agency of its keyword argument ``actor``.

    Durable means that it is the outermost one: when the verb returns, change and audit entry are on the disk.
    """

    @wraps(verb)
    def decided(*args: P.args, **kwargs: P.kwargs) -> R:
        actor: OfAgency = kwargs["actor"]  # type: ignore[assignment]
        with durable():
            stand_in(actor.agency_id)
            return verb(*args, **kwargs)

    return decided


def walled_tables() -> list[str]:
    """Every table of the case file whose rows have an agency, but for those of :data:`_BEFORE_THE_WALL`."""
    models = apps.get_app_config("casefile").get_models(include_auto_created=True)
    owned = [model for model in models if any(field.column == "agency_id" for field in model._meta.local_fields)]
    return sorted({model._meta.db_table for model in owned} - _BEFORE_THE_WALL)


def raise_walls(**_: object) -> None:
    """Put row-level security on every walled table; done again, it changes nothing. SQLite has none."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for table in walled_tables():
            for statement in _WALL:
                cursor.execute(statement.format(table=table))
