"""The audit: who did what, chained by agency, row by row, and sealed in batches in the workspace's log."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from leadline.casefile.models.base import ID_LENGTH, Owned, Scoped, id_field

if TYPE_CHECKING:
    from typing import Self


class AuditEvent(models.Model):
    """One thing that somebody did or read; see :mod:`leadline.seal.audit_rows` for what each column proves.

    All columns are text or whole numbers, so that the row's digest is the same on every database.
    """

    id = id_field("B")
    agency = models.ForeignKey("casefile.Agency", on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    """Place in the agency's own chain, from 1."""
    at = models.CharField(max_length=27)
    """ISO 8601, UTC, microseconds, ``Z``."""
    actor = models.CharField(max_length=ID_LENGTH)
    """Who: the name of a colleague's row."""
    action = models.CharField(max_length=120)
    """``noun:noun:verb``."""
    thing = models.CharField(max_length=ID_LENGTH, blank=True)
    """On what: the name of a row; empty where it is about a list."""
    detail = models.TextField()
    """Canonical JSON: what was decided, seen or asked, and the reason given."""
    salt = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    scoped: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "seq"], name="audit_place_once"),)
        indexes = (
            models.Index(fields=["agency", "thing", "seq"], name="audit_by_thing"),
            models.Index(fields=["agency", "actor", "seq"], name="audit_by_actor"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class AuditHead(Owned):
    """The end of an agency's chain: the row that writers of one agency queue for."""

    id = id_field("Z")
    seq = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64)
    sealed = models.BigIntegerField(default=0)
    """Up to which place the workspace's log covers the chain."""
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency"], name="one_chain_an_agency"),)

    def __str__(self) -> str:
        return f"{self.agency_id} {self.seq}"
