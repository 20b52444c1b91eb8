"""An assignment: to whom a lead was given, by whom, from when to when."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field


class Assignment(Owned):
    """One spell of work on a lead; the newest without an end is the present one."""

    id = id_field("W")
    lead = models.ForeignKey("casefile.Lead", on_delete=models.PROTECT, related_name="assignments")
    member = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.lead_id} {self.member_id}"
