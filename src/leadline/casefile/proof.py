"""Is every audit row of the desk still what was written? Read without Django, so that `verify` needs no desk."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from leadline.casefile.database import SQLITE, database_url
from leadline.errors import LeadlineError
from leadline.seal.audit_rows import COLUMNS, ERASED, KEY_PURPOSE, SEALED, START, AuditRow
from leadline.seal.desk_key import derived_key
from leadline.seal.log import Log
from leadline.seal.log_audit import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

WHERE = "audit"
"""How faults name the place: `audit/<row>`."""
_ROWS = f"select {', '.join(COLUMNS)} from casefile_auditevent where agency_id = ? order by seq, id"
_HEADS = "select seq, mac from casefile_audithead where agency_id = ?"
_AGENCIES = "select id from casefile_agency order by id"


@dataclass(frozen=True)
class AuditVerdict:
    """What the check of the audit rows found."""

    rows: int
    sealed: int
    faults: tuple[Fault, ...]


class Asking(Protocol):
    """One snapshot of the database: rows of a statement with `?` for values."""

    def __call__(self, sql: str, *values: object) -> Iterator[Sequence[Any]]: ...


def verify_audit(workspace: Path) -> AuditVerdict:
    """Compare each audit row with its place in its agency's chain and with the seal in the log. Writes nothing.

    A workspace without a desk has no rows and no faults; one whose log covers rows while the database is gone has
    them all as faults.
    """
    sealed = _sealed(workspace)
    url = database_url(workspace)
    if not url and not (workspace / SQLITE).exists():
        gone = [Fault(f"{WHERE}/{agency}", "the desk's database is gone", None) for agency in sorted(sealed)]
        return AuditVerdict(0, 0, tuple(gone))
    with _postgresql(url) if url else _sqlite(workspace / SQLITE) as ask:
        return _compared(ask, sealed, _erased(workspace), derived_key(workspace, KEY_PURPOSE))


def check_agency(workspace: Path, agency: str, rows: Iterable[AuditRow], ends: Sequence[Sequence[Any]]) -> AuditVerdict:
    """The same for one agency's rows, in order, and the end of its chain (place and mac), however they were read."""
    sealed, erased = _sealed(workspace, agency).get(agency, {}), _erased(workspace, agency).get(agency, {})
    chain = _Chain(agency, sealed, erased, derived_key(workspace, KEY_PURPOSE))
    return _verdict(chain, rows, ends)


def _verdict(chain: _Chain, rows: Iterable[AuditRow], ends: Sequence[Sequence[Any]]) -> AuditVerdict:
    faults = (*chain.check(rows), *chain.check_end(ends))
    return AuditVerdict(chain.rows, chain.covered, faults)


def _compared(
    ask: Asking, sealed: Mapping[str, Mapping[int, str]], erased: Mapping[str, Mapping[int, str]], key: bytes
) -> AuditVerdict:
    rows, covered = 0, 0
    faults: list[Fault] = []
    for agency in sorted({str(row[0]) for row in ask(_AGENCIES)} | set(sealed)):
        chain = _Chain(agency, sealed.get(agency, {}), erased.get(agency, {}), key)
        found = _verdict(chain, (AuditRow(*row) for row in ask(_ROWS, agency)), list(ask(_HEADS, agency)))
        faults += found.faults
        rows, covered = rows + found.rows, covered + found.sealed
    return AuditVerdict(rows, covered, tuple(faults))


def _sealed(workspace: Path, agency: str = "") -> dict[str, dict[int, str]]:
    """Agency → place in its chain → leaf that a signed entry of the log states; an erased payload states none.

    Of all agencies, or of one.
    """
    log = Log.open(workspace)
    found: dict[str, dict[int, str]] = {}
    for entry in log.entries():
        if entry.action == SEALED and agency in ("", entry.subject):
            leaves: Any = (log.payload(entry) or {}).get("leaves", [])
            found.setdefault(entry.subject, {}).update(enumerate(leaves, entry.numbers["first"]))
    return found


def _erased(workspace: Path, agency: str = "") -> dict[str, dict[int, str]]:
    """Agency → place in its chain → leaf that a row has since its detail was erased; of all agencies, or of one."""
    log = Log.open(workspace)
    found: dict[str, dict[int, str]] = {}
    for entry in log.entries():
        if entry.action == ERASED and agency in ("", entry.subject):
            leaves: Any = (log.payload(entry) or {}).get("leaves", {})
            found.setdefault(entry.subject, {}).update({int(place): leaf for place, leaf in leaves.items()})
    return found


class _Chain:
    """One agency's rows, in order."""

    def __init__(self, agency: str, sealed: Mapping[int, str], erased: Mapping[int, str], key: bytes) -> None:
        self.agency, self.sealed, self.erased, self.key = agency, sealed, erased, key
        self.rows, self.covered, self.place, self.mac = 0, 0, 0, START

    def check(self, rows: Iterable[AuditRow]) -> Iterator[Fault]:
        """Faults of the rows, each named once; a gap is named by its places."""
        for row in rows:
            self.rows += 1
            if row.seq <= self.place:
                yield _fault(row.id, f"stands a second time in place {row.seq}")
                continue
            yield from self._gap(row.seq)
            yield from self._row(row)
            self.place, self.mac = row.seq, row.mac

    def _gap(self, until: int) -> Iterator[Fault]:
        first, last = self.place + 1, until - 1
        if first == last:
            yield _fault(f"{self.agency}:{first}", "the row of this place is gone")
        elif first < last:
            yield _fault(f"{self.agency}:{first}", f"the rows of the places {first} to {last} are gone")

    def _row(self, row: AuditRow) -> Iterator[Fault]:
        stated, leaf = self.sealed.get(row.seq), row.leaf()
        self.covered += stated is not None
        written = stated if stated and leaf == self.erased.get(row.seq) else leaf
        if stated not in (None, written):
            yield _fault(row.id, f"place {row.seq}: it is not the row that was sealed in the log")
        elif row.seq == self.place + 1 and row.next_mac(self.key, self.mac, leaf=written) != row.mac:
            yield _fault(row.id, f"place {row.seq}: it was changed, put in, or follows another row than it did")

    def check_end(self, heads: Sequence[Sequence[Any]]) -> Iterator[Fault]:
        """Faults of the chain's end: rows cut off, or an end that names another row."""
        yield from self._gap(max(self.sealed, default=0) + 1)
        if [tuple(head) for head in heads] not in ([(self.place, self.mac)], []) or (self.rows and not heads):
            yield _fault(self.agency, f"the chain ends with place {self.place}, and its end says otherwise")


def _fault(row: str, problem: str) -> Fault:
    return Fault(f"{WHERE}/{row}", problem, None)


@contextmanager
def _sqlite(path: Path) -> Iterator[Asking]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as base:
            base.execute("begin")
            yield lambda sql, *values: iter(base.execute(sql, values))
    except sqlite3.Error as error:
        raise _unreadable(error) from error


@contextmanager
def _postgresql(url: str) -> Iterator[Asking]:
    import psycopg

    try:
        with psycopg.connect(url) as base:
            base.execute("set transaction isolation level repeatable read, read only")

            def ask(sql: str, *values: object) -> Iterator[Sequence[Any]]:
                if values:  # row-level security shows an agency's rows to whoever stands in it
                    base.execute("select set_config('leadline.agency', %s, true)", values)
                return iter(base.execute(sql.replace("?", "%s").encode(), values))

            yield ask
    except psycopg.Error as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> LeadlineError:
    return LeadlineError(
        f"the desk's database cannot be read: {error}.", where="desk", advice="Start it, then verify again."
    )
