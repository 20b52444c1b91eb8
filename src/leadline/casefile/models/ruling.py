"""A ruling on two accounts, and the sealed snapshot in which rulings go back to the evidence side."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import EvidenceText, Owned, choices, id_field
from leadline.vocabulary.casework import PairRuling


class Ruling(Owned):
    """What a colleague ruled on a pair of accounts of one tip; the newest on a pair holds."""

    id = id_field("X")
    tip = models.CharField(max_length=24)
    account_a = EvidenceText()
    """The smaller key of the two, byte for byte."""
    account_b = EvidenceText()
    ruling = models.CharField(max_length=10, choices=choices(PairRuling))
    reason = models.TextField()
    ruled_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["agency", "tip", "created_at"], name="ruling_by_tip"),)

    def __str__(self) -> str:
        return f"{self.ruling} {self.id}"


class RulingSnapshot(Owned):
    """That the rulings of a tip were written as an immutable file, and its digest."""

    id = id_field("Y")
    tip = models.CharField(max_length=24)
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    made_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.sha256
