"""What every agency's desk works on, as claims: for deconfliction alone, and never shown to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from leadline.casefile.machine import Machine
from leadline.casefile.models import Agency, Lead
from leadline.dispatch.deconflicting import Claim
from leadline.inquiry.tips import sealed_tips
from leadline.vocabulary.casework import LeadState

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_WORK = (LeadState.OPEN, LeadState.SET_ASIDE, LeadState.IN_CASE, LeadState.MERGED)


def claims_of_desks() -> Iterator[Claim]:
    """The accounts of every lead that is open, set aside, merged or in a case, of all agencies.

    The desk itself asks, agency by agency, each within its own wall.
    """
    providers = {tip.tip: tip.provider for tip in sealed_tips(Path(settings.LEADLINE_WORKSPACE))}
    for agency in Agency.register.each():
        rows = Lead.scoped.visible_to(Machine(agency.id)).filter(state__in=_AT_WORK)
        for tip, account in rows.values_list("tip", "account_key").iterator():
            yield Claim(agency.code, providers.get(tip, ""), account)
