"""The register of partners: who may receive packages, and what holds one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.partners import change_partner, check_partner_key, revoke_partner_key
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.partners import list_partners, partner_for
from leadline.errors import NotThere
from leadline.reference.partners.register import Stated
from leadline.web import partner_forms as forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpResponse

    from leadline.casefile.queries.partners import Listed
    from leadline.web.asking import DeskRequest

    Act = Callable[[str, dict[str, Any], Any], object]


@require_GET
def register(request: DeskRequest) -> HttpResponse:
    """Every partner, with what holds it back."""
    found = list_partners(actor=request.user)
    record_reading(request.user, "partner:list:read", "", {"rows": len(found)})
    told = {"title": "Partners", "partners": found, "may_change": may(request.user, Verb.PARTNER_CHANGE)}
    return render(request, "desk/referrals/partners.html", told)


@require_GET
def partner(request: DeskRequest, code: str) -> HttpResponse:
    """One partner: keys, assurance, what it may have, and what was sealed to it."""
    found = partner_for(code, actor=request.user)
    record_reading(request.user, "partner:page:read", "", {"code": code})
    return partner_page(request, found)


def partner_page(
    request: DeskRequest, found: Listed, *, failed: tuple[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a partner that was read; `failed` names the form that stands open with its errors."""
    told = {"title": found.partner.name, "found": found, "partner": found.partner}
    told["verbs"] = _verbs(request, failed)
    return render(request, "desk/referrals/partner.html", told, status=status)


def _key(code: str, told: dict[str, Any], actor: Any) -> object:
    until = told["valid_until"].isoformat() if told["valid_until"] else None
    given = {name: told[name] or None for name in ("age_recipient", "sign_key")}
    return change_partner(Stated(code, valid_until=until, **given), actor=actor)


def _assess(code: str, told: dict[str, Any], actor: Any) -> object:
    until = told["assurance_until"].isoformat()
    return change_partner(Stated(code, assurance_until=until, conditions=told["conditions"]), actor=actor)


def _check(code: str, told: dict[str, Any], actor: Any) -> object:
    return check_partner_key(code, told["fingerprint"], actor=actor)


def _revoke(code: str, told: dict[str, Any], actor: Any) -> object:
    return revoke_partner_key(code, told["reason"], actor=actor)


def _change(code: str, told: dict[str, Any], actor: Any) -> object:
    return change_partner(_stated(code, told), actor=actor)


_FORMS: dict[str, tuple[str, type[Form], Verb, Act]] = {
    "change": ("Change name, states or channel", forms.ChangeForm, Verb.PARTNER_CHANGE, _change),
    "key": ("A new key", forms.KeyForm, Verb.PARTNER_CHANGE, _key),
    "check": ("Compare the fingerprint", forms.CheckForm, Verb.PARTNER_CHECK, _check),
    "assess": ("Assess", forms.AssessForm, Verb.PARTNER_CHANGE, _assess),
    "revoke": ("Revoke the key", forms.RevokeForm, Verb.PARTNER_CHANGE, _revoke),
}


def _verbs(request: DeskRequest, failed: tuple[str, Form] | None) -> list[dict[str, Any]]:
    shown = []
    for name, (title, form, verb, _) in _FORMS.items():
        if may(request.user, verb):
            is_open = failed is not None and failed[0] == name
            stands = failed[1] if failed and is_open else form(auto_id=f"{name}_%s")
            shown.append({"name": name, "title": title, "form": stands, "open": is_open})
    return shown


@require_POST
def partner_verb(request: DeskRequest, code: str, name: str) -> HttpResponse:
    """Change the register."""
    if name not in _FORMS:
        raise NotThere("there is no such entry.", advice="See the register.")
    title, form_class, verb, act = _FORMS[name]
    found = partner_for(code, actor=request.user)
    permit(request.user, verb)
    form = form_class(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return partner_page(request, found, failed=(name, form), status=400)
    act(code, form.cleaned_data, request.user)
    messages.success(request, f"Done: {title[0].lower()}{title[1:]}.")
    anchor = "#exposure" if name == "revoke" else ""
    return HttpResponseRedirect(reverse("referrals-partner", args=[code]) + anchor)


@require_http_methods(["GET", "POST"])
def partner_add(request: DeskRequest) -> HttpResponse:
    """A new partner, on hold until it has a key and an assessment."""
    permit(request.user, Verb.PARTNER_CHANGE)
    form = forms.AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = change_partner(
            _stated(form.cleaned_data["code"].strip().upper(), form.cleaned_data), actor=request.user
        )
        messages.success(request, f"{added.code} stands in the register; it is {added.name}.")
        return HttpResponseRedirect(reverse("referrals-partner", args=[added.code]))
    told = {
        "title": "Add a partner", "form": form, "button": "Add", "over": "Partners",
        "back": reverse("referrals-partners"),
    }  # fmt: skip
    return render(request, "desk/form_page.html", told, status=400 if form.errors else 200)


def _stated(code: str, told: dict[str, Any]) -> Stated:
    """What was filled in; what was left empty stays as it is."""
    places = tuple(told["jurisdictions"].replace(",", " ").split()) or None
    threshold = None if told["threshold"] is None else round(float(told["threshold"]) * 1000)
    return Stated(code, told["name"] or None, places, told["channel"] or None, threshold=threshold)
