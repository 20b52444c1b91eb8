"""A job: one row that one worker claims, carries out and closes."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, choices, id_field
from leadline.vocabulary.casework import JobKind, JobState


class Job(Owned):
    """Work in the background. A claim is a conditional UPDATE; whoever changes the row has the job."""

    id = id_field("J")
    kind = models.CharField(max_length=20, choices=choices(JobKind))
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=choices(JobState), default=JobState.WAITING)
    claim = models.CharField(max_length=40, blank=True)
    """Random word of the worker that has it; only that worker may write here."""
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=100, blank=True)
    done_units = models.BigIntegerField(default=0)
    total_units = models.BigIntegerField(null=True)
    done_rows = models.BigIntegerField(default=0)
    """Files or lines of the present task, where it counts any."""
    task_began_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    fault = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["agency", "state", "created_at"], name="job_by_state"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
