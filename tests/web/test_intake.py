"""An analyst takes a tip in at the desk: chooses a bundle, sees what was found, and accepts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline import jobs
from leadline.casefile.actions.jobs import incoming_folder
from leadline.casefile.models import AuditEvent, Job, Tip
from leadline.vocabulary.casework import Role
from tests.desk_cast import bundle_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Desk


@pytest.fixture(autouse=True)
def _no_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 3600)


@pytest.fixture
def bundle(desk: Desk, tmp_path: Path) -> str:
    """A bundle in the folder of the police, one line of it damaged."""
    folder = incoming_folder(desk.police.admin)
    folder.mkdir(parents=True, exist_ok=True)
    made = bundle_of(tmp_path, "police")
    with (made / "events.csv").open("a", encoding="utf-8") as events:
        events.write("no time,240.1.0.8,police-8,download,a2\n")
    if not (folder / "tip 7").exists():
        made.rename(folder / "tip 7")
    return "tip 7"


def test_a_bundle_is_chosen_sealed_looked_at_and_accepted_in_three_steps(desk: Desk, bundle: str) -> None:
    client = desk.as_(desk.police[Role.ANALYST])
    assert bundle in client.get("/tips/receive/").content.decode()
    place = client.post("/tips/receive/", {"bundle": bundle}).headers["Location"]
    assert "waits for its turn" in client.get(place).content.decode()
    assert jobs.work_once()
    found = client.get(place).content.decode()
    for said in ("What was found", "inventory.csv", "1 Mar 2019 10:00 UTC", "Bad time: 1", "line 17", "Accept and run"):
        assert said in found
    tip = Job.scoped.visible_to(desk.police.admin).get().result["tip"]
    assert "Accept and run" in client.get(f"/tips/{tip}/").content.decode()
    run = client.post(f"/tips/{tip}/run/").headers["Location"]
    assert "A run on this tip is under way" in client.get(f"/tips/{tip}/").content.decode()
    assert jobs.work_once()
    assert "candidates" in client.get(run).content.decode()
    listed = Tip.scoped.visible_to(desk.police.admin).get(tip=tip).current_run
    assert client.get(f"/candidates/?tip={tip}").status_code == 200
    asked = client.post(f"/tips/{tip}/lists/", {"run": listed}).headers["Location"]
    assert jobs.work_once()
    assert listed in client.get(asked).content.decode()


def test_only_what_lies_in_the_agencys_own_folder_can_be_taken(desk: Desk, bundle: str) -> None:
    theirs = desk.as_(desk.customs[Role.ANALYST])
    assert bundle not in theirs.get("/tips/receive/").content.decode()
    assert theirs.post("/tips/receive/", {"bundle": bundle}).status_code == 400
    client = desk.as_(desk.police[Role.ANALYST])
    for name in ("../police/tip 7", "/etc", ""):
        assert client.post("/tips/receive/", {"bundle": name}).status_code == 400
    assert desk.as_(desk.customs[Role.ANALYST]).post(f"/tips/{desk.evidence.tip}/run/").status_code == 404
    assert not Job.scoped.visible_to(desk.police.admin).exists()


def test_a_bundle_that_is_refused_says_why_and_can_be_asked_for_again(desk: Desk, bundle: str) -> None:
    folder = incoming_folder(desk.police.admin)
    (folder / "empty").mkdir(exist_ok=True)
    client = desk.as_(desk.police[Role.ANALYST])
    place = client.post("/tips/receive/", {"bundle": "empty"}).headers["Location"]
    assert jobs.work_once()
    job = Job.scoped.visible_to(desk.police.admin).get()
    page = client.get(place).content.decode()
    assert job.state == "failed"
    assert "It did not work." in page
    assert "Ask for it again" in page
    again = client.post(f"{place}again/").headers["Location"]
    assert again != place
    assert client.post(f"{again}cancel/").status_code == 302
    last = AuditEvent.scoped.visible_to(desk.police.admin).order_by("-seq")[0]
    assert last.action == "job:receive:cancelled"


def test_who_may_not_start_work_gets_no_button_and_is_refused(desk: Desk, bundle: str) -> None:
    place = desk.as_(desk.police[Role.ANALYST]).post("/tips/receive/", {"bundle": bundle}).headers["Location"]
    client = desk.as_(desk.police[Role.MANAGER])
    assert "Call it off" not in client.get(place).content.decode()
    for address in (f"{place}cancel/", f"{place}again/", f"/tips/{desk.evidence.tip}/run/"):
        assert client.post(address).status_code == 403, address
    assert desk.as_(desk.customs[Role.ANALYST]).post(f"{place}cancel/").status_code == 404
    assert Job.scoped.visible_to(desk.police.admin).get().state == "waiting"
