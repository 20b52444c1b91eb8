"""Help: what the words mean, how the order of work is made, what the tool cannot say, and a page for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGES = {
    "scores": "How the order of work is made",
    "limits": "What Leadline cannot say",
    "words": "Words",
    "keys": "Keys and accessibility",
    "roles": "A page for each role",
}


@require_GET
def help_index(request: HttpRequest) -> HttpResponse:
    """The contents."""
    return render(request, "desk/help.html", {"title": "Help", "pages": PAGES})


@require_GET
def help_page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the help."""
    if name not in PAGES:
        raise Http404
    return render(request, f"desk/help/{name}.html", {"title": PAGES[name], "pages": PAGES})
