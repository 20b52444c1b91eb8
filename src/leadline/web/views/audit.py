"""The audit: who did what, and whether it is all still what was sealed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.audit import read_audit, verify_own

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest

FILTERS = {
    "actor": re.compile(r"M-[0-9a-f]{20}\Z", re.ASCII),
    "action": re.compile(r"[a-z:-]{1,120}\Z", re.ASCII),
    "thing": re.compile(r"[A-Za-z0-9-]{1,24}\Z", re.ASCII),
    "on": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII),
    "before": re.compile(r"[0-9]{1,17}\Z", re.ASCII),
}
ACTIONS = ("lead", "case", "candidate", "tip", "evidence", "agency", "exhibit", "job", "audit")


@require_GET
def audit(request: DeskRequest) -> HttpResponse:
    """Entries, the newest first, a page at a time."""
    asked = {key: request.GET[key] for key, shape in FILTERS.items() if shape.match(request.GET.get(key, ""))}
    found = read_audit(asked, actor=request.user)
    record_reading(request.user, "audit:list:read", "", {"filter": asked, "rows": len(found.rows)})
    told = {"title": "Audit", "found": found, "asked": asked, "actions": ACTIONS}
    return render(request, "desk/audit.html", told)


@require_http_methods(["GET", "POST"])
def audit_verify(request: DeskRequest) -> HttpResponse:
    """Hash the agency's share again and check the log; writes nothing but that it was asked for."""
    permit(request.user, Verb.AUDIT_READ)
    verdict = None
    if request.method == "POST":
        verdict = verify_own(actor=request.user)
        told = {"ok": verdict.is_clean, "faults": len(verdict.faults)}
        record_reading(request.user, "audit:chain:verified", "", told)
    return render(request, "desk/audit_verify.html", {"title": "Verify", "verdict": verdict})
