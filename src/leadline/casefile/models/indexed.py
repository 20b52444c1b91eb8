"""The one allowed copy of facts: a run's candidates for quick lists. Nothing is decided on it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from leadline.casefile.models.base import AccountDigest, EvidenceText, Owned, Scoped, id_field

if TYPE_CHECKING:
    from typing import Self

SEARCHED = 512
"""Characters of an account key that free text is looked for in: an index holds them, and no index holds long text."""
NO_EXPIRY = date(9999, 12, 31)
"""Stands for an expiry that is not known, so that the order by expiry has an index on every database."""


class IndexedRun(Owned):
    """That a run's candidates were copied whole, how many, and the digest over the copy.

    The row is written last and removed first: while there is none, there is no index.
    """

    id = id_field("I")
    run = models.CharField(max_length=24)
    tip = models.CharField(max_length=24)
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    cube = models.JSONField()
    """How many candidates share level, holder certainty, stage and jurisdiction: ``[[level, …, count], …]``."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "run"], name="run_indexed_once"),)

    def __str__(self) -> str:
        return self.run


class IndexedCandidate(models.Model):
    """One candidate of an indexed run; never edited, dropped and rebuilt at will.

    ``id`` is a digest of agency, run and account, so that a rebuilt index gives the same names.
    """

    id = models.CharField(primary_key=True, max_length=24)
    agency = models.ForeignKey("casefile.Agency", on_delete=models.CASCADE, related_name="+", db_index=False)
    run = models.CharField(max_length=24)
    rank = models.IntegerField()
    account_key = EvidenceText()
    account_digest = AccountDigest()
    search = models.TextField()
    """What free text is looked for in: the account key, folded and cut at :data:`SEARCHED`."""
    level = models.CharField(max_length=10)
    score = models.IntegerField()
    stage = models.CharField(max_length=4)
    holder_certainty = models.CharField(max_length=10)
    jurisdiction = models.CharField(max_length=2, blank=True)
    confidence = models.SmallIntegerField()
    evidence_expires = models.DateField()
    first_access = models.DateTimeField()
    last_access = models.DateTimeField()
    days_active = models.IntegerField()
    objects_opened = models.IntegerField()
    objects_downloaded = models.IntegerField()
    objects_added = models.IntegerField()
    new_objects_added = models.IntegerField()
    attempts = models.IntegerField()
    caveats = models.TextField()
    """Joined by `|`, with one at each end."""
    next_check = models.TextField()
    cluster = models.CharField(max_length=40, blank=True)

    scoped: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "run", "rank"], name="indexed_by_rank"),)
        indexes = (
            models.Index(fields=["agency", "run", "account_digest"], name="indexed_by_account"),
            models.Index(fields=["agency", "run", "jurisdiction", "rank"], name="indexed_by_jurisdiction"),
            models.Index(fields=["agency", "run", "level", "rank"], name="indexed_by_level"),
            models.Index(fields=["agency", "run", "holder_certainty", "rank"], name="indexed_by_certainty"),
            models.Index(fields=["agency", "run", "evidence_expires", "rank"], name="indexed_by_expiry"),
            models.Index(fields=["agency", "run", "last_access", "rank"], name="indexed_by_last_access"),
            # Holds all that a search reads which no other index serves, so that it reads nothing else.
            models.Index(fields=["agency", "run", "rank", "stage", "caveats", "search"], name="indexed_for_search"),
        )

    def __str__(self) -> str:
        return self.id
