"""A task: something to be done on a lead or a case, in one of five states."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, choices, id_field
from leadline.vocabulary.casework import TaskKind, TaskState


class Task(Owned):
    """A step of the work; a required one must be completed before what it guards."""

    id = id_field("K")
    case = models.ForeignKey("casefile.Case", on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=20, choices=choices(TaskKind))
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=24, choices=choices(TaskState), default=TaskState.NOT_STARTED)
    required = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    assignee = models.ForeignKey("casefile.Member", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["agency", "state", "due_on"], name="task_by_due"),)

    def __str__(self) -> str:
        return self.title
