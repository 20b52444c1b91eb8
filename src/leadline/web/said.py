"""What the pages of leads and cases tell of referrals: which name the account, and what partners say came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.casefile.policy import Verb, may
from leadline.casefile.queries.returns import said_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.casefile.models import Lead, Member


def said_on(leads: Sequence[Lead], actor: Member) -> dict[str, Any]:
    """For a template: `said`, and whether the colleague may read it; `several` where it is about more than one lead."""
    if not may(actor, Verb.REFERRAL_READ):
        return {"may_refer_read": False}
    said = []
    for tip in sorted({lead.tip for lead in leads}):
        said += said_of([lead.account_key for lead in leads if lead.tip == tip], tip, actor=actor)
    return {"said": said, "several": len(leads) > 1, "may_refer_read": True}
