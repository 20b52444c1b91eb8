"""A note: what a colleague wrote down about a lead or a case; never changed, only followed by another."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field


class Note(Owned):
    """Text on a lead or on a case, exactly one of them."""

    id = id_field("N")
    lead = models.ForeignKey("casefile.Lead", null=True, on_delete=models.PROTECT, related_name="notes")
    case = models.ForeignKey("casefile.Case", null=True, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    written_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lead__isnull=True) ^ models.Q(case__isnull=True), name="note_on_one_thing"
            ),
        )

    def __str__(self) -> str:
        return self.id
