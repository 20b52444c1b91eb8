"""A saved search: the state of a list under a name, and how many rows a colleague saw when looking last."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, choices, id_field
from leadline.vocabulary.casework import SearchedList


class SavedSearch(Owned):
    """What a list's URL states, under a name; a colleague's own, or a team's as well."""

    id = id_field("SS")
    owner = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("casefile.Team", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    searched = models.CharField(max_length=20, choices=choices(SearchedList))
    words = models.JSONField()
    """The words of the URL: name → list of values."""

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="search_once_a_colleague"),)

    def __str__(self) -> str:
        return self.name


class SearchLook(Owned):
    """When a colleague looked at a saved search last, and how many rows it gave then."""

    id = id_field("SL")
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="looks")
    member = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["search", "member"], name="look_once_a_colleague"),)

    def __str__(self) -> str:
        return f"{self.search_id} {self.count}"
