"""How the records of a set become keyed files: streamed in, sorted by the engine, one file a purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.facts.engine import Engine
from leadline.reference.hashsets.keying import ALGORITHMS, KEYED_BYTES
from leadline.reference.hashsets.sorted_keys import write_sorted

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from leadline.reference.hashsets.contract import Category, HashRecord
    from leadline.reference.hashsets.keying import SetKey
    from leadline.settings import Settings

DIGEST = pa.schema(
    [
        pa.field("algorithm", pa.int32(), nullable=False),
        pa.field("keyed", pa.binary(KEYED_BYTES), nullable=False),
        pa.field("item", pa.int64(), nullable=False),
        pa.field("category", pa.int32(), nullable=False),
        pa.field("has_md5", pa.bool_(), nullable=False),
        pa.field("has_sha1", pa.bool_(), nullable=False),
        pa.field("has_sha256", pa.bool_(), nullable=False),
    ]
)
RECORD = pa.schema(
    [
        pa.field("record", pa.binary(), nullable=False),
        pa.field("item", pa.int64(), nullable=False),
        pa.field("removed", pa.bool_(), nullable=False),
    ]
)
SEALED = pa.schema([pa.field("chunk", pa.int64(), nullable=False), pa.field("sealed", pa.binary(), nullable=False)])
PDQ_ROW = 32 + 8 + 4
"""Bytes of one perceptual hash in a sealed chunk: the hash, the item, the category."""
_CHUNK = 50_000
_SORTED = """
select d.algorithm, d.keyed, d.item, d.category, d.has_md5, d.has_sha1, d.has_sha256
from unsorted as d left join dead as x on x.item = d.item
where x.item is null
order by d.algorithm, d.keyed, d.item
"""
_DEAD = """
with placed as (
    select r.item, r.removed, row_number() over (partition by r.record order by r.item desc) as place from record as r
)
select p.item from placed as p where p.place > 1 or p.removed
"""
_LAST = """
with placed as (
    select r.record, r.item, r.removed, row_number() over (partition by r.record order by r.item desc) as place
    from record as r
)
select p.record, p.item, p.removed from placed as p where p.place = 1 order by p.record
"""


@dataclass(frozen=True)
class WrittenSet:
    """What a writer kept: records that hold, tombstones, digests by algorithm, categories by their numbers."""

    records: int
    removed: int
    digests: dict[str, int]
    categories: tuple[Category, ...]


class SetWriter:
    """Takes records; :meth:`finish` leaves ``keys.bin``, ``rows.bin``, ``record.parquet`` and ``pdq.parquet``."""

    def __init__(self, folder: Path, key: SetKey, *, about: str) -> None:
        self._folder, self._key, self._about = folder, key, about
        self._categories: dict[Category, int] = {}
        self._waiting: list[tuple[int, HashRecord, int]] = []
        self._items = 0
        self._digests = pq.ParquetWriter(folder / "unsorted.partial", DIGEST, compression="zstd")
        self._records = pq.ParquetWriter(folder / "record.partial", RECORD, compression="zstd")
        self._perceptual: list[tuple[int, HashRecord, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._digests.close()
        self._records.close()

    def add(self, record: HashRecord) -> None:
        """Take one record; its place in the source is its number."""
        category = self._categories.setdefault(record.category, len(self._categories))
        self._waiting.append((self._items, record, category))
        self._items += 1
        if len(self._waiting) >= _CHUNK:
            self._flush()

    def finish(self, settings: Settings, *, spill: Path) -> WrittenSet:
        """Sort, drop what a later record of the same name replaced or removed, and write the final files."""
        self._flush()
        self._digests.close()
        self._records.close()
        with Engine(spill=spill, threads=settings.threads, memory_mb=settings.memory_mb) as engine:
            engine.view("unsorted", [self._folder / "unsorted.partial"], schema=DIGEST)
            engine.view("record", [self._folder / "record.partial"], schema=RECORD)
            engine.rule("dead", _DEAD)
            counts = self._write_digests(engine)
            dead = {int(str(row["item"])) for row in engine.rows("select d.item from dead as d")}
            _write(self._folder / "record.parquet", RECORD, engine.stream(_LAST))
            tombstones = engine.rows(
                "with last as (select r.record, max(r.item) as item from record as r group by r.record)"
                " select count(*) as n from record as r join last as l on l.item = r.item where r.removed"
            )
        counts["pdq"] = self._write_perceptual(dead)
        for name in ("unsorted.partial", "record.partial"):
            (self._folder / name).unlink()
        kept = self._items - len(dead)
        return WrittenSet(kept, int(str(tombstones[0]["n"])), counts, tuple(self._categories))

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for algorithm in ALGORITHMS:
            self._write_algorithm(algorithm, waiting)
        named = [(item, record) for item, record, _ in waiting if record.record]
        if named:
            columns = [
                [self._key.blind_name(record.record) for _, record in named],
                [item for item, _ in named],
                [record.removed for _, record in named],
            ]
            self._records.write_table(pa.table(columns, schema=RECORD))
        self._perceptual += [one for one in waiting if one[1].pdq]

    def _write_algorithm(self, algorithm: str, waiting: list[tuple[int, HashRecord, int]]) -> None:
        having = [one for one in waiting if getattr(one[1], algorithm)]
        if not having:
            return
        keyed = self._key.blind(algorithm, [getattr(record, algorithm) for _, record, _ in having])
        columns = [
            [ALGORITHMS[algorithm]] * len(having),
            pa.Array.from_buffers(pa.binary(KEYED_BYTES), len(having), [None, pa.py_buffer(keyed.tobytes())]),
            [item for item, _, _ in having],
            [category for _, _, category in having],
            [record.md5 is not None for _, record, _ in having],
            [record.sha1 is not None for _, record, _ in having],
            [record.sha256 is not None for _, record, _ in having],
        ]
        self._digests.write_table(pa.table(columns, schema=DIGEST))

    def _write_digests(self, engine: Engine) -> dict[str, int]:
        by_number = write_sorted(self._folder, engine.stream(_SORTED))
        return {name: by_number.get(number, 0) for name, number in ALGORITHMS.items()}

    def _write_perceptual(self, dead: set[int]) -> int:
        kept = [one for one in self._perceptual if one[0] not in dead]
        chunks: list[tuple[int, bytes]] = []
        for number, start in enumerate(range(0, len(kept), _CHUNK)):
            plain = b"".join(
                bytes.fromhex(str(record.pdq)) + item.to_bytes(8, "big") + category.to_bytes(4, "big")
                for item, record, category in kept[start : start + _CHUNK]
            )
            chunks.append((number, self._key.seal(plain, about=f"{self._about}/{number}")))
        columns = [[number for number, _ in chunks], [sealed for _, sealed in chunks]]
        pq.write_table(pa.table(columns, schema=SEALED), self._folder / "pdq.parquet")
        return len(kept)


def _write(path: Path, schema: pa.Schema, batches: pa.RecordBatchReader) -> None:
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
