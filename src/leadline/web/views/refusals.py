"""Refusals as pages: what was wrong, and what to do next; what is not there and what is another's look the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from leadline.errors import (
    ApprovalMissing,
    Busy,
    Conflict,
    HeldByDeconfliction,
    InputRefused,
    IntegrityBroken,
    LeadlineError,
    NotAllowed,
    NotThere,
    ReasonNeeded,
    WrongUsage,
)
from leadline.vocabulary.handling import MarkedAbove

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_ANSWERS: tuple[tuple[type[LeadlineError], int, str], ...] = (
    (NotThere, 404, "There is nothing here"),
    (NotAllowed, 403, "Your roles do not include this"),
    (ReasonNeeded, 403, "Say why you need to read this"),
    (Conflict, 409, "This cannot be done now"),
    (WrongUsage, 400, "Something is missing or wrong"),
    (InputRefused, 422, "This was refused"),
    (MarkedAbove, 422, "It is marked above what its recipient may have"),
    (Busy, 503, "The workspace is busy"),
    (ApprovalMissing, 409, "A second person has to approve first"),
    (HeldByDeconfliction, 409, "Another agency's claim holds this back"),
    (IntegrityBroken, 500, "Something sealed is not what was sealed"),
    (LeadlineError, 500, "Leadline could not do this"),
)


def refusal(request: HttpRequest, error: LeadlineError) -> HttpResponse:
    """The page for an error meant for a person, with the status that belongs to it."""
    status = next(status for kind, status, _ in _ANSWERS if isinstance(error, kind))
    title = title_of(error)
    if isinstance(error, NotThere):
        return not_there(request)
    template = "desk/reason.html" if isinstance(error, ReasonNeeded) else "desk/refusal.html"
    return render(request, template, {"title": title, "error": error}, status=status)


def title_of(error: LeadlineError) -> str:
    """What kind of refusal it is, as a heading."""
    return next(title for kind, _, title in _ANSWERS if isinstance(error, kind))


def not_there(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's signature
    """The one page for all that is not there, whatever the reason is."""
    told = {
        "title": "There is nothing here",
        "error": NotThere("there is no such page or entry.", advice="Go back to the list that you came from."),
    }
    return render(request, "desk/refusal.html", told, status=404)


def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    """A form that was not sent from a page of this desk, or after the session had ended."""
    error = NotAllowed(
        "the form was not sent from a page of this session.", advice="Open the page again and send it once more."
    )
    return render(request, "desk/refusal.html", {"title": "The form was not accepted", "error": error}, status=403)
