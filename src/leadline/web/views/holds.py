"""A package that another agency's claim holds up: what was agreed with it, and the release by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leadline.casefile.actions.referrals import proposal, propose_release, release_referral
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.referrals import package_of
from leadline.errors import ApprovalMissing, Conflict
from leadline.reference.partners.partner import person
from leadline.web.again import with_fresh_factor
from leadline.web.referral_forms import AgreedForm

if TYPE_CHECKING:
    from leadline.casefile.queries.referrals import Package
    from leadline.web.asking import DeskRequest


@require_http_methods(["GET", "POST"])
def referral_agreed(request: DeskRequest, pk: str) -> HttpResponse:
    """Say what was agreed with the agencies that hold a referral."""
    permit(request.user, Verb.HOLD_PROPOSE)
    found = _held(package_of(pk, actor=request.user))
    form = AgreedForm(request.POST or None, agencies=list(found.held_by))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        propose_release(pk, told["agreed"], told["reason"], actor=request.user)
        messages.success(request, "It was written down. A second person releases the hold.")
        return HttpResponseRedirect(reverse("referral", args=[pk]))
    page = {
        "title": "What was agreed", "form": form, "over": f"Referral {pk}, held", "button": "Ask for the release",
        "back": reverse("referral", args=[pk]),
    }  # fmt: skip
    return render(request, "desk/form_page.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@with_fresh_factor
def referral_release(request: DeskRequest, pk: str) -> HttpResponse:
    """Stand behind what was agreed, as a second person."""
    permit(request.user, Verb.HOLD_RELEASE)
    found = _held(package_of(pk, actor=request.user))
    said = proposal(found.one.referral)
    if said is None:
        raise Conflict("nobody has said what was agreed.", advice="Say first what was agreed, on the referral's page.")
    if person(str(said.facts["by"])) == person(request.user.login):
        raise ApprovalMissing("you wrote down what was agreed: a second person releases it.", advice="Ask a colleague.")
    if request.method == "POST":
        release_referral(pk, actor=request.user)
        messages.success(request, "The hold is released. A later claim holds the referral again.")
        return HttpResponseRedirect(reverse("referral", args=[pk]))
    page = {"title": "Release the hold", "found": found, "one": found.one, "order": found.one.order, "said": said}
    return render(request, "desk/referrals/release.html", page)


def _held(found: Package) -> Package:
    if not found.held_by:
        raise Conflict("nothing holds it.", advice="See the page of the referral.")
    return found
