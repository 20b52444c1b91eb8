"""A cleared account is taken out: asked for on its lead, seen and agreed to by a second person, done by a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.retirements import agree_retirement, ask_retirement, decline_retirement
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.leads import lead_for_reading
from leadline.casefile.queries.retirements import leaving, list_retirements
from leadline.errors import ApprovalMissing
from leadline.vocabulary.casework import RetirementState
from leadline.web.again import with_fresh_factor
from leadline.web.forms import ReasonForm
from leadline.web.referral_forms import RetireForm
from leadline.web.views.reading import reason_for

if TYPE_CHECKING:
    from leadline.web.asking import DeskRequest


@require_http_methods(["GET", "POST"])
def lead_retire(request: DeskRequest, pk: str) -> HttpResponse:
    """Say that the holder of a lead's account is cleared, and have it looked up what has to go."""
    found = lead_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    permit(request.user, Verb.ACCOUNT_RETIRE, found)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        row = ask_retirement(pk, told["reason"], told["custodian"], actor=request.user)
        messages.success(request, "It is being looked up what has to go; the notices to recipients are drafted.")
        return HttpResponseRedirect(reverse("retirement", args=[row.pk]))
    page = {
        "title": "Take a cleared account out", "form": form, "over": f"Lead {pk}", "back": reverse("lead", args=[pk]),
        "button": "Look up what has to go",
    }  # fmt: skip
    return render(request, "desk/form_page.html", page, status=400 if form.errors else 200)


@require_GET
def retirements(request: DeskRequest) -> HttpResponse:
    """Accounts that are being taken out, or were."""
    rows = list_retirements(actor=request.user)
    record_reading(request.user, "account:retirements:read", "", {"rows": len(rows)})
    return render(request, "desk/retirements.html", {"title": "Accounts taken out", "rows": rows})


@require_GET
def retirement(request: DeskRequest, pk: str) -> HttpResponse:
    """One of them: what has to go, who was told, what was done."""
    found = leaving(pk, actor=request.user)
    record_reading(request.user, "account:retirement:read", found.row.lead_id, {"retirement": pk})
    waits = found.row.state == RetirementState.FOUND and found.row.asked_by_id != request.user.pk
    told = {
        "title": "Taking an account out", "found": found, "row": found.row, "form": ReasonForm(auto_id="decline_%s"),
        "may_agree": waits and may(request.user, Verb.ACCOUNT_TAKE_OUT, found.row),
        "may_decline": found.row.state in (RetirementState.ASKED, RetirementState.FOUND),
    }  # fmt: skip
    return render(request, "desk/retirement.html", told)


@require_http_methods(["GET", "POST"])
@with_fresh_factor
def retirement_agree(request: DeskRequest, pk: str) -> HttpResponse:
    """What cannot be undone, once more on one page; and the second person's word."""
    permit(request.user, Verb.ACCOUNT_TAKE_OUT)
    found = leaving(pk, actor=request.user)
    if found.row.asked_by_id == request.user.pk:
        raise ApprovalMissing("you asked for it: a second person must agree.", advice="Ask a colleague.")
    if request.method == "POST":
        agree_retirement(pk, actor=request.user)
        messages.success(request, "The account is being taken out.")
        return HttpResponseRedirect(reverse("retirement", args=[pk]))
    record_reading(request.user, "account:retirement:read", found.row.lead_id, {"retirement": pk})
    return render(request, "desk/retirement_agree.html", {"title": "Agree", "found": found, "row": found.row})


@require_POST
def retirement_decline(request: DeskRequest, pk: str) -> HttpResponse:
    """Leave the account where it is."""
    decline_retirement(pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, "The account stays.")
    return HttpResponseRedirect(reverse("retirement", args=[pk]))
