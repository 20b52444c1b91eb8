"""Why somebody reads what is another team's: the reason is asked once an entry and kept for half an hour."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from leadline.casefile.wording import filled
from leadline.errors import NotThere

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest

_HOLDS = 1800
_NAME = re.compile(r"/([A-Z]{1,2}-[0-9a-f]{20})/", re.ASCII)
_SESSION = "reasons"


def reason_for(request: DeskRequest, thing: str) -> str:
    """The reason that was given for an entry within the last half hour, or nothing."""
    reason, until = request.session.get(_SESSION, {}).get(thing, ("", 0))
    return str(reason) if until > time.time() else ""


@require_POST
def reading_reason(request: DeskRequest) -> HttpResponse:
    """Keep the reason and go back to the entry, which leaves the reason in the audit."""
    target = request.POST.get("next", "")
    found = _NAME.search(target)
    if found is None or not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    reason = filled(request.POST.get("reason", ""), "reason", longest=1000)
    kept = {key: pair for key, pair in request.session.get(_SESSION, {}).items() if pair[1] > time.time()}
    request.session[_SESSION] = {**kept, found[1]: (reason, time.time() + _HOLDS)}
    return HttpResponseRedirect(target)
