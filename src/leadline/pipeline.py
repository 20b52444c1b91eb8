"""The plans, as data, and how one is carried out: resumable, sums asserted, published whole or not at all.

A run works in ``tmp/<run>/`` and moves into ``lake/<run>/`` in one rename when every sum holds; the log entry
follows. What an interrupt leaves in ``tmp/`` is taken up again by the next `run` of the same inputs, because
the run's name is the digest of everything that it depends on.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from leadline import __version__
from leadline.errors import IntegrityBroken
from leadline.facts.earlier import earlier_runs
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.rerun import script, stage_script
from leadline.facts.runs import COMPLETED, Silent, Stage, Work, code_digest, run_identity
from leadline.facts.tables import (
    AccessRow,
    AccountRecordRow,
    ActivityRow,
    AttributionRow,
    CandidateRow,
    FileTallyRow,
    InventoryRow,
    RejectRow,
)
from leadline.facts.tables.base import schema_of
from leadline.reading.formats import LOG_FORMATS
from leadline.reading.reports import REPORT_FORMATS
from leadline.reference.contract import ADDRESS_TABLES
from leadline.reference.rulings import current_rulings
from leadline.reference.store import pinned_editions
from leadline.seal.canonical import canonical_json
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.files import publish_folder, write_durably
from leadline.seal.hashing import sha256_file
from leadline.seal.lock import locked
from leadline.seal.log import Log
from leadline.seal.returned import papers_of
from leadline.settings import read_settings
from leadline.stages.accesses import run as accesses
from leadline.stages.accounts import run as accounts
from leadline.stages.answers import run as answers
from leadline.stages.attribution import run as attribution
from leadline.stages.collection import run as collection
from leadline.stages.earlier import run as earlier
from leadline.stages.intake import run as intake
from leadline.stages.intake.tips import load_tip, sealed_tips
from leadline.stages.linkage import run as linkage
from leadline.stages.priority import run as priority
from leadline.stages.priority.contract import FACTORS
from leadline.stages.priority.returnable import CHECKS, returnable
from leadline.stages.reports import run as reports
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.identifiers import run_id

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.facts.runs import Progress, ReferenceEdition
    from leadline.seal.entry import Entry
    from leadline.seal.manifest import TipManifest
    from leadline.settings import Settings
    from leadline.vocabulary.identifiers import RunId, TipId

TIP: tuple[Stage, ...] = (
    Stage("inventory", intake.run),
    Stage("reports", reports.run_reading),
    Stage("reported", reports.run_matching),
    Stage("accesses", accesses.run),
    Stage("records", accounts.run_records),
    Stage("collection", collection.run),
    Stage("activity", accounts.run_activity),
    Stage("earlier", earlier.run),
    Stage("attribution", attribution.run),
    Stage("answers", answers.run),
    Stage("linkage", linkage.run),
    Stage("priority", priority.run),
)
"""From a sealed tip to ranked candidates."""

FIRST = TIP[:5]
"""What a tip is looked at with before anybody decides to run the whole plan on it."""

READING = frozenset({"earlier", "inventory", "reports", "accesses", "records"})
"""Stages that read exhibits; their output is the input of `rerun.sql`."""


REFUSED_SHOWN = 10
"""Line numbers of refused lines that a first look names for each file and reason."""
_LOOKED_AT = (
    "select t.file, t.lines, t.accesses, t.rejects, t.relevant_accesses, t.first_access, t.last_access"
    " from file_tally as t order by t.file"
)
_REFUSED = (
    "select r.path, r.kind, r.reason, count(*) as rejects, list(r.line order by r.line)[1:$most] as lines"
    " from reject as r group by r.path, r.kind, r.reason order by 1, 2, 3"
)


@dataclass(frozen=True)
class Accounting:
    """What a run counted; the contract's keys and identities."""

    run: str
    tip: str
    lines: int
    accesses: int
    rejects: int
    relevant: int
    other: int
    without_account: int
    accounts: int
    attributed: int
    abstained: int
    candidates: int

    def broken_sums(self) -> list[str]:
        """The identities that do not hold, in words; empty when all hold."""
        sums = {
            "lines = accesses + rejects": (self.lines, self.accesses + self.rejects),
            "accesses = relevant + other": (self.accesses, self.relevant + self.other),
            "accounts = attributed + abstained": (self.accounts, self.attributed + self.abstained),
            "candidates = accounts": (self.candidates, self.accounts),
        }
        return [f"{name} ({left} against {right})" for name, (left, right) in sums.items() if left != right]


@dataclass(frozen=True)
class Finished:
    """A complete run and whether it was there already."""

    accounting: Accounting
    seconds: float
    again: bool
    has_inventory: bool

    def to_json(self) -> dict[str, Any]:
        """The contract's keys, `seconds` last."""
        return {**asdict(self.accounting), "seconds": self.seconds}


