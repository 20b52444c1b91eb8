"""One access log: its lines through the rules, a batch at a time, into pieces on disk and sums."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from leadline.facts.tables import AccessRow
from leadline.facts.tables.base import schema_of
from leadline.reading.layouts import PatternLayout
from leadline.reading.lines import REFUSED
from leadline.reference.periods import period_starts
from leadline.stages.accesses.addresses import AddressWords
from leadline.stages.accesses.folds import CLOCKED, settle, spans_between
from leadline.stages.accesses.pieces import Batch
from leadline.stages.accesses.values import action_words, detail_values, request_beginnings, request_groups, rule_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from leadline.facts.engine import Value
    from leadline.facts.runs import ReferenceEdition, Work
    from leadline.reading.formats import LogFormat
    from leadline.reading.lines import Ints
    from leadline.seal.manifest import TipFile
    from leadline.stages.accesses.columnar import Columns
    from leadline.stages.accesses.pieces import Values

_ASKED = pa.schema([(name, pa.string()) for name in ("action", "object_key", "account_key", "cache_key")]).insert(
    0, pa.field("line", pa.int64())
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
KEPT = pa.schema(
    [*(field for field in schema_of(AccessRow) if field.name != "seen_twice"), ("text_digest", pa.string())]
)
"""Accesses that are kept, as the pieces on disk have them."""
_TOGETHER = 200_000
"""Waiting lines that are judged at a time."""
_SEEN_TOGETHER = 3_000_000
"""Accesses whose addresses are counted at a time."""


@dataclass
class Tally:
    """What became of a file's lines."""

    lines: int = 0
    accesses: int = 0
    rejects: int = 0
    relevant: int = 0
    without_account: int = 0
    no_port: int = 0
    no_status: int = 0
    first_access: datetime | None = None
    last_access: datetime | None = None

    def add(self, sums: Mapping[str, object]) -> None:
        """Add counts and widen the span of time."""
        for name in ("accesses", "rejects", "relevant", "without_account", "no_port", "no_status"):
            setattr(self, name, getattr(self, name) + int(str(sums.get(name, 0))))
        first, last = sums.get("first_access"), sums.get("last_access")
        if isinstance(first, datetime) and isinstance(last, datetime):
            self.first_access = min(first, self.first_access or first)
            self.last_access = max(last, self.last_access or last)

    def row(self, file: int) -> dict[str, object]:
        """The columns of `FileTallyRow`."""
        counts = asdict(self)
        relevant = counts.pop("relevant")
        return {"file": file, **counts, "relevant_accesses": relevant, "other": self.accesses - relevant}


