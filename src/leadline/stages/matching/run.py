"""Meet the contents of a source with the cache and the sets, judge each, and put them in order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from leadline.facts.runs import Silent
from leadline.facts.tables import AccessRow, InventoryRow
from leadline.facts.tables.base import schema_of
from leadline.facts.tables.devices import (
    AlikeRow,
    CacheMatchRow,
    ConflictRow,
    CoverageRow,
    EntryRow,
    FindingRow,
    FrameRow,
    IdentityRow,
    NearMatchRow,
    SetMatchRow,
)
from leadline.reference.hashsets.contract import digest_of
from leadline.reference.hashsets.keying import ALGORITHMS
from leadline.reference.hashsets.sorted_keys import HAS
from leadline.reference.hashsets.writing import RECORD
from leadline.stages.matching.alike import MOST_FRAMES, leaders_of, video_leaders_of
from leadline.stages.matching.near import LEAST_QUALITY, near_pairs, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from leadline.facts.engine import Engine
    from leadline.facts.lake import Lake
    from leadline.facts.runs import Progress
    from leadline.reference.hashsets.opening import OpenSets

    _Keyed = dict[str, tuple[NDArray[np.int64], NDArray[np.uint8]]]

_TOUCH = pa.schema(
    [
        ("first_entry", pa.int64()),
        ("algorithm", pa.int32()),
        ("item", pa.int64()),
        ("category", pa.int32()),
        *((name, pa.bool_()) for name in HAS),
    ]
)
_EDITION = pa.schema([("set_no", pa.int64()), ("name", pa.string())])
_CATEGORY = pa.schema(
    [
        ("category", pa.int32()),
        ("standing", pa.int64()),
        ("scheme", pa.string()),
        ("country", pa.string()),
        ("model", pa.string()),
        ("code", pa.string()),
    ]
)
_TO_KEY = """
select i.first_entry, i.md5, i.sha1, i.sha256 from identity as i where coalesce(i.size, 1) > 0 order by i.first_entry
"""
_LOOKS = """
select i.identity, i.pdq
from identity as i
where i.pdq is not null and coalesce(i.pdq_quality, 100) >= $least
union
select i.identity, f.pdq
from frame as f
join identity as i on i.first_entry = f.entry
where f.quality >= $least
order by identity, pdq
"""
"""What each content looks like: a picture, or the key frames of a video."""
_VIDEOS = """
with shown as (
    select s.identity, s.place, f.pdq
    from served as s
    join identity as i on i.identity = s.identity
    join frame as f on f.entry = i.first_entry
    where s.class_rank = $rank and s.pdq is null and f.quality >= $least
),
counted as (
    select s.identity, s.place, count(*) as frames from shown as s group by s.identity, s.place
),
placed as (
    select
        c.identity,
        row_number() over (order by c.place) - 1 as video,
        sum(c.frames) over (order by c.place) as frames_so_far
    from counted as c
)
"""
_FRAMES = f"""{_VIDEOS}
select p.video, s.identity, s.pdq
from shown as s
join placed as p on p.identity = s.identity
where p.frames_so_far <= $most
order by p.video, s.pdq
"""
_ALONE = f"{_VIDEOS} select count(*) as videos from placed as p where p.frames_so_far > $most"
"""Key frames of the videos of a class in the order in which a person is served, and how many videos are beyond."""
_BATCH = 100_000


@dataclass
class Matching:
    """What the matching stage may touch."""

    engine: Engine
    lake: Lake
    """Of the examination: entries are read from it, verdicts written to it."""
    run: Lake | None
    """Of the tip's run, for the cache and the account's accesses; None without one."""
    account: str | None
    sets: OpenSets | None
    """None: no set is asked."""
    progress: Progress = field(default_factory=Silent)


def run(work: Matching) -> int:
    """Write identities, matches, conflicts, findings and the coverage curve.

    Returns how many videos were not put into groups because there are too many key frames.
    """
    for fact in (EntryRow, FrameRow):
        work.lake.lend(work.engine, fact)
    _rule(work, "identity")
    work.lake.write(work.engine, IdentityRow)
    _match_cache(work)
    _match_sets(work)
    _match_near(work)
    _rule(work, "conflict")
    work.lake.write(work.engine, ConflictRow)
    for name in ("set_verdict", "verdict"):
        _rule(work, name)
    _rule(work, "served", least_quality=LEAST_QUALITY)
    alone = _group_alike(work)
    for name in ("look", "finding", "coverage"):
        _rule(work, name)
    work.lake.write(work.engine, FindingRow)
    work.lake.write(work.engine, CoverageRow)
    return alone


def _rule(work: Matching, name: str, **values: str | int | bool | None) -> int:
    sql = files("leadline.stages.matching").joinpath(f"rules/{name}.sql").read_text("utf-8")
    return work.engine.rule(name, sql, values)


def _match_cache(work: Matching) -> None:
    for fact in (InventoryRow, AccessRow):
        if work.run is None:
            work.engine.table(fact.table, schema_of(fact).empty_table())
        else:
            work.run.lend(work.engine, fact)
    _rule(work, "cache_object", account=work.account)
    _rule(work, "cache_match")
    work.lake.write(work.engine, CacheMatchRow)


def _match_sets(work: Matching) -> None:
    editions = work.sets.editions if work.sets else ()
    named = {"set_no": list(range(len(editions))), "name": [edition.name for edition in editions]}
    work.engine.table("set_edition", pa.table(named, schema=_EDITION))
    work.engine.table("set_match", schema_of(SetMatchRow).empty_table())
    if work.sets is not None:
        keyed = _key_digests(work, work.sets)
        for number in range(len(editions)):
            _match_one_set(work, work.sets, number, keyed)
    work.lake.write(work.engine, SetMatchRow)


def _match_one_set(work: Matching, sets: OpenSets, number: int, keyed: _Keyed) -> None:
    edition = sets.editions[number]
    work.engine.table("set_touch", pa.concat_tables(_touches(sets, number, keyed)))
    _lend_records(work, sets, number)
    rows = [
        {**category, "category": place, "model": category["version"]}
        for place, category in enumerate(edition.categories)
    ]
    work.engine.table("set_category", pa.Table.from_pylist(rows, schema=_CATEGORY))
    _rule(work, "set_hit", set_no=number, role=edition.role, honey=edition.honey)
    work.engine.append("set_match", "select h.* from set_hit as h")


def _lend_records(work: Matching, sets: OpenSets, number: int) -> None:
    work.engine.view("set_record", [sets.editions[number].folder / "record.parquet"], schema=RECORD)
    work.engine.view("later_record", sets.later_records(number), schema=RECORD)


def _touches(sets: OpenSets, number: int, keyed: _Keyed) -> Iterator[pa.Table]:
    """The rows of one edition whose keyed digest is asked for: the only place where a set is looked into.

    A search in sorted files instead of a rule, because a join reads the whole of a set of tens of millions.
    """
    yield _TOUCH.empty_table()
    for algorithm, (entries, digests) in keyed.items():
        places, rows = sets.found(number, algorithm, digests)
        has = [(rows["has"] & bit) != 0 for bit in HAS.values()]
        numbers = np.full(len(rows), ALGORITHMS[algorithm], np.int32)
        yield pa.table([entries[places], numbers, rows["item"], rows["category"], *has], schema=_TOUCH)


def _key_digests(work: Matching, sets: OpenSets) -> _Keyed:
    """For each algorithm that some set has: the entries of all contents, and their keyed digests; in memory."""
    pieces: dict[str, list[tuple[NDArray[np.int64], NDArray[np.uint8]]]] = {
        name: [] for name in ALGORITHMS if sets.has_digest(name)
    }
    work.progress.begin("keying digests", work.engine.count("identity"))
    for batch in work.engine.stream(_TO_KEY, rows=_BATCH):
        columns = {name: batch.column(name).to_pylist() for name in batch.schema.names}
        for algorithm, found in pieces.items():
            pairs = list(_digests(algorithm, columns))
            entries = np.array([entry for entry, _ in pairs], np.int64)
            found.append((entries, sets.key.blind(algorithm, [digest for _, digest in pairs])))
        work.progress.advance(batch.num_rows, rows=batch.num_rows)
    work.progress.end()
    return {
        name: (np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found]))
        for name, found in pieces.items()
        if found
    }


def _digests(algorithm: str, columns: dict[str, list[Any]]) -> Iterator[tuple[int, str]]:
    kinds = ("md5", "sha1", "sha256") if algorithm == "value_md5" else (algorithm,)
    for kind in kinds:
        for entry, digest in zip(columns["first_entry"], columns[kind], strict=True):
            if digest is not None:
                yield entry, _md5_of_text(digest) if algorithm == "value_md5" else digest


def _md5_of_text(digest: str) -> str:
    return hashlib.md5(digest.encode(), usedforsecurity=False).hexdigest()


def _match_near(work: Matching) -> None:
    """Perceptual hashes near those of the cache and of each set; compared exactly, in memory."""
    asked = work.engine.arrow(
        _LOOKS,
        {"least": LEAST_QUALITY},
    )
    work.engine.table("near_match", schema_of(NearMatchRow).empty_table())
    if asked.num_rows:
        identities = asked.column("identity").to_pylist()
        queries = words_of(asked.column("pdq").to_pylist())
        found = [(identities[at], source, ref, distance) for source, at, ref, distance in _near(work, queries)]
        columns = [list(column) for column in zip(*found, strict=True)] or [[], [], [], []]
        work.engine.table("near_found", pa.table(columns, schema=schema_of(NearMatchRow)))
        work.engine.append(
            "near_match",
            "select n.identity, n.source, n.ref, min(n.distance) as distance"
            " from near_found as n group by n.identity, n.source, n.ref",
        )
    work.lake.write(work.engine, NearMatchRow)


def _group_alike(work: Matching) -> int:
    """Within each class, what looks alike is put with the one of them that is looked at first: pictures, and videos.

    Returns how many videos are left alone because those before them have as many key frames as are compared.
    """
    work.engine.table("alike", schema_of(AlikeRow).empty_table())
    alone = 0
    for class_rank in range(1, 6):
        served = work.engine.arrow(
            "select s.identity, s.pdq from served as s where s.class_rank = $rank and s.pdq is not null"
            " order by s.place",
            {"rank": class_rank},
        )
        _append_alike(work, served.column("identity"), *leaders_of(words_of(served.column("pdq").to_pylist())))
        alone += _group_videos(work, class_rank)
    work.lake.write(work.engine, AlikeRow)
    return alone


def _group_videos(work: Matching, class_rank: int) -> int:
    values: dict[str, str | int | bool | None] = {
        "rank": class_rank,
        "least": LEAST_QUALITY,
        "most": MOST_FRAMES,
    }
    frames = work.engine.arrow(_FRAMES, values)
    owner = frames.column("video").to_numpy().astype(np.int64)
    first = pa.array(np.flatnonzero(np.diff(owner, prepend=-1)))
    leaders = video_leaders_of(words_of(frames.column("pdq").to_pylist()), owner)
    _append_alike(work, frames.column("identity").take(first), *leaders)
    return int(str(work.engine.rows(_ALONE, values)[0]["videos"]))


def _append_alike(work: Matching, identity: Any, leader: NDArray[np.int64], distance: NDArray[np.int64]) -> None:
    columns = [identity, identity.take(pa.array(leader)), distance]
    work.engine.table("alike_found", pa.table(columns, schema=schema_of(AlikeRow)))
    work.engine.append("alike", "select f.identity, f.leader, f.distance from alike_found as f")


def _near(work: Matching, queries: NDArray[np.uint64]) -> Iterator[tuple[str, int, str, int]]:
    listed = work.engine.rows(
        "select i.object_key, i.pdq from inventory as i where i.pdq is not null group by i.object_key, i.pdq"
        " order by i.object_key, i.pdq"
    )
    known = [(str(row["object_key"]), pdq) for row in listed if (pdq := digest_of("pdq", row["pdq"]))]
    for query, place, distance in near_pairs(queries, words_of(pdq for _, pdq in known)):
        yield "cache", query, known[place][0], distance
    for number, edition in enumerate(work.sets.editions if work.sets else ()):
        if work.sets is not None and edition.digests["pdq"] and edition.role == "listed":
            yield from _near_set(work, work.sets, number, queries)


def _near_set(
    work: Matching, sets: OpenSets, number: int, queries: NDArray[np.uint64]
) -> Iterator[tuple[str, int, str, int]]:
    words, items = sets.perceptual(number)
    _lend_records(work, sets, number)
    replaced = {
        row["item"]
        for row in work.engine.rows(
            "select r.item from set_record as r semi join later_record as l on l.record = r.record"
        )
    }
    for query, place, distance in near_pairs(queries, words):
        if int(items[place]) not in replaced:
            yield str(number), query, str(items[place]), distance