def run_tip(workspace: Path, tip: TipId | None = None, *, progress: Progress | None = None) -> Finished:
    """Carry out the plan :data:`TIP` on a sealed tip (the only one when ``tip`` is None).

    Raises :class:`WrongUsage` without a tip or with several, :class:`Busy` when another run or a receive
    holds the workspace, :class:`IntegrityBroken` when a sum does not hold.
    """
    settings = read_settings(workspace)
    log = Log.open(workspace)
    manifest = load_tip(workspace, tip)
    with locked(workspace, doing="run", on=f"exhibits/tips/{manifest.tip}.json"):
        plan = _Plan(workspace, log, settings, manifest, progress or Silent())
        return plan.carry_out()


def look_at_tip(workspace: Path, tip: TipId, *, progress: Progress | None = None) -> dict[str, Any]:
    """Read a sealed tip's lines and records, decide nothing; the next `run` takes it up where this ends.

    `files`: lines, accesses, rejects and time range of each access log, by its number. `rejects`: how many by file
    and reason, with the first :data:`REFUSED_SHOWN` line numbers. `listed`: rows of the inventories. `records`: rows
    of the account records. Errors as :func:`run_tip`.
    """
    settings = read_settings(workspace)
    log = Log.open(workspace)
    manifest = load_tip(workspace, tip)
    with locked(workspace, doing="run", on=f"exhibits/tips/{manifest.tip}.json"):
        return _Plan(workspace, log, settings, manifest, progress or Silent()).look()