class Judge:
    """Judges the lines of one file; pieces of what is kept go to ``folder``, rejects to the work."""

    def __init__(self, work: Work, file: TipFile, form: LogFormat, folder: Path, *, several: bool) -> None:
        self._work, self._engine, self._file, self._form, self._folder = work, work.engine, file, form, folder
        self._several = several
        self._requests = request_groups(file.requests)
        self._beginnings = request_beginnings(file.requests)
        self._words = AddressWords()
        self._zone = file.zone or ("UTC" if form.times == "clock" else "")
        self._piece = 0
        self._kept: list[Path] = []
        self._headers: list[Values] = []
        self._ends: list[tuple[int, datetime]] = []
        self.tally = Tally()
        self._uncounted = 0
        self._engine.drop("waiting")
        self._engine.drop("seen_row")
        self._engine.lend("clocked", CLOCKED.empty_table())
        self._engine.lend("action_word", _words_table(action_words(file)))

    def judge(self, batch: Batch) -> None:
        """Count a batch, judge its lines and write what comes of them."""
        self.tally.lines += batch.rows + batch.refused.num_rows
        self.tally.rejects += batch.refused.num_rows
        self._piece += 1
        rejects = [batch.refused]
        if batch.rows:
            rejects.append(self._judge_lines(batch, dated=False))
        self._refuse(rejects)

    def finish(self) -> None:
        """Judge the lines that had to wait for the end of the file, and count what is left to count."""
        self._judge_all_waiting()
        self._count_seen()
        if self._kept:
            self._engine.view("kept", self._kept, schema=KEPT)
            (sums,) = self._arrow("kept_sums").to_pylist()
            self.tally.add(sums)

    def _judge_all_waiting(self) -> None:
        if not self._headers:
            return
        waiting = self._engine.arrow("select w.line, w.clock, w.header from waiting as w order by w.line")
        lines = waiting["line"].to_numpy()
        clocks = waiting["clock"].cast(pa.int64()).to_numpy()
        settled = settle(self._zone, lines, clocks, rising=self._rising())
        for header, values in enumerate(self._headers):
            mine = lines[waiting["header"].to_numpy() == header]
            for first in range(0, len(mine), _TOGETHER):
                some = mine[first : first + _TOGETHER]
                self._judge_waiting(values, header, int(some[0]), int(some[-1]), settled)

    def _judge_waiting(self, values: Values, header: int, first: int, last: int, settled: pa.Table) -> None:
        cut = self._engine.arrow(
            "select w.line, w.text, w.parts from waiting as w"
            " where w.header = $header and w.line >= $first and w.line <= $last order by w.line",
            {"header": header, "first": first, "last": last},
        )
        self._engine.lend("clocked", settled)
        self._piece += 1
        self._refuse([self._judge_lines(Batch(cut, REFUSED.empty_table(), values), dated=True)])

    # --- one batch ---------------------------------------------------------------------------------------

    def _judge_lines(self, batch: Batch, *, dated: bool) -> pa.Table:
        """Judge lines that are text; the rejects among them (schema `REFUSED`)."""
        if batch.columns is not None:
            self._sort_out(batch.columns)
        else:
            self._engine.lend("cut", batch.cut)
            self._rule("said", "said_pattern" if self._is_pattern else "said_fields", batch.values)
        self._engine.lend("address_word", self._words.table(self._arrow("strange")["written"].to_pylist()))
        if self._zone and not dated:
            self._date()
        if batch.columns is None:
            self._ask()
        self._rule("judged", "judged", {"zone_by_format": self._form.times == "clock" and not self._file.zone})
        (sums,) = self._arrow("accounted").to_pylist()
        self.tally.add(sums)
        self._keep_waiting(batch, int(sums["waiting"]))
        self._note_seen(sums)
        if sums["kept"]:
            self._keep(batch)
        return self._arrow("refused") if sums["rejects"] else REFUSED.empty_table()

    def _date(self) -> None:
        """Date the times without a zone, all but those that the clock showed twice."""
        (faces,) = self._arrow("faces").to_pylist()
        if faces["first_face"] is None:
            self._engine.lend("clocked", CLOCKED.empty_table())
            return
        self._engine.lend("clock_span", spans_between(self._zone, faces["first_face"], faces["last_face"]))
        self._rule("clocked", "clocked", {})

    def _sort_out(self, columns: Columns) -> None:
        """Count the lines that are accesses from IPv4 addresses and touch nothing; bring the others to the rules.

        Of a line that was read as columns all is known but its address, where that is not IPv4, and what it asked for.
        """
        self._engine.lend("said", columns.requests(columns.asking(self._beginnings)))
        self._ask()
        touched = self._engine.arrow("select t.line from touched as t")["line"].to_numpy()
        judged = columns.numbers < 0
        judged[np.searchsorted(columns.lines, touched)] = True
        self._count_plain(columns.numbers[~judged], columns.instants[~judged])
        rows = np.flatnonzero(judged)
        self._engine.lend("cut", columns.texts(rows))
        self._engine.lend("said", columns.said(rows))

    def _count_plain(self, numbers: Ints, instants: Ints) -> None:
        if not len(numbers):
            return
        first, last = (_EPOCH + timedelta(microseconds=int(one)) for one in (instants.min(), instants.max()))
        self.tally.add({"accesses": len(numbers), "first_access": first, "last_access": last})
        at = pa.array(instants, pa.int64()).view(pa.timestamp("us", "UTC"))
        self._engine.lend("plain", pa.table({"number": numbers, "accessed_at": at}))
        self._engine.append("seen_row", rule_text("seen_plain"))
        self._uncounted += len(numbers)

    def _ask(self) -> None:
        """What each line did to which object, and which of them are touched by that."""
        if not self._is_pattern and not self._requests_are_read:
            self._rule("asked", "asked_word", {})
        else:
            self._engine.table("asked", _ASKED.empty_table())
            for values in self._requests:
                self._engine.append("asked", rule_text("asked_request"), values)
        self._rule("touched", "touched", {"has_inventory": self._engine.count("listed_object") > 0})

    def _keep_waiting(self, batch: Batch, count: int) -> None:
        if not count:
            return
        values = {**batch.values, "open_line": 0}
        if values not in self._headers:
            self._headers.append(values)
        self._engine.append("waiting", rule_text("waiting"), {"header": self._headers.index(values)})

    def _note_seen(self, sums: Mapping[str, object]) -> None:
        if not sums["accesses"]:
            return
        self._engine.append("seen_row", rule_text("seen_row"))
        self._uncounted += int(str(sums["accesses"]))
        if self._zone:
            self._ends += [(int(row["line"]), row["accessed_at"]) for row in self._arrow("ends").to_pylist()]
            self._ends = [min(self._ends), max(self._ends)]
        if self._uncounted >= _SEEN_TOGETHER:
            self._count_seen()

    def _count_seen(self) -> None:
        """Count the addresses that were noted, by period."""
        first, last = self.tally.first_access, self.tally.last_access
        if not self._uncounted or first is None or last is None:
            return
        for span in period_spans(self._work.references, first, last):
            self._engine.save(rule_text("seen"), self._path(f"seen-{span['period']}"), span)
        self._engine.drop("seen_row")
        self._uncounted = 0

    def _keep(self, batch: Batch) -> None:
        layout, values = self._form.layout, {"several": self._several}
        if batch.columns is not None:
            lines = self._engine.arrow("select j.line from judged as j where j.kept order by j.line")
            self._engine.lend("detail", batch.columns.details(lines["line"].to_numpy()))
            self._rule("details", "details_columns", values)
        elif isinstance(layout, PatternLayout):
            self._rule("details", "details_pattern", {**detail_values(layout), **values})
        else:
            self._rule("details", "details_fields", values)
        piece = self._path("kept")
        self._engine.save(rule_text("kept"), piece, {"file": self._file.no})
        self._kept.append(piece)

    def _refuse(self, rejects: list[pa.Table]) -> None:
        found = pa.concat_tables(
            [table.cast(REFUSED) for table in rejects if table.num_rows] or [REFUSED.empty_table()]
        )
        if not found.num_rows:
            return
        about = {"exhibit_sha256": self._file.sha256, "path": self._file.path, "kind": str(self._file.kind)}
        for name, value in about.items():
            found = found.append_column(name, pa.array([value] * len(found), pa.string()))
        found = found.append_column("file", pa.array(np.full(len(found), self._file.no)))
        self._work.refuse(f"accesses-{self._file.no}-{self._piece:06d}", found)

    # --- inner -------------------------------------------------------------------------------------------

    @property
    def _is_pattern(self) -> bool:
        return isinstance(self._form.layout, PatternLayout)

    @property
    def _requests_are_read(self) -> bool:
        layout = self._form.layout
        return isinstance(layout, PatternLayout) or "path" in layout.columns.values()

    def _rising(self) -> bool:
        return not self._ends or self._ends[0][1] <= self._ends[-1][1]

    def _path(self, what: str) -> Path:
        return self._folder / f"{what}-{self._piece:06d}.parquet"

    def _rule(self, table: str, name: str, values: Values) -> None:
        self._engine.rule(table, rule_text(name), cast("Mapping[str, Value]", values), journal=False)

    def _arrow(self, name: str) -> pa.Table:
        return self._engine.arrow(rule_text(name))


def period_spans(
    references: tuple[ReferenceEdition, ...], first: datetime, last: datetime
) -> list[dict[str, int | datetime]]:
    """The periods that the time from ``first`` to ``last`` touches: `period`, `begins`, `ends` (not in it)."""
    starts = [_FIRST, *period_starts(references), _LAST]
    spans = [(number, starts[number], starts[number + 1]) for number in range(len(starts) - 1)]
    found = [span for span in spans if span[2] > first and span[1] <= last]
    return [{"period": number, "begins": begins, "ends": ends} for number, begins, ends in found]


def _words_table(words: Mapping[str, str]) -> pa.Table:
    return pa.table(
        {"written": list(words), "action": list(words.values())},
        schema=pa.schema([("written", pa.string()), ("action", pa.string())]),
    )
