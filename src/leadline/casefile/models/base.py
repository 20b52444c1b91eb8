"""What every decision has: a random name, an agency, and one door through which rows are read."""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar

from django.db import models
from django.db.models.manager import BaseManager

from leadline.casefile.walls import stand_in
from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadline.vocabulary.casework import Role

    Text = models.TextField[str, str]
    Short = models.CharField[str, str]
else:
    Text = models.TextField
    Short = models.CharField

M = TypeVar("M", bound=models.Model)
ID_LENGTH = 24
_ESCAPES = str.maketrans({"\x10": "\x10\x10", "\x00": "\x10@"})
_ESCAPED = re.compile("\x10(.)", re.DOTALL)


class Actor(Protocol):
    """Whoever asks: a colleague with an agency, teams and roles, and never a request."""

    @property
    def pk(self) -> Any: ...
    @property
    def agency_id(self) -> str: ...
    @property
    def team_id(self) -> str | None: ...
    @property
    def held_roles(self) -> frozenset[Role]: ...
    @property
    def is_active(self) -> bool: ...


def random_id(letter: str) -> str:
    """A name such as ``L-0123456789abcdef0123``: 80 random bits, so that no name tells of another."""
    return f"{letter}-{secrets.token_hex(10)}"


def id_field(letter: str) -> models.CharField[str, str]:
    """A primary key that is :func:`random_id`; there is no counter in the case file."""
    return models.CharField(primary_key=True, max_length=ID_LENGTH, editable=False, default=partial(random_id, letter))


class Scoped(BaseManager[M]):
    """The only way to rows: none without an actor.

    It has none of the usual manager's methods (`filter`, `get`, `create`), so that a forgotten actor is an error and
    not a leak. A test refuses every other way in the whole source.
    """

    _queryset_class = models.QuerySet

    def visible_to(self, actor: Actor) -> models.QuerySet[M]:
        """The rows of the actor's agency; none for one whose account is closed."""
        if not actor.is_active:
            return self.get_queryset().none()
        stand_in(actor.agency_id)
        return self.get_queryset().filter(agency_id=actor.agency_id)

    def add_all(self, rows: Sequence[M], *, actor: Actor) -> None:
        """Write many new rows of the actor's agency."""
        if any(getattr(row, "agency_id", None) != actor.agency_id for row in rows):
            raise LeadlineError("a row of another agency was to be written.", advice="This is a fault of Leadline.")
        stand_in(actor.agency_id)
        self.get_queryset().bulk_create(rows, batch_size=500)


class Owned(models.Model):
    """A row that belongs to one agency."""

    agency = models.ForeignKey("casefile.Agency", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    scoped: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        abstract = True

    def insert(self) -> Self:
        """Write a new row; an error where its name is taken."""
        self.save(force_insert=True)
        return self

    def change(self, fields: Iterable[str]) -> None:
        """Write the named fields of a row that is there."""
        self.save(force_update=True, update_fields=list(fields))


class EvidenceText(Text):
    """Text of the evidence, as it is there. PostgreSQL takes no NUL: it is written as DLE and `@`, and DLE twice."""

    def get_prep_value(self, value: Any) -> Any:
        """The text as it lies in the database."""
        prepared = super().get_prep_value(value)
        return prepared.translate(_ESCAPES) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:  # noqa: ARG002  Django's signature
        """The text as it is in the evidence."""
        return self.read(value)

    @staticmethod
    def read(value: str | None) -> str | None:
        """The same for a text that a query gives by another column's way, such as a union."""
        return _ESCAPED.sub(_unescaped, value) if value and "\x10" in value else value

    def deconstruct(self) -> Any:
        """To the database it is a text like any other, so that no migration tells them apart."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options


class AccountDigest(Short):
    """SHA-256 of the row's `account_key`, by which it is found: what an index holds must be short, and a key in hostile
    evidence need not be. Written with the row, never by hand."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.update(max_length=64, editable=False)
        super().__init__(*arguments, **options)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001  Django's signature
        """The digest of the key as it is now."""
        digest = account_digest(model_instance.account_key)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, digest)
        return digest

    def deconstruct(self) -> Any:
        """To the database it is a text like any other, so that no migration tells them apart."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


def account_digest(account: str) -> str:
    """What :class:`AccountDigest` holds of an account key: 64 hexadecimal digits."""
    return hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()


def on_accounts(*accounts: str) -> models.Q:
    """The condition that a row is on one of the accounts, by the index that its table has."""
    return models.Q(account_digest__in=[account_digest(account) for account in accounts])


def _unescaped(found: re.Match[str]) -> str:
    return "\x00" if found[1] == "@" else found[1]


def choices(words: Iterable[str]) -> list[tuple[str, str]]:
    """A closed list as Django wants it."""
    return [(str(word), str(word)) for word in words]
