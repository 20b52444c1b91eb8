"""An examination is authorised, budgeted, logged, resumable and sealed; it never says whether one file is known."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as command
from leadline.errors import ApprovalMissing, Busy, InputRefused, IntegrityBroken, WrongUsage
from leadline.examination import BUDGET, LEAST_IN_LISTING, examine
from leadline.inquiry.findings import COLUMNS
from leadline.reference.hashsets.store import add_hashset
from leadline.seal.custody import verify_workspace
from leadline.seal.entry import payload_facts, payload_path
from leadline.seal.log import Log
from leadline.stages.devices import pieces
from leadline.stages.devices import run as devices
from leadline.stages.matching.counting import CLASSES, STEP
from tests.devices.desk import OPENED_AT, Desk, digests, listed, opened

if TYPE_CHECKING:
    from pathlib import Path

CONTENTS = {
    "opened.bin": b"one",
    "cached.bin": b"two",
    "dir/known.bin": b"three",
    "other.bin": b"four",
    "again.bin": b"four",
}


@pytest.fixture
def device(tmp_path: Path) -> Path:
    root = tmp_path / "device"
    for name, data in CONTENTS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def add_set(desk: Desk, folder: Path, *contents: bytes, name: str = "unit", honey: bool = False) -> None:
    path = folder / f"{name}.txt"
    path.write_text("\n".join(digests(data)["sha256"] for data in contents))
    add_hashset(
        desk.workspace,
        path,
        kind="list",
        as_of=date(2019, 9, 1),
        authority="order 7",
        name=name,
        key_file=desk.key_file,
        honey=honey,
    )


def listing(folder: Path, *contents: bytes) -> Path:
    path = folder / "listing.csv"
    rows = [f"f{at},{digests(data)['sha256']}" for at, data in enumerate(contents)]
    path.write_text("\n".join(["path,sha256", *rows]))
    return path


def with_everything(desk: Desk, folder: Path) -> None:
    desk.finish_run(
        [listed(1, "o1", **digests(b"one")), listed(2, "o2", **digests(b"two"))], [opened(1, "account 1", "o1")]
    )
    add_set(desk, folder, b"three")


def test_an_examination_counts_every_file_in_one_class(desk: Desk, device: Path, tmp_path: Path) -> None:
    with_everything(desk, tmp_path)
    done = desk.examine(device, account="account 1", key_file=desk.key_file).to_json()
    assert done["files"] == len(CONTENTS)
    assert done["classes"] == {
        "cache-opened": 1,
        "cache": 1,
        "known": 1,
        "near": 0,
        "unknown": 2,
        "ignorable": 0,
        "unreadable": 0,
    }
    found = desk.findings()
    assert {name: row["class"] for name, row in found.items()} == {
        "opened.bin": "cache-opened",
        "cached.bin": "cache",
        "dir/known.bin": "known",
        "other.bin": "unknown",
        "again.bin": "unknown",
    }
    assert found["opened.bin"]["opened_at"] == OPENED_AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found["other.bin"]["group"] == found["again.bin"]["group"]
    assert verify_workspace(desk.workspace).faults == ()


def test_without_the_key_only_the_cache_is_compared_and_that_is_said(desk: Desk, device: Path, tmp_path: Path) -> None:
    with_everything(desk, tmp_path)
    done = desk.examine(device)
    assert done.record["sets"] == []
    assert done.record["sets_loaded"] == 1
    assert (done.record["classes"]["known"], done.record["classes"]["unknown"]) == (0, 3)


def test_the_log_says_what_was_examined_and_names_no_account(desk: Desk, device: Path, tmp_path: Path) -> None:
    with_everything(desk, tmp_path)
    done = desk.examine(device, account="account 1")
    entries = [entry for entry in Log.open(desk.workspace).entries() if entry.subject == done.id]
    assert [entry.action for entry in entries] == ["device:examination:opened", "device:examination:completed"]
    told = payload_facts((desk.workspace / payload_path(entries[0].seq)).read_bytes())
    assert (told["authority"], told["account"]) == ("order 17", "account 1")
    assert entries[1].numbers["files_unknown"] == 3
    kept = [desk.workspace / "log/entries.jsonl", *(desk.workspace / "lake" / done.id).rglob("*")]
    assert not [path for path in kept if b"account 1" in path.read_bytes()]


@pytest.mark.parametrize("authority", ["", "  "])
def test_there_is_no_examination_without_an_authority(desk: Desk, device: Path, authority: str) -> None:
    with pytest.raises(WrongUsage, match="authority"):
        examine(desk.workspace, device, authority=authority)
    assert "device:examination:opened" not in desk.actions()


def test_an_account_that_the_run_does_not_know_is_refused(desk: Desk, device: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no run"):
        desk.examine(device, account="account 1")
    with_everything(desk, tmp_path)
    with pytest.raises(WrongUsage, match="no access by"):
        desk.examine(device, account="Account 1")


def test_a_listing_gives_counts_and_its_rows_are_nowhere(desk: Desk, tmp_path: Path) -> None:
    with_everything(desk, tmp_path)
    path = listing(tmp_path, *CONTENTS.values(), b"five", b"six")
    done = desk.examine(path, key_file=desk.key_file)
    assert (done.record["classes"]["known"], done.record["classes"]["cache"]) == (0, 2)
    with pytest.raises(ApprovalMissing):
        desk.findings()
    kept = {file.name for file in (desk.workspace / "lake" / done.id).iterdir()}
    assert kept == {
        "entry.parquet",
        "frame.parquet",
        "anomaly.parquet",
        "withheld.parquet",
        "report.csv",
        "examination.json",
    }


def test_a_listing_of_a_few_digests_is_a_question_about_files_and_is_not_answered(desk: Desk, tmp_path: Path) -> None:
    add_set(desk, tmp_path, b"three")
    path = listing(tmp_path, *[b"%d" % n for n in range(LEAST_IN_LISTING - 2)], b"three", b"three", b"three")
    with pytest.raises(InputRefused, match="single files"):
        desk.examine(path, key_file=desk.key_file)
    assert desk.actions().count("device:examination:opened") == 1


def test_no_count_or_size_of_a_listing_tells_whether_a_digest_among_invented_ones_is_known(
    desk: Desk, tmp_path: Path
) -> None:
    listed_contents = [b"listed %d" % at for at in range(7)]
    add_set(desk, tmp_path, *listed_contents)
    told = []
    for known in (0, 1, 4, 5, 7):
        contents = [*listed_contents[:known], *(b"invented %d" % at for at in range(12 - known))]
        path = tmp_path / "listing.csv"
        rows = [f"f{at}.jpg,{digests(data)['sha256']},{'b' * 32}" for at, data in enumerate(contents)]
        path.write_text("\n".join(["path,sha256,md5", *rows]))
        done = desk.examine(path, key_file=desk.key_file)
        folder = desk.workspace / "lake" / done.id
        entry = [one for one in Log.open(desk.workspace).entries() if one.subject == done.id][-1]
        answer = {
            name: value for name, value in done.to_json().items() if name not in ("examination", "seconds", "source")
        }
        told.append((answer, (folder / "withheld.parquet").stat().st_size, entry.numbers))
    assert told[0] == told[1] == told[2] != told[3] == told[4]
    assert told[3][0]["classes"]["known"] == STEP
    assert "counted in fives" in (folder / "report.csv").read_text()


def test_a_single_file_is_not_held_against_any_set(desk: Desk, tmp_path: Path) -> None:
    add_set(desk, tmp_path, b"three")
    folder = tmp_path / "probe"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / name).write_bytes(b"three")
    done = desk.examine(folder, key_file=desk.key_file)
    assert done.record["sets"] == []
    assert done.record["classes"]["known"] == 0


def test_the_budget_of_a_day_ends_the_asking(desk: Desk, device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(BUDGET):
        desk.examine(device)
    with pytest.raises(Busy, match="budget"):
        desk.examine(device)
    from datetime import UTC, datetime

    monkeypatch.setattr("leadline.examination.now", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    assert desk.examine(device).record["files"] == len(CONTENTS)


def test_a_honey_digest_leaves_an_alarm_in_the_log_and_no_hint_in_the_answer(
    desk: Desk, device: Path, tmp_path: Path
) -> None:
    add_set(desk, tmp_path, b"three", name="with honey", honey=True)
    done = desk.examine(device, key_file=desk.key_file)
    assert desk.actions()[-1] == "device:honey:touched"
    assert "honey" not in json.dumps({**done.to_json(), "sets": ""})
    (tmp_path / "quiet").mkdir()
    for name in ("a", "b"):
        (tmp_path / "quiet" / name).write_text(name)
    desk.examine(tmp_path / "quiet", key_file=desk.key_file)
    assert desk.actions().count("device:honey:touched") == 1


def test_a_source_that_changes_meanwhile_gives_no_findings(
    desk: Desk, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk(work: object, source: object, *rest: object, **options: object) -> int:
        (device / "new.bin").write_bytes(b"new")
        return 0

    monkeypatch.setattr(devices, "_walk", walk)
    with pytest.raises(IntegrityBroken, match="changed while it was examined"):
        desk.examine(device)
    assert "device:examination:completed" not in desk.actions()


def test_an_interrupted_examination_is_taken_up_where_it_stopped(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "many"
    root.mkdir()
    for at in range(50):
        (root / f"f{at:03}").write_bytes(b"%d" % at)
    monkeypatch.setattr(pieces, "_BATCH_ROWS", 10)
    expected = desk.examine(root)
    facts = {row["path"]: row for row in desk.findings().values()}
    whole = pieces.Pieces.flush
    calls = iter(range(100))

    def stops(batch: pieces.Pieces) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt
        whole(batch)

    monkeypatch.setattr(pieces.Pieces, "flush", stops)
    with pytest.raises(KeyboardInterrupt):
        desk.examine(root)
    monkeypatch.setattr(pieces.Pieces, "flush", whole)
    done = desk.examine(root)
    assert done.record["source"]["resumed_at"] == 30
    assert done.id != expected.id
    assert desk.findings() == facts
    assert desk.actions().count("device:examination:opened") == 2
    assert verify_workspace(desk.workspace).faults == ()


def test_pieces_of_an_interrupted_walk_do_not_count_once_the_source_has_changed(
    desk: Desk, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(devices, "_write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.examine(device)
    (device / "opened.bin").write_bytes(b"changed since")
    done = desk.examine(device)
    assert done.record["source"]["resumed_at"] == 0
    assert desk.findings()["opened.bin"]["sha256"] == digests(b"changed since")["sha256"]


def test_a_crash_between_publishing_and_logging_is_made_good(
    desk: Desk, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("leadline.examination._Plan._log", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.examine(device)
    assert verify_workspace(desk.workspace).faults != ()
    desk.examine(device)
    assert desk.actions().count("device:examination:opened") == 1
    assert desk.actions().count("device:examination:completed") == 1
    assert verify_workspace(desk.workspace).faults == ()


def test_a_changed_finding_is_named_by_verify(desk: Desk, device: Path) -> None:
    done = desk.examine(device)
    target = desk.workspace / "lake" / done.id / "finding.parquet"
    target.chmod(0o600)
    target.write_bytes(target.read_bytes()[:-1] + b"\x00")
    assert [fault.path for fault in verify_workspace(desk.workspace).faults] == [f"lake/{done.id}/finding.parquet"]


def test_two_examinations_at_once_do_not_mix(desk: Desk, device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def second(*_: object) -> None:
        desk.examine(device)

    monkeypatch.setattr(devices, "_forget_if_changed", second)
    with pytest.raises(Busy, match="being examined"):
        desk.examine(device)


def test_the_commands_print_what_the_contract_says(
    desk: Desk, device: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_everything(desk, tmp_path)
    place = ["--workspace", str(desk.workspace)]
    words = ["--authority", "order 17", "--account", "account 1", "--key-file", str(desk.key_file), "--json"]
    assert command([*place, "examine", str(device), *words]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert list(json.loads(line)["classes"]) == list(CLASSES)
    assert command([*place, "findings"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["look_order"] for row in rows] == ["1", "2", "3", "4", "4"]
    assert command([*place, "findings", json.loads(line)["examination"], "--format", "jsonl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CONTENTS)
    assert desk.actions().count("rows:findings:shown") == 2
    assert command([*place, "findings", "X-0000000000000000"]) == 2
    assert command([*place, "examine", str(device)]) == 2
    assert command([*place, "examine", str(listing(tmp_path, *CONTENTS.values(), b"5", b"6")), *words]) == 0
    assert command([*place, "findings"]) == 5


def test_a_set_is_added_by_the_command_and_asked_with_the_default_key(
    desk: Desk, device: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.txt"
    path.write_text(digests(b"three")["md5"].upper())
    words = ["--kind", "list", "--as-of", "2019-09-01", "--authority", "order 7", "--name", "unit", "--json"]
    place = ["--workspace", str(desk.workspace)]
    assert command([*place, "reference", "add", "hashset", str(path), *words]) == 0
    assert json.loads(capsys.readouterr().out)["records"] == 1
    assert desk.examine(device).record["classes"]["known"] == 1
    shutil.rmtree(tmp_path / "home")
    assert desk.examine(device).record["classes"]["known"] == 0
