"""Colleagues and teams of an agency, for lists and for whoever gives out work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.models import Member, Team
from leadline.casefile.policy import Verb, permit

if TYPE_CHECKING:
    from collections.abc import Sequence


def colleagues(*, actor: Member) -> list[tuple[str, str]]:
    """Names of rows and of colleagues who sign in, by name."""
    rows = Member.scoped.visible_to(actor).filter(is_active=True).order_by("display_name", "pk")
    return [(row.pk, row.display_name) for row in rows]


def teams_of(*, actor: Member) -> list[tuple[str, str]]:
    """Names of rows and of teams, by name."""
    return list(Team.scoped.visible_to(actor).order_by("name", "pk").values_list("id", "name"))


def members(*, actor: Member) -> Sequence[Member]:
    """All colleagues of the agency with their teams, those who do not sign in any more last."""
    permit(actor, Verb.MEMBER_READ)
    return list(Member.scoped.visible_to(actor).select_related("team").order_by("-is_active", "display_name", "pk"))


def member(name: str, *, actor: Member) -> Member:
    """One colleague."""
    from leadline.casefile.rows import one

    permit(actor, Verb.MEMBER_READ)
    return one(Member, name, actor=actor)
