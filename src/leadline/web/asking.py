"""A request as the desk's views get it: somebody has signed in, and htmx may have asked for a part of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from leadline.casefile.models import Member


class DeskRequest(HttpRequest):
    """For types alone: the middleware lets nobody through to these views who is not a colleague."""

    user: Member
    htmx: HtmxDetails
