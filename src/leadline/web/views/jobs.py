"""Work in the background: what waits, what runs, what came of it; and the request for a complete export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.models import Job
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.errors import NotThere

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest


@require_GET
def jobs(request: DeskRequest) -> HttpResponse:
    """The agency's jobs, the newest first."""
    permit(request.user, Verb.JOB_READ)
    rows = Job.scoped.visible_to(request.user).select_related("asked_by").order_by("-created_at", "pk")[:100]
    return render(request, "desk/jobs.html", {"title": "Jobs", "jobs": list(rows)})


@require_GET
def job(request: DeskRequest, pk: str) -> HttpResponse:
    """One job with its progress."""
    permit(request.user, Verb.JOB_READ)
    found = one(Job, pk, actor=request.user)
    return render(request, "desk/job.html", {"title": "Job", "job": found})


@require_POST
def export(request: DeskRequest) -> HttpResponse:
    """Ask for a file of the whole list."""
    permit(request.user, Verb.EXPORT_MAKE)
    raise NotThere("exports are not made here yet.", advice="Use `leadline candidates --format csv`.")


@require_GET
def job_file(request: DeskRequest, pk: str) -> HttpResponse:
    """The file that a job made."""
    permit(request.user, Verb.EXPORT_MAKE)
    one(Job, pk, actor=request.user)
    raise NotThere("the job made no file.", advice="See the job.")
