"""The plan DEVICE: one authorised examination of one source, from its first byte to sealed findings.

An examination works in ``tmp/`` and moves into ``lake/<X-…>/`` in one rename; the log says when it was opened and
what it counted. It is the only way to ask a hash set anything: there is an authority behind it, a budget a day,
and an entry in the log each time. The same command takes an interrupted one up again.
"""

from __future__ import annotations

import fcntl
import json
import re
import secrets
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadline import __version__
from leadline.errors import Busy, InputRefused, WrongUsage
from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Silent, code_digest
from leadline.facts.tables import AccessRow, InventoryRow
from leadline.facts.tables.devices import AnomalyRow, EntryRow
from leadline.reference.hashsets.extras import versions
from leadline.reference.hashsets.opening import open_sets
from leadline.reference.hashsets.store import in_force
from leadline.seal.canonical import canonical_json
from leadline.seal.entry import Draft, salted
from leadline.seal.files import publish_folder, write_durably
from leadline.seal.hashing import sha256_file
from leadline.seal.log import Log
from leadline.seal.returned import paper_of, papers_of, seal_paper
from leadline.settings import read_settings
from leadline.stages.devices import run as devices
from leadline.stages.devices.contract import KINDS
from leadline.stages.devices.report import report_lines
from leadline.stages.devices.unread import unread_of
from leadline.stages.matching import run as matching
from leadline.stages.matching.counting import CLASSES, coarse_counts, counts
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.identifiers import TipId
from leadline.vocabulary.instants import now
from leadline.withheld import withhold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.facts.runs import Progress
    from leadline.reference.hashsets.opening import OpenSets
    from leadline.settings import Settings
    from leadline.stages.devices.run import Walked

OPENED = "device:examination:opened"
COMPLETED = "device:examination:completed"
HONEY = "device:honey:touched"
BUDGET = 20
"""Examinations that may be opened in one UTC day."""
LEAST_IN_LISTING = 5
"""Distinct contents: a listing with fewer asks about single files."""
_MEMORY_MB = 400
"""Of the engine: an examination stays below 1 GiB however many files there are."""
LEAST_FOR_SETS = 2
"""Distinct contents below which no set is asked, whatever the source."""
_RUN_COMPLETED = "run:tip:completed"
_RUN = re.compile(r"R-[0-9a-f]{16}\Z", re.ASCII)


@dataclass(frozen=True)
class Examination:
    """A finished examination."""

    id: str
    record: dict[str, Any]
    """`examination.json`."""
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """What `examine` prints: counts by class, and how they came about; never a row."""
        keys = (
            "source",
            "files",
            "distinct",
            "classes",
            "sets",
            "near_searched",
            "conflicts",
            "not_read",
            "anomalies",
            "to_look_at",
            "unknown_media",
        )
        return {"examination": self.id, **{key: self.record[key] for key in keys}, "seconds": self.seconds}


@dataclass(frozen=True)
class Within:
    """On whose behalf an examination is made, and against the cache of which run (None: no cache is compared)."""

    agency: str
    run: str | None


def examine(
    workspace: Path,
    source: Path,
    *,
    authority: str,
    account: str | None = None,
    key_file: Path | None = None,
    by: str = "",
    within: Within | None = None,
    progress: Progress | None = None,
) -> Examination:
    """Examine a folder, image or listing, read-only, under ``authority`` (the order or warrant, in words).

    ``account`` names the account whose opened objects come first. ``key_file`` opens the hash sets; without it
    the key at its default place does, and without any key only the cache is compared. ``by`` is who examines;
    ``within`` what it stands in where that is not the workspace's agency and the last run.
    Raises :class:`WrongUsage`, :class:`InputRefused`, :class:`Busy` when the day's budget is used up, and
    :class:`IntegrityBroken` when the source was changed meanwhile.
    """
    if not authority.strip():
        raise WrongUsage("--authority may not be empty.", advice="Name the order under which this is examined.")
    if not source.exists():
        raise WrongUsage(f"{source} is not there.", advice="Name a folder, an image or a listing.")
    plan = _Plan(workspace, source.resolve(), authority.strip(), account, key_file, by, within, progress or Silent())
    with _held(plan.scratch):
        return plan.carry_out()


@contextmanager
def _held(scratch: Path) -> Iterator[None]:
    """One process an examination: the workspace itself stays free while a device is hashed for hours."""
    scratch.parent.mkdir(parents=True, exist_ok=True)
    with scratch.with_suffix(".lock").open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("this source is being examined just now.", advice="Wait for the other process.") from error
        yield