class _Plan:
    def __init__(self, workspace: Path, log: Log, settings: Settings, tip: TipManifest, progress: Progress) -> None:
        self.workspace, self.log, self.settings, self.tip, self.progress = workspace, log, settings, tip, progress
        LOG_FORMATS.allow(settings.plugins)
        REPORT_FORMATS.allow(settings.plugins)
        FACTORS.allow(settings.plugins)
        CHECKS.allow(settings.plugins)
        self.references: tuple[ReferenceEdition, ...] = pinned_editions(workspace)
        self.rulings = current_rulings(workspace, tip.tip)
        self.papers = papers_of(workspace, tip.tip)
        tips = list(sealed_tips(workspace))
        self.earlier = earlier_runs(log, tips[: tips.index(tip.tip)], agency=tip.agency)
        self.identity = run_identity(
            tip=tip,
            references=self.references,
            parameters=settings.parameters(),
            plugins=_plugins(),
            rulings=self.rulings.sha256,
            papers=self.papers,
            earlier=self.earlier,
        )
        self.run: RunId = run_id(sha256_of(canonical_json(self.identity)))
        self.final = workspace / "lake" / self.run
        self.scratch = workspace / "tmp" / self.run
        self.facts = self.scratch / "facts"

    def carry_out(self) -> Finished:
        recorded = self.final / "run.json"
        if recorded.exists():
            self._log_if_unlogged(recorded, seconds=0)
            return self._finished(again=True)
        started = time.monotonic()
        self.facts.mkdir(parents=True, exist_ok=True)
        for stage in TIP:
            self._carry_out_stage(stage)
        self._publish(self._close(), started)
        return self._finished(again=False)

    def look(self) -> dict[str, Any]:
        """What :data:`FIRST` finds; see :func:`look_at_tip`."""
        complete = (self.final / "run.json").exists()
        if not complete:
            self.facts.mkdir(parents=True, exist_ok=True)
            for stage in FIRST:
                self._carry_out_stage(stage)
        lake = Lake(self.final if complete else self.facts)
        pieces = lake.paths(RejectRow) if complete else sorted((self.scratch / "rejects").glob("*.parquet"))
        with Engine(spill=self.workspace / "spill", threads=1, memory_mb=self.settings.memory_mb) as engine:
            engine.view("reject", pieces, schema=schema_of(RejectRow))
            for fact in (FileTallyRow, InventoryRow, AccountRecordRow):
                lake.lend(engine, fact)
            return {
                "files": engine.rows(_LOOKED_AT, {}),
                "rejects": engine.rows(_REFUSED, {"most": REFUSED_SHOWN}),
                "listed": engine.count("inventory"),
                "records": engine.count("account_record"),
            }

    def _carry_out_stage(self, stage: Stage) -> None:
        done = self.scratch / f"{stage.name}.sql"
        if done.exists():
            return
        with Engine(
            spill=self.workspace / "spill", threads=self.settings.threads, memory_mb=self.settings.memory_mb
        ) as engine:
            stage.run(self._work(engine))
            journal = [] if stage.name in READING else engine.journal
            text = stage_script(stage.name, journal, facts=self.facts, final=self.final)
        write_durably(done, text.encode())

    def _work(self, engine: Engine) -> Work:
        return Work(
            tip=self.tip,
            engine=engine,
            lake=Lake(self.facts),
            exhibits=ExhibitStore(self.workspace),
            settings=self.settings,
            references=self.references,
            scratch=self.scratch,
            progress=self.progress,
            rulings=self.rulings.rulings,
            papers=self.papers,
            checks=returnable(),
            earlier=self.earlier,
        )

    def _close(self) -> Accounting:
        """Write all rejects as one table and count; a sum that does not hold ends the run."""
        with Engine(spill=self.workspace / "spill", threads=1, memory_mb=self.settings.memory_mb) as engine:
            pieces = sorted((self.scratch / "rejects").glob("*.parquet"))
            engine.view("reject", pieces, schema=schema_of(RejectRow))
            lake = Lake(self.facts)
            lake.write(engine, RejectRow)
            accounting = self._count(engine, lake)
        if broken := accounting.broken_sums():
            raise IntegrityBroken(
                f"sums of run {self.run} do not hold: {'; '.join(broken)}.",
                advice="Nothing was published. This is a fault of Leadline: keep the workspace and report it.",
            )
        return accounting

    def _count(self, engine: Engine, lake: Lake) -> Accounting:
        for fact in (FileTallyRow, ActivityRow, AttributionRow, CandidateRow, AccessRow):
            lake.lend(engine, fact)
        (tally,) = engine.rows(
            "select coalesce(sum(lines), 0) as lines, coalesce(sum(accesses), 0) as accesses,"
            " coalesce(sum(relevant_accesses), 0) as relevant, coalesce(sum(other), 0) as other,"
            " coalesce(sum(without_account), 0) as without_account from file_tally"
        )
        (refused,) = engine.rows("select count(*) as n from reject where kind = 'access-log'")
        (kept,) = engine.rows("select count(*) as n from access where relevant")
        if kept["n"] != tally["relevant"]:
            raise IntegrityBroken(f"{tally['relevant']} relevant accesses were counted and {kept['n']} kept.")
        (placed,) = engine.rows(
            "select count(*) filter (where jurisdiction <> '') as yes, count(*) as n from attribution"
        )
        return Accounting(
            run=self.run,
            tip=self.tip.tip,
            **{key: int(str(value)) for key, value in tally.items()},
            rejects=int(str(refused["n"])),
            accounts=engine.count("activity"),
            attributed=int(str(placed["yes"])),
            abstained=int(str(placed["n"])) - int(str(placed["yes"])),
            candidates=engine.count("candidate"),
        )

    def _publish(self, accounting: Accounting, started: float) -> None:
        stages = [(self.scratch / f"{stage.name}.sql").read_text() for stage in TIP if stage.name not in READING]
        write_durably(self.facts / "rerun.sql", script(self.run, stages).encode())
        for marker in self.facts.glob("*.done"):
            marker.unlink()
        write_durably(self.facts / "run.json", json.dumps(self._record(accounting), indent=1, sort_keys=True).encode())
        # Under the log's lock, so that nobody verifies between the rename and the entry that vouches for it.
        with self.log.writing("run"):
            publish_folder(self.facts, self.final)
            self._log_if_unlogged(self.final / "run.json", seconds=time.monotonic() - started)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _record(self, accounting: Accounting) -> dict[str, Any]:
        files = [path for path in sorted(self.facts.rglob("*")) if path.is_file() and path.name != "run.json"]
        return {
            "run": self.run,
            "identity": self.identity,
            "version": __version__,
            "agency": self.tip.agency,
            "accounting": asdict(accounting),
            "files": [
                {"path": str(path.relative_to(self.facts)), "sha256": sha256_file(path), "bytes": path.stat().st_size}
                for path in files
            ],
        }

    def _log_if_unlogged(self, recorded: Path, *, seconds: float) -> None:
        """The log entry follows the rename; a crash between the two is made good by the next `run`."""
        relative = str(recorded.relative_to(self.workspace))
        if self._entry() is not None:
            return
        accounting = json.loads(recorded.read_bytes())["accounting"]
        numbers = {key: value for key, value in accounting.items() if isinstance(value, int)}
        self.log.append(
            COMPLETED,
            subject=self.run,
            digests={relative: sha256_file(recorded)},
            numbers={**numbers, "milliseconds": round(seconds * 1000)},
            manifests=(relative,),
        )

    def _entry(self) -> Entry | None:
        """The log entry of this run, if it is there."""
        return next((e for e in self.log.entries() if e.action == COMPLETED and e.subject == self.run), None)

    def _finished(self, *, again: bool) -> Finished:
        accounting = Accounting(**json.loads((self.final / "run.json").read_bytes())["accounting"])
        entry = self._entry()
        milliseconds = entry.numbers["milliseconds"] if entry else 0
        with Engine(spill=self.workspace / "spill", threads=1, memory_mb=512) as engine:
            Lake(self.final).lend(engine, InventoryRow)
            listed = engine.count("inventory") > 0
        return Finished(accounting, milliseconds / 1000, again, has_inventory=listed)


def _plugins() -> dict[str, str]:
    """Every plug-in that a run may use, with where it came from and the version of the code."""
    found = {f"log format {name}": LOG_FORMATS.origin(name) for name in LOG_FORMATS.names()}
    found |= {f"report format {name}": REPORT_FORMATS.origin(name) for name in REPORT_FORMATS.names()}
    found |= {f"factor {name}": FACTORS.origin(name) for name in FACTORS.names()}
    found |= {f"check {name}": CHECKS.origin(name) for name in CHECKS.names()}
    found |= {f"address table {name}": ADDRESS_TABLES.origin(name) for name in ADDRESS_TABLES.names()}
    return found | {"code": code_digest()}
