"""The store of hash sets: read once, kept keyed in the workspace, sealed in its log, opened only for an examination.

A set edition lies in ``lake/hashsets/<H-…>/``: ``set.json`` (what it is; lists the other files), ``keys.bin`` and
``rows.bin`` (keyed digests in their own order, which says nothing about the source's), ``record.parquet`` (keyed names
of the records of a feed) and ``pdq.parquet`` (perceptual hashes, sealed). Nothing here answers about a single digest.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from leadline.errors import InputRefused, IntegrityBroken, WrongUsage
from leadline.facts.runs import Silent
from leadline.reference.hashsets.contract import FORMATS, Tally
from leadline.reference.hashsets.keying import default_key_path, key_for_adding
from leadline.reference.hashsets.standing import standing_of
from leadline.reference.hashsets.writing import SetWriter
from leadline.seal.canonical import canonical_json
from leadline.seal.files import publish_folder, write_durably
from leadline.seal.hashing import sha256_file
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from leadline.facts.runs import Progress
    from leadline.reference.hashsets.keying import SetKey

FOLDER = "lake/hashsets"
ADDED = "reference:hashset:added"
_REPORT_EVERY = 10_000


@dataclass(frozen=True)
class SetEdition:
    """One edition of a hash set, as ``set.json`` tells it."""

    id: str
    name: str
    kind: str
    as_of: str
    authority: str
    role: str
    feed: bool
    honey: bool
    source: str
    """Name of the file it was made from, without its folder."""
    source_sha256: str
    key_check: str
    rows: int
    """Rows of the source."""
    records: int
    """Records that hold."""
    digests: dict[str, int]
    """Algorithm → digests kept."""
    refused: dict[str, int]
    """Reason → rows or cells that gave nothing."""
    rejects: tuple[tuple[str, str], ...]
    categories: tuple[dict[str, Any], ...]
    """By number: scheme, country, version, code, standing."""
    folder: Path
    sha256: str
    """Of ``set.json``, which lists the digests of the other files."""

    def to_json(self) -> dict[str, Any]:
        """For `reference list` and `reference add hashset`: what it is, never what it holds."""
        return {
            "kind": f"hashset {self.kind}",
            "name": self.name,
            "as_of": self.as_of,
            "rows": self.rows,
            "records": self.records,
            "digests": self.digests,
            "refused": self.refused,
            "sha256": self.sha256,
            "source": self.source,
            "source_sha256": self.source_sha256,
        }


def add_hashset(
    workspace: Path,
    file: Path,
    *,
    kind: str,
    as_of: date,
    authority: str,
    name: str,
    key_file: Path | None = None,
    honey: bool = False,
    progress: Progress | None = None,
) -> SetEdition:
    """Read a hash set and keep it keyed; nothing is kept where the file is refused.

    ``kind`` names the format, ``authority`` the legal basis of holding the set, ``key_file`` a file outside
    the workspace that another person than the examiner holds; it is made for the first set. ``honey`` marks a
    set of invented digests that no file has: a hit means that somebody asks with a copied list.
    Raises :class:`WrongUsage`, :class:`InputRefused`.
    """
    _refuse_empty(name=name, authority=authority)
    FORMATS.allow(read_settings(workspace).plugins)
    form = FORMATS.get(kind)
    source_sha256 = sha256_file(file)
    log = Log.open(workspace)
    with log.writing("reference add hashset"):
        present = editions(workspace)
        key_path = key_file or default_key_path(workspace)
        key = key_for_adding(key_path, workspace=workspace, first=not present)
        _refuse_other_key(present, key, key_path)
        same = next((e for e in present if (e.name, e.as_of) == (name, as_of.isoformat())), None)
        if same:
            return _same_again(same, source_sha256)
        about = {
            "id": f"H-{sha256_of(canonical_json([name, as_of.isoformat()]))[:16]}",
            "name": name,
            "kind": kind,
            "as_of": as_of.isoformat(),
            "authority": authority,
            "role": form.role,
            "feed": form.feed,
            "honey": honey,
            "source": file.name,
            "source_sha256": source_sha256,
            "key_check": key.check(),
        }
        return _keep(workspace, log, file, about, key, progress or Silent())


def editions(workspace: Path) -> tuple[SetEdition, ...]:
    """All set editions, by name and date; :class:`IntegrityBroken` where a record cannot be read."""
    found = [_read_edition(path) for path in sorted((workspace / FOLDER).glob("H-*/set.json"))]
    return tuple(sorted(found, key=lambda edition: (edition.name, edition.as_of)))


def in_force(workspace: Path) -> tuple[SetEdition, ...]:
    """The editions that an examination uses: the newest of each name; of a feed all, for they add up."""
    present = editions(workspace)
    newest = {edition.name: edition.as_of for edition in present}
    return tuple(edition for edition in present if edition.feed or edition.as_of == newest[edition.name])


def _keep(workspace: Path, log: Log, file: Path, about: dict[str, Any], key: SetKey, progress: Progress) -> SetEdition:
    stage = workspace / "tmp" / about["id"]
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        told = _compile(workspace, file, about, key, stage, progress)
        files = [
            {"path": path.name, "sha256": sha256_file(path), "bytes": path.stat().st_size}
            for path in sorted(stage.iterdir())
        ]
        write_durably(stage / "set.json", canonical_json({**about, **told, "files": files}))
        final = workspace / FOLDER / about["id"]
        publish_folder(stage, final)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    relative = f"{FOLDER}/{about['id']}/set.json"
    log.append(
        ADDED,
        subject=about["id"],
        digests={relative: sha256_file(final / "set.json")},
        numbers={"rows": told["rows"], "records": told["records"]},
        payload={key: about[key] for key in ("name", "kind", "as_of", "authority")},
        manifests=(relative,),
    )
    return _read_edition(final / "set.json")


def _compile(
    workspace: Path, file: Path, about: dict[str, Any], key: SetKey, stage: Path, progress: Progress
) -> dict[str, Any]:
    form, tally = FORMATS.get(about["kind"]), Tally()
    progress.begin(f"reading {file.name}", None)
    with SetWriter(stage, key, about=about["id"]) as writer:
        for number, record in enumerate(form.read(file, tally)):
            writer.add(record)
            if number % _REPORT_EVERY == 0:
                progress.advance(0, rows=_REPORT_EVERY)
        written = writer.finish(read_settings(workspace), spill=workspace / "spill")
    progress.end()
    if not written.records and not written.removed:
        raise InputRefused(
            f"not one of its {tally.rows} rows gives a digest.", where=file.name, advice="Is --kind right?"
        )
    categories = [
        {**asdict(category), "standing": standing_of(category, role=form.role)} for category in written.categories
    ]
    return {
        "rows": tally.rows,
        "records": written.records,
        "digests": written.digests,
        "refused": dict(sorted(tally.refused.items())),
        "rejects": [list(reject) for reject in tally.rejects],
        "categories": categories,
    }


def _read_edition(path: Path) -> SetEdition:
    try:
        data = path.read_bytes()
        told = json.loads(data)
        told.pop("files")
        return SetEdition(
            **{
                **told,
                "rejects": tuple((place, reason) for place, reason in told["rejects"]),
                "categories": tuple(told["categories"]),
            },
            folder=path.parent,
            sha256=sha256_of(data),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IntegrityBroken(
            "the record of a hash set cannot be read.", where=str(path), advice="Run `leadline verify`."
        ) from error


def _refuse_empty(**given: str) -> None:
    for name, text in given.items():
        if not text.strip():
            raise WrongUsage(f"--{name} may not be empty.", advice="Sets are held under a legal basis; name it.")


def _refuse_other_key(present: tuple[SetEdition, ...], key: SetKey, key_file: Path) -> None:
    if present and present[0].key_check != key.check():
        raise WrongUsage(
            "the sets of this workspace are stored under another key.",
            where=str(key_file),
            advice="Name the key file that the first set was added with.",
        )


def _same_again(edition: SetEdition, source_sha256: str) -> SetEdition:
    if edition.source_sha256 != source_sha256:
        raise WrongUsage(
            f"the set {edition.name!r} of {edition.as_of} was added from another file.",
            advice="Give a new edition its own date with --as-of.",
        )
    return edition
