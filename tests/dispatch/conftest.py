"""A small invented tip, run once; each test works on a copy of its workspace, with partners whose keys it holds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyrage
import pytest

from leadline.pipeline import run_tip
from leadline.reference.partners.register import Stated, add_partner
from leadline.reference.store import add_networks
from leadline.stages.intake.receive import receive
from leadline.synthetic.inventor import invent
from leadline.vocabulary.identifiers import parse_tip
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

ANALYST, APPROVER, CLERK = "ana", "ben", "cleo"
FAR = "2199-01-01"


@dataclass(frozen=True)
class Desk:
    """A workspace with a complete run, and the identities of its partners by code."""

    workspace: Path
    identities: dict[str, pyrage.x25519.Identity]
    key_files: dict[str, Path]


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which a tiny invented tip was run."""
    folder = tmp_path_factory.mktemp("dispatch")
    invented = invent(folder / "invented", scale="tiny", seed=5)
    workspace = make_workspace(folder / "w", agency="training")
    for table in invented.tables:
        add_networks(workspace, table.path, as_of=table.as_of, name=table.name, kind=table.kind)
    run_tip(workspace, parse_tip(receive(workspace, invented.bundle, as_is=False, leave_out=()).manifest.tip))
    return workspace


@pytest.fixture
def desk(worked: Path, tmp_path: Path) -> Desk:
    """Partners for the United States and for the rest of the world, assessed and with keys."""
    workspace = tmp_path / "w"
    shutil.copytree(worked, workspace)
    identities = {code: pyrage.x25519.Identity.generate() for code in ("FBI", "INTERPOL")}
    files = {}
    for code, identity in identities.items():
        stated = Stated(
            code,
            age_recipient=str(identity.to_public()),
            valid_until=FAR,
            assurance_until=FAR,
        )
        add_partner(workspace, stated, by=CLERK)
        files[code] = tmp_path / f"{code}.key"
        files[code].write_text(f"{identity}\n", encoding="utf-8")
    return Desk(workspace, identities, files)
