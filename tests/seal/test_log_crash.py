"""A crash after any effect on the disk: what was acknowledged is there, once, and nothing else is."""

from __future__ import annotations

import shutil

import pytest

from leadline.errors import IntegrityBroken
from leadline.seal.custody import verify_workspace
from leadline.seal.entry import Draft
from leadline.seal.log import Log
from leadline.seal.tombstones import tombstone

_ORIGIN = "unit.example/desk"
_BEFORE = ["log:log:created", "tip:bundle:sealed"]
_BATCH = [
    Draft("run:plan:begun", payload={"who": "one"}),
    Draft("run:plan:done", payload={"who": "two"}),
    Draft("run:plan:shown"),
]


def _actions(workspace):
    return [entry.action for entry in Log.open(workspace).entries()]


@pytest.fixture
def settled(workspace, disk):
    """A workspace with two acknowledged entries, to be copied for each crash."""
    log = Log.create(workspace, _ORIGIN)
    log.append("tip:bundle:sealed", payload={"path": "logs/a"})
    return workspace


def _crashes(settled, disk, tmp_path, action):
    """Run ``action`` on fresh copies with a crash at every effect; gives each copy, and whether it crashed."""
    for when in ("before", "halfway", "after"):
        effect = 0
        while True:
            copy = tmp_path / f"{when}-{effect}"
            shutil.copytree(settled, copy)
            disk.crash_at(effect, when)
            try:
                action(copy)
            except disk.Crash:
                disk.hold()
                yield copy
                effect += 1
                continue
            disk.hold()
            break


def _append(workspace):
    Log.open(workspace).append_all(_BATCH)


def test_a_commit_that_was_cut_off_is_there_whole_or_not_at_all(settled, disk, tmp_path):
    outcomes = set()
    for copy in _crashes(settled, disk, tmp_path, _append):
        Log.open(copy).recover()
        kept = [action for action in _actions(copy) if action != "log:tail:dropped"]
        assert kept in (_BEFORE, _BEFORE + [draft.action for draft in _BATCH])
        outcomes.add(len(kept))
        assert not [path for path in (copy / "tmp").iterdir() if path.is_file()]
        assert verify_workspace(copy).faults == ()
        Log.open(copy).append("a:b:c")
        assert verify_workspace(copy).faults == ()
        shutil.rmtree(copy)
    assert outcomes == {2, 5}


def test_every_step_of_a_commit_is_synced_before_the_next_begins(settled, disk):
    disk.hold()
    Log.open(settled).append_all(_BATCH)
    payload = ["write_all", "sync", "rename", "sync"]
    assert disk.done == [*payload, *payload, *(["write_all", "sync"] * 3)]


def test_a_crash_during_the_repair_is_repaired_as_well(settled, disk, tmp_path):
    seen = 0
    for crashed in _crashes(settled, disk, tmp_path / "first", _append):
        for copy in _crashes(crashed, disk, tmp_path / "second" / crashed.name, lambda path: Log.open(path).recover()):
            Log.open(copy).recover()
            kept = [action for action in _actions(copy) if action != "log:tail:dropped"]
            assert kept in (_BEFORE, _BEFORE + [draft.action for draft in _BATCH])
            assert verify_workspace(copy).faults == ()
            shutil.rmtree(copy)
            seen += 1
    assert seen > 100


def test_what_was_dropped_is_on_record(settled, disk):
    disk.crash_at(11, "after")
    with pytest.raises(disk.Crash):
        _append(settled)
    disk.hold()
    log = Log.open(settled)
    repair = log.recover()
    record = log.entries()[-1]
    assert record.action == "log:tail:dropped"
    assert record.numbers == {"bytes": repair.bytes, "entries": 3, "payloads": 2}
    dropped = log.payload(record)["dropped"]
    assert [("run:plan" in line) for line in dropped] == [True] * 3


def test_a_log_without_a_crash_is_left_alone(settled, disk):
    before = {path: path.read_bytes() for path in settled.rglob("*") if path.is_file()}
    disk.hold()
    assert Log.open(settled).recover().bytes == 0
    assert disk.effects == 0
    assert {path: path.read_bytes() for path in settled.rglob("*") if path.is_file()} == before


def test_a_workspace_whose_making_was_cut_off_can_be_made_again(disk, tmp_path):
    for when in ("before", "halfway", "after"):
        for effect in range(40):
            place = tmp_path / f"{when}-{effect}"
            disk.crash_at(effect, when)
            try:
                Log.create(place, _ORIGIN)
            except disk.Crash:
                disk.hold()
                if not (place / "log").exists():
                    Log.create(place, _ORIGIN)
            disk.hold()
            assert _actions(place) == ["log:log:created"]
            assert verify_workspace(place).faults == ()


