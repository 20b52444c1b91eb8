"""Setting up: agencies, teams and colleagues."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from leadline.casefile.actions.audit import begin_chain, record
from leadline.casefile.durable import durable
from leadline.casefile.models import Agency, Member, Team
from leadline.casefile.policy import Verb, permit
from leadline.casefile.rows import one
from leadline.casefile.walls import decision, stand_in
from leadline.casefile.wording import filled
from leadline.errors import Conflict, WrongUsage
from leadline.vocabulary.casework import AgencyKind, Role
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,38}\Z", re.ASCII)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}\Z", re.ASCII)


@durable()
def found_agency(*, code: str, name: str, kind: str, admin: str, password: str) -> Member:
    """Set up an agency with its first colleague, who is its admin. Only whoever holds the machine can do this.

    ``admin`` is the login before the ``@``; :class:`WrongUsage` where the code is taken or no code.
    """
    if not _CODE.match(code) or Agency.register.with_code(code):
        raise WrongUsage(f"{code!r} is no free code of an agency.", advice="Use small letters, digits and hyphens.")
    agency = Agency(code=code, name=name, kind=AgencyKind(kind), created_at=now())
    agency.save(force_insert=True)
    stand_in(agency.id)
    begin_chain(agency.id)
    member = _new_member(agency, admin, "Agency admin", [Role.AGENCY_ADMIN], None)
    member.set_password(password)
    member.save(force_insert=True)
    record(member, "agency:register:founded", agency.id, {"code": code, "kind": str(kind)})
    return member


@decision
def add_team(name: str, *, actor: Member) -> Team:
    """A new team of the actor's agency."""
    permit(actor, Verb.MEMBER_CHANGE)
    if Team.scoped.visible_to(actor).filter(name=name).exists():
        raise Conflict("there is a team of that name.", advice="Choose another name.")
    team = Team(agency_id=actor.agency_id, name=filled(name, "name"), created_at=now()).insert()
    record(actor, "agency:team:added", team.id, {"name": name})
    return team


@decision
def add_member(
    login: str, *, display_name: str, roles: Iterable[str], password: str, team: str | None = None, actor: Member
) -> Member:
    """A new colleague; ``login`` is what stands before the ``@``."""
    permit(actor, Verb.MEMBER_CHANGE)
    home = one(Team, team, actor=actor) if team else None
    member = _new_member(Agency.register.of(actor.agency_id), login, display_name, roles, home)
    member.set_password(password)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("there is a colleague of that login.", advice="Choose another login.") from error
    record(actor, "agency:member:added", member.id, {"roles": list(member.roles), "team": team or ""})
    return member


@decision
def change_roles(member: str, roles: Iterable[str], *, team: str | None = None, actor: Member) -> Member:
    """New roles and team of a colleague; they hold from the next request on."""
    found = _member(member, actor)
    permit(actor, Verb.MEMBER_CHANGE, found)
    before = {"roles": list(found.roles), "team": found.team_id or ""}
    found.roles = _roles(roles)
    found.team = one(Team, team, actor=actor) if team else None
    found.save(update_fields=["roles", "team"])
    after = {"roles": list(found.roles), "team": team or ""}
    record(actor, "agency:member:changed", found.id, {"before": before, "after": after})
    return found


@decision
def close_member(member: str, reason: str, *, actor: Member) -> Member:
    """A colleague may not sign in any more; nobody closes their own."""
    found = _member(member, actor)
    permit(actor, Verb.MEMBER_CHANGE, found)
    if found.pk == actor.pk:
        raise Conflict("nobody closes their own sign-in.", advice="Ask another admin.")
    found.is_active = False
    found.save(update_fields=["is_active"])
    record(actor, "agency:member:closed", found.id, {"reason": filled(reason, "reason")})
    return found


@decision
def link_identity(member: str, *, issuer: str, subject: str, actor: Member) -> Member:
    """Have a colleague sign in as this subject of the agency's identity provider; it replaces an earlier one.

    :class:`Conflict` where another colleague of the agency has the subject.
    """
    found = _member(member, actor)
    permit(actor, Verb.MEMBER_CHANGE, found)
    before = found.identity_subject
    found.identity_issuer, found.identity_subject = issuer, filled(subject, "subject", longest=255)
    try:
        with transaction.atomic():
            found.save(update_fields=["identity_issuer", "identity_subject"])
    except IntegrityError as error:
        raise Conflict("a colleague has that subject.", advice="Take the link from them first.") from error
    told = {"issuer": issuer, "subject": found.identity_subject, "before": before}
    record(actor, "agency:identity:linked", found.id, told)
    return found


@decision
def unlink_identity(member: str, reason: str, *, actor: Member) -> Member:
    """The identity provider vouches for the colleague no more; a session that is open goes on."""
    found = _member(member, actor)
    permit(actor, Verb.MEMBER_CHANGE, found)
    if not found.identity_subject:
        raise Conflict("the colleague has no such link.", advice="There is nothing to take away.")
    told = {"issuer": found.identity_issuer, "subject": found.identity_subject, "reason": filled(reason, "reason")}
    found.identity_issuer = found.identity_subject = ""
    found.save(update_fields=["identity_issuer", "identity_subject"])
    record(actor, "agency:identity:unlinked", found.id, told)
    return found


def _member(name: str, actor: Member) -> Member:
    return one(Member, name, actor=actor, lock=True)


def _new_member(agency: Agency, login: str, display_name: str, roles: Iterable[str], team: Team | None) -> Member:
    if not _LOGIN.match(login):
        raise WrongUsage(f"{login!r} is no login.", advice="Use small letters, digits, dots and hyphens.")
    return Member(
        login=f"{login}@{agency.code}",
        display_name=filled(display_name, "name"),
        agency=agency,
        team=team,
        roles=_roles(roles),
        created_at=now(),
    )


def _roles(words: Iterable[str]) -> list[str]:
    known = set(Role)
    stated = sorted(set(words))
    if not stated or any(word not in known for word in stated):
        raise WrongUsage("a colleague has one role or more of the list.", advice=f"Roles: {', '.join(Role)}.")
    return [str(word) for word in stated]
