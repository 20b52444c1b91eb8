"""Rows of a listing's examination: kept sealed under the key of the hash sets until a second person releases them.

Anybody can write a listing, so its rows would answer for every digest that somebody cares to write down. Of a
listing counts alone are given; what its rows say lies in ``withheld.parquet``, which the key's holder can open, and
without the key at the examination nothing of them is kept at all.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.errors import ApprovalMissing, IntegrityBroken, WrongUsage
from leadline.facts.tables.devices import AnomalyRow, ConflictRow, CoverageRow, EntryRow, FindingRow, FrameRow
from leadline.seal.canonical import canonical_json
from leadline.seal.entry import Draft
from leadline.seal.files import publish_folder, write_durably
from leadline.seal.hashing import sha256_file
from leadline.seal.log import Log

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.reference.hashsets.keying import SetKey

RELEASED = "device:rows:released"
FOLDER = "lake/released"
FILE = "withheld.parquet"
_ID = re.compile(r"X-[0-9a-f]{16}\Z", re.ASCII)
_KEPT = (EntryRow, FrameRow, AnomalyRow)
_SEALED = (FindingRow, CoverageRow, ConflictRow)
_CHUNK = 16 << 20
_STEP = 1 << 18
"""Sealed parts are padded to multiples of this, because a size would tell whether a set said something."""
_COUNT = 8
_SCHEMA = pa.schema([("table", pa.string()), ("chunk", pa.int64()), ("sealed", pa.binary())])


def withhold(facts: Path, key: SetKey | None, *, examination: str) -> None:
    """Take the rows out of an examination's folder, sealed with the key where there is one."""
    if key is not None:
        with pq.ParquetWriter(facts / FILE, _SCHEMA) as writer:
            for fact in _SEALED:
                _seal(writer, facts / f"{fact.table}.parquet", key, examination)
    kept = {fact.table for fact in _KEPT} | {FILE.removesuffix(".parquet")}
    for path in facts.iterdir():
        if path.stem not in kept:
            path.unlink()


def _seal(writer: pq.ParquetWriter, path: Path, key: SetKey, examination: str) -> None:
    size = path.stat().st_size
    with path.open("rb") as stream:
        for chunk, piece in enumerate(iter(lambda: stream.read(_CHUNK), b"")):
            counted = piece if chunk else size.to_bytes(_COUNT, "big") + piece
            padded = counted.ljust(-(-len(counted) // _STEP) * _STEP, b"\x00")
            sealed = key.seal(padded, about=f"{examination}/{path.stem}/{chunk}")
            writer.write_table(pa.table([[path.stem], [chunk], [sealed]], schema=_SCHEMA))


def release_rows(workspace: Path, examination: str, key: SetKey, *, case: str, released_by: str) -> Path:
    """Open the rows of a listing's examination for ``case``; the folder in which they lie from now on.

    ``released_by`` names the second person, who holds the key; whoever asked for the examination may not be that
    person (:class:`ApprovalMissing`). :class:`WrongUsage` where there is nothing to release.
    """
    folder = workspace / "lake" / examination
    if not _ID.match(examination) or not (folder / "examination.json").is_file():
        raise WrongUsage(f"there is no examination {examination!r}.", advice="`leadline examine` prints its name.")
    if not case.strip():
        raise WrongUsage("rows are released for a case.", advice="Name the case.")
    if released_by == json.loads((folder / "examination.json").read_bytes()).get("examined_by"):
        raise ApprovalMissing(
            "whoever examined a listing may not release its rows.", advice="The holder of the key releases them."
        )
    if not (folder / FILE).is_file():
        raise WrongUsage(
            f"examination {examination} withholds no rows.",
            advice="It is of no listing, or it was made without the key; examine the listing again with the key.",
        )
    final = workspace / FOLDER / examination
    log = Log.open(workspace)
    with log.writing("release rows"):
        if not final.exists():
            _publish(workspace, folder, final, key)
        _log(log, final, case=case, released_by=released_by)
    return final


def _publish(workspace: Path, folder: Path, final: Path, key: SetKey) -> None:
    stage = workspace / "tmp" / f"release-{final.name}"
    stage.mkdir(parents=True, exist_ok=True)
    plain = {fact.table: io.BytesIO() for fact in _SEALED}
    sizes: dict[str, int] = {}
    for row in pq.read_table(folder / FILE, schema=_SCHEMA).to_pylist():
        about = f"{final.name}/{row['table']}/{row['chunk']}"
        piece = _unsealed(key, row["sealed"], about)
        size = sizes.setdefault(row["table"], int.from_bytes(piece[:_COUNT], "big"))
        piece = piece if row["chunk"] else piece[_COUNT:]
        plain[row["table"]].write(piece[: min(_CHUNK, size - plain[row["table"]].tell())])
    stated = []
    for table, content in plain.items():
        write_durably(stage / f"{table}.parquet", content.getvalue())
        digest = sha256_file(stage / f"{table}.parquet")
        stated.append({"path": f"{table}.parquet", "sha256": digest, "bytes": content.tell()})
    write_durably(stage / "release.json", canonical_json({"examination": final.name, "files": stated}))
    publish_folder(stage, final)


def _unsealed(key: SetKey, sealed: bytes, about: str) -> bytes:
    try:
        return key.unseal(sealed, about=about)
    except IntegrityBroken as error:
        raise WrongUsage(
            "this key does not open the withheld rows.", advice="Ask the person who held the key then."
        ) from error


def _log(log: Log, final: Path, *, case: str, released_by: str) -> None:
    relative = f"{FOLDER}/{final.name}/release.json"
    log.append_all(
        [
            Draft(
                RELEASED,
                subject=final.name,
                digests={relative: sha256_file(final / "release.json")},
                payload={"case": case, "released_by": released_by},
                manifests=(relative,),
            )
        ]
    )
