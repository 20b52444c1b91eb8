"""The log as its callers see it: append, read, lock, recover."""

from __future__ import annotations

import json
import stat
from hashlib import sha256

import pytest

from leadline.errors import Busy, IntegrityBroken, LeadlineError, WrongUsage
from leadline.seal import files
from leadline.seal.checkpoint import Verifier
from leadline.seal.custody import verify_workspace
from leadline.seal.entry import Draft
from leadline.seal.log import Log
from leadline.seal.merkle import leaf_hash, root


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_log_vouches_for_its_keys_and_is_sound(workspace, log):
    (first,) = log.entries()
    assert first.action == "log:log:created"
    assert set(first.digests) == {"keys/log.key", "keys/log.pub"}
    assert _mode(workspace / "keys" / "log.key") == 0o400
    assert (workspace / "keys" / "log.pub").read_text() == f"{log.verifier}\n"
    assert Verifier.parse(str(log.verifier)) == log.verifier
    assert verify_workspace(workspace).faults == ()


def test_the_first_entry_vouches_for_what_the_caller_wrote_before(workspace):
    workspace.mkdir()
    (workspace / "leadline.toml").write_bytes(b"")
    Log.create(workspace, "unit.example", digests={"leadline.toml": sha256(b"").hexdigest()})
    assert verify_workspace(workspace).faults == ()
    (workspace / "leadline.toml").write_bytes(b"#")
    assert [fault.path for fault in verify_workspace(workspace).faults] == ["leadline.toml"]


def test_an_entry_reads_back_as_it_was_appended(log):
    entry = log.append(
        "tip:bundle:sealed",
        subject="T-0123456789abcdef",
        numbers={"exhibits": 2},
        payload={"path": "logs/access.log"},
    )
    assert Log.open(log.workspace).entries()[1:] == (entry,)
    assert entry.seq == 1
    assert log.payload(entry) == {"path": "logs/access.log"}
    assert _mode(log.workspace / "log" / "payloads" / "00000001.json") == 0o444


def test_the_files_are_what_the_documentation_says(log):
    log.append_all([Draft("a:b:c"), Draft("a:b:d")])
    folder = log.workspace / "log"
    lines = (folder / "entries.jsonl").read_bytes().split(b"\n")
    assert lines.pop() == b""
    leaves = [leaf_hash(line) for line in lines]
    assert (folder / "leaves").read_bytes() == b"".join(leaves)
    assert [json.loads(line)["seq"] for line in lines] == [0, 1, 2]
    notes = (folder / "checkpoints").read_bytes().split(b"\n\n")
    assert [note.split(b"\n")[1] for note in notes[:-1:2]] == [b"1", b"3"]
    head = log.verifier.open_checkpoint(log.checkpoint())
    assert (head.size, head.root) == (3, root(leaves))


def test_every_entry_is_covered_by_a_checkpoint_when_append_returns(log):
    for expected in range(2, 6):
        log.append("a:b:c")
        assert log.verifier.open_checkpoint(log.checkpoint()).size == expected


def test_what_was_appended_before_an_error_stays_and_is_signed(log):
    def command():
        with log.writing("a command"):
            log.append("a:b:c")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command()
    assert [entry.action for entry in log.entries()] == ["log:log:created", "a:b:c"]
    assert verify_workspace(log.workspace).faults == ()
    log.append("a:b:d")


def test_a_second_writer_is_told_who_holds_the_workspace(log):
    other = Log.open(log.workspace)
    with log.writing("receive"), pytest.raises(Busy, match=r"process [0-9]+ \(receive\), since "):
        other.append("a:b:c")
    other.append("a:b:c")


def test_the_lock_holds_though_the_cache_vanishes(log):
    with log.writing("receive"):
        (log.workspace / "cache" / "writer.json").unlink()
        with pytest.raises(Busy, match="another process"):
            Log.open(log.workspace).append("a:b:c")


