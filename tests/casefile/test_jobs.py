"""Work in the background: one claim a row, taken up again after a worker died, on behalf of whoever asked."""

from __future__ import annotations

import csv
import json
import logging
import os
import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.db import OperationalError

from leadline import jobs
from leadline.casefile import claims
from leadline.casefile.actions.agencies import close_member
from leadline.casefile.actions.jobs import (
    MOST_WAITING,
    ask_again,
    ask_export,
    ask_index,
    ask_receive,
    ask_run,
    cancel_job,
    incoming_folder,
)
from leadline.casefile.evidence import run_of, workspace
from leadline.casefile.export import KEPT_DAYS, exported_file
from leadline.casefile.index.build import build_index
from leadline.casefile.index.filters import Filter
from leadline.casefile.models import AuditEvent, Job, Tip
from leadline.errors import Busy, Conflict, IntegrityBroken, NotAllowed, NotThere
from leadline.vocabulary.casework import Role
from leadline.vocabulary.instants import now
from leadline.workspace import change_setting, make_workspace
from tests.desk_cast import bundle_of

if TYPE_CHECKING:
    from pathlib import Path

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
    found = _again(asked, police).result
    assert Tip.scoped.visible_to(police.admin).get().tip == found["tip"]
    assert (found["look"]["listed"], found["look"]["records"]) == (3, 1)


def test_a_first_look_counts_lines_their_times_and_where_what_was_refused_stands(police: Staff, tmp_path: Path) -> None:
    folder = incoming_folder(police[Role.ANALYST])
    folder.mkdir(parents=True, exist_ok=True)
    bundle = bundle_of(tmp_path, "police")
    with (bundle / "events.csv").open("a", encoding="utf-8") as events:
        events.write("no time,240.1.0.9,police-9,download,a1\n")
    bundle.rename(folder / "tip-2")
    asked = ask_receive("tip-2", actor=police[Role.ANALYST])
    assert jobs.work_once()
    done = _again(asked, police).result
    (tally,) = done["look"]["files"]
    assert (tally["lines"], tally["accesses"], tally["rejects"]) == (16, 15, 1)
    assert (tally["first_access"], tally["last_access"]) == ("2019-03-01T10:00:00Z", "2019-03-05T10:00:00Z")
    (refused,) = done["look"]["rejects"]
    assert (refused["path"], refused["reason"], refused["lines"]) == ("events.csv", "bad-time", [17])
    run = ask_run(done["tip"], actor=police[Role.ANALYST])
    assert jobs.work_once()
    counted = _again(run, police).result
    assert (counted["lines"], counted["rejects"]) == (16, 1)


def test_a_job_that_was_called_off_ends_and_is_asked_for_again(police: Staff, tip: Evidence) -> None:
    asked = ask_index(tip.run, actor=police[Role.ANALYST])
    taken = claims.claim_one()
    assert taken is not None
    cancel_job(asked.pk, actor=police[Role.ANALYST])
    with pytest.raises(Conflict):
        claims.beat(taken)
    assert _again(asked, police).state == "cancelled"
    assert not jobs.work_once()
    with pytest.raises(Conflict):
        cancel_job(asked.pk, actor=police[Role.ANALYST])
    second = ask_again(asked.pk, actor=police[Role.ANALYST])
    assert second.arguments == asked.arguments
    assert jobs.work_once()
    with pytest.raises(Conflict):
        ask_again(second.pk, actor=police[Role.ANALYST])


