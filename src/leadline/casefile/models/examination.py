"""An examination that a colleague asked for: of which exhibit, under which authority, and who released its rows."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field


class Examination(Owned):
    """Points at a sealed examination of the lake, once there is one; what it found stands there alone."""

    id = id_field("U")
    exhibit = models.ForeignKey("casefile.Exhibit", on_delete=models.PROTECT, related_name="examinations")
    lead = models.ForeignKey("casefile.Lead", null=True, on_delete=models.PROTECT, related_name="+")
    """The lead whose opened objects come first."""
    source = models.CharField(max_length=200)
    """Name in the agency's folder of devices."""
    authority = models.TextField()
    asked_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    job = models.OneToOneField("casefile.Job", null=True, on_delete=models.PROTECT, related_name="+")
    examination = models.CharField(max_length=24, blank=True)
    """Its name in the lake; empty until it is complete."""
    released_for = models.ForeignKey("casefile.Case", null=True, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey("casefile.Member", null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["agency", "exhibit", "created_at"], name="examination_by_exhibit"),)

    def __str__(self) -> str:
        return self.examination or self.source
