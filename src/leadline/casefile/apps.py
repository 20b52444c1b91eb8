"""Tells Django that the case file is one application."""

from __future__ import annotations

from django.apps import AppConfig


class CaseFileConfig(AppConfig):
    """The only Django application with tables of our own."""

    name = "leadline.casefile"
    label = "casefile"
    verbose_name = "Case file"
