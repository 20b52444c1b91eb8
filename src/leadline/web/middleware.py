"""What holds for every request: nothing is kept by browsers, a second factor is there, refusals become pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponseRedirect
from django.urls import reverse

from leadline.errors import LeadlineError
from leadline.web.views.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Answer = Callable[[HttpRequest], HttpResponse]

_WITHOUT_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
"""What somebody who signed in but has no second factor yet may open: only what leads to one, or out."""
OPEN = frozenset({"account_login", "account_logout", "mfa_authenticate", "account_inactive", "help", "help-page"})
"""What needs no sign-in."""


class NoTraces:
    """No page is kept by a browser or by anything in between."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response["Cache-Control"] = "no-store"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class SecondFactor:
    """Nobody goes further than the sign-in without a second factor; every other page asks who it is."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:  # noqa: ARG002
        """Send whoever has not signed in to the sign-in, whoever has no second factor to its set-up."""
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in OPEN:
            return None
        if not request.user.is_authenticated:
            asked = {"next": request.get_full_path()} if request.method == "GET" else {}
            return HttpResponseRedirect(
                f"{reverse('account_login')}?{urlencode(asked)}" if asked else reverse("account_login")
            )
        if name in _WITHOUT_FACTOR or _has_factor(request):
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))


def _has_factor(request: HttpRequest) -> bool:
    used = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in used) or is_mfa_enabled(request.user)


class Refusals:
    """Errors meant for a person become a page that says what was wrong and what to do."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page, or None for a fault of Leadline, which Django answers itself."""
        return refusal(request, error) if isinstance(error, LeadlineError) else None
