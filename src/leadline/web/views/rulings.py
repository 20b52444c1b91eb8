"""Rulings: whether two accounts are one person's, said on a lead's page and sent back to the evidence by a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.jobs import ask_run
from leadline.casefile.actions.rulings import rule_on_pair, seal_rulings
from leadline.casefile.policy import Verb, may
from leadline.casefile.queries.leads import lead_for_reading
from leadline.casefile.queries.rulings import rulings_of
from leadline.casefile.queries.tips import tip_entry
from leadline.web.views.reading import reason_for

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest


@require_POST
def lead_rule(request: DeskRequest, pk: str) -> HttpResponse:
    """Rule on one link of a lead."""
    lead_for_reading(pk, actor=request.user, reason=reason_for(request, pk))
    told = [request.POST.get(name, "") for name in ("other", "ruling", "reason")]
    rule_on_pair(pk, *told, actor=request.user)
    messages.success(request, "The ruling was kept. The tip's next run hears it once it is sealed.")
    return HttpResponseRedirect(reverse("lead", args=[pk]) + "#links")


@require_GET
def tip_rulings(request: DeskRequest, pk: str) -> HttpResponse:
    """Every ruling on a tip's accounts, and what the last run made of it."""
    found = rulings_of(pk, actor=request.user)
    entry, _ = tip_entry(pk, actor=request.user)
    record_reading(request.user, "tip:rulings:read", "", {"tip": pk, "rows": len(found.rows)})
    may_seal = may(request.user, Verb.RULING_SEAL) and may(request.user, Verb.RUN_START)
    return render(
        request, "desk/tip_rulings.html", {"title": "Rulings", "entry": entry, "found": found, "may_seal": may_seal}
    )


@require_POST
def tip_rulings_seal(request: DeskRequest, pk: str) -> HttpResponse:
    """Seal what was ruled since the last snapshot, and start the run that takes it in."""
    seal_rulings(pk, actor=request.user)
    return HttpResponseRedirect(reverse("job", args=[ask_run(pk, actor=request.user).pk]))
