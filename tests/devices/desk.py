"""A workspace with a run whose cache and accesses are invented, and ways to examine things in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5, sha1, sha256
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from leadline.examination import Examination, examine
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables import AccessRow, InventoryRow
from leadline.facts.tables.base import Fact, schema_of
from leadline.inquiry.findings import open_examination, select_findings
from leadline.seal.canonical import canonical_json
from leadline.seal.files import write_durably
from leadline.seal.hashing import sha256_file
from leadline.seal.log import Log
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

RUN = "R-00000000000000aa"
TIP = "T-00000000000000aa"
OPENED_AT = datetime(2019, 5, 1, 12, tzinfo=UTC)


def digests(data: bytes) -> dict[str, str]:
    return {"md5": md5(data).hexdigest(), "sha1": sha1(data).hexdigest(), "sha256": sha256(data).hexdigest()}


def row_of(fact: type[Fact], **given: object) -> dict[str, object]:
    """A row with the given values, and for every other column none, or the least value it may have."""
    least: dict[object, object] = {pa.string(): "", pa.int64(): 0, pa.bool_(): False}
    return {
        field.name: given.get(field.name, None if field.nullable else least.get(field.type, OPENED_AT))
        for field in schema_of(fact)
    }


def listed(line: int, key: str, **given: object) -> dict[str, object]:
    return row_of(InventoryRow, line=line, object_key=key, **given)


def opened(line: int, account: str, key: str, **given: object) -> dict[str, object]:
    usual = {"action": "download", "succeeded": True, "relevant": True, "accessed_at": OPENED_AT}
    return row_of(AccessRow, line=line, account_key=account, object_key=key, **{**usual, **given})


@dataclass
class Desk:
    """A workspace and what an examiner does in it."""

    workspace: Path
    key_file: Path

    def finish_run(self, inventory: list[dict[str, object]], accesses: list[dict[str, object]]) -> None:
        folder = self.workspace / "lake" / RUN
        with Engine(spill=self.workspace / "spill") as engine:
            for fact, rows in ((InventoryRow, inventory), (AccessRow, accesses)):
                engine.table("given", pa.Table.from_pylist(rows, schema=schema_of(fact)))
                Lake(folder).write(engine, fact, "given")
        for marker in folder.glob("*.done"):
            marker.unlink()
        files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
        stated = [{"path": str(p.relative_to(folder)), "sha256": sha256_file(p)} for p in files]
        write_durably(folder / "run.json", canonical_json({"files": stated, "identity": {"tip": {"tip": TIP}}}))
        told = f"lake/{RUN}/run.json"
        Log.open(self.workspace).append(
            "run:tip:completed", subject=RUN, digests={told: sha256_file(folder / "run.json")}, manifests=(told,)
        )

    def examine(self, source: Path, *, account: str | None = None, key_file: Path | None = None) -> Examination:
        return examine(self.workspace, source, authority="order 17", account=account, key_file=key_file)

    def findings(self, examination: str | None = None) -> dict[str, dict[str, Any]]:
        rows = select_findings(open_examination(self.workspace, examination))
        return {row["path"]: row for row in rows}

    def actions(self) -> list[str]:
        return [entry.action for entry in Log.open(self.workspace).entries()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A new workspace; the OS account's home folder is elsewhere and empty."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return Desk(make_workspace(tmp_path / "workspace"), tmp_path / "held-by-another" / "sets.key")
