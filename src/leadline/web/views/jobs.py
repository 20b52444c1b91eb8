"""Work in the background: what waits, what runs, what came of it; and the files that exports made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile import rows
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.jobs import VERBS, ask_again, ask_export, cancel_job
from leadline.casefile.evidence import tip_of
from leadline.casefile.export import exported_file
from leadline.casefile.index.filters import Filter
from leadline.casefile.models import Job
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.intake import job_on, list_jobs, seen_before
from leadline.errors import NotThere
from leadline.seal.hashing import sha256_file
from leadline.vocabulary.casework import JobKind, JobState

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from leadline.web.asking import DeskRequest

_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ABOUT = ("bundle", "tip", "run", "examination", "lead", "retirement")
_WITH_FILES = (JobKind.EXPORT, JobKind.DISCLOSE)
_TITLES = {
    JobKind.RECEIVE: "Seal a bundle and look at it",
    JobKind.RUN: "Run the whole plan on a tip",
    JobKind.INDEX: "Build the lists of a run",
    JobKind.EXPORT: "Write a list to a file",
    JobKind.SEAL: "Seal packages for partners",
    JobKind.EXAMINE: "Examine a device",
    JobKind.HAND_OVER: "Hash a device again as it changes hands",
    JobKind.RETIRE: "Take a cleared account out",
    JobKind.DISCLOSE: "Write papers for the defence",
}


@require_GET
def jobs(request: DeskRequest) -> HttpResponse:
    """The agency's jobs, the newest first."""
    listed = [
        {"job": job, "title": _TITLES[JobKind(job.kind)], "about": _about(job)} for job in list_jobs(actor=request.user)
    ]
    return render(request, "desk/jobs.html", {"title": "Jobs", "rows": listed})


def _about(job: Job) -> str:
    """What a job is about, one of :data:`_ABOUT`; and of an export its format."""
    stated = job.arguments
    what = next((str(stated[name]) for name in _ABOUT if stated.get(name)), "")
    return f"{what}, {stated['format'].upper()}" if job.kind == JobKind.EXPORT else what


@require_GET
def job(request: DeskRequest, pk: str) -> HttpResponse:
    """One job: its progress, what came of it, and what can be done then."""
    permit(request.user, Verb.JOB_READ)
    found = rows.one(Job, pk, actor=request.user)
    kind = JobKind(found.kind)
    told = {
        "title": _TITLES[kind], "job": found, "about": _about(found), "moves": found.state in ("waiting", "running"),
        "may_change": may(request.user, VERBS[kind], found), "part": f"desk/jobs/{kind}.html",
        "result": _RESULTS[kind](request, found),
    }  # fmt: skip
    return render(request, "desk/job.html", told)


def _received(request: DeskRequest, job: Job) -> dict[str, Any]:
    """What was found in the tip that was sealed."""
    if not job.result:
        return {}
    manifest = tip_of(request.user, job.result["tip"])
    return {
        **looked_at(request, manifest, job.result.get("look")),
        "again": job.result["again"],
        "running": job_on(manifest.tip, JobKind.RUN, actor=request.user),
    }


def looked_at(request: DeskRequest, manifest: Any, look: dict[str, Any] | None) -> dict[str, Any]:
    """A tip as its first look shows it: each file with its tally and where it was seen before."""
    tallies = {tally["file"]: tally for tally in look["files"]} if look else {}
    before = seen_before(manifest, actor=request.user)
    files = [
        {"file": file, "tally": tallies.get(file.no), "before": before.get(file.sha256, "")} for file in manifest.files
    ]
    return {"manifest": manifest, "look": look, "files": files, "refused": _by_reason(look["rejects"] if look else [])}


