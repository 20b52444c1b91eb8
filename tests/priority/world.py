"""Small invented worlds: tables of facts made by hand, and a `Work` in which a stage can be run on them."""

from __future__ import annotations

import io
import typing
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Work
from leadline.facts.tables import (
    AccessRow,
    AccountRecordRow,
    AttributionRow,
    Fact,
    InventoryRow,
    ReportedAccountRow,
    SightingRow,
)
from leadline.facts.tables.base import schema_of
from leadline.seal.manifest import TipFile, TipManifest
from leadline.settings import Settings
from leadline.stages.accounts.run import run_activity
from leadline.stages.collection.run import run as run_collection
from leadline.stages.priority.run import run as run_priority
from leadline.vocabulary.endpoints import parse_address
from leadline.vocabulary.identifiers import TipId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY_ONE = datetime(2019, 3, 1, 12, 0, tzinfo=UTC)
BROWSER = "ExampleBrowser/5.0 (Windows NT 10.0)"
_EMPTY = {str: "", int: 0, bool: False, list: [], datetime: DAY_ONE, date: date(2019, 1, 1)}


def at(days: int = 0, *, hours: int = 0, seconds: int = 0) -> datetime:
    """An instant so long after noon of 1 March 2019, UTC."""
    return DAY_ONE + timedelta(days=days, hours=hours, seconds=seconds)


class Exhibits:
    """Stands for the exhibit store: bytes by their digest, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def admit(self, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        self.held[digest] = content
        return digest

    def open(self, digest: str) -> io.BytesIO:
        return io.BytesIO(self.held[digest])


@dataclass
class World:
    """Facts to be, and what the stages made of them."""

    folder: Path
    threads: int = 2
    provider: str = "Example Cloud"
    settings: Settings = field(default_factory=Settings)
    exhibits: Exhibits = field(default_factory=Exhibits)
    files: tuple[TipFile, ...] = ()
    rows: dict[type[Fact], list[dict[str, Any]]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """Objects that an inventory lists."""

    def add(self, fact: type[Fact], **values: Any) -> None:
        """One more row; columns that are not given are None where they may be, else empty, 0 or False."""
        self.rows.setdefault(fact, []).append({**_blank(fact), **values})

    def access(self, account: str | None, action: str, key: str, when: datetime, **values: Any) -> None:
        """One more relevant access, with success, from a browser at 240.1.0.5 unless ``values`` say otherwise."""
        remote_ip = values.get("remote_ip", "240.1.0.5")
        address = parse_address(remote_ip)
        assert address is not None
        usual = {
            "account_key": account, "action": action, "object_key": key, "accessed_at": when, "remote_ip": remote_ip,
            "address": address.key, "succeeded": True, "status": 200, "zone_stated": True, "relevant": True,
            "user_agent": BROWSER, "remote_port": 40_000, "line": len(self.rows.get(AccessRow, [])) + 1,
        }  # fmt: skip
        self.add(AccessRow, **{**usual, **values})

    def listed(self, key: str, **values: Any) -> None:
        """One more inventory record, with a digest of its own unless ``values`` say otherwise."""
        self.known.add(key)
        usual = {"sha256": sha256(key.encode()).hexdigest(), "line": len(self.rows.get(InventoryRow, [])) + 2}
        self.add(InventoryRow, **{"object_key": key, "size": 1000, **usual, **values})

    def record(self, account: str, **values: Any) -> None:
        """The provider's record of an account."""
        self.add(AccountRecordRow, account_key=account, records=1, **values)

    def reported(self, account: str, role: str = "reported", **values: Any) -> None:
        """A provider's report that speaks of the account."""
        party = len(self.rows.get(ReportedAccountRow, [])) + 1
        self.add(ReportedAccountRow, account_key=account, role=role, party=party, **values)

    def seen(self, account: str, **values: Any) -> None:
        """A sighting at an address of a line in NZ, at which nobody else was seen, unless ``values`` say otherwise."""
        usual = {
            "kind": "access", "country": "NZ", "countries_named": ["NZ"], "holder": "Access NZ (invented)",
            "carries": True, "accesses": 1, "accounts_here": 1, "first_access": at(), "last_access": at(),
            "address": f"{len(self.rows.get(SightingRow, [])):032x}",
        }  # fmt: skip
        self.add(SightingRow, account_key=account, **{**usual, **values})

    def attributed(self, account: str, **values: Any) -> None:
        """Where the account belongs: NZ, with evidence that expires at the end of 2019."""
        usual = {"jurisdiction": "NZ", "confidence": 900, "evidence_expires": date(2019, 12, 31)}
        self.add(AttributionRow, account_key=account, **{**usual, **values})

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A stage's work in this world; the rows added so far are in the lake."""
        tip = TipManifest(
            tip=TipId("T-0000000000000000"), reference="", provider=self.provider, agency="", received_at="",
            cache_keys=("k1",), files=self.files,
        )  # fmt: skip
        with Engine(spill=self.folder / "spill", threads=self.threads, memory_mb=500) as engine:
            work = Work(
                tip=tip, engine=engine, lake=self.lake, exhibits=cast("Any", self.exhibits), settings=self.settings,
                references=(), scratch=self.folder,
            )  # fmt: skip
            for fact, rows in self.rows.items():
                engine.table("made_by_hand", pa.Table.from_pylist(rows, schema=schema_of(fact)))
                self.lake.write(engine, fact, source="made_by_hand")
            engine.journal.clear()
            yield work

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "facts")

    def collect(self) -> None:
        """Run the stage `collection`."""
        with self.work() as work:
            run_collection(work)

    def reckon(self) -> None:
        """Run the stages `collection` and `activity`."""
        self.collect()
        with self.work() as work:
            run_activity(work)

    def rank(self) -> list[dict[str, Any]]:
        """Run the stages from `collection` to `priority`; the candidates by rank."""
        from leadline.facts.tables import CandidateRow

        self.reckon()
        with self.work() as work:
            run_priority(work)
        return sorted(self.table(CandidateRow), key=lambda row: int(row["rank"]))

    def table(self, fact: type[Fact]) -> list[dict[str, Any]]:
        """The rows of a table in the lake, in the order of their files."""
        return [row for path in self.lake.paths(fact) for row in pq.read_table(path).to_pylist()]

    def by(self, fact: type[Fact], *columns: str) -> dict[Any, dict[str, Any]]:
        """The rows of a table by the value of one column, or of several as a tuple."""
        one = len(columns) == 1
        return {row[columns[0]] if one else tuple(row[c] for c in columns): row for row in self.table(fact)}


def _blank(fact: type[Fact]) -> dict[str, Any]:
    hints = typing.get_type_hints(fact)
    made = {}
    for column in schema_of(fact):
        hint = hints[column.name]
        made[column.name] = None if column.nullable else _EMPTY[typing.get_origin(hint) or hint]
    return made
