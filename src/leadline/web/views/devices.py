"""Exhibits and their custody, triage of a device in the background, what it came to, and who has looked at how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.actions import devices as act
from leadline.casefile.actions.audit import record_reading
from leadline.casefile.devices import devices_folder, devices_of, view_of
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries import devices as ask
from leadline.casefile.queries.people import colleagues
from leadline.errors import NotThere
from leadline.inquiry.device_report import report_csv, report_pdf
from leadline.web import forms
from leadline.web.device_page import ladder_of, result_of

if TYPE_CHECKING:
    from django.forms import Form

    from leadline.casefile.models import Examination, Exhibit
    from leadline.web.asking import DeskRequest


@require_GET
def devices(request: DeskRequest) -> HttpResponse:
    """The register of exhibits, with who holds each and how far its examination is."""
    found = ask.list_exhibits(request.GET.get("page", ""), actor=request.user)
    record_reading(request.user, "exhibit:list:read", "", {"rows": len(found.rows)})
    told = {
        "title": "Devices", "found": found, "page": found.page, "pages": found.pages, "before": found.page - 1,
        "after": found.page + 1, "may_register": may(request.user, Verb.EXHIBIT_REGISTER),
    }  # fmt: skip
    return render(request, "desk/devices.html", told)


@require_GET
def device(request: DeskRequest, pk: str) -> HttpResponse:
    """One exhibit: its custody, its examinations, and the start of one."""
    found = ask.exhibit_for_reading(pk, actor=request.user)
    record_reading(request.user, "exhibit:page:read", found.pk)
    return _exhibit(request, found, _triage_form(request, found))


def _triage_form(request: DeskRequest, found: Exhibit, data: Any = None) -> forms.TriageForm:
    leads = [(lead.pk, lead.account_key) for lead in ask.leads_beside(found, actor=request.user)]
    return forms.TriageForm(data, devices=devices_of(request.user), leads=leads)


def _exhibit(request: DeskRequest, found: Exhibit, form: Form, status: int = 200) -> HttpResponse:
    told = {
        "title": f"Exhibit {found.number}", "exhibit": found, "form": form,
        "custody": ask.custody_of(found, actor=request.user),
        "examinations": ask.examinations_of(found, actor=request.user),
        "folder": devices_folder(request.user),
        "may_examine": may(request.user, Verb.DEVICE_EXAMINE, found),
    }  # fmt: skip
    return render(request, "desk/device.html", told, status=status)


@require_POST
def device_examine(request: DeskRequest, pk: str) -> HttpResponse:
    """Start the triage of a device in the background."""
    permit(request.user, Verb.DEVICE_EXAMINE)
    found = ask.exhibit_for_reading(pk, actor=request.user)
    form = _triage_form(request, found, request.POST)
    if not form.is_valid():
        return _exhibit(request, found, form, 400)
    told = form.cleaned_data
    row = act.ask_examination(pk, told["source"], told["authority"], lead=told["lead"] or None, actor=request.user)
    return HttpResponseRedirect(reverse("device-examination", args=[row.pk]))


@require_GET
def device_examination(request: DeskRequest, pk: str) -> HttpResponse:
    """One examination: how far it is, or what it came to; names are masked."""
    row = ask.examination_for_reading(pk, actor=request.user)
    record_reading(request.user, "exhibit:examination:read", row.exhibit_id, {"examination": row.pk})
    return _examination(request, row)


def _examination(request: DeskRequest, row: Examination, *, unmasked: bool = False) -> HttpResponse:
    told: dict[str, Any] = {
        "title": f"Examination of {row.exhibit.number}", "row": row, "job": row.job, "unmasked": unmasked,
        "here": reverse("device-examination", args=[row.pk]),
        "may_unmask": may(request.user, Verb.TEXT_UNMASK),
    }  # fmt: skip
    if row.examination:
        asked = request.POST if unmasked else request.GET
        told |= result_of(row, asked.get("page", ""), actor=request.user)
        told |= _offered(request, row)
    return render(request, "desk/examination.html", told)


def _offered(request: DeskRequest, row: Examination) -> dict[str, Any]:
    """Forms for what the colleague may do with a complete examination."""
    user = request.user
    offered: dict[str, Any] = {}
    if may(user, Verb.CUSTODY_RECORD, row):
        offered["hand_over"] = forms.HandOverForm(auto_id="hand_%s", people=colleagues(actor=user))
    if may(user, Verb.CONTENTS_LOOK, row):
        budget, weeks = ask.own_exposure(actor=user)
        offered |= {"look": forms.LookForm(auto_id="look_%s"), "budget": budget, "week": weeks[0] if weeks else None}
    if may(user, Verb.ROWS_RELEASE, row) and row.asked_by_id != user.pk and not row.released_at:
        offered["release"] = forms.ReleaseForm(auto_id="release_%s", cases=ask.open_cases(actor=user))
    return offered


@require_POST
def device_text(request: DeskRequest, pk: str) -> HttpResponse:
    """The same with the files' names, for who may ask; the audit has it before the answer is."""
    permit(request.user, Verb.TEXT_UNMASK)
    row = ask.examination_for_reading(pk, actor=request.user)
    told = {"examination": row.pk, "page": request.POST.get("page", "")[:9]}
    record_reading(request.user, "evidence:text:unmasked", row.exhibit_id, told)
    return _examination(request, row, unmasked=True)


