"""Signing in by the agency's identity provider: out by a link, back by a form, then the desk's own second factor.

The provider's form comes from another site, so that no cookie comes with it: :func:`landing` knows nobody and only
puts what it was given into a form of the desk's own, which the colleague sends on with their session.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.machine import Machine
from leadline.casefile.models import Agency, Member
from leadline.errors import NotThere, WrongUsage
from leadline.web.identity import NotVouched, provider_of, providers, request_to, subject_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from leadline.casefile.identity_providers import Provider

_LOG = logging.getLogger(__name__)
ASKED = "identity_asked"
"""Where the session keeps what was asked: one question at a time, good for one answer."""
PATIENCE = 600
"""Seconds in which the answer must come."""
_LONGEST = 16_384
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_STATE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """A page with the link to the provider; the session keeps the question."""
    provider = provider_of(request.POST.get("agency", ""))
    if provider is None:
        raise _none()
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("today"))
    after, state, nonce = request.POST.get("next", ""), secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    request.session[ASKED] = {
        "agency": provider.agency,
        "state": state,
        "nonce": nonce,
        "at": time.time(),
        "next": after if get_adapter(request).is_safe_url(after) else "",
    }
    landing_page = request.build_absolute_uri(reverse("identity-landing"))
    there = request_to(provider, landing=landing_page, state=state, nonce=nonce)
    told = {"title": "You leave the desk to sign in", "provider": provider, "there": there}
    return render(request, "account/identity_start.html", told)


@csrf_exempt  # it comes from the provider's site, reads no cookie, and changes nothing
@require_POST
def landing(request: HttpRequest) -> HttpResponse:
    """The provider's form, put into one of the desk's own; judged only once it comes with a session."""
    if not providers():
        raise _none()
    token, state = request.POST.get("id_token", ""), request.POST.get("state", "")
    if len(token) > _LONGEST or not _TOKEN.fullmatch(token) or not _STATE.fullmatch(state):
        raise WrongUsage(
            "the identity provider sent no sign-in.", advice="Begin again from the desk's own page, or use a password."
        )
    told = {"title": "Back at the desk", "token": token, "state": state}
    return render(request, "account/identity_landing.html", told)


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Judge the token by the question that this session asked; whoever it names is asked for the second factor."""
    if not providers():
        raise _none()
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("today"))
    if ratelimit.consume_or_429(request, action="login"):
        return _refused(request, "too_many_login_attempts")
    asked, token = request.session.pop(ASKED, None), request.POST.get("id_token", "")
    this_try = hashlib.sha256(token.encode()).hexdigest()
    if _is_locked(request, this_try):
        return _refused(request, "too_many_login_attempts")
    try:
        provider = _asked_of(asked, request.POST.get("state", ""))
        subject = subject_of(token[: _LONGEST + 1], provider, nonce=asked["nonce"], asked_at=asked["at"])
    except NotVouched as why:
        _LOG.warning("A sign-in by an identity provider was refused: %s", why)
        return _failed(request, this_try)
    return _sign_in(request, provider, subject, asked["next"])


def _sign_in(request: HttpRequest, provider: Provider, subject: str, after: str) -> HttpResponse:
    of_theirs = f"{provider.agency} {provider.issuer} {subject}"
    if _is_locked(request, of_theirs):
        return _refused(request, "too_many_login_attempts")
    member = Member.objects.vouched_for(provider.agency, provider.issuer, subject)
    if member is None:
        _note_unknown(provider, subject)
        return _failed(request, of_theirs)
    record_authentication(request, member, "identity-provider", issuer=provider.issuer)
    response: HttpResponse = perform_login(request, Login(user=member, redirect_url=after or None))
    return response


def _asked_of(asked: dict[str, Any] | None, state: str) -> Provider:
    if not asked or not 0 <= time.time() - asked["at"] <= PATIENCE:
        raise NotVouched("this session asked nothing, or too long ago")
    if not compare_digest(asked["state"].encode(), state.encode()):
        raise NotVouched("the state is another question's")
    provider = provider_of(asked["agency"])
    if provider is None:
        raise NotVouched("the provider is not in the file any more")
    return provider


def _note_unknown(provider: Provider, subject: str) -> None:
    """The provider vouched for somebody who is nobody here: for the agency's auditor."""
    agency = Agency.register.with_code(provider.agency)
    if agency is not None:
        told = {"issuer": provider.issuer, "subject": subject}
        record_reading(Machine(agency.id), "agency:session:refused", "", told)


def _is_locked(request: HttpRequest, key: str) -> bool:
    return not ratelimit.consume(request, action="login_failed", key=key, dry_run=True)


def _failed(request: HttpRequest, key: str) -> HttpResponse:
    """Count it as a wrong password is counted, and answer as to one."""
    ratelimit.consume(request, action="login_failed", key=key)
    return _refused(request, "username_password_mismatch")


def _refused(request: HttpRequest, code: str) -> HttpResponse:
    form = forms.Form({})
    form.add_error(None, get_adapter(request).validation_error(code))
    return render(request, "account/login.html", {"form": form})


def _none() -> NotThere:
    return NotThere("there is no such page or entry.", advice="Go back to the list that you came from.")
