"""Today: where the work stands, what waits, and from which evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from leadline.casefile.evidence import workspace
from leadline.casefile.index import pages as index
from leadline.casefile.index.filters import Filter
from leadline.casefile.policy import Verb, may
from leadline.casefile.queries.referrals import waiting_for
from leadline.casefile.queries.retirements import to_agree
from leadline.casefile.queries.returns import STEPS, WHAT, sent_and_back
from leadline.casefile.queries.today import today as asked
from leadline.casefile.referred import referrals_of, waiting_for_us
from leadline.dispatch.following import alarms_among
from leadline.reference.store import editions
from leadline.vocabulary.casework import LeadState
from leadline.vocabulary.instants import now
from leadline.vocabulary.scales import Level
from leadline.web.pictures import shares
from leadline.web.shown import country_text

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.casefile.models import IndexedRun
    from leadline.casefile.queries.today import Today
    from leadline.web.asking import DeskRequest

_SHOWN = 12


@require_GET
def today(request: DeskRequest) -> HttpResponse:
    """The first page after the sign-in."""
    found = asked(actor=request.user)
    reads = may(request.user, Verb.CANDIDATE_READ)
    levels, places = _cells(found.copy) if found.copy and reads else ({}, [])
    day = now().date()
    told = {
        "title": "Today", "found": found, "day": day, "levels": levels, "picture": places if reads else [],
        "tiles": _tiles(request, found, levels), "steps": _steps(found, reads=reads),
        "tables": _tables(), "moment": now(), "to_agree": to_agree(actor=request.user), **_referred(request),
    }  # fmt: skip
    return render(request, "desk/today.html", told)


def _cells(copy: IndexedRun) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Candidates by level, and the jurisdictions with most of them, each by level; from the index's own counts."""
    levels = index.facets(copy, Filter())["level"]
    codes = [code for code in index.facets(copy, Filter())["jurisdiction"] if code != "-"][:_SHOWN]
    rows = []
    for code in codes:
        counts = index.facets(copy, Filter(jurisdiction=(code,)))["level"]
        rows.append((code, [counts.get(level, 0) for level in Level]))
    drawn = shares(rows)
    return levels, [{**row, "title": country_text(row["name"])} for row in drawn]


def _tiles(request: DeskRequest, found: Today, levels: dict[str, int]) -> list[dict[str, Any]]:
    tiles = []
    if found.copy and may(request.user, Verb.CANDIDATE_READ):
        url = reverse("candidates")
        tiles += [
            {"value": found.copy.rows, "name": "candidates, ranked", "href": url},
            {"value": levels.get("very-high", 0), "name": "at level very high", "href": f"{url}?level=very-high"},
        ]
    if may(request.user, Verb.LEAD_READ):
        url = reverse("leads")
        tiles += [
            {"value": found.leads.get(LeadState.OPEN, 0), "name": "open leads", "href": f"{url}?state=open"},
            {"value": found.mine, "name": "leads with you", "href": f"{url}?assignee={request.user.pk}"},
        ]
    if may(request.user, Verb.CASE_READ):
        tiles.append(
            {"value": found.cases.get("open", 0), "name": "open cases", "href": f"{reverse('cases')}?stage=open"}
        )
    return tiles


def _steps(found: Today, *, reads: bool) -> list[dict[str, Any]]:
    """From candidates to outcomes, each step with what it is of the one before."""
    decided = sum(found.leads.values())
    opened = decided - found.leads.get(LeadState.DECLINED, 0)
    counts = [
        *([("candidates", found.copy.rows, reverse("candidates"))] if found.copy and reads else []),
        ("decided by a person", decided, reverse("leads")),
        ("opened as leads", opened, reverse("leads")),
        ("cases", sum(found.cases.values()), reverse("cases")),
        ("persons arrested", found.arrests, reverse("cases")),
        ("children safeguarded", found.children_safeguarded, reverse("cases")),
    ]
    steps, before = [], None
    for name, count, href in counts:
        steps.append(
            {
                "name": name,
                "count": count,
                "href": href,
                "of": _ratio(count, before),
                "share": f"{100 * count / before:.1f}" if before and count <= before else "",
            }
        )
        # What comes of a case is no share of cases, nor are children one of arrests.
        before = None if name in ("cases", "persons arrested") else count
    return steps


def _referred(request: DeskRequest) -> dict[str, Any]:
    """Silence of partners, drafts that wait for this colleague, and the way out and back in numbers."""
    actor = request.user
    if not may(actor, Verb.REFERRAL_READ):
        return {}
    known = referrals_of(actor).values()
    return {
        "silences": alarms_among((one.referral for one in known), at=now()),
        "approvals": len(waiting_for(actor)),
        "may_own": may(actor, Verb.REFERRAL_OWN),
        "held_up": waiting_for_us(actor),
        "back": _back(sent_and_back(actor=actor)),
    }


def _back(told: dict[str, int]) -> list[dict[str, Any]]:
    """From packages to children safeguarded; each number is a link to its rows."""
    gone, back = f"{reverse('referrals')}?tab=gone", reverse("referrals-returns")
    steps = [
        {"name": "packages sealed", "count": told["packages"], "href": gone, "of": ""},
        {"name": "leads in them", "count": told["leads"], "href": gone, "of": ""},
        {"name": "requests to verify in them", "count": told["to_verify"], "href": gone, "of": ""},
    ]
    for key in STEPS:
        of = _ratio(told[key], told["leads"] + told["to_verify"]) if key == "leads_answered" else ""
        steps.append({"name": WHAT[key], "count": told[key], "href": f"{back}?what={key}", "of": of})
    return steps


def _ratio(count: int, before: int | None) -> str:
    if before is None or not before or not count or count > before:
        return ""
    return f"1 in {round(before / count):,}" if count * 2 <= before else f"{100 * count / before:.0f}%"


def _tables() -> list[Any]:
    return [edition for edition in editions(workspace()) if edition.kind == "networks"]
