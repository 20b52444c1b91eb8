"""Whether the desk knows how many proxies stand in front of it: limits on sign-ins count by the asker's address."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Tags, Warning, register  # noqa: A004  Django's name

if TYPE_CHECKING:
    from django.core.checks import CheckMessage
    from django.http import HttpRequest

_LOG = logging.getLogger(__name__)
_HINT = "leadline set proxies N, with the number of your own proxies that a request passes"


@register(Tags.security, deploy=True)
def proxies_are_stated(**_: Any) -> list[CheckMessage]:
    """A desk behind TLS stands behind a proxy that speaks it, for it does not speak it itself."""
    if settings.LEADLINE_PLAIN or settings.LEADLINE_PROXIES:
        return []
    said = (
        "The desk is to stand behind TLS, which a proxy speaks for it, yet the setting `proxies` is 0: it would send"
        " every request back to TLS, and count all colleagues as one address in the limits on sign-ins."
    )
    return [Warning(said, hint=_HINT, id="leadline.W001")]


def note_unstated(request: HttpRequest) -> None:
    """Say once in the server's log that a proxy stands in front that the settings know nothing of."""
    if not settings.LEADLINE_PROXIES and request.headers.get("X-Forwarded-For"):
        _say_unstated()


@cache
def _say_unstated() -> None:
    _LOG.warning(
        "A request came through a proxy, and the setting `proxies` is 0: limits on sign-ins count all who come that way"
        " as one address. %s.",
        _HINT,
    )
