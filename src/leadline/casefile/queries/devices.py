"""Devices for the desk: the register of exhibits with who holds them, one exhibit, its examinations, the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.evidence import agency_code, workspace
from leadline.casefile.models import Case, CustodyEvent, Examination, Exhibit, Lead, Member
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries.leads import current_run, names_of
from leadline.casefile.rows import one
from leadline.errors import NotThere
from leadline.exposure import everybodys, viewings, weeks_of
from leadline.seal.log import Log
from leadline.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.exposure import Week

PAGE = 50


@dataclass(frozen=True)
class ExhibitLine:
    """An exhibit, its last step of custody, and its examinations, the newest first."""

    exhibit: Exhibit
    custody: CustodyEvent | None
    examinations: tuple[Examination, ...]


@dataclass(frozen=True)
class ExhibitList:
    """A page of the register, and how many exhibits there are."""

    rows: Sequence[ExhibitLine]
    total: int
    page: int
    pages: int


def list_exhibits(stated: str = "", *, actor: Member) -> ExhibitList:
    """The register of exhibits, the newest first; ``stated`` is the number of the page."""
    permit(actor, Verb.DEVICE_READ)
    rows = Exhibit.scoped.visible_to(actor)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    shown = list(rows.select_related("case").order_by("-created_at", "pk")[(page - 1) * PAGE : page * PAGE])
    names = [exhibit.pk for exhibit in shown]
    last = {event.exhibit_id: event for event in _custody(names, actor)}
    examined: dict[str, list[Examination]] = {}
    for row in _examinations(names, actor):
        examined.setdefault(row.exhibit_id, []).append(row)
    lines = [ExhibitLine(one, last.get(one.pk), tuple(examined.get(one.pk, ()))) for one in shown]
    return ExhibitList(lines, total, page, pages)


def exhibit_for_reading(name: str, *, actor: Member) -> Exhibit:
    """One exhibit of the agency."""
    permit(actor, Verb.DEVICE_READ)
    found = Exhibit.scoped.visible_to(actor).select_related("case", "tip").filter(pk=name).first()
    if found is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    return found


def custody_of(exhibit: Exhibit, *, actor: Member) -> Sequence[CustodyEvent]:
    """The steps of an exhibit's custody, the oldest first."""
    return list(_custody([exhibit.pk], actor))


def examinations_of(exhibit: Exhibit, *, actor: Member) -> Sequence[Examination]:
    """The examinations of an exhibit, the newest first."""
    return list(_examinations([exhibit.pk], actor))


def examination_for_reading(name: str, *, actor: Member) -> Examination:
    """One examination of the agency, with its exhibit, its job and its lead."""
    permit(actor, Verb.DEVICE_READ)
    rows = Examination.scoped.visible_to(actor).filter(pk=name)
    found = rows.select_related("exhibit__case", "job", "lead", "asked_by", "released_for", "released_by").first()
    if found is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    return found


def leads_beside(exhibit: Exhibit, *, actor: Member) -> list[Lead]:
    """The leads that an exhibit is compared with: those of its case, else the open ones of its tip."""
    rows = Lead.scoped.visible_to(actor).order_by("account_key", "pk")
    if exhibit.case_id:
        return list(rows.filter(case_id=exhibit.case_id))
    return list(rows.filter(tip=exhibit.tip.tip)[:PAGE]) if exhibit.tip else []


def run_beside(row: Examination, *, actor: Member) -> str | None:
    """The run whose cache a device is compared with: that of the lead, of the case's leads, or of the exhibit's tip."""
    leads = [row.lead] if row.lead else leads_beside(row.exhibit, actor=actor)
    if leads:
        return current_run(leads[0].tip, actor=actor) or leads[0].run
    return (current_run(row.exhibit.tip.tip, actor=actor) if row.exhibit.tip else "") or None


def own_exposure(*, actor: Member) -> tuple[int, tuple[Week, ...]]:
    """The week's budget, and what the actor has looked at."""
    budget = read_settings(workspace()).exposure_weekly
    return budget, weeks_of(str(actor.pk), viewings(Log.open(workspace()), agency_code(actor)), budget)


def staff_exposure(*, actor: Member) -> list[tuple[str, tuple[Week, ...]]]:
    """What each colleague has looked at, by name, for whoever looks after the staff."""
    permit(actor, Verb.EXPOSURE_READ)
    budget = read_settings(workspace()).exposure_weekly
    found = everybodys(viewings(Log.open(workspace()), agency_code(actor)), budget)
    names = names_of(set(found), actor=actor)
    return sorted((names.get(who, who), weeks) for who, weeks in found.items())


def open_cases(*, actor: Member) -> list[tuple[str, str]]:
    """Names of rows and titles of the agency's open cases."""
    return list(Case.scoped.visible_to(actor).filter(stage="open").order_by("title", "pk").values_list("pk", "title"))


def name_of(member: str, *, actor: Member) -> str:
    """A colleague's name."""
    return one(Member, member, actor=actor).display_name


def _custody(exhibits: Sequence[str], actor: Member) -> Sequence[CustodyEvent]:
    rows = CustodyEvent.scoped.visible_to(actor).filter(exhibit_id__in=exhibits)
    return list(rows.select_related("holder", "recorded_by").order_by("created_at", "pk"))


def _examinations(exhibits: Sequence[str], actor: Member) -> Sequence[Examination]:
    rows = Examination.scoped.visible_to(actor).filter(exhibit_id__in=exhibits)
    return list(rows.select_related("job", "asked_by", "lead").order_by("-created_at", "pk"))
