"""An exhibit's register entry and its custody: who held it, where, and was it whole."""

from __future__ import annotations

from django.db import models

from leadline.casefile.models.base import Owned, choices, id_field
from leadline.vocabulary.casework import CustodyKind, Rehash


class Exhibit(Owned):
    """A thing that evidence came on or in; ``sha256`` points at a sealed file where there is one."""

    id = id_field("E")
    tip = models.ForeignKey("casefile.Tip", null=True, on_delete=models.PROTECT, related_name="exhibits")
    case = models.ForeignKey("casefile.Case", null=True, on_delete=models.PROTECT, related_name="exhibits")
    number = models.CharField(max_length=60)
    """The agency's own exhibit or seal number."""
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agency", "number"], name="exhibit_number_once_an_agency"),)

    def __str__(self) -> str:
        return self.number


class CustodyEvent(Owned):
    """One step of an exhibit's custody; rows are only added."""

    id = id_field("V")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="custody")
    kind = models.CharField(max_length=20, choices=choices(CustodyKind))
    holder = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("casefile.Member", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    remark = models.TextField(blank=True)
    digests = models.CharField(max_length=10, blank=True, choices=choices(Rehash))
    """What hashing again gave; empty where nothing was hashed."""

    def __str__(self) -> str:
        return f"{self.kind} {self.exhibit_id}"
