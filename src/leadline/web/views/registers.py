"""Registers: exhibits and their custody, persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.exhibits import record_custody, register_exhibit
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries import registers
from leadline.casefile.queries.people import colleagues
from leadline.web import forms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest


@require_GET
def exhibits(request: DeskRequest) -> HttpResponse:
    """The register of exhibits."""
    told = {"title": "Exhibits", "exhibits": registers.exhibits(actor=request.user)}
    return render(request, "desk/exhibits.html", told)


@require_http_methods(["GET", "POST"])
def exhibit_add(request: DeskRequest) -> HttpResponse:
    """Take a thing in under the agency's own number."""
    permit(request.user, Verb.EXHIBIT_REGISTER)
    offered = {"tips": registers.taken_on(actor=request.user), "cases": registers.offered(actor=request.user)["case"]}
    form = forms.ExhibitForm(request.POST or None, initial={"tip": request.GET.get("tip", "")}, **offered)
    if request.method == "POST" and form.is_valid():
        told = {key: value or None for key, value in form.cleaned_data.items() if key in ("tip", "case")}
        sha256, place = form.cleaned_data["sha256"], form.cleaned_data["place"]
        made = register_exhibit(form.cleaned_data["number"], sha256=sha256, place=place, actor=request.user, **told)
        messages.success(request, "The exhibit was taken in, and you hold it.")
        return HttpResponseRedirect(reverse("exhibit", args=[made.pk]))
    shown = {
        "title": "Register an exhibit", "form": form, "button": "Take it in", "over": "Exhibits",
        "back": reverse("exhibits"),
    }  # fmt: skip
    return render(request, "desk/form_page.html", shown, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def exhibit(request: DeskRequest, pk: str) -> HttpResponse:
    """One exhibit and the ladder of its custody; one more step for who may record it."""
    found, steps = registers.exhibit(pk, actor=request.user)
    record = may(request.user, Verb.CUSTODY_RECORD, found)
    form = forms.CustodyForm(request.POST or None, people=colleagues(actor=request.user)) if record else None
    if request.method == "POST":
        permit(request.user, Verb.CUSTODY_RECORD, found)
        if form is not None and form.is_valid():
            record_custody(pk, **form.cleaned_data, actor=request.user)
            messages.success(request, "The step was recorded.")
            return HttpResponseRedirect(reverse("exhibit", args=[pk]))
    told = {"title": f"Exhibit {found.number}", "exhibit": found, "steps": steps, "form": form}
    return render(request, "desk/exhibit.html", told, status=400 if form is not None and form.errors else 200)


@require_GET
def persons(request: DeskRequest) -> HttpResponse:
    """Persons whom leads may concern."""
    found = registers.persons(actor=request.user)
    record_reading(request.user, "person:list:read", "", {"rows": len(found)})
    return render(request, "desk/persons.html", {"title": "Persons", "persons": found})


@require_GET
def person(request: DeskRequest, pk: str) -> HttpResponse:
    """One person, and the leads that may concern them."""
    found, links = registers.person(pk, actor=request.user)
    record_reading(request.user, "person:page:read", found.pk)
    return render(request, "desk/person.html", {"title": found.label, "person": found, "links": links})
