"""Taking a tip in: what lies in the intake folder, sealing it and a first look, and accepting it by a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leadline.casefile.actions.jobs import ask_index, ask_receive, ask_run
from leadline.casefile.queries.intake import intake_folder
from leadline.web.forms import ReceiveForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.casefile.models import Job
    from leadline.web.asking import DeskRequest


@require_http_methods(["GET", "POST"])
def tip_receive(request: DeskRequest) -> HttpResponse:
    """Choose a bundle that lies in the agency's folder; it is sealed in the background, then looked at."""
    folder = intake_folder(actor=request.user)
    form = ReceiveForm(request.POST or None, bundles=[(one.name, one.name) for one in folder.bundles])
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        return _to(ask_receive(told["bundle"], leave_out=form.paths(), as_is=told["as_is"], actor=request.user))
    shown = {"title": "Take a tip in", "folder": folder, "form": form}
    return render(request, "desk/tip_receive.html", shown, status=400 if form.errors else 200)


@require_POST
def tip_run(request: DeskRequest, pk: str) -> HttpResponse:
    """Accept a tip: the whole plan is carried out on it, and its candidates are listed."""
    return _to(ask_run(pk, actor=request.user))


@require_POST
def tip_lists(request: DeskRequest, pk: str) -> HttpResponse:
    """Have the lists of a tip answer from another of its runs."""
    return _to(ask_index(request.POST.get("run", ""), of=pk, actor=request.user))


def _to(job: Job) -> HttpResponse:
    return HttpResponseRedirect(reverse("job", args=[job.pk]))
