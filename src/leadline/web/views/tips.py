"""Tips: what came in, what became of every line, what is missing, and the cache through time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.evidence import run_of
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.intake import first_look, job_on
from leadline.casefile.queries.tips import exhibits_of, list_tips, tip_entry
from leadline.errors import NotThere
from leadline.inquiry import collection as cache
from leadline.inquiry.origin import origin_of
from leadline.inquiry.tips import count_rejects, page_of_rejects, tallies
from leadline.vocabulary.casework import JobKind
from leadline.vocabulary.scales import RejectReason
from leadline.web.pictures import line_through
from leadline.web.views.jobs import looked_at

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.casefile.queries.tips import TipEntry
    from leadline.inquiry.runs import RunView
    from leadline.seal.manifest import TipManifest
    from leadline.web.asking import DeskRequest

_PAGE = 100
SUMS = (
    ("lines", "lines of the access logs", 0), ("accesses", "lines that were read", 1),
    ("rejects", "lines that were not, each with its reason", 1),
    ("relevant", "accesses to what the inventories list", 0),
    ("without_account", "of them, accesses that name no account", 1), ("other", "accesses to anything else", 0),
    ("accounts", "accounts with a relevant access", 0), ("attributed", "attributed to one jurisdiction", 1),
    ("abstained", "not attributed: the evidence does not carry one", 1), ("candidates", "candidates, ranked", 0),
)  # fmt: skip


@require_GET
def tips(request: DeskRequest) -> HttpResponse:
    """The agency's tips."""
    return render(request, "desk/tips.html", {"title": "Tips", "tips": list_tips(actor=request.user)})


@require_GET
def tip(request: DeskRequest, pk: str) -> HttpResponse:
    """One tip: its accounting, its files, its gaps, its exhibits."""
    entry, manifest = tip_entry(pk, actor=request.user)
    view = _view(request, entry)
    told = {
        "title": f"Tip {manifest.reference or pk}", "entry": entry, "manifest": manifest, "view": view,
        "exhibits": exhibits_of(pk, actor=request.user), "may_run": may(request.user, Verb.RUN_START),
        **(_accounted(view, manifest) if view else _not_run(request, manifest)),
    }  # fmt: skip
    record_reading(request.user, "tip:page:read", "", {"tip": pk})
    return render(request, "desk/tip.html", told)


def _accounted(view: RunView, manifest: TipManifest) -> dict[str, Any]:
    counted = tallies(view)
    return {
        "sums": [
            {"name": name, "value": view.accounting[key], "key": key, "below": below} for key, name, below in SUMS
        ],
        "files": [{"file": file, "tally": counted.get(file.no)} for file in manifest.files],
        "rejects": _by_reason(count_rejects(view)),
    }


def _not_run(request: DeskRequest, manifest: TipManifest) -> dict[str, Any]:
    look = first_look(manifest.tip, actor=request.user)
    return {
        **looked_at(request, manifest, look),
        "running": job_on(manifest.tip, JobKind.RUN, actor=request.user),
    }


def _view(request: DeskRequest, entry: TipEntry) -> RunView | None:
    """The run that is asked for, the one that lists answer from, or the newest."""
    known = [run.run for run in entry.runs]
    asked = request.GET.get("run") or entry.current_run or (known[-1] if known else "")
    return run_of(request.user, asked) if asked in known else None


@require_GET
def tip_rejects(request: DeskRequest, pk: str) -> HttpResponse:
    """Refused lines, a page at a time; the lines' text stays in the exhibits."""
    entry, _ = tip_entry(pk, actor=request.user)
    view = _needed(_view(request, entry))
    reason = request.GET.get("reason") if request.GET.get("reason") in set(RejectReason) else None
    counts = count_rejects(view)
    total = sum(row["rejects"] for row in counts if reason in (None, row["reason"]))
    pages = max(1, -(-total // _PAGE))
    stated = request.GET.get("page", "1")
    number = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    reasons = _by_reason(counts)
    told = {
        "title": "Refused lines", "entry": entry, "total": total, "reason": reason, "reasons": reasons,
        "rows": page_of_rejects(view, reason=reason, skip=(number - 1) * _PAGE, size=_PAGE),
        "page": number, "pages": pages, "before": number - 1, "after": number + 1,
    }  # fmt: skip
    return render(request, "desk/tip_rejects.html", told)


def _by_reason(counts: list[dict[str, Any]]) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for row in counts:
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["rejects"]
    return reasons


def _needed(view: RunView | None) -> RunView:
    if view is None:
        raise NotThere("the tip has no complete run.", advice="Start one, or wait for the one that works.")
    return view


@require_GET
def tip_cache(request: DeskRequest, pk: str) -> HttpResponse:
    """The cache through time, as pictures and as a table of days."""
    entry, _ = tip_entry(pk, actor=request.user)
    view = _needed(_view(request, entry))
    days = list(cache.select_part(view, "days"))
    told = {
        "title": "The cache through time", "entry": entry, "summary": cache.summary(view), "days": days,
        "standing": line_through(days, "standing"), "accesses": line_through(days, "accesses", height=90),
        "accounts": line_through(days, "accounts", height=90),
        **(_origin(view) if may(request.user, Verb.CANDIDATE_READ) else {}),
    }  # fmt: skip
    record_reading(request.user, "tip:cache:read", "", {"tip": pk, "run": str(view.run)})
    return render(request, "desk/tip_cache.html", told)


def _origin(view: RunView) -> dict[str, Any]:
    """Who may have created the cache and made it grow, the first ten of each, or why nobody can say."""
    told = origin_of(view)
    return {"origin": told, "roles": [*told["creators"][:10], *told["growers"][:10]]}


@require_GET
def tip_added(request: DeskRequest, pk: str) -> HttpResponse:
    """Which accounts added listed objects, and how many; object names are not shown."""
    permit(request.user, Verb.CANDIDATE_READ)
    entry, _ = tip_entry(pk, actor=request.user)
    view = _needed(_view(request, entry))
    found: dict[str, dict[str, Any]] = {}
    for row in cache.select_part(view, "added"):
        one = found.setdefault(
            row["account_key"],
            {"account": row["account_key"], "objects": 0, "new": 0, "first": row["added_at"], "last": row["added_at"]},
        )
        one["objects"] += 1
        one["new"] += bool(row["new"])
        one["last"] = row["added_at"] or one["last"]
    rows = sorted(found.values(), key=lambda row: (-row["objects"], row["account"]))
    record_reading(request.user, "tip:added:read", "", {"tip": pk, "run": str(view.run), "rows": len(rows[:200])})
    told = {"title": "Who added objects", "entry": entry, "rows": rows[:200], "total": len(rows)}
    return render(request, "desk/tip_added.html", told)
