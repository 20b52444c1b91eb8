"""An outcome: what came of a case, in counts and codes; children appear as a count and in no other way."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, choices, id_field
from leadline.vocabulary.casework import OutcomeKind


class Outcome(Owned):
    """Never changed: a correction is a new row that names the one it replaces. No number means not known yet."""

    id = id_field("F")
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=24, choices=choices(OutcomeKind))
    happened_on = models.DateField(null=True)
    persons = models.PositiveIntegerField(null=True)
    children_safeguarded = models.PositiveIntegerField(null=True)
    devices_seized = models.PositiveIntegerField(null=True)
    remark = models.TextField(blank=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    recorded_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