class _Plan:
    def __init__(
        self,
        workspace: Path,
        source: Path,
        authority: str,
        account: str | None,
        key_file: Path | None,
        by: str,
        within: Within | None,
        progress: Progress,
    ) -> None:
        self.workspace, self.source, self.authority = workspace, source, authority
        self.account, self.key_file, self.by, self.progress = account, key_file, by, progress
        self.settings: Settings = read_settings(workspace)
        KINDS.allow(self.settings.plugins)
        self.log = Log.open(workspace)
        self.agency = within.agency if within else self.settings.agency
        last = within.run if within else self._last_run()
        self.run = None if self._lists_the_cache() else last
        self.request = {
            "source": str(source),
            "authority": authority,
            "account": account,
            "run": self.run,
            "sets": [[edition.id, edition.sha256] for edition in in_force(workspace)],
            "code": code_digest(),
        }
        self.scratch = workspace / "tmp" / f"examination-{sha256_of(canonical_json(self.request))[:16]}"

    def carry_out(self) -> Examination:
        started = time.monotonic()
        sets = open_sets(self.workspace, self.key_file)
        devices.kind_of(self.source)
        self._refuse_unknown_account()
        salt = self._open()
        identifier = f"X-{sha256_of(canonical_json([self.request, salt]))[:16]}"
        final = self.workspace / "lake" / identifier
        facts = self.scratch / "facts"
        if not (final / "examination.json").exists():
            shutil.rmtree(facts, ignore_errors=True)
            record = self._examine(facts, sets, identifier, salt)
            self._publish(facts, final, record)
        return self._completed(identifier, final, time.monotonic() - started)

    # --- opening -------------------------------------------------------------------------------------

    def _last_run(self) -> str | None:
        found = [entry.subject for entry in self.log.entries() if entry.action == _RUN_COMPLETED]
        return found[-1] if found and _RUN.match(found[-1]) else None

    def _lists_the_cache(self) -> bool:
        return self.source.is_file() and devices.kind_of(self.source).of_the_cache

    def _refuse_unknown_account(self) -> None:
        if self.account is None:
            return
        if self.run is None:
            raise WrongUsage(
                "no account is known here: no run was completed, or the source is an inventory.",
                advice="`leadline run` first, or leave --account out.",
            )
        with self._engine() as engine:
            Lake(self.workspace / "lake" / self.run).lend(engine, AccessRow)
            found = engine.rows(
                "select 1 as one from access as a where a.account_key = $key limit 1", {"key": self.account}
            )
        if not found:
            raise WrongUsage(
                f"run {self.run} has no access by {self.account!r}.",
                advice="Account keys are compared byte for byte; `leadline candidates` lists them.",
            )

    def _open(self) -> str:
        """The salt of this examination; a new one is counted against the budget and logged before anything is read."""
        stated = self.scratch / "salt"
        if stated.exists():
            return stated.read_text()
        with self.log.writing("examine"):
            self._refuse_over_budget()
            salt = secrets.token_hex(32)
            self.scratch.mkdir(parents=True, exist_ok=True)
            self.log.append(
                OPENED,
                subject=f"X-{sha256_of(canonical_json([self.request, salt]))[:16]}",
                payload={
                    "authority": self.authority,
                    "source": str(self.source),
                    "account": self.account,
                    "os_user": self.by,
                },
            )
            write_durably(stated, salt.encode())
        return salt

    def _refuse_over_budget(self) -> None:
        today = now().date().isoformat()
        opened = sum(1 for entry in self.log.entries() if entry.action == OPENED and entry.at.startswith(today))
        if opened >= BUDGET:
            raise Busy(
                f"{BUDGET} examinations were opened today, which is the budget of a day.",
                advice="Try again tomorrow (UTC); an interrupted examination can still be taken up again.",
            )

    # --- examining -----------------------------------------------------------------------------------

    def _engine(self) -> Engine:
        return Engine(
            spill=self.workspace / "spill",
            threads=self.settings.threads,
            memory_mb=min(self.settings.memory_mb, _MEMORY_MB),
        )

    def _examine(self, facts: Path, sets: OpenSets | None, identifier: str, salt: str) -> dict[str, Any]:
        lake = Lake(facts)
        run = Lake(self.workspace / "lake" / self.run) if self.run else None
        with self._engine() as engine:
            perceptual = self._anything_perceptual(engine, run, sets)
            walk = devices.Walk(engine, lake, self.scratch, perceptual=perceptual, progress=self.progress)
            walked = devices.run(walk, self.source)
        with self._engine() as engine:
            distinct = self._refuse_single_questions(engine, lake, walked)
            asked = sets if distinct >= LEAST_FOR_SETS else None
            alone = matching.run(matching.Matching(engine, lake, run, self.account, asked, self.progress))
            record = self._record(engine, lake, walked, asked) | {"videos_alone": alone}
        record |= {"examination": identifier, "examined_by": self.by, "sets_loaded": len(in_force(self.workspace))}
        record["account_salted"] = salted(self.account, salt) if self.account else ""
        if walked.listing:
            withhold(facts, asked.key if asked else None, examination=identifier)
        return record

    def _anything_perceptual(self, engine: Engine, run: Lake | None, sets: OpenSets | None) -> bool:
        if sets and sets.has_digest("pdq"):
            return True
        if run is None:
            return False
        run.lend(engine, InventoryRow)
        return bool(engine.rows("select 1 as one from inventory as i where i.pdq is not null limit 1"))

    def _refuse_single_questions(self, engine: Engine, lake: Lake, walked: Walked) -> int:
        """How many distinct contents there are; too small a listing is a question about single files."""
        lake.lend(engine, EntryRow)
        (row,) = engine.rows("select count(distinct coalesce(e.sha256, e.sha1, e.md5)) as n from entry as e")
        distinct = int(str(row["n"]))
        if walked.listing and distinct < LEAST_IN_LISTING:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise InputRefused(
                f"a listing of {distinct} distinct contents asks about single files, and that is not answered.",
                where=self.source.name,
                advice=f"Examine the device or its image, or the whole listing (from {LEAST_IN_LISTING} contents on).",
            )
        return distinct

    def _record(self, engine: Engine, lake: Lake, walked: Walked, asked: OpenSets | None) -> dict[str, Any]:
        lake.lend(engine, AnomalyRow)
        anomalies = engine.rows("select a.what, count(*) as n from anomaly as a group by a.what order by a.what")
        return {
            "version": __version__,
            "code": code_digest(),
            "agency": self.agency,
            "libraries": versions(),
            "run": self.run or "",
            "source": {"name": self.source.name, **devices.told(walked)},
            "files": walked.entries,
            **(coarse_counts(engine) if walked.listing else counts(engine)),
            "sets": [
                {"name": e.name, "kind": e.kind, "as_of": e.as_of, "sha256": e.sha256}
                for e in (asked.editions if asked else ())
            ],
            "near_searched": walked.perceptual,
            "not_read": unread_of(engine),
            "anomalies": {str(row["what"]): int(str(row["n"])) for row in anomalies},
        }

    # --- closing -------------------------------------------------------------------------------------

    def _publish(self, facts: Path, final: Path, record: dict[str, Any]) -> None:
        for marker in facts.glob("*.done"):
            marker.unlink()
        write_durably(facts / "report.csv", report_lines(record).encode())
        listed = [path for path in sorted(facts.rglob("*")) if path.is_file()]
        stated = [
            {"path": str(path.relative_to(facts)), "sha256": sha256_file(path), "bytes": path.stat().st_size}
            for path in listed
        ]
        write_durably(
            facts / "examination.json", canonical_json({**record, "listed": record["files"], "files": stated})
        )
        with self.log.writing("examine"):
            publish_folder(facts, final)
            self._log(final)

    def _log(self, final: Path) -> None:
        recorded = final / "examination.json"
        relative = str(recorded.relative_to(self.workspace))
        record = json.loads(recorded.read_bytes())
        numbers = {f"files_{name.replace('-', '_')}": count for name, count in record["classes"].items()}
        drafts = [
            Draft(
                COMPLETED,
                subject=final.name,
                digests={relative: sha256_file(recorded)},
                numbers={**numbers, "conflicts": record["conflicts"]},
                manifests=(relative,),
            )
        ]
        if record["honey"]:
            drafts.append(Draft(HONEY, subject=final.name, numbers={"contents": record["honey"]}))
        self.log.append_all(drafts)

    def _completed(self, identifier: str, final: Path, seconds: float) -> Examination:
        """A crash between rename and log entry is made good here."""
        logged = any(entry.action == COMPLETED and entry.subject == identifier for entry in self.log.entries())
        if not logged:
            self._log(final)
        if self.account is not None and self.run is not None:
            tell_lead(self.log, final, run=self.run, account=self.account)
        shutil.rmtree(self.scratch, ignore_errors=True)
        return Examination(identifier, read_record(final), round(seconds, 3))


