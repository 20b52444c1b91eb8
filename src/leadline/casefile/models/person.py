"""A person: somebody whom one or more leads may concern, under a label of the agency's choosing."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field
from leadline.casefile.models.lead import Lead


class Person(Owned):
    """Whoever may stand behind accounts; an account holder is no more than that until an outcome says otherwise."""

    id = id_field("P")
    label = models.CharField(max_length=200)
    leads = models.ManyToManyField(Lead, through="casefile.PersonLead", related_name="persons")

    def __str__(self) -> str:
        return self.label


class PersonLead(Owned):
    """That a lead may concern a person, who said so and why."""

    id = id_field("Q")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey("casefile.Lead", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    linked_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "lead"], name="person_and_lead_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.lead_id}"
