"""An operation: the work on one cache, over all its tips."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field


class Operation(Owned):
    """What an agency calls the work that one or more tips set off."""

    id = id_field("O")
    name = models.CharField(max_length=200)
    opened_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