def test_the_intake_folder_is_the_one_that_the_settings_name(
    police: Staff, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = workspace()
    assert incoming_folder(police.admin) == there.with_name(f"{there.name}-incoming") / "police"
    moved = make_workspace(tmp_path / "moved", agency="police")
    change_setting(moved, "incoming", str(tmp_path / "bundles"))
    monkeypatch.setattr("leadline.casefile.actions.jobs.workspace", lambda: moved)
    assert incoming_folder(police.admin) == tmp_path / "bundles" / "police"


def test_an_export_is_not_kept_for_longer_than_a_week(police: Staff, tip: Evidence) -> None:
    build_index(run_of(police.admin, tip.run), actor=police.admin)
    first = ask_export(tip.run, Filter(), "csv", "first", actor=police[Role.ANALYST])
    assert jobs.work_once()
    old = now().timestamp() - KEPT_DAYS * 86_400 - 60
    os.utime(exported_file(first), (old, old))
    second = ask_export(tip.run, Filter(), "csv", "second", actor=police[Role.ANALYST])
    assert jobs.work_once()
    assert (exported_file(first).exists(), exported_file(second).exists()) == (False, True)


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


def test_a_job_that_kills_its_worker_is_taken_up_a_bounded_number_of_times_and_then_fails_plainly(
    police: Staff, tip: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What no handler catches: the process is gone in the middle of the work."""

    def dies(*arguments: object, **options: object) -> None:
        raise Killed

    monkeypatch.setattr(jobs, "run_tip", dies)
    asked, begun = ask_run(tip.tip, actor=police[Role.ANALYST]), 0
    while _again(asked, police).state in ("waiting", "running"):
        with suppress(Killed):
            assert jobs.work_once()
            break
        begun += 1
        assert _again(asked, police).state == "running"
        _age(asked, police)
    failed = _again(asked, police)
    assert (begun, failed.state, failed.fault) == (claims.MOST_ATTEMPTS, "failed", jobs.KILLED)
    assert _entries(asked, police)[-1] == "job:run:failed"


def test_a_fault_of_ours_fails_its_job_alone_and_the_worker_goes_on(
    police: Staff, tip: Evidence, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*arguments: object, **options: object) -> None:
        raise KeyError("police-3, whose name a message may quote")

    monkeypatch.setattr(jobs, "run_tip", breaks)
    monkeypatch.setattr(logging.getLogger("leadline"), "propagate", True)
    broken, sound = ask_run(tip.tip, actor=police[Role.ANALYST]), ask_index(tip.run, actor=police[Role.ANALYST])
    assert (jobs.work_once(), jobs.work_once(), jobs.work_once()) == (True, True, False)
    failed = _again(broken, police)
    assert (failed.state, failed.fault, failed.claim, failed.attempts) == ("failed", jobs.FAULT, "", 1)
    assert _entries(broken, police)[-1] == "job:run:failed"
    assert _again(sound, police).state == "done"
    (told,) = {record.getMessage() for record in caplog.records if record.name == "leadline.jobs"}
    assert broken.pk in told
    assert all(word in told for word in ("KeyError", "in breaks", "jobs.py"))
    assert "police-3" not in told.replace('raise KeyError("police-3, whose name a message may quote")', "")


def _entries(job: Job, staff: Staff) -> list[str]:
    rows = AuditEvent.scoped.visible_to(staff.admin).filter(thing=job.pk).order_by("seq")
    return list(rows.values_list("action", flat=True))


class Turns(threading.Event):
    """A word to stop that comes after so many turns; what the worker waits for is noted, and not waited for."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.turns, self.pauses = turns, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        if len(self.pauses) == self.turns:
            self.set()
        return self.is_set()


def test_a_worker_whose_database_is_away_tries_again_after_longer_and_longer_pauses(
    police: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("away")

    turns = Turns(9)
    monkeypatch.setattr(claims, "claim_one", away)
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    jobs.work(turns)
    assert turns.pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0]


def test_sealing_that_is_refused_keeps_no_job_from_being_done(
    police: Staff, tip: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []

    def refuse() -> None:
        refused.append(1)
        raise IntegrityBroken("an audit row is not what was written.")

    monkeypatch.setattr(jobs, "seal_all", refuse)
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    asked, turns = ask_index(tip.run, actor=police[Role.ANALYST]), Turns(2)
    jobs.work(turns)
    assert (_again(asked, police).state, turns.pauses, len(refused)) == ("done", [1.0, 1.0], 1)


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
    path = exported_file(asked)
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