def read_record(folder: Path) -> dict[str, Any]:
    """The record of an examination: its counts, with ``files`` their number again."""
    record: dict[str, Any] = json.loads((folder / "examination.json").read_bytes())
    record["files"] = record.pop("listed")
    record["classes"] = {name: record["classes"][name] for name in CLASSES}
    record.setdefault("not_read", [])  # examinations by earlier versions have none
    return record


def tell_lead(log: Log, final: Path, *, run: str, account: str) -> None:
    """Seal what an examination counted as a paper of the account's tip: the next run takes it in, at stage S3.

    A listing tells nothing, because anybody can write one; its rows are for a second person. Done once: the paper
    is named by its bytes.
    """
    record = read_record(final)
    if record["source"]["listing"]:
        return
    completed = next(entry for entry in log.entries() if entry.action == COMPLETED and entry.subject == final.name)
    result = {
        "account_key": account,
        "examination": final.name,
        "examined_at": completed.at,
        "files": record["files"],
        **{name.replace("-", "_"): count for name, count in record["classes"].items()},
        "unknown_groups": record["unknown_media"]["groups"],
    }
    content = json.dumps({name: str(value) for name, value in result.items()}, sort_keys=True).encode() + b"\n"
    told = json.loads((log.workspace / "lake" / run / "run.json").read_bytes())
    paper = paper_of(TipId(told["identity"]["tip"]["tip"]), "devices", "jsonl", content)
    if paper not in papers_of(log.workspace, paper.tip):
        seal_paper(log, paper, content, numbers={"accepted": 1}, payload={"name": f"{final.name}.jsonl"})
