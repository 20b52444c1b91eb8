"""Saved searches: the list with what changed since the last look, going to one, saving and forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.actions.searches import forget_search, look_at_search, save_search
from leadline.casefile.index.filters import Filter
from leadline.casefile.policy import Verb, permit
from leadline.casefile.queries import searches as saved
from leadline.errors import WrongUsage
from leadline.vocabulary.casework import SearchedList
from leadline.web.views.leads import FILTERS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest


@require_GET
def searches(request: DeskRequest) -> HttpResponse:
    """The colleague's searches and the team's, with how many rows each gives and gave at the last look."""
    permit(request.user, Verb.LEAD_READ)
    return render(
        request, "desk/searches.html", {"title": "Saved searches", "found": saved.searches(actor=request.user)}
    )


@require_POST
def search_open(request: DeskRequest, pk: str) -> HttpResponse:
    """Go to the list as it was saved; the look is noted."""
    found = saved.search(pk, actor=request.user)
    look_at_search(pk, found.rows or 0, actor=request.user)
    query = QueryDict(mutable=True)
    # PostgreSQL keeps no order of keys; the same search leads to the same address on every database.
    for key, values in sorted(found.saved.words.items()):
        query.setlist(key, values)
    return HttpResponseRedirect(f"{reverse(found.saved.searched)}?{query.urlencode()}")


@require_POST
def search_save(request: DeskRequest) -> HttpResponse:
    """Keep the state of the list from which the form was sent."""
    searched = request.POST.get("searched", "")
    if searched not in set(SearchedList):
        raise WrongUsage("there is no such list.", advice="Save a search on the list of candidates or of leads.")
    words = {key: [value for value in values if value] for key, values in request.POST.lists()}
    if searched == SearchedList.CANDIDATES:
        stated = {**Filter.read(words).words(), **({"tip": words["tip"]} if words.get("tip") else {})}
    else:
        stated = {key: words[key] for key in FILTERS if words.get(key) and key != "page"}
    for_team = request.POST.get("for_team") == "1"
    made = save_search(searched, stated, request.POST.get("name", ""), for_team=for_team, actor=request.user)
    messages.success(request, f"The search was saved as {made.name}.")
    return HttpResponseRedirect(reverse("searches"))


@require_POST
def search_forget(request: DeskRequest, pk: str) -> HttpResponse:
    """Remove one's own search."""
    forget_search(pk, actor=request.user)
    messages.success(request, "The search was forgotten.")
    return HttpResponseRedirect(reverse("searches"))