def test_an_erasure_that_was_cut_off_is_finished_by_asking_again(settled, disk, tmp_path):
    path = "log/payloads/00000001.json"
    for copy in _crashes(
        settled, disk, tmp_path, lambda place: tombstone(Log.open(place), path, reason_code="retention-ended")
    ):
        tombstone(Log.open(copy), path, reason_code="retention-ended")
        found = verify_workspace(copy)
        assert (found.faults, found.erased) == ((), (path,))
        assert _actions(copy).count("evidence:file:erased") == 1
        shutil.rmtree(copy)


def _append_bytes(path, data):
    with path.open("ab") as stream:
        stream.write(data)


def _cut(path, count):
    data = path.read_bytes()
    path.write_bytes(data[:-count])


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("entries.jsonl", lambda p: _append_bytes(p, b"stray")),
        ("entries.jsonl", lambda p: _append_bytes(p, b"{}\n")),
        ("entries.jsonl", lambda p: _append_bytes(p, p.read_bytes().split(b"\n")[-2] + b"\n")),
        ("entries.jsonl", lambda p: _cut(p, 1)),
        ("entries.jsonl", lambda p: p.write_bytes(p.read_bytes()[:-2] + b" \n")),
        ("leaves", lambda p: p.write_bytes(b"x" + p.read_bytes()[1:])),
        ("leaves", lambda p: _append_bytes(p, b"x")),
        ("leaves", lambda p: _cut(p, 1)),
        ("checkpoints", lambda p: _append_bytes(p, b"u")),
        ("checkpoints", lambda p: _append_bytes(p, b"\n")),
        ("checkpoints", lambda p: p.write_bytes(p.read_bytes()[:-1] + b"x")),
        ("checkpoints", lambda p: p.write_bytes(b"")),
    ],
)
def test_what_no_crash_can_leave_is_refused_and_left_untouched(settled, disk, name, damage):
    disk.hold()
    damage(settled / "log" / name)
    before = {path: path.read_bytes() for path in (settled / "log").rglob("*") if path.is_file()}
    with pytest.raises(IntegrityBroken):
        Log.open(settled).append("a:b:c")
    assert {path: path.read_bytes() for path in (settled / "log").rglob("*") if path.is_file()} == before
    assert verify_workspace(settled).faults


def test_two_commits_beyond_the_last_checkpoint_are_no_crash(settled, disk):
    disk.hold()
    log = Log.open(settled)
    kept = (settled / "log" / "checkpoints").read_bytes()
    log.append("a:b:c")
    log.append("a:b:d")
    (settled / "log" / "checkpoints").write_bytes(kept)
    with pytest.raises(IntegrityBroken, match="more beyond the last checkpoint than a crash can leave"):
        log.append("a:b:e")


def test_an_entry_put_in_by_hand_is_never_signed(settled, disk):
    disk.hold()
    log = Log.open(settled)
    kept = {name: (settled / "log" / name).read_bytes() for name in ("checkpoints", "leaves")}
    log.append("a:b:forged")
    for name, data in kept.items():
        (settled / "log" / name).write_bytes(data)
    assert verify_workspace(settled).faults
    log.append("a:b:c")
    assert _actions(settled) == [*_BEFORE, "log:tail:dropped", "a:b:c"]


def test_the_beginning_of_a_checkpoint_does_not_get_a_forged_entry_signed(settled, disk):
    disk.hold()
    log = Log.open(settled)
    kept = (settled / "log" / "checkpoints").read_bytes()
    log.append("a:b:forged")
    whole = (settled / "log" / "checkpoints").read_bytes()
    for begun in (1, 20, len(whole) - len(kept) - 3):
        (settled / "log" / "checkpoints").write_bytes(whole[: len(kept) + begun])
        copy = settled.with_name(f"copy-{begun}")
        shutil.copytree(settled, copy)
        Log.open(copy).recover()
        assert "a:b:forged" not in _actions(copy)
        assert verify_workspace(copy).faults == ()


def test_a_checkpoint_that_lacks_only_its_line_end_is_completed(settled, disk):
    disk.hold()
    path = settled / "log" / "checkpoints"
    whole = path.read_bytes()
    for missing in (1, 2):
        path.write_bytes(whole[:-missing])
        assert verify_workspace(settled).faults
        Log.open(settled).recover()
        assert path.read_bytes() == whole
