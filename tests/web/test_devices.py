"""Exhibits, triage, looking and release on the desk: each step for its role, in the background, behind the walls."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import transaction

from leadline import jobs
from leadline.casefile import mending
from leadline.casefile.actions import devices as verbs
from leadline.casefile.actions.devices import ask_examination
from leadline.casefile.actions.exhibits import register_exhibit
from leadline.casefile.actions.jobs import ask, ask_again
from leadline.casefile.devices import devices_folder
from leadline.casefile.models import AuditEvent, CustodyEvent, Examination, Job
from leadline.errors import NotThere
from leadline.reference.hashsets.keying import default_key_path
from leadline.reference.hashsets.store import add_hashset
from leadline.vocabulary.casework import JobKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.casefile.models import Exhibit, Member
    from tests.web.conftest import Desk

NAMES = ("holiday.bin", "again.bin", "other.bin")


@pytest.fixture
def folder(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The agency's folder of devices, with one device in it; no heart beats over another connection."""
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 3600)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    place = devices_folder(desk.police[Role.EXAMINER])
    (place / "phone").mkdir(parents=True, exist_ok=True)
    for name, data in zip(NAMES, (b"one", b"one", b"two"), strict=True):
        (place / "phone" / name).write_bytes(data)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def exhibit(desk: Desk) -> Exhibit:
    return register_exhibit("SEAL-1", case=desk.case, actor=desk.police[Role.EXAMINER])


def examined(exhibit: Exhibit, source: str, actor: Member) -> str:
    """The address of a complete examination."""
    row = ask_examination(exhibit.pk, source, "order 17", actor=actor)
    assert jobs.work_once()
    return f"/devices/examinations/{row.pk}/"


def actions(desk: Desk) -> list[str]:
    rows = AuditEvent.scoped.visible_to(desk.police.admin).order_by("-seq")
    return list(rows.values_list("action", flat=True)[:3])


