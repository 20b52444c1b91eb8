"""The page of an operation: what stands under it is named before it is closed, packages above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leadline.casefile.actions.cases import add_lead_to_case, close_case, move_task
from leadline.casefile.models import Lead, Operation, Task
from leadline.vocabulary.casework import LeadState, Role
from tests.web.referred import Referring, refer_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Desk


@pytest.fixture
def at(desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Referring:
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    return refer_at(desk, settings, tmp_path)


def ended(desk: Desk) -> None:
    manager = desk.police[Role.MANAGER]
    for task in Task.scoped.visible_to(manager).filter(case=desk.case, required=True):
        move_task(task.pk, "completed", actor=manager)
    close_case(desk.case, "All looked at.", actor=manager)


def test_a_draft_about_its_leads_holds_it_open_and_a_package_that_is_out_is_named(at: Referring) -> None:
    desk, manager = at.desk, at.as_(Role.MANAGER)
    here = f"/operations/{desk.operation}/"
    ref = at.drafted()
    for lead in Lead.scoped.visible_to(desk.police.admin).filter(state=LeadState.OPEN):
        add_lead_to_case(desk.case, lead.pk, actor=desk.police[Role.MANAGER])
    ended(desk)
    held = manager.get(here).content.decode()
    assert "1 referral that is not sealed" in held
    assert held.index("Referrals that are not sealed") < held.index(ref) < held.index("Packages that are out")
    assert f"{here}close/" not in held
    assert manager.post(f"{here}close/", {"reason": "Done."}).status_code == 409
    manager.post(f"/referrals/{ref}/approve/", {"reason": "Seen.", "seal": "on"})
    from leadline import jobs

    assert jobs.work_once()
    page = manager.get(here).content.decode()
    assert page.index("Packages that are out") < page.index(ref)
    assert manager.post(f"{here}close/", {"reason": "Nothing more to do."}).status_code == 302
    closed = manager.get(here).content.decode()
    assert "none of its leads goes to a partner" in closed
    assert f"{here}reopen/" in closed
    assert f"{here}reopen/" not in at.as_(Role.ANALYST).get(here).content.decode()
    assert manager.post(f"{here}reopen/", {"reason": "A new sign."}).status_code == 302
    assert Operation.scoped.visible_to(desk.police.admin).get(pk=desk.operation).closed_at is None
