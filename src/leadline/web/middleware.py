"""What holds for every request: nothing is kept by browsers, a second factor is there, refusals become pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpResponseRedirect
from django.urls import reverse

from leadline.errors import LeadlineError, WrongUsage
from leadline.web.second_factor import used_factor
from leadline.web.views.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Answer = Callable[[HttpRequest], HttpResponse]

_TO_A_FIRST_FACTOR = frozenset({"account_logout", "account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn"})
"""What somebody who has signed in but has no second factor yet may open: only what leads to one, or out."""
_TO_SHOW_ONE = frozenset({"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
"""What somebody may open who has a second factor and has not shown it in this session."""
BY_A_PROVIDER = frozenset({"identity-start", "identity-landing", "identity-finish"})
OPEN = BY_A_PROVIDER | {"account_login", "account_logout", "mfa_authenticate", "account_inactive", "help", "help-page"}
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
        if used_factor(request):
            return None
        # Whoever signed in by the password alone before a factor was set up elsewhere must show it, not add one.
        ways, door = (
            (_TO_SHOW_ONE, "mfa_reauthenticate")
            if is_mfa_enabled(request.user)
            else (_TO_A_FIRST_FACTOR, "mfa_activate_totp")
        )
        return None if name in ways else HttpResponseRedirect(reverse(door))


class Refusals:
    """Errors meant for a person become a page that says what was wrong and what to do; so does a request with NUL."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:  # noqa: ARG002
        """No form of the desk sends NUL, and PostgreSQL takes none: whoever sends it is told so, whatever the page."""
        stated = (*request.GET.lists(), *request.POST.lists())
        if any("\x00" in text for name, values in stated for text in (name, *values)):
            return refusal(request, WrongUsage("the request holds a NUL character.", advice="Leave it out."))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page, or None for a fault of Leadline, which Django answers itself."""
        return refusal(request, error) if isinstance(error, LeadlineError) else None
