"""Fills the demo's desk: three agencies, a sign-in for each role with a second factor, and some work under way."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.seal.desk_key import make_desk_key
from leadline.vocabulary.instants import now

if TYPE_CHECKING:
    from leadline.casefile.models import Member

PASSWORD = "training-only-2026"  # noqa: S105  printed by the demo; it opens invented data alone
AGENCIES = (
    ("training", "Digital Safety Unit (training)", "regulator"),
    ("police", "Police (training)", "police"),
    ("customs", "Customs (training)", "customs"),
)
"""The first is the workspace's own, so the tip is its; the others' desks show that nothing of it reaches them."""
SETTINGS = "leadline.web.settings"


def prepare(workspace: Path) -> None:
    """Make the desk's key and tables, and Django ready for this workspace; once a process."""
    import django
    from django.core.management import call_command

    make_desk_key(workspace)
    (workspace / "desk").mkdir(exist_ok=True)
    os.environ["LEADLINE_WORKSPACE"] = str(workspace.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    call_command("migrate", verbosity=0)


def populate(workspace: Path, run: str) -> list[dict[str, str]]:
    """Three agencies with their people, the run listed, and leads, cases and an outcome in the first; the sign-ins."""
    from leadline.casefile.actions.agencies import add_member, add_team, found_agency
    from leadline.vocabulary.casework import Role

    signs: list[dict[str, str]] = []
    first: dict[str, Member] = {}
    for code, name, kind in AGENCIES:
        admin = found_agency(code=code, name=name, kind=kind, admin="admin", password=PASSWORD)
        teams = [add_team(title, actor=admin) for title in ("North", "South")]
        people = {"agency-admin": admin}
        for role in Role:
            if role != Role.AGENCY_ADMIN:
                team = teams[0].pk if role == Role.INVESTIGATOR else None
                people[role] = add_member(
                    str(role), display_name=f"The {role}", roles=[role], password=PASSWORD, team=team, actor=admin
                )
        signs += [_with_factor(person, role) for role, person in people.items()]
        first = first or people
    _work(first, run)
    write_sign_ins(workspace, signs)
    return signs


def _with_factor(person: Member, role: str) -> dict[str, str]:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return {"login": person.login, "roles": role, "password": PASSWORD, "secret": secret}


def write_sign_ins(workspace: Path, signs: list[dict[str, str]]) -> None:
    """Keep them where the sign-in page of a training workspace looks."""
    from leadline.web.demo_desk import FILE

    path = workspace / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(signs), encoding="utf-8")
    path.chmod(0o600)


def _work(people: dict[str, Member], run: str) -> None:
    """What an ordinary fortnight leaves behind: leads opened and declined, two cases, tasks, an outcome, a clock."""
    from leadline.casefile.actions import leads as act
    from leadline.casefile.actions.tips import list_run
    from leadline.casefile.evidence import run_of
    from leadline.inquiry.candidates import select_candidates

    analyst = people["analyst"]
    list_run(run, actor=analyst)
    accounts = select_candidates(run_of(analyst, run), top=60).read_all().column("account_key").to_pylist()
    act.open_leads(
        act.Chosen(run, {"level": "very-high"}, accounts[:24]), "Level very high, none looked at yet.", actor=analyst
    )
    act.decline_candidates(
        act.Chosen(run, {"ticked": "4"}, accounts[40:44]), "One access each, within a minute.", actor=analyst
    )
    _leads(people, [_lead(key, analyst) for key in accounts[:12]])
    _registers(people, run, accounts[:24])
    _refer(people)
    _devices(people)


def _refer(people: dict[str, Member]) -> None:
    """Drafts of what no partner has had yet: one sealed and on its way, one approved, the others wait for approval."""
    from leadline.casefile.actions import referrals as act
    from leadline.casefile.building import Asked, build
    from leadline.casefile.queries.referrals import listed_tips
    from leadline.dispatch.drafting import Wanted
    from leadline.facts.runs import Silent

    analyst, approver = people["analyst"], people["approver"]
    asked = Asked(listed_tips(actor=analyst)[0], Wanted(only_new=True), filter={"state": "open"})
    found = build(asked, actor=analyst)
    keys = [group.key for group in found.going]
    if not keys:
        return
    drafted = act.draft_referrals(asked, keys[:6], seen=found.digest, actor=analyst)
    for ref in drafted[:2]:
        act.approve_referral(ref, "Basis and marking are right.", actor=approver)
    act.seal_referrals(drafted[:1], Silent(), actor=approver)
    act.mark_referral(drafted[0], "dispatched", "By courier.", actor=people["liaison"])


