"""A small invented world for the rules of attribution: address tables, accesses, records, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import ReferenceEdition, Work
from leadline.facts.tables import (
    AccessRow,
    AccountRecordRow,
    ActivityRow,
    AddressRow,
    AddressSeenRow,
    AttributionRow,
    HolderRow,
    JurisdictionRow,
    RequestRow,
    SightingRow,
)
from leadline.facts.tables.base import Fact, schema_of
from leadline.reference.compiled import rows_of, write_rows
from leadline.reference.periods import period_starts
from leadline.reference.ranges import NetworkRange, flattened, of_network
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.manifest import TipManifest
from leadline.settings import Settings
from leadline.stages.attribution.addresses import make_addresses
from leadline.stages.attribution.run import run
from leadline.vocabulary.endpoints import parse_address
from leadline.vocabulary.identifiers import TipId

if TYPE_CHECKING:
    import ipaddress
    from pathlib import Path

TIP = TipManifest(TipId("T-0123456789abcdef"), "ESP-1", "Example Cloud", "unit", "", (), ())


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def row(prefix: str, country: str, kind: str, holder: str = "", asn: int | None = None) -> NetworkRange:
    """A row of an address table for a prefix."""
    import ipaddress

    network: ipaddress.IPv4Network | ipaddress.IPv6Network = ipaddress.ip_network(prefix)
    return NetworkRange(*of_network(network), country, asn, holder, kind, 1)


@dataclass
class World:
    """What goes in; :meth:`attributed` runs the stage and gives what comes out, by table."""

    folder: Path
    tables: dict[tuple[str, str], list[NetworkRange]] = field(default_factory=dict)
    """(name, as-of date) → rows."""
    accesses: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    settings: Settings = field(default_factory=Settings)
    references: tuple[ReferenceEdition, ...] = ()

    def table(self, name: str, as_of: str, *rows: NetworkRange) -> None:
        self.tables[name, as_of] = list(rows)

    def access(
        self, account: str | None, when: str, ip: str, *, port: int | None = None, relevant: bool = True
    ) -> None:
        found = parse_address(ip)
        assert found is not None
        self.accesses.append(
            {
                "account_key": account,
                "accessed_at": at(when),
                "time_text": when,
                "zone_stated": True,
                "address": found.key,
                "remote_ip": found.text,
                "remote_port": port,
                "action": "view",
                "object_key": "o1",
                "succeeded": True,
                "is_head": False,
                "status": 200,
                "bytes": 1,
                "user_agent": None,
                "session": None,
                "file": 0,
                "line": len(self.accesses) + 1,
                "relevant": relevant,
                "seen_twice": False,
            }
        )

    def record(self, account: str, **stated: Any) -> None:
        empty = dict.fromkeys(schema_of(AccountRecordRow).names)
        self.records.append({**empty, "account_key": account, "records": 1, "file": 1, "line": 1, **stated})

    def attributed(self, *, threads: int = 2) -> Outcome:
        lake = Lake(self.folder / f"facts-{threads}")
        with Engine(spill=self.folder / "spill", threads=threads, memory_mb=500) as engine:
            work = Work(
                TIP, engine, lake, ExhibitStore(self.folder), self.settings, self._references(), self.folder / "s"
            )
            self._write(work, AccessRow, self.accesses)
            self._write(work, AccountRecordRow, self.records)
            self._write(work, AddressSeenRow, self._seen(work.references))
            accounts = sorted({a["account_key"] for a in self.accesses if a["relevant"] and a["account_key"]})
            self._write(work, ActivityRow, [_activity(account) for account in accounts])
            engine.journal.clear()
            run(work)
            journal = list(engine.journal)
            for fact in (AddressSeenRow, SightingRow):
                lake.lend(engine, fact)
            make_addresses(engine, work.references, self.settings.parameters())
            lake.write(engine, AddressRow)
        return Outcome(lake, journal)

    def _references(self) -> tuple[ReferenceEdition, ...]:
        if self.references:
            return self.references
        found = []
        for (name, as_of), rows in self.tables.items():
            path = self.folder / f"{name}-{as_of}.parquet"
            write_rows(path, rows_of(flattened(rows)[0], name=name, as_of=date.fromisoformat(as_of)))
            found.append(ReferenceEdition("networks", name, as_of, "0" * 64, "0" * 64, path))
        return tuple(found)

    def _seen(self, references: tuple[ReferenceEdition, ...]) -> list[dict[str, Any]]:
        starts = period_starts(references)
        groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for access in self.accesses:
            period = sum(start <= access["accessed_at"] for start in starts)
            groups.setdefault((access["address"], period), []).append(access)
        return [
            {
                "address": address,
                "remote_ip": held[0]["remote_ip"],
                "period": period,
                "accesses": len(held),
                "relevant_accesses": sum(a["relevant"] for a in held),
                "first_access": min(a["accessed_at"] for a in held),
                "last_access": max(a["accessed_at"] for a in held),
            }
            for (address, period), held in groups.items()
        ]

    @staticmethod
    def _write(work: Work, fact: type[Fact], rows: list[dict[str, Any]]) -> None:
        work.engine.table("given", pa.Table.from_pylist(rows, schema=schema_of(fact)))
        work.lake.write(work.engine, fact, "given")


@dataclass
class Outcome:
    """What the stage wrote."""

    lake: Lake
    journal: list[Any]

    def rows(self, fact: type[Fact]) -> list[dict[str, Any]]:
        tables = [pa.parquet.read_table(path) for path in self.lake.paths(fact)]
        return pa.concat_tables(tables).to_pylist() if tables else []

    def by_account(self, fact: type[Fact]) -> dict[str, dict[str, Any]]:
        return {found["account_key"]: found for found in self.rows(fact)}

    def attribution(self, account: str) -> dict[str, Any]:
        return self.by_account(AttributionRow)[account]

    def shares(self, account: str) -> list[tuple[str, int]]:
        found = [r for r in self.rows(JurisdictionRow) if r["account_key"] == account]
        return [(r["code"], r["share"]) for r in sorted(found, key=lambda r: r["place"])]

    def sightings(self, account: str) -> list[dict[str, Any]]:
        return [r for r in self.rows(SightingRow) if r["account_key"] == account]

    def requests(self, account: str) -> list[dict[str, Any]]:
        found = [r for r in self.rows(RequestRow) if r["account_key"] == account]
        return sorted(found, key=lambda r: (r["accessed_at"], r["remote_ip"], r["remote_port"] or 0))

    def holders(self, account: str) -> dict[str, dict[str, Any]]:
        return {r["holder"]: r for r in self.rows(HolderRow) if r["account_key"] == account}

    def addresses(self, ip: str) -> list[dict[str, Any]]:
        found = [r for r in self.rows(AddressRow) if r["remote_ip"] == ip]
        return sorted(found, key=lambda r: (r["table_name"], r["table_date"] or date.min))

    def digest(self) -> dict[str, str]:
        """File → SHA-256 of everything written."""
        import hashlib

        files = sorted(path for path in self.lake.folder.rglob("*.parquet"))
        return {str(p.relative_to(self.lake.folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _activity(account: str) -> dict[str, Any]:
    moment = at("2019-01-01T00:00:00")
    zeros = dict.fromkeys(schema_of(ActivityRow).names, 0)
    return {**zeros, "account_key": account, "first_access": moment, "last_access": moment}


__all__ = ["Outcome", "World", "at", "pc", "row"]
