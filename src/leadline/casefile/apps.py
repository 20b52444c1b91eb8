"""Tells Django that the case file is one application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CaseFileConfig(AppConfig):
    """The only Django application with tables of our own."""

    name = "leadline.casefile"
    label = "casefile"
    verbose_name = "Case file"

    def ready(self) -> None:
        """After each migration, whatever tables there are by then stand behind the second wall."""
        from leadline.casefile.walls import raise_walls

        post_migrate.connect(raise_walls, sender=self)
