"""A desk whose evidence, papers, devices and notes are full of hostile strings, by the ways that bring them there."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from leadline import jobs
from leadline.casefile.actions import (
    agencies,
    cases,
    devices,
    exhibits,
    leads,
    operations,
    persons,
    safeguarding,
    searches,
)
from leadline.casefile.actions.jobs import ask_receive, ask_run, incoming_folder
from leadline.casefile.actions.returns import import_return, look_at_return
from leadline.casefile.devices import devices_folder
from leadline.casefile.models import Job, Lead, Tip
from leadline.dispatch.ledger import read_order, referral_of
from leadline.errors import LeadlineError
from leadline.inquiry.requests import select_requests
from leadline.inquiry.runs import open_run
from leadline.papers import take_in
from leadline.reference.store import add_networks
from leadline.vocabulary.casework import Role, SearchedList
from leadline.vocabulary.instants import now
from leadline.vocabulary.returns import COLUMNS
from tests.answers.world import named as answered
from tests.desk_cast import PASSWORD, Evidence, accounts_of, staff_of
from tests.web.conftest import Desk
from tests.web.hostile_bundle import names_on_a_device, networks, write_bundle
from tests.web.referred import Referring, refer_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadline.casefile.models import Member
    from tests.desk_cast import Staff

_CHECK = {"check": "earlier-finding", "state": "yes", "checked_at": "2019-10-01T09:00:00Z"}


@dataclass(frozen=True)
class Hostile:
    """The desk, over a workspace of its own, a colleague who holds every role, and what is sealed there."""

    at: Referring
    everybody: Member
    sealed: str
    """The referral whose package was sealed and answered."""
    refused: tuple[str, ...]
    """What would not take a string, and why; that is the other right answer."""


def hostile_world(strings: Sequence[str], settings: Any, folder: Path) -> Hostile:
    """Seal, run, answer, open, note, refer, return and examine; every step with these strings in every text."""
    desk = taken_in(strings, settings, folder)
    police = desk.police
    desk = replace(desk, evidence=_answered(strings, desk.evidence, settings.LEADLINE_WORKSPACE, police))
    at = refer_at(desk, settings, folder)
    written = _Written([])
    _work(strings, police, written)
    sealed = at.sealed()
    _returned(strings, at, sealed, written)
    _examined(strings, police)
    return Hostile(at, everybody_of(police), sealed, tuple(written.refused))


def everybody_of(staff: Staff) -> Member:
    """A colleague who holds every role, and so sees every page."""
    hire = {"password": PASSWORD, "actor": staff.admin}
    return agencies.add_member("everybody", display_name="All", roles=list(Role), **hire)


def taken_in(strings: Sequence[str], settings: Any, folder: Path) -> Desk:
    """A desk over a workspace of its own, in which a hostile bundle was sealed and run by the worker."""
    workspace = folder / "first"
    shutil.copytree(settings.LEADLINE_WORKSPACE, workspace)
    settings.LEADLINE_WORKSPACE = workspace
    police, customs = staff_of("police"), staff_of("customs", "customs")
    table = folder / "networks.csv"
    table.write_text(networks(strings), encoding="utf-8", newline="")
    add_networks(workspace, table, as_of=date(2019, 1, 1), name="hostile-registry", kind=None)
    write_bundle(incoming_folder(police.admin) / "bundle", strings)
    analyst = police[Role.ANALYST]
    tip = _done(ask_receive("bundle", actor=analyst)).result["tip"]
    run = _done(ask_run(tip, actor=analyst)).result["run"]
    return Desk(police, customs, Evidence("police", tip, run, accounts_of(workspace, run)), "", "", "", "", "")


def _answered(strings: Sequence[str], evidence: Evidence, workspace: Path, police: Staff) -> Evidence:
    """Answers and checks come back, and a second run hears them."""
    view = open_run(workspace, evidence.run)
    for kind, rows in (("answers", _answers(strings, view)), ("checks", _checks(strings))):
        paper = workspace.parent / f"{kind}.csv"
        with paper.open("w", newline="", encoding="utf-8", errors="replace") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        take_in(workspace, paper, kind=kind, run=evidence.run)
    run = _done(ask_run(evidence.tip, actor=police[Role.ANALYST])).result["run"]
    assert Tip.scoped.visible_to(police.admin).get().current_run == run
    return replace(evidence, run=run, accounts=accounts_of(workspace, run))


def _done(job: Job) -> Job:
    assert jobs.work_once()
    job.refresh_from_db()
    assert job.state == "done", job.fault
    return job


def _answers(strings: Sequence[str], view: Any) -> list[dict[str, str]]:
    found = [{key: str(value) for key, value in row.items()} for row in select_requests(view)]
    names = ("subscriber_name", "subscriber_email", "subscriber_phone", "service_address", "source")
    texts = [strings[place % len(strings)] for place in range(len(found))]
    good = [answered(row, text, **dict.fromkeys(names, text)) for row, text in zip(found, texts, strict=True)]
    for row in good:
        row["valid_to"] = "2019-12-31T00:00:00Z"
    return [*good, *(dict.fromkeys(good[0], text) for text in strings)]


def _checks(strings: Sequence[str]) -> list[dict[str, str]]:
    names = ("source", "checked_by", "reference", "subject_name", "subject_email", "subject_phone")
    good = [{"account_key": text, **_CHECK, **dict.fromkeys(names, text)} for text in strings]
    return [*good, *(dict.fromkeys(good[0], text) for text in strings)]


@dataclass
class _Written:
    """Verbs that were asked to write a string down; what they refuse is kept."""

    refused: list[str]

    def tries(self, verb: Callable[..., Any], *given: Any, **named: Any) -> Any:
        try:
            return verb(*given, **named)
        except LeadlineError as error:
            self.refused.append(f"{verb.__name__}: {error}")
            return None


def _work(strings: Sequence[str], police: Staff, written: _Written) -> None:
    """What colleagues write down: notes, reasons, labels, titles, places."""
    analyst, manager = police[Role.ANALYST], police[Role.MANAGER]
    rows = [lead.pk for lead in Lead.scoped.visible_to(analyst).order_by("created_at", "pk")]
    case = cases.open_case("First", rows[-1:], actor=police[Role.INVESTIGATOR]).pk
    for place, text in enumerate(strings):
        lead, tries = rows[place % (len(rows) - 1)], written.tries
        tries(leads.note_on_lead, lead, text, actor=analyst)
        tries(leads.override_level, lead, "low", text, actor=analyst)
        tries(persons.link_person, lead, text, label=text, actor=manager)
        tries(operations.open_operation, text, actor=manager)
        tries(cases.add_task, case, text, actor=manager)
        tries(cases.note_on_case, case, text, actor=manager)
        tries(cases.record_outcome, case, "arrest", remark=text, actor=manager)
        tries(exhibits.register_exhibit, text, place=text, actor=analyst)
        tries(searches.save_search, SearchedList.CANDIDATES, {"text": [text]}, text, for_team=False, actor=analyst)
        if place < 2:
            tries(safeguarding.notice_child_link, lead, text, actor=analyst)


def _returned(strings: Sequence[str], at: Referring, sealed: str, written: _Written) -> None:
    """A partner's form in which each free cell is a string, and rows that are nothing else."""
    liaison = at.desk.police[Role.LIAISON]
    items = read_order(at.workspace, referral_of(at.workspace, sealed)).items
    references = [strings[place % len(strings)] for place in range(len(items))]
    rows = [
        {"lead": item.lead, "check": item.check, "outcome": "arrest", "partner_reference": reference}
        for item, reference in zip(items, references, strict=True)
    ]
    path = at.workspace.parent / "returned.csv"
    with path.open("w", newline="", encoding="utf-8", errors="replace") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows([*rows, {**rows[0], "partner_reference": ""}, *(dict.fromkeys(COLUMNS, s) for s in strings)])
    seen = written.tries(look_at_return, path.read_bytes(), actor=liaison)
    assert seen is not None, written.refused[-1]
    written.tries(import_return, seen.held, "", seen=seen.digest, actor=liaison)


def _examined(strings: Sequence[str], police: Staff) -> None:
    """A device whose files have hostile names, examined as an exhibit."""
    examiner = police[Role.EXAMINER]
    device = devices_folder(examiner) / "device"
    device.mkdir(parents=True)
    for number, name in enumerate(names_on_a_device(strings)):
        device.joinpath(name.decode("utf-8", "surrogateescape")).write_bytes(f"{number}".encode())
    exhibit = exhibits.register_exhibit(f"DEVICE {now().year}", actor=examiner)
    row = devices.ask_examination(exhibit.pk, "device", "order 17", actor=examiner)
    assert jobs.work_once()
    assert row.job is not None
    devices.take_contents(row.pk, groups=2, actor=examiner)
