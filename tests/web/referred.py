"""A desk with partners, over a workspace of its own: what is referred there stays in its own log."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyrage

from leadline.casefile.actions.leads import open_leads
from leadline.reference.partners.register import Stated, add_partner
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.web.conftest import Desk

FAR = "2199-01-01"
CLERK = "clerk@police"
USUAL = {"tlp": "TLP:AMBER", "pap": "PAP:AMBER", "codes": "H1", "evaluation": "X4"}


@dataclass(frozen=True)
class Referring:
    """The desk, its workspace, and the identities of its partners by code."""

    desk: Desk
    workspace: Path
    identities: dict[str, pyrage.x25519.Identity]

    def as_(self, role: Role) -> Client:
        return self.desk.as_(self.desk.police[role])

    def outside(self, role: Role) -> Client:
        return self.desk.as_(self.desk.customs[role])

    def drafted(self, role: Role = Role.ANALYST, *, only: str = "") -> str:
        """A draft to one partner, made with the builder."""
        client = self.as_(role)
        page = client.get("/referrals/", {"partner": only} if only else {}).content.decode()
        groups = re.findall(r'name="group" value="([^"]+)"', page)
        told = {"seen": seen_in(page), "tip": self.desk.evidence.tip, "group": groups[:1], "partner": only, **USUAL}
        answer = client.post("/referrals/draft/", told)
        assert answer.status_code == 302, answer.content.decode()
        listed = client.get("/referrals/", {"tab": "approve"}).content.decode()
        return str(re.findall(r'href="/referrals/(P-[0-9a-f]{16})/"', listed)[0])

    def sealed(self) -> str:
        """A draft that a manager approved, and that the worker sealed."""
        from leadline import jobs

        ref = self.drafted()
        self.as_(Role.MANAGER).post(f"/referrals/{ref}/approve/", {"reason": "Seen.", "seal": "on"})
        assert jobs.work_once()
        return ref


def seen_in(page: str) -> str:
    """The digest that the builder's page was shown with."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def refer_at(desk: Desk, settings: Any, folder: Path) -> Referring:
    """The desk moved over to a copy of the workspace, with two assured partners and all leads opened."""
    workspace = folder / "workspace"
    shutil.copytree(settings.LEADLINE_WORKSPACE, workspace)
    settings.LEADLINE_WORKSPACE = workspace
    identities = {code: pyrage.x25519.Identity.generate() for code in ("AFP", "NZP")}
    for code, identity in identities.items():
        key = str(identity.to_public())
        add_partner(workspace, Stated(code, age_recipient=key, valid_until=FAR, assurance_until=FAR), by=CLERK)
    open_leads(desk.evidence.chosen(), "All of them.", actor=desk.police[Role.ANALYST])
    return Referring(desk, workspace, identities)
