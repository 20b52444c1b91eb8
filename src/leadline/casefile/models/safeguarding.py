"""The safeguarding clock: from the moment that a link to a child comes into view until somebody is told."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field


class SafeguardingClock(Owned):
    """Runs apart from any package and from any criminal threshold; only a notice to child protection stops it."""

    id = id_field("H")
    lead = models.ForeignKey("casefile.Lead", on_delete=models.PROTECT, related_name="safeguarding")
    grounds = models.TextField()
    """What brought the link into view, in neutral words."""
    noticed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    noticed_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    notified_at = models.DateTimeField(null=True)
    notified_whom = models.CharField(max_length=200, blank=True)
    notified_by = models.ForeignKey("casefile.Member", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["agency", "notified_at", "due_at"], name="safeguarding_by_due"),)

    def __str__(self) -> str:
        return self.id
