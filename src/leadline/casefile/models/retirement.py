"""That a cleared account is to be taken out, who asked, who stands behind it, and what was done."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, choices, id_field
from leadline.vocabulary.casework import RetirementState


class Retirement(Owned):
    """Names the account by its lead alone, which forgets it when it is done."""

    id = id_field("RT")
    lead = models.ForeignKey("casefile.Lead", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    custodian = models.CharField(max_length=100)
    """The age key whose holder keeps what is sealed off."""
    state = models.CharField(max_length=10, choices=choices(RetirementState), default=RetirementState.ASKED)
    asked_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    found = models.JSONField(null=True)
    """How many orders, files of facts, papers and entries have to go."""
    agreed_by = models.ForeignKey("casefile.Member", null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
    """While it is under way, the account and its identifiers in base64, so that a crash leaves nothing half done."""
    job = models.ForeignKey("casefile.Job", null=True, on_delete=models.PROTECT, related_name="+")
    done = models.JSONField(null=True)
    """What went, in counts, and the digests of the papers that were sealed off."""

    class Meta:
        indexes = (models.Index(fields=["agency", "state", "created_at"], name="retirement_by_state"),)

    def __str__(self) -> str:
        return self.id
