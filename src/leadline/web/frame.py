"""What stands on every page: the marking, the menu of what a colleague's roles may open, and the keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from leadline import __version__
from leadline.casefile.policy import Verb, may
from leadline.settings import read_settings

if TYPE_CHECKING:
    from django.http import HttpRequest

TRAINING = "training"
"""The agency, in a workspace's sealed settings, of those that hold invented data alone."""


@dataclass(frozen=True)
class Place:
    """One entry of the menu: `key` jumps there after `g`."""

    title: str
    route: str
    key: str
    verbs: tuple[Verb, ...]


PLACES = (
    Place("Today", "today", "t", ()),
    Place("Tips", "tips", "i", (Verb.TIP_READ,)),
    Place("Candidates", "candidates", "c", (Verb.CANDIDATE_READ,)),
    Place("Leads", "leads", "l", (Verb.LEAD_READ,)),
    Place("Cases", "cases", "s", (Verb.CASE_READ,)),
    Place("Referrals", "referrals", "r", (Verb.REFERRAL_READ,)),
    Place("Devices", "devices", "d", (Verb.DEVICE_READ,)),
    Place("Audit", "audit", "a", (Verb.AUDIT_READ,)),
    Place("Jobs", "jobs", "j", (Verb.JOB_READ,)),
    Place("Settings", "settings", "e", (Verb.SETTINGS_READ, Verb.MEMBER_READ)),
    Place("Help", "help", "h", ()),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: `places`, `training`, `version`."""
    return {"places": _places(request), "training": is_training(), "version": __version__}


def _places(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    here = request.resolver_match.namespaces[0] if request.resolver_match and request.resolver_match.namespaces else ""
    name = here or (request.resolver_match.url_name if request.resolver_match else "")
    return [
        {"title": place.title, "href": reverse(place.route), "key": place.key, "here": _is_here(place, str(name))}
        for place in PLACES
        if not place.verbs or any(may(user, verb) for verb in place.verbs)
    ]


def _is_here(place: Place, name: str) -> bool:
    one = place.route.rstrip("s")
    return name in (place.route, one) or name.startswith((f"{one}-", f"{place.route}-"))


def is_training() -> bool:
    """Whether everything here is invented."""
    return _agency(Path(settings.LEADLINE_WORKSPACE)) == TRAINING


@cache
def _agency(workspace: Path) -> str:
    return read_settings(workspace, {}).agency