def test_a_writer_may_nest(log):
    with log.writing("demo"), log.writing("receive"):
        log.append("a:b:c")
        with pytest.raises(Busy):
            Log.open(log.workspace).append("a:b:d")


def test_reading_needs_no_lock(log):
    reader = Log.open(log.workspace)
    with log.writing("run"):
        log.append("a:b:c")
        assert [entry.action for entry in reader.entries()] == ["log:log:created", "a:b:c"]


def test_two_logs_over_one_workspace_take_turns(log):
    other = Log.open(log.workspace)
    for number in range(3):
        log.append("a:b:c", numbers={"n": number})
        other.append("a:b:d", numbers={"n": number})
    assert [entry.seq for entry in log.entries()] == list(range(7))
    assert verify_workspace(log.workspace).faults == ()


@pytest.mark.parametrize("name", ["entries.jsonl", "leaves"])
def test_a_full_disk_is_an_error_with_advice_and_the_next_append_goes_on(log, monkeypatch, name):
    with log.writing():
        with monkeypatch.context() as broken:
            broken.setattr(files, "sync", _no_space_for(name))
            with pytest.raises(LeadlineError, match="No space left") as error:
                log.append("a:b:c", payload={"a": 1})
        assert error.value.advice
        log.append("a:b:d")
    actions = [entry.action for entry in log.entries()]
    assert actions[0] == "log:log:created"
    assert actions[-1] == "a:b:d"
    assert "a:b:c" not in actions
    assert verify_workspace(log.workspace).faults == ()


def test_an_append_whose_last_step_failed_counts_once_when_its_checkpoint_is_there(log, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(files, "sync", _no_space_for("checkpoints"))
        with pytest.raises(LeadlineError):
            log.append("a:b:c")
    log.append("a:b:d")
    assert [entry.action for entry in log.entries()] == ["log:log:created", "a:b:c", "a:b:d"]
    assert verify_workspace(log.workspace).faults == ()


def _no_space_for(name):
    def sync(path):
        if path.name == name:
            raise OSError(28, "No space left on device")

    return sync


def test_a_folder_without_a_log_is_no_workspace(tmp_path):
    with pytest.raises(WrongUsage, match="is no workspace"):
        Log.open(tmp_path)


def test_a_workspace_is_not_made_twice(log):
    with pytest.raises(WrongUsage, match="already holds log"):
        Log.create(log.workspace, "unit.example")


@pytest.mark.parametrize("name", ["exhibits", "lake"])
def test_a_folder_that_holds_evidence_gets_no_new_log(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(WrongUsage, match=name):
        Log.create(tmp_path, "unit.example")


def test_a_payload_that_was_changed_is_not_shown(log):
    entry = log.append("a:b:c", payload={"a": 1})
    path = log.workspace / "log" / "payloads" / "00000001.json"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    with pytest.raises(IntegrityBroken):
        log.payload(entry)


def test_entries_that_no_longer_fit_the_checkpoint_are_not_shown(log):
    log.append("a:b:c")
    path = log.workspace / "log" / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"a:b:c", b"a:b:d"))
    with pytest.raises(IntegrityBroken):
        log.entries()


@pytest.mark.parametrize("name", ["keys/log.key", "keys/log.pub", "log/checkpoints", "log/entries.jsonl"])
def test_a_log_with_a_part_gone_is_refused_by_name(log, name):
    (log.workspace / name).unlink()
    with pytest.raises(LeadlineError) as refusal:
        Log.open(log.workspace).append("a:b:c")
    assert name in str(refusal.value)
    assert refusal.value.exit_code == 4


def test_keys_that_do_not_belong_together_are_refused(log, tmp_path):
    other = Log.create(tmp_path / "other", "unit.example/desk")
    key = log.workspace / "keys" / "log.pub"
    key.chmod(0o644)
    key.write_text(f"{other.verifier}\n")
    with pytest.raises(IntegrityBroken, match="do not belong together"):
        Log.open(log.workspace)