def _by_reason(rejects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Refused lines by reason, the most frequent first, each with the files and lines where they stand."""
    found: dict[str, dict[str, Any]] = {}
    for row in rejects:
        one = found.setdefault(row["reason"], {"reason": row["reason"], "rejects": 0, "places": []})
        one["rejects"] += row["rejects"]
        one["places"].append({**row, "more": row["rejects"] - len(row["lines"])})
    return sorted(found.values(), key=lambda one: (-one["rejects"], one["reason"]))


def _plain(request: DeskRequest, job: Job) -> dict[str, Any]:  # noqa: ARG001  as the others
    return dict(job.result or {})


def _exported(request: DeskRequest, job: Job) -> dict[str, Any]:  # noqa: ARG001  as the others
    there = bool(job.result) and exported_file(job).exists()
    words = [f"{key.replace('_', ' ')}: {', '.join(values)}" for key, values in job.arguments["filter"].items()]
    return {**(job.result or {}), "there": there, "words": words, "reason": job.arguments["reason"]}


def _disclosed(request: DeskRequest, job: Job) -> dict[str, Any]:  # noqa: ARG001  as the others
    return {**(job.result or {}), "there": bool(job.result) and exported_file(job).exists()}


_RESULTS = {
    JobKind.RECEIVE: _received,
    JobKind.RUN: _plain,
    JobKind.INDEX: _plain,
    JobKind.EXPORT: _exported,
    JobKind.SEAL: _plain,
    JobKind.EXAMINE: _plain,
    JobKind.HAND_OVER: _plain,
    JobKind.RETIRE: _plain,
    JobKind.DISCLOSE: _disclosed,
}


def _papers(request: DeskRequest, found: Job, path: Path) -> HttpResponseBase:
    told = found.result or {}
    record_reading(request.user, "account:papers:fetched", told["lead"], {"job": found.pk, "sha256": told["sha256"]})
    name = f"papers-{told['lead']}-{told['sha256'][:16]}.zip"
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
    answer["Leadline-SHA-256"] = told["sha256"]
    return answer


@require_POST
def job_cancel(request: DeskRequest, pk: str) -> HttpResponse:
    """Call a job off."""
    cancel_job(pk, actor=request.user)
    messages.success(request, "The job was called off. What was sealed until then stays sealed.")
    return HttpResponseRedirect(reverse("job", args=[pk]))


@require_POST
def job_again(request: DeskRequest, pk: str) -> HttpResponse:
    """Ask for the same once more."""
    return HttpResponseRedirect(reverse("job", args=[ask_again(pk, actor=request.user).pk]))


@require_POST
def export(request: DeskRequest) -> HttpResponse:
    """Ask for a file of the whole list, with every row of its filter."""
    wanted = Filter.read({key: [value for value in values if value] for key, values in request.POST.lists()})
    asked = (request.POST.get("run", ""), wanted, request.POST.get("format", ""), request.POST.get("reason", ""))
    return HttpResponseRedirect(reverse("job", args=[ask_export(*asked, actor=request.user).pk]))


@require_GET
def job_file(request: DeskRequest, pk: str) -> HttpResponseBase:
    """The file of an export or of papers for the defence; the audit keeps who took it, and its digest."""
    if not any(may(request.user, VERBS[kind]) for kind in _WITH_FILES):
        permit(request.user, Verb.EXPORT_MAKE)
    found = rows.one(Job, pk, actor=request.user)
    permit(request.user, VERBS[JobKind(found.kind)], found)
    if found.kind not in _WITH_FILES or found.state != JobState.DONE:
        raise NotThere("there is no such file.", advice="See the job.")
    told, path = found.result or {}, exported_file(found)
    if not path.exists() or sha256_file(path) != told["sha256"]:
        raise NotThere("the file is not kept any more.", advice="Ask for it again.")
    if found.kind == JobKind.DISCLOSE:
        return _papers(request, found, path)
    kind = found.arguments["format"]
    kept = {"format": kind, "run": found.arguments["run"], "rows": told["rows"], "sha256": told["sha256"]}
    record_reading(request.user, "candidate:list:exported", found.pk, kept)
    name = f"candidates-{found.arguments['run']}-{told['rows']}-rows-{told['sha256'][:16]}.{kind}"
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=_MEDIA_TYPES[kind])
    answer["Leadline-Rows"], answer["Leadline-SHA-256"] = str(told["rows"]), told["sha256"]
    return answer
