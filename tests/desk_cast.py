"""The people and the evidence of the desk's tests: three invented agencies over one workspace, two sealed tips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.conf import settings

from leadline.casefile.actions.agencies import add_member, add_team, found_agency
from leadline.casefile.actions.leads import Chosen
from leadline.pipeline import run_tip
from leadline.reference.store import add_networks
from leadline.stages.intake.receive import receive
from leadline.vocabulary.casework import Role
from leadline.vocabulary.identifiers import parse_tip

if TYPE_CHECKING:
    from leadline.casefile.models import Member, Team

PASSWORD = "correct-horse-battery-1"
NETWORKS = """\
first,last,country,asn,holder,kind
240.1.0.0,240.1.255.255,NZ,64500,Access NZ (invented),access
240.2.0.0,240.2.255.255,AU,64501,Access AU (invented),access
240.9.0.0,240.9.0.255,,64509,Anonymiser (invented),vpn
"""
_HEADER = "accessed_at,remote_ip,account_key,action,object_key\n"


@dataclass(frozen=True)
class Evidence:
    """One sealed tip of an agency, its complete run, and the accounts in their order of work."""

    agency: str
    tip: str
    run: str
    accounts: tuple[str, ...]

    def chosen(self, *accounts: str) -> Chosen:
        """A selection of these accounts, or of all."""
        return Chosen(self.run, {"level": "any"}, accounts or self.accounts)


@dataclass(frozen=True)
class Staff:
    """The colleagues of one agency, one a role, and two teams; the investigator stands in the first."""

    admin: Member
    by_role: dict[Role, Member]
    teams: tuple[Team, Team]
    neighbour: Member
    """An investigator of the second team."""

    def __getitem__(self, role: Role) -> Member:
        return self.by_role[role]


def staff_of(code: str, kind: str = "police") -> Staff:
    """Found an agency and its staff."""
    admin = found_agency(code=code, name=f"Training {code}", kind=kind, admin="admin", password=PASSWORD)
    first, second = add_team("First", actor=admin), add_team("Second", actor=admin)
    placed = {
        role: _colleague(str(role), [role], first if role == Role.INVESTIGATOR else None, admin)
        for role in Role
        if role != Role.AGENCY_ADMIN
    }
    neighbour = _colleague("neighbour", [Role.INVESTIGATOR], second, admin)
    return Staff(admin, {**placed, Role.AGENCY_ADMIN: admin}, (first, second), neighbour)


def _colleague(login: str, roles: list[Role], team: Team | None, admin: Member) -> Member:
    name = f"The {login}"
    home = team.id if team else None
    return add_member(login, display_name=name, roles=roles, password=PASSWORD, team=home, actor=admin)


@cache
def evidence_of(agency: str) -> Evidence:
    """A tip of five accounts, sealed for the agency in the tests' workspace and run once."""
    workspace = Path(settings.LEADLINE_WORKSPACE)
    with TemporaryDirectory() as folder:
        table = Path(folder) / "networks.csv"
        table.write_text(NETWORKS)
        add_networks(workspace, table, as_of=date(2019, 1, 1), name="registry", kind=None)
        tip = receive(workspace, bundle_of(Path(folder), agency), agency=agency).manifest.tip
    finished = run_tip(workspace, parse_tip(tip))
    return Evidence(agency, tip, finished.accounting.run, accounts_of(workspace, finished.accounting.run))


def accounts_of(workspace: Path, run: str) -> tuple[str, ...]:
    """The accounts of a run in their order of work."""
    from leadline.inquiry.candidates import select_candidates
    from leadline.inquiry.runs import open_run

    return tuple(select_candidates(open_run(workspace, run)).read_all().column("account_key").to_pylist())


def bundle_of(folder: Path, agency: str, *, accounts: int = 5) -> Path:
    """The agency's bundle, written below a folder."""
    bundle = folder / "bundle"
    bundle.mkdir()
    (bundle / "tip.toml").write_text(
        f'[tip]\nreference = "ESP-{agency}"\nprovider = "Example Cloud"\nreceived_at = 2019-09-20T02:15:00Z\n'
    )
    (bundle / "events.csv").write_text(_HEADER + "".join(_lines(agency, accounts)))
    (bundle / "inventory.csv").write_text("object_key,size,added_at\na1,10,2019-01-01T00:00:00Z\na2,20,\na3,30,\n")
    (bundle / "accounts.csv").write_text(f"account_key,created_at\n{agency}-1,2018-01-01T00:00:00Z\n")
    return bundle


def _lines(agency: str, accounts: int) -> list[str]:
    lines = []
    for number in range(1, accounts + 1):
        for day in range(1, min(number, 5) + 1):
            action = "upload" if number == 5 else "download"
            place = "240.9.0.1" if number == 2 else f"240.{1 + number % 2}.{number // 256}.{number % 256}"
            lines.append(f"2019-03-0{day}T10:00:00Z,{place},{agency}-{number},{action},a{1 + day % 3}\n")
    return lines
