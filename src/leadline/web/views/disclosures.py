"""Papers for the defence: what is withheld and why is shown first, then a job writes the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.jobs import ask_disclosure
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.leads import lead_for_reading
from leadline.dispatch.disclosing import SCHEDULE
from leadline.web.forms import ReasonForm
from leadline.web.views.reading import reason_for

if TYPE_CHECKING:
    from leadline.web.asking import DeskRequest


@require_http_methods(["GET", "POST"])
def lead_disclose(request: DeskRequest, pk: str) -> HttpResponse:
    """The schedule of what is withheld, and the asking for the papers."""
    found = lead_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    permit(request.user, Verb.ACCOUNT_DISCLOSE, found)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = "For which proceedings"
    if request.method == "POST" and form.is_valid():
        job = ask_disclosure(pk, form.cleaned_data["reason"], actor=request.user)
        messages.success(request, "The papers are being written.")
        return HttpResponseRedirect(reverse("job", args=[job.pk]))
    record_reading(request.user, "account:schedule:read", found.pk)
    page = {"title": "Papers for the defence", "lead": found, "form": form, "schedule": SCHEDULE}
    return render(request, "desk/disclose.html", page, status=400 if form.errors else 200)
