"""An agency: the owner of tips, runs and every row that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models.manager import BaseManager

from leadline.casefile.models.base import choices, id_field
from leadline.vocabulary.casework import AgencyKind

if TYPE_CHECKING:
    from collections.abc import Iterator


class Register(BaseManager["Agency"]):
    """The agencies of this instance, for set-up, the worker and an actor's own; no page lists them."""

    _queryset_class = models.QuerySet

    def of(self, agency: str) -> Agency:
        """The agency with this name."""
        return self.get_queryset().get(pk=agency)

    def code_of(self, agency: str) -> str:
        """The code of an agency."""
        return self.of(agency).code

    def with_code(self, code: str) -> Agency | None:
        """The agency with this code, if there is one."""
        return self.get_queryset().filter(code=code).first()

    def each(self) -> Iterator[Agency]:
        """All agencies, by code."""
        yield from self.get_queryset().order_by("code")


class Agency(models.Model):
    """One of the agencies on this instance; ``code`` is the one that tips and runs carry."""

    id = id_field("A")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=choices(AgencyKind))
    created_at = models.DateTimeField()

    register: ClassVar[Register] = Register()

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name
