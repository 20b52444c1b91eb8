"""Settings: people and teams, the agency, address tables, the table of points with its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadline.casefile.actions.agencies import (
    add_member,
    add_team,
    change_roles,
    close_member,
    link_identity,
    unlink_identity,
)
from leadline.casefile.evidence import workspace
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.people import member, members, teams_of
from leadline.errors import Conflict, NotAllowed
from leadline.inquiry.weights import factor_titles, weight_table
from leadline.reference.store import list_editions
from leadline.settings import read_settings
from leadline.web import forms
from leadline.web.identity import provider_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest


@require_GET
def settings(request: DeskRequest) -> HttpResponse:
    """What can be looked up or set here."""
    if not (may(request.user, Verb.SETTINGS_READ) or may(request.user, Verb.MEMBER_READ)):
        raise NotAllowed("the settings are not for your roles.", advice="Ask your agency's admin.")
    parameters = read_settings(workspace(), {}).parameters()
    return render(request, "desk/settings.html", {"title": "Settings", "parameters": parameters})


@require_GET
def people(request: DeskRequest) -> HttpResponse:
    """Colleagues and teams."""
    told = {
        "title": "People",
        "members": members(actor=request.user),
        "teams": teams_of(actor=request.user),
        "may_change": may(request.user, Verb.MEMBER_CHANGE),
    }
    return render(request, "desk/settings_people.html", told)


@require_http_methods(["GET", "POST"])
def person_add(request: DeskRequest) -> HttpResponse:
    """A new colleague."""
    permit(request.user, Verb.MEMBER_CHANGE)
    form = forms.MemberForm(request.POST or None, teams=teams_of(actor=request.user))
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        add_member(
            told["login"],
            display_name=told["display_name"],
            roles=told["roles"],
            password=told["password"],
            team=told["team"] or None,
            actor=request.user,
        )
        messages.success(request, "The colleague was added.")
        return HttpResponseRedirect(reverse("settings-people"))
    return _form_page(request, "Add a colleague", form, "Add")


@require_http_methods(["GET", "POST"])
def person(request: DeskRequest, pk: str) -> HttpResponse:
    """Roles and team of a colleague; they hold from the next request on."""
    permit(request.user, Verb.MEMBER_CHANGE)
    found = member(pk, actor=request.user)
    form = forms.RolesForm(
        request.POST or None, initial={"roles": found.roles, "team": found.team_id}, teams=teams_of(actor=request.user)
    )
    if request.method == "POST" and form.is_valid():
        change_roles(pk, form.cleaned_data["roles"], team=form.cleaned_data["team"] or None, actor=request.user)
        messages.success(request, "Roles and team were changed.")
        return HttpResponseRedirect(reverse("settings-people"))
    told = {
        "title": found.display_name,
        "form": form,
        "member": found,
        "close": forms.ReasonForm(auto_id="close_%s"),
        "provider": provider_of(request.user.agency.code),
        "link": forms.SubjectForm(),
        "unlink": forms.ReasonForm(auto_id="unlink_%s"),
    }
    return render(request, "desk/settings_person.html", told, status=400 if form.errors else 200)


@require_POST
def person_close(request: DeskRequest, pk: str) -> HttpResponse:
    """A colleague does not sign in any more."""
    close_member(pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, "The sign-in was closed.")
    return HttpResponseRedirect(reverse("settings-people"))


@require_POST
def person_link(request: DeskRequest, pk: str) -> HttpResponse:
    """The agency's identity provider vouches for a colleague from now on."""
    permit(request.user, Verb.MEMBER_CHANGE)
    found, provider = member(pk, actor=request.user), provider_of(request.user.agency.code)
    if provider is None:
        raise Conflict(
            "your agency has no identity provider.", advice="Whoever runs the desk sets it: docs/sign-in.md."
        )
    link_identity(found.pk, issuer=provider.issuer, subject=request.POST.get("subject", ""), actor=request.user)
    messages.success(request, f"The colleague can sign in by {provider.label}.")
    return HttpResponseRedirect(reverse("settings-person", args=[pk]))


@require_POST
def person_unlink(request: DeskRequest, pk: str) -> HttpResponse:
    """No longer."""
    unlink_identity(pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, "The link was taken away.")
    return HttpResponseRedirect(reverse("settings-person", args=[pk]))


@require_http_methods(["GET", "POST"])
def team_add(request: DeskRequest) -> HttpResponse:
    """A new team."""
    permit(request.user, Verb.MEMBER_CHANGE)
    form = forms.TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_team(form.cleaned_data["name"], actor=request.user)
        messages.success(request, "The team was added.")
        return HttpResponseRedirect(reverse("settings-people"))
    return _form_page(request, "Add a team", form, "Add")


def _form_page(request: DeskRequest, title: str, form: Any, button: str) -> HttpResponse:
    told = {"title": title, "form": form, "button": button, "over": "People", "back": reverse("settings-people")}
    return render(request, "desk/form_page.html", told, status=400 if form.errors else 200)


@require_GET
def tables(request: DeskRequest) -> HttpResponse:
    """Address tables and what else is dated, with digests."""
    permit(request.user, Verb.SETTINGS_READ)
    return render(
        request, "desk/settings_tables.html", {"title": "Dated tables", "editions": list_editions(workspace())}
    )


@require_GET
def weights(request: DeskRequest) -> HttpResponse:
    """Every step of every factor, with its version, its date and its reason."""
    permit(request.user, Verb.SETTINGS_READ)
    told = {"title": "Table of points", "table": weight_table(), "titles": factor_titles()}
    return render(request, "desk/settings_weights.html", told)
