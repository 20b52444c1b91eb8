"""Work in the background: what waits, what runs, what came of it; and complete exports of a list."""

from __future__ import annotations

import hashlib
import tempfile
from typing import TYPE_CHECKING

from django.http import FileResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.evidence import run_of, workspace
from leadline.casefile.export import LAYOUTS, write_candidates
from leadline.casefile.index import pages as index
from leadline.casefile.index.filters import Filter
from leadline.casefile.models import Job
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.errors import WrongUsage

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from leadline.web.asking import DeskRequest

_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
def export(request: DeskRequest) -> HttpResponseBase:
    """A file of the whole list, with every row of its filter; the audit keeps its number of rows and its digest."""
    permit(request.user, Verb.EXPORT_MAKE)
    kind = request.POST.get("format", "")
    if kind not in LAYOUTS:
        raise WrongUsage("there is no such format.", advice=f"Choose one of {', '.join(LAYOUTS)}.")
    copy = index.indexed(request.POST.get("run", ""), actor=request.user)
    wanted = Filter.read({key: [value for value in values if value] for key, values in request.POST.lists()})
    accounts = index.accounts(copy, wanted, actor=request.user)
    folder = workspace() / "cache" / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    stream = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  the answer sends it, then closes it
    rows = write_candidates(run_of(request.user, copy.run), accounts, kind, stream)
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    told = {"format": kind, "filter": wanted.wording(), "run": copy.run, "rows": rows, "sha256": digest}
    record_reading(request.user, "candidate:list:exported", "", told)
    name = f"candidates-{copy.run}-{rows}-rows-{digest[:16]}.{kind}"
    answer = FileResponse(stream, as_attachment=True, filename=name, content_type=_MEDIA_TYPES[kind])
    answer["Leadline-Rows"], answer["Leadline-SHA-256"] = str(rows), digest
    return answer