@require_POST
def device_look(request: DeskRequest, pk: str) -> HttpResponse:
    """Take the next contents to look at."""
    row = ask.examination_for_reading(pk, actor=request.user)
    form = forms.LookForm(request.POST)
    form.is_valid()
    told = form.cleaned_data
    taken = act.take_contents(pk, groups=told.get("groups") or 1, again=told.get("again", ""), actor=request.user)
    shown = {"title": "Yours to look at", "row": row, "taken": taken}
    return render(request, "desk/device_taken.html", shown)


@require_POST
def device_hand_over(request: DeskRequest, pk: str) -> HttpResponse:
    """Have the source hashed again and handed over."""
    row = ask.examination_for_reading(pk, actor=request.user)
    form = forms.HandOverForm(request.POST, people=colleagues(actor=request.user))
    if form.is_valid():
        job = act.ask_hand_over(row.pk, actor=request.user, **form.cleaned_data)
        return HttpResponseRedirect(reverse("job", args=[job.pk]))
    told = {"title": "Hand over", "form": form, "over": row.exhibit.number, "button": "Hash again and hand over"}
    return render(request, "desk/form_page.html", told, status=400)


@require_POST
def device_release(request: DeskRequest, pk: str) -> HttpResponse:
    """Release a listing's rows for a case; the key file is read and not kept."""
    permit(request.user, Verb.ROWS_RELEASE)
    row = ask.examination_for_reading(pk, actor=request.user)
    form = forms.ReleaseForm(request.POST, request.FILES, cases=ask.open_cases(actor=request.user))
    if not form.is_valid():
        told = {"title": "Release rows", "form": form, "over": "", "button": "Release the rows", "files": True}
        return render(request, "desk/form_page.html", told, status=400)
    act.release_listing(row.pk, form.cleaned_data["case"], form.key_text(), actor=request.user)
    messages.success(request, "The rows were released for the case.")
    return HttpResponseRedirect(reverse("device-examination", args=[row.pk]))


@require_GET
def device_report(request: DeskRequest, pk: str, layout: str) -> HttpResponse:
    """The report as a file; its custody stands in it, with colleagues by name."""
    row = ask.examination_for_reading(pk, actor=request.user)
    if layout not in ("csv", "pdf"):
        raise NotThere("there is no such report.", advice="It comes as csv and as pdf.")
    view, steps = view_of(row), ladder_of(row, actor=request.user)
    record_reading(request.user, "exhibit:report:exported", row.exhibit_id, {"examination": row.pk, "format": layout})
    content = report_pdf(view, steps) if layout == "pdf" else report_csv(view, steps)
    kind = "application/pdf" if layout == "pdf" else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{view.id}.{layout}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


@require_GET
def devices_exposure(request: DeskRequest) -> HttpResponse:
    """What each colleague has looked at, for whoever looks after the staff; the reading is in the audit."""
    found = ask.staff_exposure(actor=request.user)
    record_reading(request.user, "exposure:ledger:read", "", {"people": len(found)})
    return render(request, "desk/devices_exposure.html", {"title": "Exposure of the staff", "people": found})
