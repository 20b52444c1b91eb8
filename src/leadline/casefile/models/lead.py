"""A lead: an account that a person has decided about, and the frozen selection that it was opened from."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import AccountDigest, EvidenceText, Owned, choices, id_field
from leadline.vocabulary.casework import LeadState
from leadline.vocabulary.scales import Level


class Selection(Owned):
    """A list of candidates over which one decision was made, as it stood at that moment."""

    id = id_field("S")
    tip = models.CharField(max_length=24)
    run = models.CharField(max_length=24)
    wording = models.TextField()
    """The filter, as canonical JSON."""
    digest = models.CharField(max_length=64)
    """SHA-256 over the account keys in order, each followed by a newline."""
    count = models.PositiveIntegerField()
    reason = models.TextField()
    decision = models.CharField(max_length=20)
    """opened or declined."""
    decided_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.decision} {self.count}"


class Lead(Owned):
    """Points at a candidate by account key and run; no column of it is copied."""

    id = id_field("L")
    tip = models.CharField(max_length=24)
    run = models.CharField(max_length=24)
    """The run from which it was opened; lists show the tip's current run beside it."""
    account_key = EvidenceText()
    account_digest = AccountDigest()
    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="leads")
    team = models.ForeignKey("casefile.Team", null=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey("casefile.Member", null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("casefile.Case", null=True, on_delete=models.PROTECT, related_name="leads")
    state = models.CharField(max_length=20, choices=choices(LeadState), default=LeadState.OPEN)
    state_reason = models.TextField(blank=True)
    look_again_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    level_override = models.CharField(max_length=20, choices=choices(Level), blank=True)
    """A person's order of work, beside the computed one and never in its place."""
    override_reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["agency", "tip", "account_digest"], name="lead_once_an_account"),
        )
        indexes = (
            models.Index(fields=["agency", "state", "created_at"], name="lead_by_state"),
            models.Index(fields=["agency", "team", "state"], name="lead_by_team"),
            models.Index(fields=["agency", "assignee", "state"], name="lead_by_assignee"),
        )

    def __str__(self) -> str:
        return self.id