def _registers(people: dict[str, Member], run: str, accounts: list[str]) -> None:
    """An operation, an exhibit that changed hands, a person, and a ruling that no run has heard yet."""
    from leadline.casefile.actions import exhibits
    from leadline.casefile.actions.operations import open_operation
    from leadline.casefile.actions.persons import link_person
    from leadline.casefile.actions.rulings import rule_on_pair
    from leadline.casefile.evidence import run_of
    from leadline.casefile.models import Tip
    from leadline.inquiry.links import links_of

    analyst = people["analyst"]
    open_operation("Example cache", actor=people["manager"])
    tip = Tip.scoped.visible_to(analyst).filter(current_run=run)[0]
    made = exhibits.register_exhibit("DSU 2026 14", tip=tip.pk, place="Evidence store", actor=analyst)
    exhibits.record_custody(
        made.pk, "handed-over", holder=people["examiner"].pk, place="Laboratory", remark="Seal whole.", actor=analyst
    )
    link_person(_lead(accounts[0], analyst), "Holder of the line.", label="File 2026 14 A", actor=people["manager"])
    for account in accounts:
        for link in links_of(run_of(analyst, run), account)["links"][:1]:
            why = "Two devices at one time in two places."
            rule_on_pair(_lead(account, analyst), link["account_key"], "unsure", why, actor=analyst)
            return


def _lead(account: str, actor: Member) -> str:
    from leadline.casefile.models import Lead

    return str(Lead.scoped.visible_to(actor).filter(account_key=account).values_list("pk", flat=True)[0])


def _leads(people: dict[str, Member], names: list[str]) -> None:
    from leadline.casefile.actions import leads as act
    from leadline.casefile.actions.safeguarding import notice_child_link

    analyst, investigator = people["analyst"], people["investigator"]
    day = now().date()
    for name in names[:5]:
        act.assign_lead(name, to=investigator.pk, actor=analyst)
    act.note_on_lead(names[0], "Requests went to the record holder; an answer is due within the week.", actor=analyst)
    act.set_aside(names[6], "Waits for the record holder's answer.", day + timedelta(days=14), actor=analyst)
    act.override_level(names[7], "high", "The record holder keeps its records for long.", actor=analyst)
    notice_child_link(names[1], "A child lives at the subscriber's address.", actor=investigator)
    _cases(investigator, names)


def _cases(actor: Member, names: list[str]) -> None:
    from leadline.casefile.actions import cases as act
    from leadline.casefile.models import Task

    day: Any = now().date()
    first = act.open_case("Two accounts, one device", [names[2], names[3]], actor=actor)
    second = act.open_case("One account, open for months", [names[4]], actor=actor)
    plan = Task.scoped.visible_to(actor).filter(case=second)[0]
    act.move_task(plan.pk, "completed", actor=actor)
    act.add_task(
        first.pk, "Ask which subscriber had the address", kind="inquiry", due_on=day - timedelta(days=2), actor=actor
    )
    act.add_task(first.pk, "Second look at the attribution", kind="review", due_on=day + timedelta(days=5), actor=actor)
    act.add_task(second.pk, "Visit", kind="approach", due_on=day + timedelta(days=3), actor=actor)
    act.note_on_case(first.pk, "Both accounts were made from the same device within a day.", actor=actor)
    act.record_outcome(
        second.pk, "arrest", happened_on=day - timedelta(days=1), persons=1, devices_seized=3, actor=actor
    )
    act.record_outcome(second.pk, "child-safeguarded", happened_on=day, children_safeguarded=1, actor=actor)


def _devices(people: dict[str, Member]) -> None:
    """The device that the demo examined, as an exhibit of the first case: taken in, examined again, handed over."""
    from leadline import jobs
    from leadline.casefile.actions import devices as act
    from leadline.casefile.actions.exhibits import register_exhibit
    from leadline.casefile.devices import devices_of
    from leadline.casefile.models import Case
    from leadline.casefile.queries.devices import leads_beside

    examiner = people["examiner"]
    case = Case.scoped.visible_to(examiner).order_by("created_at", "pk")[0]
    exhibit = register_exhibit("TR-2019-001", case=case.pk, place="Store 2, shelf 4", actor=examiner)
    register_exhibit("TR-2019-002", case=case.pk, place="Store 2, shelf 4", actor=examiner)
    for device in devices_of(examiner)[:1]:
        lead = leads_beside(exhibit, actor=examiner)[0].pk
        authority = "TRAINING: no order; an invented device"
        row = act.ask_examination(exhibit.pk, device.name, authority, lead=lead, actor=examiner)
        jobs.work_once()
        act.take_contents(row.pk, groups=3, actor=examiner)
        act.ask_hand_over(row.pk, holder=people["investigator"].pk, place="North", actor=examiner)
        jobs.work_once()


def main(workspace: Path, run: str) -> None:
    """Fill the desk, unless it is filled already, and say how it is opened."""
    prepare(workspace)
    from leadline.casefile.models import Agency

    if Agency.register.with_code(AGENCIES[0][0]) is None:
        populate(workspace, run)
    sys.stdout.write(
        f"The desk has {len(AGENCIES)} agencies and a sign-in for each role, all with the password {PASSWORD};\n"
        "each is named ROLE@AGENCY, such as analyst@training or admin@police. The sign-in page of this demo, and of\n"
        "no other desk, shows their second factors.\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