def test_the_examiners_way_from_an_exhibit_to_counts(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    client = desk.as_(desk.police[Role.EXAMINER])
    here = f"/devices/{exhibit.pk}/"
    page = client.get(here).content.decode()
    assert ("SEAL-1" in page, "phone" in page, str(folder) in page) == (True, True, True)
    asked = {"source": "phone", "lead": desk.in_case, "authority": "order 17"}
    begun = client.post(f"{here}examine/", asked)
    waiting = client.get(begun.headers["Location"]).content.decode()
    assert "every 2s" in waiting
    assert jobs.work_once()
    done = client.get(begun.headers["Location"]).content.decode()
    assert "3 files, 2 distinct contents" in done
    assert desk.evidence.accounts[1] in done
    assert not [name for name in NAMES if name in done]
    assert "SEAL-1" in client.get("/devices/").content.decode()


def test_jobs_of_every_kind_are_listed_and_have_a_page(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    actor = desk.police[Role.EXAMINER]
    examined(exhibit, "phone", actor)
    (named,) = Job.scoped.visible_to(actor).filter(kind=JobKind.EXAMINE).values_list("arguments", flat=True)
    for kind in JobKind:
        if kind not in (JobKind.EXAMINE, JobKind.EXPORT, JobKind.RECEIVE):
            with transaction.atomic():
                ask(kind, {**named, "referrals": []}, actor)
    client = desk.as_(actor)
    assert client.get("/jobs/").status_code == 200
    for job in Job.scoped.visible_to(actor):
        page = client.get(f"/jobs/{job.pk}/")
        assert page.status_code == 200, job.kind
        if job.kind == JobKind.EXAMINE:
            assert f"/devices/examinations/{named['examination']}/" in page.content.decode()


def test_what_was_not_read_is_listed_with_its_reason_and_the_next_step(
    desk: Desk, folder: Path, exhibit: Exhibit
) -> None:
    pytest.importorskip("pytsk3", reason="the extra `devices` is not installed")
    (folder / "disk.dd").write_bytes(b"LUKS\xba\xbe" + bytes(1 << 20))
    page = desk.as_(desk.police[Role.EXAMINER]).get(examined(exhibit, "disk.dd", desk.police[Role.EXAMINER])).content
    for words in ("Not read, and why", "volume: encrypted: LUKS", "Have them opened with their key"):
        assert words in page.decode()


def test_an_examination_that_failed_follows_the_job_that_was_asked_for_again(
    desk: Desk, folder: Path, exhibit: Exhibit
) -> None:
    actor = desk.police[Role.EXAMINER]
    row = ask_examination(exhibit.pk, "phone", "order 17", actor=actor)
    shutil.rmtree(folder / "phone")
    assert jobs.work_once()
    again = ask_again(row.job_id, actor=actor)
    assert Examination.scoped.visible_to(actor).get(pk=row.pk).job_id == again.pk


def test_names_are_shown_on_request_and_the_asking_is_kept(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    here = examined(exhibit, "phone", desk.police[Role.EXAMINER])
    shown = desk.as_(desk.police[Role.EXAMINER]).post(f"{here}text/").content.decode()
    assert "other.bin" in shown
    assert actions(desk)[0] == "evidence:text:unmasked"
    assert desk.as_(desk.police[Role.MANAGER]).post(f"{here}text/").status_code == 403


def test_contents_are_taken_once_and_the_ledger_is_the_viewers_and_the_managers(
    desk: Desk, folder: Path, exhibit: Exhibit
) -> None:
    here = examined(exhibit, "phone", desk.police[Role.EXAMINER])
    client = desk.as_(desk.police[Role.EXAMINER])
    assert "2 contents are yours" in client.post(f"{here}look/", {"groups": "5"}).content.decode()
    assert client.post(f"{here}look/", {"groups": "1"}).status_code == 409
    assert actions(desk)[0] == "exhibit:contents:taken"
    assert "of 300 contents" in client.get(here).content.decode()
    manager = desk.as_(desk.police[Role.MANAGER])
    assert "of 300 contents" not in manager.get(here).content.decode()
    assert manager.post(f"{here}look/", {"groups": "1"}).status_code == 403
    ledger = manager.get("/devices/exposure/").content.decode()
    assert ("The examiner" in ledger, actions(desk)[0]) == (True, "exposure:ledger:read")
    assert client.get("/devices/exposure/").status_code == 403
    strangers = desk.as_(desk.customs[Role.MANAGER]).get("/devices/exposure/").content.decode()
    assert "The examiner" not in strangers


def test_a_hand_over_hashes_again_and_keeps_what_that_gave(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    here = examined(exhibit, "phone", desk.police[Role.EXAMINER])
    client = desk.as_(desk.police[Role.EXAMINER])
    told = {"holder": desk.police[Role.INVESTIGATOR].pk, "place": "Court"}
    assert client.post(f"{here}hand-over/", told).status_code == 302
    assert jobs.work_once()
    (folder / "phone" / NAMES[0]).write_bytes(b"changed")
    client.post(f"{here}hand-over/", told)
    assert jobs.work_once()
    rows = CustodyEvent.scoped.visible_to(desk.police.admin).filter(exhibit=exhibit).order_by("created_at")
    assert [row.digests for row in rows] == ["", "equal", "different"]
    page = client.get(here).content.decode()
    assert "The investigator" in page
    assert "DIFFER" in page


def test_the_report_names_colleagues_and_leaves_its_entry(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    here = examined(exhibit, "phone", desk.police[Role.EXAMINER])
    client = desk.as_(desk.police[Role.INVESTIGATOR])
    assert "The examiner" in client.get(f"{here}report.csv").content.decode()
    assert client.get(f"{here}report.pdf").content.startswith(b"%PDF")
    assert actions(desk)[0] == "exhibit:report:exported"


def listing_with_a_set(folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A listing whose first digest a set knows; where the desk's own account has the key, and where another person."""
    contents = [b"%d" % at for at in range(6)]
    digests = [sha256(data).hexdigest() for data in contents]
    (folder / "listing.csv").write_text("path,sha256\n" + "".join(f"f{n}.bin,{d}\n" for n, d in enumerate(digests)))
    (tmp_path / "set.txt").write_text(digests[0])
    key = tmp_path / "held" / "sets.key"
    add_hashset(
        Path(settings.LEADLINE_WORKSPACE), tmp_path / "set.txt", kind="list", as_of=date(2019, 9, 1),
        authority="order 7", name="desk", key_file=key,
    )  # fmt: skip
    shutil.copytree(key.parent, tmp_path / "leadline")
    default = default_key_path(Path(settings.LEADLINE_WORKSPACE))
    default.parent.mkdir(exist_ok=True)
    shutil.copy(key, default)
    return default, key


def dies(*_: object, **__: object) -> None:
    """The desk dies here."""
    raise RuntimeError


def tied_after_a_crash(desk: Desk, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are released, the desk dies, and its worker ties them to their case and to who released them."""
    monkeypatch.setattr(mending, "PATIENCE", timedelta())
    mending.mend_all()
    manager = desk.police[Role.MANAGER]
    row = Examination.scoped.visible_to(manager).latest("created_at")
    with monkeypatch.context() as broken:
        broken.setattr(verbs, "_released", dies)
        with pytest.raises(RuntimeError):
            verbs.release_listing(row.pk, desk.case, key.read_text(), actor=manager)
    assert (mending.mend_all(), mending.mend_all()) == (1, 0)
    tied = Examination.scoped.visible_to(manager).get(pk=row.pk)
    assert (tied.released_for_id, tied.released_by_id, tied.released_at is None) == (desk.case, manager.pk, False)
    assert actions(desk)[0] == "exhibit:rows:released"


def test_a_listing_gives_counts_until_another_person_releases_its_rows_and_a_crash_loses_nothing_of_it(
    desk: Desk, folder: Path, exhibit: Exhibit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default, key = listing_with_a_set(folder, tmp_path)
    here = examined(exhibit, "listing.csv", desk.police[Role.EXAMINER])
    manager = desk.as_(desk.police[Role.MANAGER])
    assert "Counts alone" in manager.get(here).content.decode()
    assert desk.as_(desk.police[Role.EXAMINER]).post(f"{here}look/", {"groups": "1"}).status_code == 409
    default.unlink()
    tied_after_a_crash(desk, key, monkeypatch)
    with key.open("rb") as stream:
        assert manager.post(f"{here}release/", {"case": desk.case, "key": stream}).status_code == 302
    page = manager.get(here).content.decode()
    assert ("Counts alone" in page, "were released for case" in page) == (False, True)
    assert actions(desk)[1] == "exhibit:rows:released"


def test_contents_taken_just_before_the_desk_died_get_their_entry_in_the_audit(
    desk: Desk, folder: Path, exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "PATIENCE", timedelta())
    examiner = desk.police[Role.EXAMINER]
    row = ask_examination(exhibit.pk, "phone", "order 17", actor=examiner)
    assert jobs.work_once()
    mending.mend_all()
    verbs.take_contents(row.pk, again="others looked in this workspace", actor=examiner)
    assert mending.mend_all() == 0
    with monkeypatch.context() as broken:
        broken.setattr(verbs, "record_reading", dies)
        with pytest.raises(RuntimeError):
            verbs.take_contents(row.pk, again="order of the court", actor=examiner)
    assert (mending.mend_all(), mending.mend_all()) == (1, 0)
    last = AuditEvent.scoped.visible_to(examiner).filter(action="exhibit:contents:taken").latest("seq")
    told = json.loads(last.detail)
    assert (last.thing, last.actor, told["by"], told["again"]) == (
        exhibit.pk, "machine", examiner.pk, "order of the court",
    )  # fmt: skip


def test_whoever_asked_for_an_examination_may_not_release_it(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    both = desk.police[Role.EXAMINER]
    both.roles = [str(Role.EXAMINER), str(Role.MANAGER)]
    both.save(update_fields=["roles"])
    here = examined(exhibit, "phone", both)
    assert desk.as_(both).post(f"{here}release/", {"case": desk.case}).status_code == 409


def test_only_what_lies_in_the_agencys_folder_can_be_examined(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    (folder / "link").symlink_to("/etc")
    client = desk.as_(desk.police[Role.EXAMINER])
    for name in ("../phone", "phone/other.bin", "link", "/etc/hostname", ""):
        with pytest.raises(NotThere):
            ask_examination(exhibit.pk, name, "order 17", actor=desk.police[Role.EXAMINER])
        asked = {"source": name, "authority": "o"}
        assert client.post(f"/devices/{exhibit.pk}/examine/", asked).status_code == 400, name
    assert not Examination.scoped.visible_to(desk.police.admin).exists()


def test_another_agency_and_other_roles_get_nothing(desk: Desk, folder: Path, exhibit: Exhibit) -> None:
    here = examined(exhibit, "phone", desk.police[Role.EXAMINER])
    gets = (here, f"/devices/{exhibit.pk}/", f"{here}report.csv")
    posts = (f"{here}text/", f"{here}look/", f"{here}hand-over/", f"/devices/{exhibit.pk}/examine/")
    stranger, analyst = desk.as_(desk.customs[Role.EXAMINER]), desk.as_(desk.police[Role.ANALYST])
    assert {stranger.get(at).status_code for at in gets} == {404}
    assert {stranger.post(at, {"groups": "1", "holder": "x"}).status_code for at in posts} == {404}
    assert {analyst.get(at).status_code for at in gets} == {403}
    assert {analyst.post(at, {"case": desk.case}).status_code for at in (f"{here}release/", posts[0])} == {403}
    assert "SEAL-1" not in stranger.get("/devices/").content.decode()
