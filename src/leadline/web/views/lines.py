"""Source lines of an account, and what is masked in them: one answer for candidates and for leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.policy import Verb, may, permit
from leadline.web.account_page import LINES, chosen_lines, explained, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from leadline.inquiry.runs import RunView
    from leadline.web.asking import DeskRequest

_PAGE = 100
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def answer_lines(request: DeskRequest, view: RunView, account: str, *, here: str) -> HttpResponse:
    """A page of source lines; `which` and `day` are in the URL."""
    told = {**_lines(explained(view, account), request.GET), "here": here, "unmasked": False}
    return render(request, "desk/account/lines.html", {**told, "may_unmask": may(request.user, Verb.TEXT_UNMASK)})


def _lines(told: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    which = asked.get("which", "all") if asked.get("which") in LINES else "all"
    day = asked.get("day", "") if _DAY.match(asked.get("day", "")) else ""
    rows = chosen_lines(told, which, day)
    pages = max(1, -(-len(rows) // _PAGE))
    stated = asked.get("page", "1")
    number = min(max(1, int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 1), pages)
    return {
        "title": "Source lines", "told": told, "which": which, "day": day, "names": LINES, "count": len(rows),
        "rows": rows[(number - 1) * _PAGE : number * _PAGE], "page": number, "pages": pages,
        "before": number - 1, "after": number + 1,
    }  # fmt: skip


def answer_text(request: DeskRequest, view: RunView, account: str, *, thing: str, here: str) -> HttpResponse:
    """The same again with what was masked, and an entry in the audit that says who asked for what."""
    permit(request.user, Verb.TEXT_UNMASK)
    what = "lines" if request.POST.get("what") == "lines" else "record"
    found = explained(view, account)
    shown = _lines(found, request.POST) if what == "lines" else {}
    told = {"run": str(view.run), "what": what, "rows": len(shown.get("rows", [1]))}
    record_reading(request.user, "evidence:text:unmasked", thing, told)
    if what == "lines":
        return render(request, "desk/account/lines.html", {**shown, "here": here, "unmasked": True})
    parts = {**page(found), "here": here, "unmasked": True}
    if request.htmx:
        return render(request, "desk/account/record_shown.html", parts)
    return render(request, "desk/account/record_page.html", {**parts, "title": "The provider's record"})
