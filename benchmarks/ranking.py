"""How fast the run is after parsing, beside the same result written by hand in DuckDB SQL.

    python -m benchmarks.ranking [LINES]

An operation of so many lines is invented, sealed and run. By hand stands what someone writes who wants the result and
nothing else: from the same accesses, inventory and address tables to the same sightings (each account at each address
in each period: kind, country, holder, system, counts) and to the same figures of each candidate: conduct, new objects,
jurisdiction or abstention, score. Both write Parquet. The rows are compared: any that differ are counted.

By hand there are no source lines, no doubts, links, requests, origin and calendar of the cache, no answers and earlier
tips, nothing that `rerun.sql` could repeat; so two ratios are told: of the stages that make these rows, and of all
stages after parsing. Processor time counts, which other work on the machine disturbs less.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from leadline import pipeline
from leadline.facts.lake import Lake
from leadline.facts.runs import Stage
from leadline.facts.tables import AccessRow, CandidateRow, InventoryRow, SightingRow
from leadline.reference.periods import period_starts
from leadline.reference.store import add_networks, pinned_editions
from leadline.stages.attribution.inputs import special_rows
from leadline.stages.intake.receive import receive
from leadline.stages.priority.contract import weights
from leadline.synthetic.inventor import invent
from leadline.synthetic.scale import scaled
from leadline.vocabulary.identifiers import parse_tip
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.facts.runs import ReferenceEdition

LINES = 2_000_000
PARSING = ("inventory", "reports", "reported", "accesses", "records")
SAME = ("collection", "activity", "attribution", "priority")
"""The stages that make the rows that are compared."""
CONDUCT = (
    "first_access", "last_access", "days_active", "objects_opened", "objects_downloaded", "objects_added",
    "new_objects_added", "attempts", "bytes", "jurisdiction", "score",
)  # fmt: skip
SIGHTED = ("period", "remote_ip", "kind", "country", "holder", "asn", "accesses", "first_access", "last_access")
BY_HAND = Path(__file__).with_name("ranking.sql")


def main(lines: int = LINES) -> None:
    """Measure and print one table."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        spent, workspace, run = leadline(folder, lines)
        hand, differing = by_hand(folder, workspace, run)
    after = sum(seconds for stage, seconds in spent.items() if stage not in PARSING)
    same = sum(spent[stage] for stage in SAME)
    print(f"{lines:,} lines; rows that differ from those by hand: {differing}")
    print(f"{'by hand in DuckDB SQL':44}{hand:8.2f} s of processor time")
    print(f"{'leadline, stages that make these rows':44}{same:8.2f} s{same / hand:8.2f} x")
    print(f"{'leadline, all stages after parsing':44}{after:8.2f} s{after / hand:8.2f} x")
    print("  " + ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in spent.items()))


def leadline(folder: Path, lines: int) -> tuple[dict[str, float], Path, Path]:
    """Invent, seal and run; processor seconds by stage, the workspace and the folder of the run."""
    invented = invent(folder / "invented", scale=scaled(lines=lines), seed=1)
    workspace = folder / "workspace"
    make_workspace(workspace, agency="benchmark")
    for table in invented.tables:
        add_networks(workspace, table.path, as_of=table.as_of, name=table.name, kind=table.kind)
    tip = receive(workspace, invented.bundle).manifest.tip
    with _measured() as spent:
        finished = pipeline.run_tip(workspace, parse_tip(tip))
    return spent, workspace, workspace / "lake" / finished.accounting.run


@contextmanager
def _measured() -> Iterator[dict[str, float]]:
    """The processor seconds of each stage, while it holds."""
    spent: dict[str, float] = {}
    plan = pipeline.TIP

    def measured(stage: Stage) -> Stage:
        def run(work: Any) -> None:
            begun = time.process_time()
            stage.run(work)
            spent[stage.name] = time.process_time() - begun

        return Stage(stage.name, run)

    pipeline.TIP = tuple(measured(stage) for stage in plan)
    try:
        yield spent
    finally:
        pipeline.TIP = plan


def by_hand(folder: Path, workspace: Path, run: Path) -> tuple[float, dict[str, int]]:
    """The query by hand with as many threads and as much memory: processor seconds, and rows that differ by table."""
    con = duckdb.connect(config={"threads": 2, "memory_limit": "2500MB", "temp_directory": str(folder / "hand")})
    con.execute("set timezone = 'UTC'")
    lake = Lake(run)
    for fact in (AccessRow, InventoryRow, CandidateRow, SightingRow):
        listed = ", ".join(f"'{path}'" for path in lake.paths(fact))
        con.execute(f"create view {fact.table} as select * from read_parquet([{listed}])")
    _bring_tables(con, pinned_editions(workspace))
    begun = time.process_time()
    for statement in _statements(pinned_editions(workspace), folder):
        con.execute(statement)
    seconds = time.process_time() - begun
    return seconds, {
        "candidate": _differing(con, folder / "hand-candidate.parquet", "candidate", ("account_key", *CONDUCT)),
        "sighting": _differing(con, folder / "hand-sighting.parquet", "sighting", ("account_key", *SIGHTED)),
    }


def _bring_tables(con: duckdb.DuckDBPyConnection, editions: tuple[ReferenceEdition, ...]) -> None:
    starts = period_starts(editions)
    con.execute("create table period_start (day date)")
    for start in starts:
        con.execute("insert into period_start values ($day)", {"day": start.date()})
    special = special_rows()
    con.register("special_given", special)
    con.execute("create table special as select * from special_given")


def _statements(editions: tuple[ReferenceEdition, ...], folder: Path) -> list[str]:
    """The query, with the editions of the address tables, the steps of the points and the target in their places."""
    networks = [edition for edition in editions if edition.kind == "networks"]
    looked_up = " union all ".join(
        f"select s.address, '{edition.name}' as table_name, date '{edition.as_of}' as table_date, n.country, n.asn,"
        f" n.holder, n.kind from sought s asof join (select * from read_parquet('{edition.path}') order by first) n"
        " on s.address >= n.first where s.address <= n.last"
        for edition in networks
    )
    numbered = " union all ".join(f"select '{e.name}' as table_name, date '{e.as_of}' as table_date" for e in networks)
    text = BY_HAND.read_text("utf-8").replace("{looked_up}", looked_up).replace("{editions}", numbered)
    text = text.replace("{folder}", str(folder))
    for (subject, measure), steps in weights().steps.items():
        cases = "".join(f" when n >= {step.at_least} then {step.points}" for step in reversed(steps))
        text = text.replace(f"{{points:{subject}:{measure}}}", f"(n) as case{cases} else 0 end")
    text = text.replace("{start}", str(weights().start)).replace("{cap}", str(weights().caps["volume"]))
    return [statement for statement in text.split(";\n") if statement.strip()]


def _differing(con: duckdb.DuckDBPyConnection, hand: Path, table: str, columns: tuple[str, ...]) -> int:
    chosen = ", ".join(columns)
    found = con.execute(
        f"select (select count(*) from (select {chosen} from read_parquet('{hand}') except all"
        f" select {chosen} from {table})) + (select count(*) from (select {chosen} from {table} except all"
        f" select {chosen} from read_parquet('{hand}')))"
    ).fetchall()
    return int(found[0][0])


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else LINES)
