"""Work in the background: one claim a row, taken up again after a worker died, on behalf of whoever asked."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.conf import settings

from leadline import jobs
from leadline.casefile import claims
from leadline.casefile.actions.agencies import close_member
from leadline.casefile.actions.jobs import MOST_WAITING, ask_export, ask_index, ask_receive, ask_run, incoming_folder
from leadline.casefile.evidence import run_of
from leadline.casefile.index.build import build_index
from leadline.casefile.index.filters import Filter
from leadline.casefile.models import AuditEvent, Job, Tip
from leadline.errors import Busy, Conflict, NotAllowed, NotThere
from leadline.vocabulary.casework import Role
from leadline.vocabulary.instants import now
from tests.desk_cast import bundle_of

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


def _again(job: Job, staff: Staff) -> Job:
    return Job.scoped.visible_to(staff.admin).get(pk=job.pk)


def _age(job: Job, staff: Staff) -> None:
    old = now() - claims.FRESH - timedelta(seconds=1)
    Job.scoped.visible_to(staff.admin).filter(pk=job.pk).update(heartbeat_at=old)


@pytest.fixture(autouse=True)
def _no_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats over a connection of its own, which does not see a test's open transaction."""
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 3600)


def test_a_run_is_listed_and_the_next_asker_sees_it(police: Staff, tip: Evidence) -> None:
    asked = ask_run(tip.tip, actor=police[Role.ANALYST])
    assert jobs.work_once()
    assert not jobs.work_once()
    done = _again(asked, police)
    assert (done.state, done.result["run"], done.claim) == ("done", tip.run, "")
    assert Tip.scoped.visible_to(police.admin).get().current_run == tip.run
    told = AuditEvent.scoped.visible_to(police.admin).filter(thing=asked.id).values_list("action", flat=True)
    assert set(told) == {"job:run:asked", "job:run:done"}


def test_a_bundle_is_received_for_the_agency_that_asked(police: Staff, customs: Staff, tmp_path: Path) -> None:
    folder = incoming_folder(police[Role.ANALYST])
    folder.mkdir(parents=True, exist_ok=True)
    bundle_of(tmp_path, "police").rename(folder / "tip-1")
    with pytest.raises(NotThere):
        ask_receive("tip-1", actor=customs[Role.ANALYST])
    asked = ask_receive("tip-1", actor=police[Role.ANALYST])
    assert jobs.work_once()
    assert Tip.scoped.visible_to(police.admin).get().tip == _again(asked, police).result["tip"]


@pytest.mark.parametrize("name", ["../police/tip-1", "/etc/passwd", "..", ".hidden", "a/b", ""])
def test_a_bundle_outside_the_folder_is_not_there(police: Staff, name: str) -> None:
    with pytest.raises(NotThere):
        ask_receive(name, actor=police[Role.ANALYST])


def test_one_row_is_claimed_once(police: Staff, tip: Evidence) -> None:
    ask_index(tip.run, actor=police[Role.ANALYST])
    first = claims.claim_one()
    assert first is not None
    assert claims.claim_one() is None


def test_what_a_dead_worker_left_is_taken_up_and_the_dead_writes_nothing(police: Staff, tip: Evidence) -> None:
    ask_index(tip.run, actor=police[Role.ANALYST])
    dead = claims.claim_one()
    assert dead is not None
    _age(dead, police)
    heir = claims.claim_one()
    assert heir is not None
    assert (heir.pk, heir.attempts) == (dead.pk, 2)
    with pytest.raises(Conflict):
        claims.beat(dead)


def test_a_job_that_kills_its_workers_fails(police: Staff, tip: Evidence) -> None:
    asked = ask_index(tip.run, actor=police[Role.ANALYST])
    for _ in range(claims.MOST_ATTEMPTS):
        claims.claim_one()
        _age(asked, police)
    assert jobs.work_once()
    assert _again(asked, police).state == "failed"


def test_a_held_workspace_lets_the_job_wait(police: Staff, tip: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*arguments: object, **options: object) -> None:
        raise Busy("held")

    monkeypatch.setattr(jobs, "run_tip", held)
    asked = ask_run(tip.tip, actor=police[Role.ANALYST])
    assert not jobs.work_once()
    waiting = _again(asked, police)
    assert (waiting.state, waiting.attempts, waiting.claim) == ("waiting", 0, "")


def test_who_was_closed_meanwhile_gets_nothing_done(police: Staff, tip: Evidence) -> None:
    asked = ask_run(tip.tip, actor=police[Role.ANALYST])
    close_member(police[Role.ANALYST].pk, "left", actor=police.admin)
    jobs.work_once()
    assert _again(asked, police).state == "failed"


def test_another_agencys_run_cannot_be_asked_for(police: Staff, their_tip: Evidence) -> None:
    for ask, name in ((ask_run, their_tip.tip), (ask_index, their_tip.run)):
        with pytest.raises(NotThere):
            ask(name, actor=police[Role.ANALYST])
    with pytest.raises(NotAllowed):
        ask_run(their_tip.tip, actor=police[Role.AUDITOR])


def test_an_agency_cannot_fill_the_queue(police: Staff, tip: Evidence) -> None:
    for _ in range(MOST_WAITING):
        ask_index(tip.run, actor=police[Role.ANALYST])
    with pytest.raises(Busy):
        ask_index(tip.run, actor=police[Role.ANALYST])


def test_the_agencies_take_turns(police: Staff, customs: Staff, tip: Evidence, their_tip: Evidence) -> None:
    for _ in range(3):
        ask_index(tip.run, actor=police[Role.ANALYST])
    ask_index(their_tip.run, actor=customs[Role.ANALYST])
    first, second = claims.claim_one(), claims.claim_one()
    assert first is not None
    assert second is not None
    assert {first.agency_id, second.agency_id} == {police.admin.agency_id, customs.admin.agency_id}


@pytest.mark.parametrize("layout", ["csv", "json", "xlsx"])
def test_an_export_is_complete_and_counted(police: Staff, tip: Evidence, layout: str) -> None:
    build_index(run_of(police.admin, tip.run), actor=police.admin)
    wanted = Filter.read({"text": ["police-"]})
    asked = ask_export(tip.run, wanted, layout, "for the file", actor=police[Role.ANALYST])
    assert jobs.work_once()
    result = _again(asked, police).result
    path = Path(settings.LEADLINE_WORKSPACE) / jobs.EXPORTS / result["file"]
    assert result["rows"] == len(tip.accounts)
    assert tuple(_accounts(path, layout)) == tip.accounts


def _accounts(path: Path, layout: str) -> list[str]:
    match layout:
        case "csv":
            with path.open(encoding="utf-8", newline="") as file:
                return [row["account_key"] for row in csv.DictReader(file)]
        case "json":
            return [json.loads(line)["account_key"] for line in path.read_text(encoding="utf-8").splitlines()]
    rows = list(openpyxl.load_workbook(path).worksheets[1].iter_rows(values_only=True))
    at = rows[0].index("account_key")
    return [row[at] for row in rows[1:]]
