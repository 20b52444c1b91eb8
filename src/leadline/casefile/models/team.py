"""A team of an agency: who works on which leads."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, id_field


class Team(Owned):
    """Colleagues who work together; reading another team's lead asks for a reason."""

    id = id_field("G")
    name = models.CharField(max_length=100)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "name"], name="team_once_an_agency"),)

    def __str__(self) -> str:
        return self.name
