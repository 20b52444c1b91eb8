"""A small invented tip, run once; each test works on a copy of its workspace, with partners whose keys it holds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyrage
import pytest

from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import Wanted, draft
from leadline.dispatch.ledger import DRAFTED, write_order
from leadline.dispatch.sealing import seal
from leadline.pipeline import run_tip
from leadline.reference.partners.register import Stated, add_partner
from leadline.reference.store import add_networks
from leadline.seal.log import Log
from leadline.stages.intake.receive import receive
from leadline.stages.referral.order import Item
from leadline.synthetic.inventor import invent
from leadline.vocabulary.identifiers import parse_tip
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from leadline.stages.referral.order import Order

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


def _with_partners(workspace: Path, keys: Path) -> Desk:
    """Adds partners for the United States and for the rest of the world, assessed and with keys."""
    identities = {code: pyrage.x25519.Identity.generate() for code in ("FBI", "INTERPOL")}
    files = {}
    for code, identity in identities.items():
        recipient = str(identity.to_public())
        stated = Stated(code, age_recipient=recipient, valid_until=FAR, assurance_until=FAR)
        add_partner(workspace, stated, by=CLERK)
        files[code] = keys / f"{code}.key"
        files[code].write_text(f"{identity}\n", encoding="utf-8")
    return Desk(workspace, identities, files)


@pytest.fixture
def desk(worked: Path, tmp_path: Path) -> Desk:
    """A workspace of one's own, with partners."""
    return _with_partners(Path(shutil.copytree(worked, tmp_path / "w")), tmp_path)


@dataclass(frozen=True)
class Posted(Desk):
    """A desk from which one package has gone to the FBI."""

    order: Order
    package: Path


@pytest.fixture(scope="session")
def sealed_once(worked: Path, tmp_path_factory: pytest.TempPathFactory) -> Posted:
    """Sealing costs a second: this is done once, and nobody writes to it."""
    folder = tmp_path_factory.mktemp("posted")
    made = _with_partners(Path(shutil.copytree(worked, folder / "w")), folder)
    (order,) = draft(made.workspace, Wanted(partner="FBI"), by=ANALYST)
    approve(made.workspace, order.referral, by=APPROVER)
    package = seal(made.workspace, order.referral, folder / "p.age").sealed.path
    return Posted(made.workspace, made.identities, made.key_files, order, package)


@pytest.fixture
def posted(sealed_once: Posted, tmp_path: Path) -> Posted:
    """A workspace of one's own from which a package has gone."""
    files = {code: Path(shutil.copy(file, tmp_path)) for code, file in sealed_once.key_files.items()}
    workspace = Path(shutil.copytree(sealed_once.workspace, tmp_path / "w"))
    return replace(sealed_once, workspace=workspace, key_files=files)


@pytest.fixture
def theirs(posted: Posted, tmp_path: Path) -> str:
    """A tip of the police in the same workspace."""
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "tip.toml").write_text('[tip]\nprovider = "Other"\nreceived_at = 2019-09-20T02:15:00Z\n')
    (bundle / "inventory.csv").write_text("object_key,size\na1,10\n")
    return str(receive(posted.workspace, bundle, agency="police").manifest.tip)


def referred_by_police(posted: Posted, tip: str, *accounts: str, **more: Any) -> str:
    """A draft of the police with these accounts of the same provider."""
    items = tuple(Item(f"P-00000000000000aa-{number:05d}", key) for number, key in enumerate(accounts, 1))
    order = replace(posted.order, referral="P-00000000000000aa", tip=tip, leads=items, to_verify=(), **more)
    facts = {"by": "pia", "partner": order.partner, "kind": str(order.kind)}
    write_order(Log.open(posted.workspace), order, action=DRAFTED, facts=facts)
    return order.referral
