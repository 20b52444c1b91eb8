"""Asks once more for the second factor before what cannot be undone, unless it was shown a short while ago."""

from __future__ import annotations

import time
from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest

    View = Callable[..., HttpResponse]


def with_fresh_factor(view: View) -> View:
    """A view that is answered only to whoever showed a second factor lately; a form that was sent is sent on after."""

    @wraps(view)
    def asked(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_fresh(request):
            return view(request, *args, **kwargs)
        answer: HttpResponse = suspend_request(request, reverse("mfa_reauthenticate"))
        return answer

    return asked


def _is_fresh(request: DeskRequest) -> bool:
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" and record.get("at", 0) >= since for record in records)
