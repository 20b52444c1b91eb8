"""An agency: the owner of tips, runs and every row that follows."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import choices, id_field
from leadline.vocabulary.casework import AgencyKind


class Agency(models.Model):
    """One of the agencies on this instance; ``code`` is the one that tips and runs carry."""

    id = id_field("A")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=choices(AgencyKind))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name
