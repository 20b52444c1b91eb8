"""A desk with people, evidence and some work: two agencies, one of them with a tip, a lead and a case."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from leadline import jobs
from leadline.casefile.actions.cases import open_case
from leadline.casefile.actions.leads import open_leads
from leadline.casefile.actions.operations import open_operation
from leadline.casefile.actions.tips import list_run
from leadline.casefile.evidence import workspace
from leadline.casefile.models import IndexedCandidate, Lead
from leadline.seal import log
from leadline.seal.lock import locked
from leadline.vocabulary.casework import Role
from tests.desk_cast import evidence_of, staff_of
from tests.web.everywhere import noon
from tests.web.identity_provider import pinned
from tests.web.signing_in import signed_in
from tests.web.stocked import leave_waiting
from tests.web.undone import undone
from tests.web.walled_world import world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from leadline.casefile.models import Member
    from tests.desk_cast import Evidence, Staff
    from tests.web.walled_world import World


@dataclass(frozen=True)
class Desk:
    """What pages are about: names of rows, and who asks."""

    police: Staff
    customs: Staff
    evidence: Evidence
    candidate: str
    lead: str
    in_case: str
    case: str
    operation: str

    def as_(self, member: Member) -> Client:
        """A browser in which the colleague has signed in with a second factor."""
        return signed_in(member)


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    police, customs = staff_of("police"), staff_of("customs", "customs")
    evidence = evidence_of("police")
    analyst = police[Role.ANALYST]
    list_run(evidence.run, actor=analyst)
    open_leads(evidence.chosen(*evidence.accounts[:2]), "First look.", actor=analyst)
    rows = {lead.account_key: lead.pk for lead in Lead.scoped.visible_to(analyst)}
    operation = open_operation("One cache", actor=police[Role.MANAGER]).pk
    in_case = rows[evidence.accounts[1]]
    case = open_case("One account", [in_case], operation=operation, actor=police[Role.INVESTIGATOR])
    first = IndexedCandidate.scoped.visible_to(analyst).order_by("rank")[0].pk
    return Desk(police, customs, evidence, first, rows[evidence.accounts[0]], in_case, case.pk, operation)


class Held:
    """The log of the workspace, held by somebody else, so that whoever would write to it is told that it is busy."""

    def __init__(self) -> None:
        self._holding: ExitStack = ExitStack()

    def take(self) -> None:
        self._holding.enter_context(locked(workspace(), doing="the matrix"))

    def leave(self) -> None:
        self._holding.close()

    @contextmanager
    def free(self) -> Iterator[None]:
        """Not held for a while."""
        self.leave()
        yield
        self.take()


@pytest.fixture(scope="module")
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.leave()


@pytest.fixture(scope="module")
def worlds(
    django_db_setup: None, django_db_blocker: Any, held: Held, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, World]]:
    """Two agencies with work, of which nothing stays: they have a copy of the workspace. The clock stands."""
    stores, copy = "django.contrib.sessions.backends.db", tmp_path_factory.mktemp("walled") / "workspace"
    with (
        django_db_blocker.unblock(),
        override_settings(SESSION_ENGINE=stores),
        undone(),
        pytest.MonkeyPatch.context() as p,
    ):
        evidence_of("police"), evidence_of("customs")
        shutil.copytree(workspace(), copy)
        p.setenv("XDG_DATA_HOME", str(copy.with_name("keys")))
        p.setattr(jobs, "BEAT_SECONDS", 3600)
        provider = str(pinned(copy.parent))
        with override_settings(LEADLINE_WORKSPACE=copy, LEADLINE_IDENTITY_PROVIDERS=provider), noon():
            found = world_of("police"), world_of("customs", "customs")
            for world in found:
                leave_waiting(world.staff, world.evidence)
            p.setattr(log, "_PATIENCE", 0.0)
            held.take()
            yield found
