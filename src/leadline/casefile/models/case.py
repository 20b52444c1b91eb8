"""A case: leads, persons, tasks and outcomes under one title."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, choices, id_field
from leadline.vocabulary.casework import CaseStage


class Case(Owned):
    """An investigation of one or more leads."""

    id = id_field("C")
    title = models.CharField(max_length=200)
    operation = models.ForeignKey("casefile.Operation", null=True, on_delete=models.PROTECT, related_name="cases")
    team = models.ForeignKey("casefile.Team", null=True, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=20, choices=choices(CaseStage), default=CaseStage.OPEN)
    review_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["agency", "stage", "created_at"], name="case_by_stage"),)

    def __str__(self) -> str:
        return self.title
