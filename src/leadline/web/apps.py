"""Tells Django that the desk's pages are one application, without tables of its own."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template tags."""

    name = "leadline.web"
    label = "web"

    def ready(self) -> None:
        """Have the desk's own checks found."""
        from leadline.web import identity, proxies  # noqa: F401  the modules register them
