"""Verify at the desk: an agency learns of its own share, to the last byte, and of nobody else's, not even a size."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from leadline.casefile.actions.tips import list_run, take_on
from leadline.casefile.models import AuditEvent
from leadline.casefile.queries.audit import verify_own
from leadline.casefile.sealing import seal_all
from leadline.errors import NotAllowed
from leadline.seal.log_audit import ENTRIES
from leadline.stages.intake.tips import load_tip
from leadline.vocabulary.casework import Role
from leadline.vocabulary.identifiers import TipId
from tests.desk_cast import evidence_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk_cast import Evidence, Staff


@pytest.fixture
def here(police: Staff, customs: Staff, tip: Evidence, their_tip: Evidence, settings: Any, tmp_path: Path) -> Path:
    """A copy of the workspace in which both agencies have listed a run."""
    workspace = tmp_path / "workspace"
    shutil.copytree(settings.LEADLINE_WORKSPACE, workspace)
    settings.LEADLINE_WORKSPACE = workspace
    list_run(tip.run, actor=police[Role.ANALYST])
    list_run(their_tip.run, actor=customs[Role.ANALYST])
    seal_all()
    return workspace


def _exhibits(workspace: Path, tip: str) -> dict[str, Path]:
    manifest = load_tip(workspace, TipId(tip))
    return {f.path: workspace / "exhibits/sha256" / f.sha256[:2] / f.sha256 for f in manifest.files}


def _spoil(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")


def test_what_is_told_does_not_change_when_another_agency_works(here: Path, police: Staff, customs: Staff) -> None:
    before = verify_own(actor=police[Role.AUDITOR])
    assert before.is_clean
    assert (before.evidence.tips, before.evidence.runs) == (1, 1)
    assert before.evidence.files > 10
    assert before.audit.rows == before.audit.sealed > 5
    theirs = evidence_of.__wrapped__("harbour")
    list_run(evidence_of("customs").run, actor=customs[Role.ANALYST])
    seal_all()
    assert (here / "lake" / theirs.run).is_dir()
    assert verify_own(actor=police[Role.AUDITOR]) == before


def test_a_byte_of_an_own_exhibit_is_named(here: Path, police: Staff, tip: Evidence) -> None:
    spoiled = _exhibits(here, tip.tip)["events.csv"]
    _spoil(spoiled)
    found = verify_own(actor=police[Role.AUDITOR])
    assert not found.is_clean
    assert [fault.path for fault in found.faults] == [str(spoiled.relative_to(here))]


def test_a_byte_of_an_own_run_is_named_and_a_damaged_record_is_still_its_own(
    here: Path, police: Staff, tip: Evidence
) -> None:
    run = here / "lake" / tip.run
    for spoiled in (next(run.rglob("*.parquet")), run / "run.json"):
        _spoil(spoiled)
        named = [fault.path for fault in verify_own(actor=police[Role.AUDITOR]).faults]
        assert str(spoiled.relative_to(here)) in named


def test_an_own_exhibit_that_is_gone_or_a_link_is_named(here: Path, police: Staff, tip: Evidence) -> None:
    gone, linked = (_exhibits(here, tip.tip)[name] for name in ("events.csv", "accounts.csv"))
    gone.unlink()
    linked.rename(here / "tmp" / "elsewhere")
    linked.symlink_to(here / "tmp" / "elsewhere")
    assert len(verify_own(actor=police[Role.AUDITOR]).faults) == 2


def test_what_of_anothers_is_broken_is_told_to_them_alone(
    here: Path, police: Staff, customs: Staff, their_tip: Evidence
) -> None:
    _spoil(_exhibits(here, their_tip.tip)["events.csv"])
    _spoil(here / "exhibits/tips" / f"{their_tip.tip}.json")
    _spoil(here / "lake" / their_tip.run / "run.json")
    assert verify_own(actor=police[Role.AUDITOR]).is_clean
    assert len(verify_own(actor=customs[Role.AUDITOR]).faults) >= 2


def test_of_a_log_that_was_changed_nothing_but_that_is_told(here: Path, police: Staff) -> None:
    log = here / ENTRIES
    log.write_bytes(log.read_bytes().replace(b"tip:bundle:received", b"tip:bundle:deceived", 1))
    found = verify_own(actor=police[Role.AUDITOR])
    assert (found.is_whole, found.faults, found.evidence.files) == (False, (), 0)


def test_an_own_audit_row_that_was_changed_is_named(here: Path, police: Staff, customs: Staff) -> None:
    rows = AuditEvent.scoped.visible_to(police.admin).order_by("seq")
    with connection.cursor() as cursor:
        cursor.execute("update casefile_auditevent set actor = 'M-0' where id = %s", [rows[2].pk])
    assert f"audit/{rows[2].pk}" in [fault.path for fault in verify_own(actor=police[Role.AUDITOR]).faults]
    assert verify_own(actor=customs[Role.AUDITOR]).is_clean


def test_whoever_may_not_read_the_audit_may_not_verify(here: Path, police: Staff, tip: Evidence) -> None:
    take_on(tip.tip, actor=police[Role.ANALYST])
    with pytest.raises(NotAllowed):
        verify_own(actor=police[Role.MANAGER])
