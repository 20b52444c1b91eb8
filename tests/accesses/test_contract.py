"""What the contract says about accesses: what is relevant, what is kept, what is counted, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadline.facts.runs import ReferenceEdition
from leadline.seal.manifest import RequestPattern
from leadline.stages.accesses import judging
from leadline.stages.accesses.run import ALONE
from tests.accesses.world import Log, carry_out, read, work_of

if TYPE_CHECKING:
    from typing import Any


def line(
    path: str = "/o/k-1",
    *,
    host: str = "240.0.0.9",
    account: str = "acct-1",
    method: str = "GET",
    status: str = "200",
    second: int = 0,
) -> str:
    stamp = f"20/Sep/2019:02:15:{second:02d} +0000"
    return f'{host} - {account} [{stamp}] "{method} {path} HTTP/1.1" {status} 7 "-" "Example/1.0"'


def log(*lines: str, **options: Any) -> Log:
    return Log("".join(f"{one}\n" for one in lines).encode(), **options)


def counted(tally: dict[str, Any]) -> tuple[int, int, int]:
    return tally["accesses"], tally["relevant_accesses"], tally["other"]


# --- what is relevant ------------------------------------------------------------------------------------


def test_an_access_to_a_listed_object_is_relevant_and_any_other_is_only_counted(tmp_path: Path) -> None:
    found = read(tmp_path, log(line(), line("/o/k-2"), line("/elsewhere")), listed=["k-1"])
    assert counted(found.tally) == (3, 1, 2)
    assert [(row["object_key"], row["relevant"]) for row in found.accesses] == [("k-1", True)]


def test_a_listing_of_a_named_cache_is_relevant_and_is_of_that_cache(tmp_path: Path) -> None:
    found = read(tmp_path, log(line("/c/c-1?page=2"), line("/c/c-2")), listed=["k-1"], cache_keys=("c-1",))
    assert [(row["action"], row["object_key"], row["relevant"]) for row in found.accesses] == [("list", "c-1", True)]
    assert counted(found.tally) == (2, 1, 1)


def test_a_listing_whose_pattern_has_no_cache_names_the_cache_as_its_object(tmp_path: Path) -> None:
    pattern = RequestPattern("", "list", "", "/c/([^/?]+)", object_group=1)
    found = read(tmp_path, log(line("/c/c-1"), requests=(pattern,)), listed=["k"], cache_keys=("c-1",))
    assert [row["object_key"] for row in found.accesses] == ["c-1"]


def test_without_an_inventory_nothing_is_relevant(tmp_path: Path) -> None:
    found = read(tmp_path, log(line(), line("/c/c-1"), line(method="PUT")), cache_keys=("c-1",))
    assert counted(found.tally) == (3, 0, 3)
    assert [(row["action"], row["relevant"]) for row in found.accesses] == [("upload", False)]


def test_an_upload_of_an_object_that_is_not_listed_is_kept_as_other(tmp_path: Path) -> None:
    found = read(tmp_path, log(line("/o/new", method="PUT", status="201")), listed=["k-1"])
    assert counted(found.tally) == (1, 0, 1)
    assert [(row["object_key"], row["relevant"], row["succeeded"]) for row in found.accesses] == [("new", False, True)]


def test_an_access_without_an_account_is_counted_and_kept(tmp_path: Path) -> None:
    found = read(tmp_path, log(line(account="-"), line()), listed=["k-1"])
    assert found.tally["without_account"] == 1
    assert [row["account_key"] for row in found.accesses] == [None, "acct-1"]


@pytest.mark.parametrize(
    ("status", "succeeded"),
    [
        ("200", True),
        ("206", True),
        ("299", True),
        ("304", True),
        ("-", True),
        ("300", False),
        ("404", False),
        ("500", False),
    ],
)
def test_2xx_304_and_no_status_succeed(status: str, succeeded: bool, tmp_path: Path) -> None:
    (row,) = read(tmp_path, log(line(status=status)), listed=["k-1"]).accesses
    assert (row["succeeded"], row["relevant"]) == (succeeded, True)


def test_what_is_missing_from_relevant_accesses_is_counted(tmp_path: Path) -> None:
    tally = read(tmp_path, log(line(status="-"), line(), line("/o/k-2", status="-")), listed=["k-1"]).tally
    assert (tally["no_port"], tally["no_status"]) == (2, 1)


def test_a_head_request_is_marked(tmp_path: Path) -> None:
    found = read(tmp_path, log(line(method="HEAD"), line()), listed=["k-1"])
    assert [row["is_head"] for row in found.accesses] == [True, False]


# --- request patterns ------------------------------------------------------------------------------------


def test_the_first_pattern_that_matches_wins(tmp_path: Path) -> None:
    patterns = (
        RequestPattern("GET", "view", "", "/o/([^/]+)/small", object_group=1),
        RequestPattern("", "download", "", "/o/([^/]+)(/small)?", object_group=1),
    )
    given = log(line("/o/k-1/small"), line("/o/k-1"), line("/o/k-1/small", method="POST"), requests=patterns)
    found = read(tmp_path, given, listed=["k-1"])
    assert [row["action"] for row in found.accesses] == ["view", "download", "download"]


@pytest.mark.parametrize("path", ["/o/k-1/x", "x/o/k-1", "/O/k-1", "/o/k%2D1", "/o/k-1#x", "/o/"])
def test_a_pattern_matches_the_whole_path_as_it_is_written(path: str, tmp_path: Path) -> None:
    pattern = RequestPattern("GET", "view", "", "/o/([^/]+)", object_group=1)
    assert read(tmp_path, log(line(path), requests=(pattern,)), listed=["k-1"]).accesses == []


def test_methods_are_compared_in_capitals_exactly(tmp_path: Path) -> None:
    assert read(tmp_path, log(line(method="get")), listed=["k-1"]).accesses == []


def test_groups_may_stand_in_any_order_and_the_account_of_the_request_goes_first(tmp_path: Path) -> None:
    pattern = RequestPattern("GET", "view", "", "/(a|b)/u/([^/]*)/o/([^/]+)", object_group=3, account_group=2)
    given = log(line("/a/u/holder/o/k-1"), line("/b/u/-/o/k-1"), line("/b/u//o/k-1"), requests=(pattern,))
    found = read(tmp_path, given, listed=["k-1"])
    assert [row["account_key"] for row in found.accesses] == ["holder", "acct-1", "acct-1"]


def test_keys_are_compared_byte_for_byte(tmp_path: Path) -> None:
    given = log(line("/o/é", account="A"), line("/o/e\u0301", account="a"))
    found = read(tmp_path, given, listed=["é"])
    assert [(row["account_key"], row["object_key"]) for row in found.accesses] == [("A", "é")]


@pytest.mark.parametrize(
    "request_line", ["-", "", "GET", "GET /o/k-1", "GET /o/k 1 HTTP/1.1", r"\x16\x03\x01", "GET  HTTP/1.1"]
)
def test_a_request_that_is_none_is_an_access_all_the_same(request_line: str, tmp_path: Path) -> None:
    found = read(tmp_path, log(line().replace("GET /o/k-1 HTTP/1.1", request_line)), listed=["k-1", "k 1"])
    assert (found.refused, counted(found.tally)) == ([], (1, 0, 1))


# --- addresses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "ip", "port"),
    [
        ("240.0.0.9", "240.0.0.9", None),
        ("240.0.0.9:51515", "240.0.0.9", 51515),
        ("240.0.0.9:0", "240.0.0.9", None),
        ("::ffff:240.0.0.9", "240.0.0.9", None),
        ("[::ffff:240.0.0.9]:80", "240.0.0.9", 80),
        ("2001:DB8:0::1%eth0", "2001:db8::1", None),
        ("[2001:db8::1]:65535", "2001:db8::1", 65535),
    ],
)
def test_an_address_is_brought_to_one_form(written: str, ip: str, port: int | None, tmp_path: Path) -> None:
    found = read(tmp_path, log(line(host=written)), listed=["k-1"])
    (row,), (seen,) = found.accesses, found.seen
    assert (row["remote_ip"], row["remote_port"]) == (ip, port)
    assert row["address"] == seen["address"]
    assert len(row["address"]) == 32
    assert row["address"].startswith("00000000000000000000ffff" if "." in ip else "20010db8")


@pytest.mark.parametrize(
    "written", ["-", "host.example", "240.0.0", "240.0.0.010", "0x1.2.3.4", "1:2", "240.0.0.9:70000"]
)
def test_what_is_no_address_is_refused(written: str, tmp_path: Path) -> None:
    assert read(tmp_path, log(line(host=written)), listed=["k-1"]).refused == [(1, "bad-address")]


def test_addresses_are_counted_over_all_accesses_and_by_period(tmp_path: Path) -> None:
    editions = tuple(
        ReferenceEdition("networks", "t", day, "0" * 64, "0" * 64, Path("none")) for day in ("2019-09-20", "2019-10-01")
    )
    given = (
        line(),
        line("/x", host="::ffff:240.0.0.9", second=30),
        line("/x").replace("20/Sep", "19/Sep"),
        line("/x").replace("20/Sep/2019:02:15", "20/Sep/2019:00:00"),
        line("/x").replace("20/Sep", "01/Oct").replace("+0000", "+1200"),
        line("/x").replace("20/Sep", "01/Oct"),
        line("/x", host="2001:db8::1"),
    )
    found = read(tmp_path, log(*given), listed=["k-1"], references=editions)
    sums = {(row["remote_ip"], row["period"]): (row["accesses"], row["relevant_accesses"]) for row in found.seen}
    assert sums == {
        ("240.0.0.9", 0): (1, 0),
        ("240.0.0.9", 1): (4, 1),
        ("240.0.0.9", 2): (1, 0),
        ("2001:db8::1", 1): (1, 0),
    }
    (middle,) = [row for row in found.seen if row["period"] == 1 and row["remote_ip"] == "240.0.0.9"]
    assert (middle["first_access"], middle["last_access"]) == ("2019-09-20T00:00:00Z", "2019-09-30T14:15:00Z")


def test_how_many_addresses_are_counted_at_a_time_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = log(*(line(host=f"240.0.0.{n % 3}", second=n) for n in range(12)))
    whole = read(tmp_path / "whole", given, listed=["k-1"])
    monkeypatch.setattr(judging, "_SEEN_TOGETHER", 3)
    pieces = read(tmp_path / "pieces", given, listed=["k-1"], chunk=400)
    assert pieces == whole
    assert [row["accesses"] for row in whole.seen] == [4, 4, 4]


# --- rejects ---------------------------------------------------------------------------------------------


def test_every_line_is_an_access_or_a_reject(tmp_path: Path) -> None:
    data = b"\n".join(
        (
            line().encode(),
            b"",
            b"\xff" + line().encode(),
            line().encode()[:50],
            b"x" * ((1 << 20) + 1),
            b"what",
            line().encode(),
        )
    )
    found = read(tmp_path, Log(data), listed=["k-1"])
    assert found.refused == [
        (2, "empty-line"),
        (3, "bad-encoding"),
        (4, "truncated"),
        (5, "too-long"),
        (6, "not-the-format"),
    ]
    assert [row["line"] for row in found.accesses] == [1, 7]
    assert (found.tally["lines"], found.tally["rejects"]) == (7, 5)


def test_a_stream_that_breaks_gives_its_lines_and_one_reject(tmp_path: Path) -> None:
    given = Log("".join(f"{line(second=n % 60)}\n" for n in range(500)).encode(), compression="gz")
    whole = given.packed()
    found = read(tmp_path, given, listed=["k-1"], packed={0: whole[: len(whole) // 2]})
    (reject,) = found.rejects
    assert reject["reason"] == "stream-broken"
    assert reject["line"] == found.tally["lines"] == len(found.accesses) + 1


def test_a_reject_names_its_exhibit(tmp_path: Path) -> None:
    work = work_of(tmp_path, [log("what")])
    (file,) = work.tip.files
    (reject,) = carry_out(work).rejects
    assert (reject["exhibit_sha256"], reject["path"], reject["kind"]) == (file.sha256, file.path, "access-log")


# --- several files ---------------------------------------------------------------------------------------


def test_equal_lines_of_different_files_are_marked_and_none_is_dropped(tmp_path: Path) -> None:
    one, two = log(line(), line(second=1), line(second=1)), log(line(second=2), line())
    found = read(tmp_path, one, two, listed=["k-1"])
    assert [(row["file"], row["line"], row["seen_twice"]) for row in found.accesses] == [
        (0, 1, True),
        (0, 2, False),
        (0, 3, False),
        (1, 1, False),
        (1, 2, True),
    ]
    assert [row["accesses"] for row in found.tallies] == [3, 2]


def test_a_tip_without_logs_has_empty_tables(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert (found.accesses, found.rejects, found.tallies, found.seen) == ([], [], [], [])


def test_a_run_that_was_broken_off_reads_only_what_is_not_read(tmp_path: Path) -> None:
    logs = [log(line(), "what"), log(line(second=1))]
    whole = carry_out(work_of(tmp_path / "whole", logs, listed=["k-1"]))
    broken = work_of(tmp_path / "broken", logs, listed=["k-1"])
    opened = broken.exhibits.open
    second = broken.tip.files[1].sha256

    def refuse(sha256: str) -> Any:
        if sha256 == second:
            raise KeyboardInterrupt
        return opened(sha256)

    broken.exhibits.open = refuse  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        carry_out(broken)
    again = work_of(tmp_path / "broken", logs, listed=["k-1"])
    asked: list[str] = []
    again.exhibits.open = lambda sha256: (asked.append(sha256), opened(sha256))[1]  # type: ignore[method-assign]
    assert carry_out(again) == whole
    assert asked == [second]


def test_a_run_that_broke_off_while_several_logs_were_read_is_taken_up_again(tmp_path: Path) -> None:
    logs = [log(line(), "what"), log(line(second=1)), log(line(second=2))]
    whole = carry_out(work_of(tmp_path / "whole", logs, listed=["k-1"]))
    broken = work_of(tmp_path / "broken", logs, listed=["k-1"])
    opened, last = broken.exhibits.open, broken.tip.files[2].sha256

    def refuse(sha256: str) -> Any:
        if sha256 == last:
            raise KeyboardInterrupt
        return opened(sha256)

    broken.exhibits.open = refuse  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        carry_out(broken, alone=0)
    assert not (broken.scratch / "accesses" / "2").exists()
    assert carry_out(work_of(tmp_path / "broken", logs, listed=["k-1"]), alone=0) == whole


@pytest.mark.parametrize("options", [{"threads": 1}, {"chunk": 2_000}, {"chunk": 99}, {"alone": 0}])
def test_neither_threads_nor_chunks_nor_readers_change_a_byte(options: dict[str, int], tmp_path: Path) -> None:
    body = [
        line(f"/o/k-{n % 7}", host=f"240.0.{n % 9}.{n % 250}", second=n % 60, account=f"a{n % 11}") for n in range(60)
    ]
    body[7] = "what"
    given = [log(*body), log(*body[:9])]
    written = []
    for folder, extra in (("one", {}), ("two", options)):
        chunk = extra.get("chunk", 1 << 20)
        work = work_of(tmp_path / folder, given, listed=["k-1", "k-2"], threads=extra.get("threads", 2))
        carry_out(work, chunk=chunk, alone=extra.get("alone", ALONE))
        assert (tmp_path / folder / "spill" / "part-1").exists() == ("alone" in extra)
        written.append(
            {
                path.relative_to(work.lake.folder): path.read_bytes()
                for path in sorted(work.lake.folder.rglob("*.parquet"))
            }
        )
    assert written[0] == written[1]


@pytest.mark.parametrize("alone", [ALONE, 0])
def test_progress_ends_at_all_bytes_and_rows(alone: int, tmp_path: Path) -> None:
    class Watching:
        total, done, rows, ended = 0, 0, 0, False

        def begin(self, what: str, total: int | None) -> None:
            self.total = total or 0

        def advance(self, amount: int, *, rows: int = 0) -> None:
            self.done, self.rows = self.done + amount, self.rows + rows

        def end(self) -> None:
            self.ended = True

    watching = Watching()
    work = work_of(tmp_path, [log(line(), line()), log(line(), compression="gz")], listed=["k-1"])
    work.progress = watching
    carry_out(work, chunk=64, alone=alone)
    assert (watching.done, watching.rows, watching.ended) == (watching.total, 3, True)
    assert watching.total == sum(file.bytes for file in work.tip.files)
