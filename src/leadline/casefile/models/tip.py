"""A tip as an agency's decision: taken on, put under an operation; its contents are facts and lie elsewhere."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field


class Tip(Owned):
    """Points at a sealed tip by its key (``T-…``)."""

    id = id_field("D")
    tip = models.CharField(max_length=24)
    operation = models.ForeignKey("casefile.Operation", null=True, on_delete=models.PROTECT, related_name="tips")
    current_run = models.CharField(max_length=24, blank=True)
    """The run that lists answer from; chosen when its index is built."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "tip"], name="tip_once_an_agency"),)

    def __str__(self) -> str:
        return self.tip
