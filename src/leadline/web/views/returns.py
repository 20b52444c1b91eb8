"""What partners send back: a filled form is looked at row by row, then imported; figures and the rows behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.returns import import_return, look_at_return, return_recipient
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries.returns import WHAT, figures, rows_behind
from leadline.dispatch.signatures import raw_signature
from leadline.web.referral_forms import ReturnForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest

_PAGE = 100
_SHOWN = 500
"""Rows of a form that are shown before its import; all of them are in the figures."""


@require_GET
def returns(request: DeskRequest) -> HttpResponse:
    """The figures, the rows behind one of them, and where a form is sent in."""
    told = figures(actor=request.user)
    what = request.GET.get("what", "leads_answered")
    what = what if what in WHAT else "leads_answered"
    rows = rows_behind(what, actor=request.user)[::-1]
    pages = max(1, -(-len(rows) // _PAGE))
    stated = request.GET.get("page", "1")
    page = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    record_reading(request.user, "return:list:read", "", {"what": what, "rows": len(rows)})
    return _page(request, ReturnForm(), {
        "figures": [(key, words, told[key]) for key, words in WHAT.items()], "what": what, "named": WHAT[what],
        "rows": rows[(page - 1) * _PAGE : page * _PAGE], "count": len(rows),
        "page": page, "pages": pages, "before": page - 1, "after": page + 1,
    })  # fmt: skip


def _page(request: DeskRequest, form: ReturnForm, told: dict[str, Any], status: int = 200) -> HttpResponse:
    told |= {"title": "Returns", "form": form, "may_import": may(request.user, Verb.RETURN_IMPORT)}
    told["recipient"] = return_recipient()
    return render(request, "desk/referrals/returns.html", told, status=status)


@require_POST
def return_look(request: DeskRequest) -> HttpResponse:
    """What an import would do; the file is held for a day, and nothing is imported."""
    permit(request.user, Verb.RETURN_IMPORT)
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, {"figures": [], "count": 0}, status=400)
    signature = form.cleaned_data["signature"]
    data = form.cleaned_data["file"].read()
    look = look_at_return(data, raw_signature(signature.read()) if signature else b"", actor=request.user)
    shown = {"sha256": look.held, "accepted": len(look.seen.accepted), "rejected": len(look.seen.rejected)}
    record_reading(request.user, "return:form:looked-at", "", shown)
    told = {"title": "Look before it is imported", "look": look, "seen": look.seen, "shown": _SHOWN}
    return render(request, "desk/referrals/return_look.html", told)


@require_POST
def return_import(request: DeskRequest) -> HttpResponse:
    """Take the rows that were shown as taken."""
    asked = {name: request.POST.get(name, "") for name in ("held", "signature", "seen")}
    rows, notices = import_return(asked["held"], asked["signature"], seen=asked["seen"], actor=request.user)
    messages.success(request, f"{rows:,} rows were imported.")
    if notices:
        messages.warning(
            request,
            f"{len(notices):,} notices that an account holder is cleared were drafted: a second person approves them.",
        )
    return HttpResponseRedirect(reverse("referrals-returns"))
