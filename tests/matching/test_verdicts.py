"""What a content is, and when to look at it: the account's cache, the cache, sets, near ones, the unknown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.tables.base import schema_of
from leadline.facts.tables.devices import ConflictRow, CoverageRow, EntryRow, FindingRow, FrameRow
from leadline.reference.hashsets.opening import open_sets
from leadline.reference.hashsets.store import add_hashset
from leadline.stages.matching import run as matching
from leadline.stages.matching.run import Matching, run
from tests.devices.desk import RUN, digests, listed, opened, row_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.desk import Desk


def entry(number: int, path: str, data: bytes = b"", **given: object) -> dict[str, object]:
    return row_of(EntryRow, **{"entry": number, "path": path, "size": len(data), **digests(data), **given})


def judged(
    desk: Desk,
    entries: list[dict[str, object]],
    *,
    frames: list[dict[str, object]] | None = None,
    account: str | None = None,
    threads: int = 2,
) -> Lake:
    lake = Lake(desk.workspace / "tmp" / "facts")
    with Engine(spill=desk.workspace / "spill", threads=threads) as engine:
        engine.table("given", pa.Table.from_pylist(entries, schema=schema_of(EntryRow)))
        lake.write(engine, EntryRow, "given")
        engine.table("given", pa.Table.from_pylist(frames or [], schema=schema_of(FrameRow)))
        lake.write(engine, FrameRow, "given")
    finished = desk.workspace / "lake" / RUN
    sets = open_sets(desk.workspace, desk.key_file) if desk.key_file.exists() else None
    with Engine(spill=desk.workspace / "spill", threads=threads) as engine:
        run(Matching(engine, lake, Lake(finished) if finished.exists() else None, account, sets))
    return lake


def rows(lake: Lake, fact: Any) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    found: list[dict[str, Any]] = pq.read_table(lake.paths(fact)[0]).to_pylist()
    return found


def findings(lake: Lake) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in rows(lake, FindingRow)}


def add(desk: Desk, folder: Path, text: str, *, name: str = "unit", kind: str = "list") -> None:
    path = folder / f"{name}.set"
    path.write_text(text)
    add_hashset(
        desk.workspace, path, kind=kind, as_of=date(2019, 9, 1), authority="o", name=name, key_file=desk.key_file
    )


def vics(*media: tuple[bytes, int | None]) -> str:
    import json

    entries = [
        {"MediaID": at, "Category": code, "MD5": digests(data)["md5"].upper()} for at, (data, code) in enumerate(media)
    ]
    context = "http://vics.example/DataModels/2.0.xml/US/$metadata#Media"
    return json.dumps({"@odata.context": context, "value": entries})


def test_first_what_the_account_opened_then_the_cache_then_sets_then_the_unknown(desk: Desk, tmp_path: Path) -> None:
    desk.finish_run(
        [listed(1, "o1", **digests(b"one")), listed(2, "o2", **digests(b"two"))],
        [opened(1, "k", "o1"), opened(2, "other", "o2")],
    )
    add(desk, tmp_path, digests(b"three")["sha256"])
    names = {"unknown": b"five", "known": b"three", "in-cache": b"two", "opened": b"one"}
    entries = [entry(at, name, data) for at, (name, data) in enumerate(names.items())]
    found = findings(judged(desk, entries, account="k"))
    assert {name: row["finding_class"] for name, row in found.items()} == {
        "unknown": "unknown",
        "known": "known",
        "in-cache": "cache",
        "opened": "cache-opened",
    }
    assert sorted(found, key=lambda name: found[name]["look_order"]) == ["opened", "in-cache", "known", "unknown"]
    assert found["opened"]["object_key"] == "o1"
    assert found["opened"]["opened_at"] is not None
    assert found["in-cache"]["opened_at"] is None
    assert found["known"]["set_names"] == "unit"


@pytest.mark.parametrize(
    "not_opening", [{"succeeded": False}, {"is_head": True}, {"action": "upload"}, {"relevant": False}], ids=str
)
def test_an_access_that_brought_no_content_is_no_opening(desk: Desk, not_opening: dict[str, object]) -> None:
    desk.finish_run([listed(1, "o1", **digests(b"one"))], [opened(1, "k", "o1", **not_opening)])
    assert findings(judged(desk, [entry(0, "x", b"one")], account="k"))["x"]["finding_class"] == "cache"


def test_one_content_is_one_group_with_one_place_to_look(desk: Desk) -> None:
    lake = judged(desk, [entry(at, f"copy {at}", b"same") for at in range(5)] + [entry(5, "other", b"other")])
    found = findings(lake)
    copies = [found[f"copy {at}"] for at in range(5)]
    assert {(row["group_key"], row["copies"], row["look_order"]) for row in copies} == {(copies[0]["group_key"], 5, 1)}
    coverage = rows(lake, CoverageRow)
    assert [(row["look_order"], row["files_so_far"], row["share_so_far"]) for row in coverage] == [
        (1, 5, 833),
        (2, 6, 1000),
    ]


def test_empty_files_match_nothing_and_need_no_look(desk: Desk) -> None:
    desk.finish_run([listed(1, "o1", size=0, **digests(b""))], [opened(1, "k", "o1")])
    row = findings(judged(desk, [entry(0, "empty")], account="k"))["empty"]
    assert (row["finding_class"], row["look_order"]) == ("ignorable", None)


def test_what_could_not_be_read_stays_a_finding(desk: Desk) -> None:
    row = findings(judged(desk, [entry(0, "x", md5=None, sha1=None, sha256=None, problem="cannot be read")]))["x"]
    assert (row["finding_class"], row["problem"], row["group_key"]) == ("unreadable", "cannot be read", "")


def test_published_software_is_ignorable_unless_a_set_lists_it(desk: Desk, tmp_path: Path) -> None:
    import sqlite3

    database = tmp_path / "rds.set"
    with sqlite3.connect(database) as connection:
        connection.execute("create table FILE (sha256 text, sha1 text, md5 text)")
        for data in (b"software", b"disputed"):
            connection.execute(
                "insert into FILE values (?, ?, ?)", [digests(data)[k] for k in ("sha256", "sha1", "md5")]
            )
    connection.close()
    add_hashset(
        desk.workspace, database, kind="nsrl", as_of=date(2019, 9, 1), authority="o", name="rds", key_file=desk.key_file
    )
    add(desk, tmp_path, vics((b"disputed", 1)), name="vic", kind="vics")
    lake = judged(desk, [entry(0, "software", b"software"), entry(1, "disputed", b"disputed")])
    found = findings(lake)
    assert found["software"]["finding_class"] == "ignorable"
    assert (found["disputed"]["finding_class"], found["disputed"]["category"]) == ("known", "1")
    assert found["disputed"]["set_names"] == "rds|vic"
    assert [row["what"] for row in rows(lake, ConflictRow)] == ["listed-and-ignorable"]


def test_sets_that_disagree_give_the_gravest_category_and_a_conflict(desk: Desk, tmp_path: Path) -> None:
    add(desk, tmp_path, vics((b"x", 3)), name="first", kind="vics")
    add(desk, tmp_path, vics((b"x", 1)), name="second", kind="vics")
    lake = judged(desk, [entry(0, "x", b"x")])
    row = findings(lake)["x"]
    assert (row["category"], row["set_names"], row["dissent"]) == ("1", "first|second", True)
    (conflict,) = rows(lake, ConflictRow)
    assert conflict["what"] == "categories-disagree"
    assert conflict["sides"] == "first project-vic/US/2.0/3|second project-vic/US/2.0/1"


def test_a_record_whose_digests_belong_to_two_files_is_no_hit_and_waits_for_a_person(
    desk: Desk, tmp_path: Path
) -> None:
    add(desk, tmp_path, f"md5,sha1\n{digests(b'x')['md5']},{digests(b'y')['sha1']}\n")
    desk.finish_run([listed(1, "o1", md5=digests(b"z")["md5"], sha256=digests(b"y")["sha256"])], [])
    lake = judged(desk, [entry(0, "x", b"x"), entry(1, "z", b"z")])
    assert {row["finding_class"] for row in findings(lake).values()} == {"unknown"}
    assert [row["what"] for row in rows(lake, ConflictRow)] == ["digests-disagree"] * 2
    assert {row["sides"] for row in rows(lake, ConflictRow)} == {"cache o1", "unit list///"}


def test_equal_by_md5_alone_says_that_a_collision_is_possible(desk: Desk, tmp_path: Path) -> None:
    add(desk, tmp_path, f"{digests(b'x')['md5']}\n{digests(b'y')['sha256']}\n")
    found = findings(judged(desk, [entry(0, "x", b"x"), entry(1, "y", b"y")]))
    assert (found["x"]["basis"], found["x"]["collision_possible"]) == ("md5", True)
    assert (found["y"]["basis"], found["y"]["collision_possible"]) == ("sha256", False)


def test_a_feed_index_is_met_by_the_written_form_of_a_digest(desk: Desk, tmp_path: Path) -> None:
    written = digests(digests(b"x")["sha1"].encode())["md5"]
    add(desk, tmp_path, f"{written},5f6b2a9e-0000-4000-8000-000000000001\n", kind="misp", name="misp")
    row = findings(judged(desk, [entry(0, "x", b"x"), entry(1, "y", b"y")]))["x"]
    assert (row["finding_class"], row["basis"]) == ("known", "value-md5")


def test_a_near_picture_is_a_candidate_and_never_an_identity(desk: Desk, tmp_path: Path) -> None:
    desk.finish_run([listed(1, "o1", pdq="0" * 64, **digests(b"cached"))], [opened(1, "k", "o1")])
    add(desk, tmp_path, f"pdq\n{'f' * 64}\n")
    near, low, far = f"{(1 << 31) - 1:064x}", f"{3:064x}", f"{(1 << 32) - 1:064x}"
    lake = judged(
        desk,
        [
            entry(0, "near", b"1", pdq=near, pdq_quality=50),
            entry(1, "low quality", b"2", pdq=low, pdq_quality=49),
            entry(2, "far", b"3", pdq=far, pdq_quality=100),
            entry(3, "near a set", b"4", pdq="f" * 63 + "e", pdq_quality=90),
        ],
        account="k",
    )
    found = findings(lake)
    assert {name: row["finding_class"] for name, row in found.items()} == {
        "near": "near",
        "low quality": "unknown",
        "far": "unknown",
        "near a set": "near",
    }
    assert (found["near"]["object_key"], found["near"]["distance"], found["near"]["basis"]) == ("o1", 31, "pdq")
    assert found["near"]["opened_at"] is None
    assert (found["near a set"]["set_names"], found["near a set"]["distance"]) == ("unit", 1)


def test_threads_and_the_order_of_entries_change_no_byte(desk: Desk, tmp_path: Path) -> None:
    add(desk, tmp_path, vics((b"3", 1), (b"7", None), (b"9", 3)), name="vic", kind="vics")
    entries = [entry(at, f"f{at}", b"%d" % (at % 40)) for at in range(200)]
    first = {path.name: path.read_bytes() for path in judged(desk, entries, threads=1).folder.glob("*.parquet")}
    second = {path.name: path.read_bytes() for path in judged(desk, entries[::-1], threads=4).folder.glob("*.parquet")}
    assert first == second
    assert len(first) == 10


def test_a_record_that_a_later_edition_of_a_feed_removes_is_no_hit_any_longer(desk: Desk, tmp_path: Path) -> None:
    def edition(day: int, body: str) -> None:
        path = tmp_path / f"{day}.xml"
        path.write_text(f'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">{body}</queryResult>')
        add_hashset(
            desk.workspace,
            path,
            kind="ncmec",
            as_of=date(2019, 9, day),
            authority="o",
            name="feed",
            key_file=desk.key_file,
        )

    def image(number: int, data: bytes, pdq: str) -> str:
        prints = f"<md5>{digests(data)['md5']}</md5><pdq>{pdq}</pdq>"
        return f'<image><member id="1"/><id>{number}</id><fingerprints>{prints}</fingerprints></image>'

    entries = [entry(at, data.decode(), data) for at, data in enumerate((b"gone", b"stays"))]
    entries += [entry(2, "like gone", b"2", pdq="0" * 63 + "1"), entry(3, "like stays", b"3", pdq="f" * 63 + "e")]
    edition(1, image(1, b"gone", "0" * 64) + image(2, b"stays", "f" * 64))
    before = findings(judged(desk, entries))
    assert [before[name]["finding_class"] for name in ("gone", "stays")] == ["known", "known"]
    assert [before[name]["finding_class"] for name in ("like gone", "like stays")] == ["near", "near"]
    edition(2, '<deletedImage><member id="1"/><id>1</id></deletedImage>')
    after = findings(judged(desk, entries))
    assert [after[name]["finding_class"] for name in ("gone", "stays")] == ["unknown", "known"]
    assert [after[name]["finding_class"] for name in ("like gone", "like stays")] == ["unknown", "near"]


def test_pictures_of_a_class_that_look_alike_are_one_group_with_one_place_to_look(desk: Desk) -> None:
    lake = judged(
        desk,
        [
            entry(0, "alone", b"0", pdq="f" * 64, pdq_quality=90),
            entry(1, "first", b"1", pdq="0" * 64, pdq_quality=90),
            entry(2, "first again", b"1", pdq="0" * 64, pdq_quality=90),
            entry(3, "like it", b"2", pdq=f"{7:064x}", pdq_quality=90),
            entry(4, "like it, poor", b"3", pdq=f"{7:064x}", pdq_quality=49),
            entry(5, "text", b"4"),
        ],
    )
    found = findings(lake)
    group = [found[name] for name in ("first", "first again", "like it")]
    assert {(row["group_key"], row["group_files"], row["look_order"]) for row in group} == {
        (group[0]["group_key"], 3, 1)
    }
    assert [(row["copies"], row["alike"]) for row in group] == [(2, 0), (2, 0), (1, 3)]
    assert found["like it, poor"]["group_key"] != group[0]["group_key"]
    assert [found[name]["look_order"] for name in ("alone", "like it, poor", "text")] in ([2, 3, 4], [3, 2, 4])
    curve = [(row["contents"], row["files_so_far"]) for row in rows(lake, CoverageRow)]
    assert curve == [(2, 3), (1, 4), (1, 5), (1, 6)]


def test_what_looks_alike_but_is_of_another_class_keeps_the_place_of_its_class(desk: Desk, tmp_path: Path) -> None:
    add(desk, tmp_path, vics((b"known", 1)), name="vic", kind="vics")
    alike = {"pdq": "0" * 64, "pdq_quality": 90}
    found = findings(judged(desk, [entry(0, "known", b"known", **alike), entry(1, "unknown", b"unknown", **alike)]))
    assert found["known"]["group_key"] != found["unknown"]["group_key"]
    assert (found["known"]["look_order"], found["unknown"]["look_order"]) == (1, 2)


def test_a_video_is_near_where_one_of_its_key_frames_is(desk: Desk) -> None:
    desk.finish_run([listed(1, "o1", pdq="0" * 64, **digests(b"cached"))], [])
    entries = [entry(0, "clip", b"1", media="video"), entry(1, "clip again", b"1", media="video")]
    entries += [entry(2, "poor", b"2", media="video"), entry(3, "other", b"3", media="video")]
    frames = [
        row_of(FrameRow, entry=at, number=number, pdq=pdq, quality=quality)
        for at, number, pdq, quality in (
            (0, 0, "f" * 64, 90),
            (0, 1, f"{3:064x}", 90),
            (1, 0, "f" * 64, 90),
            (1, 1, f"{3:064x}", 90),
            (2, 0, f"{3:064x}", 49),
            (3, 0, "f" * 64, 90),
        )
    ]
    found = findings(judged(desk, entries, frames=frames))
    assert {name: row["finding_class"] for name, row in found.items()} == {
        "clip": "near",
        "clip again": "near",
        "poor": "unknown",
        "other": "unknown",
    }
    assert (found["clip"]["object_key"], found["clip"]["distance"], found["clip"]["copies"]) == ("o1", 2, 2)


def framed(number: int, *hashes: int) -> list[dict[str, object]]:
    """Key frames of the video that is an entry."""
    return [row_of(FrameRow, entry=number, number=at, pdq=f"{one:064x}", quality=90) for at, one in enumerate(hashes)]


def test_videos_of_a_class_whose_key_frames_are_alike_are_one_group(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes = [(1 << 40) - 1 << 50 * at for at in range(4)]
    entries = [entry(at, f"whole {at}", b"whole", media="video") for at in range(2)]
    entries += [entry(2, "excerpt", b"excerpt", media="video"), entry(3, "other", b"other", media="video")]
    frames = [
        *framed(0, *scenes),
        *framed(1, *scenes),
        *framed(2, scenes[2] ^ 7, scenes[3]),
        *framed(3, scenes[0], 0),
    ]
    found = findings(judged(desk, entries, frames=frames))
    assert [(found[name]["group_files"], found[name]["alike"]) for name in ("whole 0", "whole 1", "excerpt")] == [
        (3, 0), (3, 0), (3, 3),
    ]  # fmt: skip
    assert found["excerpt"]["look_order"] == found["whole 0"]["look_order"] == 1
    assert (found["other"]["group_files"], found["other"]["look_order"]) == (1, 2)
    monkeypatch.setattr(matching, "MOST_FRAMES", 5)
    alone = findings(judged(desk, entries, frames=frames))
    assert {row["group_files"] for name, row in alone.items() if "whole" not in name} == {1}
