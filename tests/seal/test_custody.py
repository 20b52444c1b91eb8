"""Verification names every evidence file that is not as it was sealed, and writes nothing."""

from __future__ import annotations

import json
import os
from hashlib import sha256

import pytest

from leadline.errors import Busy, WrongUsage
from leadline.seal.custody import verify_workspace
from leadline.seal.entry import SEALED_OFF
from leadline.seal.log import Log
from leadline.seal.tombstones import tombstone

_RUN = "lake/R-0123456789abcdef"


@pytest.fixture
def full(log, workspace, add_evidence):
    """A workspace with an exhibit, settings, and a run whose manifest lists two files."""
    add_evidence(log, "exhibits/sha256/ab/file", b"line one\nline two\n")
    add_evidence(log, "leadline.toml", b"agency = 'a'\n", payload={"reason": "first"})
    _add_run(log, add_evidence, {"candidates.parquet": b"PAR1", "accesses/bucket-0.parquet": b"PAR1-0"})
    for name in ("cache/x", "tmp/y", "spill/z"):
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_bytes(b"anything")
    return workspace


def _add_run(log, add_evidence, contents):
    listed = []
    for name, data in contents.items():
        path = log.workspace / _RUN / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        listed.append({"path": name, "sha256": sha256(data).hexdigest(), "bytes": len(data)})
    manifest = json.dumps({"files": listed, "run": "R-0123456789abcdef"}).encode()
    add_evidence(log, f"{_RUN}/run.json", manifest, manifests=[f"{_RUN}/run.json"])


def _evidence(workspace):
    disposable = ("cache/", "tmp/", "spill/")
    names = (str(path.relative_to(workspace)) for path in sorted(workspace.rglob("*")) if path.is_file())
    return [name for name in names if not name.startswith(disposable)]


def _replace(path, data):
    path.chmod(0o644)
    path.write_bytes(data)


def _faults(workspace):
    return {fault.path: fault.problem for fault in verify_workspace(workspace).faults}


def test_a_workspace_as_it_was_sealed_is_sound(full, log):
    found = verify_workspace(full)
    assert found.faults == ()
    assert (found.entries, found.checkpoints, found.files, found.erased) == (4, 4, 8, ())
    assert found.root == log.verifier.open_checkpoint(log.checkpoint()).root.hex()


def test_every_byte_changed_in_any_evidence_file_is_named(full):
    names = _evidence(full)
    assert len(names) == 11
    for name in names:
        whole = (full / name).read_bytes()
        for at in {0, len(whole) // 2, len(whole) - 1}:
            _replace(full / name, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert name in _faults(full)
        _replace(full / name, whole)
    assert _faults(full) == {}


def test_every_evidence_file_cut_or_grown_or_gone_is_named(full):
    for name in _evidence(full):
        whole = (full / name).read_bytes()
        for other in (whole[:-1], b"", whole + b"\n"):
            _replace(full / name, other)
            assert name in _faults(full)
        (full / name).unlink()
        assert _faults(full)[name] == "is gone"
        _replace_new(full / name, whole)
    assert _faults(full) == {}


def _replace_new(path, data):
    path.write_bytes(data)


def test_a_changed_file_is_the_only_one_named(full):
    for name in _evidence(full):
        if name in ("log/checkpoints", "log/entries.jsonl"):
            continue
        whole = (full / name).read_bytes()
        _replace(full / name, whole[:-1] + bytes([whole[-1] ^ 1]))
        assert set(_faults(full)) == {name}
        _replace(full / name, whole)


def test_the_fault_names_the_entry_that_vouched(full):
    _replace(full / "leadline.toml", b"")
    (fault,) = verify_workspace(full).faults
    assert (fault.path, fault.entry) == ("leadline.toml", 2)
    assert "was changed" in fault.problem


@pytest.mark.parametrize(
    "name",
    ["exhibits/sha256/ab/more", "lake/x.parquet", "log/more", "keys/other", f"{_RUN}/extra"],
)
def test_a_file_that_the_log_does_not_know_is_named(full, name):
    (full / name).write_bytes(b"x")
    assert _faults(full) == {name: "is not in the log"}


def test_a_file_beside_the_evidence_is_nobodys_evidence(full):
    (full / "candidates.csv").write_bytes(b"x")
    (full / "requests").mkdir()
    (full / "requests" / "holder.csv").write_bytes(b"x")
    assert _faults(full) == {}


def test_links_in_the_evidence_are_named_and_not_followed(full):
    exhibit = full / "exhibits/sha256/ab/file"
    moved = full / "cache" / "moved"
    exhibit.rename(moved)
    exhibit.symlink_to(moved)
    (full / "lake" / "loop").symlink_to(full)
    assert _faults(full) == {"exhibits/sha256/ab/file": "is a link", "lake/loop": "is a link"}


def test_a_pipe_in_the_evidence_is_named_and_not_read(full):
    os.mkfifo(full / "lake" / "pipe")
    assert _faults(full) == {"lake/pipe": "is neither a file nor a folder"}


def test_permissions_are_no_fault(full):
    for name in _evidence(full):
        (full / name).chmod(0o600)
    assert _faults(full) == {}


def test_disposable_folders_may_change_or_vanish(full):
    (full / "cache/x").write_bytes(b"else")
    (full / "spill/z").unlink()
    (full / "spill").rmdir()
    assert _faults(full) == {}


def test_verification_writes_nothing(full):
    before = [(path, path.lstat().st_mtime_ns) for path in sorted([full, *full.rglob("*")])]
    verify_workspace(full)
    assert [(path, path.lstat().st_mtime_ns) for path in sorted([full, *full.rglob("*")])] == before


def test_the_newest_entry_for_a_path_holds(full, log, add_evidence):
    add_evidence(log, "leadline.toml", b"agency = 'b'\n")
    assert _faults(full) == {}
    _replace(full / "leadline.toml", b"agency = 'a'\n")
    assert set(_faults(full)) == {"leadline.toml"}


def test_a_changed_manifest_is_named_and_its_folder_is_not_held_against_it(full):
    _replace(full / _RUN / "run.json", b"{}")
    assert set(_faults(full)) == {f"{_RUN}/run.json"}


@pytest.mark.parametrize(
    "manifest",
    [
        b"{}",
        b"[]",
        b"x",
        b'{"files":[{"path":"../../keys/log.key","sha256":"00"}]}',
        b'{"files":[{"path":"a"}]}',
    ],
)
def test_a_manifest_that_is_none_is_named(full, log, add_evidence, manifest):
    add_evidence(log, "lake/R-1/run.json", manifest, manifests=["lake/R-1/run.json"])
    assert set(_faults(full)) == {"lake/R-1/run.json"}


def test_an_erased_file_is_reported_as_erased(full, log):
    path = "exhibits/sha256/ab/file"
    former = sha256((full / path).read_bytes()).hexdigest()
    entry = tombstone(log, path, reason_code="retention-ended")
    assert (entry.action, entry.subject, entry.digests) == ("evidence:file:erased", former, {path: former})
    assert not (full / path).exists()
    found = verify_workspace(full)
    assert (found.faults, found.erased) == ((), (path,))


def test_a_bucket_of_a_run_can_be_erased_and_made_anew(full, log, add_evidence):
    path = f"{_RUN}/accesses/bucket-0.parquet"
    tombstone(log, path, reason_code="account-removed")
    assert (_faults(full), verify_workspace(full).erased) == ({}, (path,))
    add_evidence(log, path, b"PAR1-without")
    assert (_faults(full), verify_workspace(full).erased) == ({}, ())
    _replace(full / path, b"PAR1-0")
    assert set(_faults(full)) == {path}


def test_a_newer_manifest_vouches_again_for_what_was_erased(full, log, add_evidence):
    path = f"{_RUN}/accesses/bucket-0.parquet"
    tombstone(log, path, reason_code="account-removed")
    _add_run(log, add_evidence, {"candidates.parquet": b"PAR1", "accesses/bucket-0.parquet": b"PAR1-new"})
    assert (_faults(full), verify_workspace(full).erased) == ({}, ())


def test_a_payload_can_be_erased(full, log):
    tombstone(log, "log/payloads/00000002.json", reason_code="retention-ended")
    assert (_faults(full), verify_workspace(full).erased) == ({}, ("log/payloads/00000002.json",))
    assert log.payload(log.entries()[2]) is None


def test_a_file_that_was_sealed_off_is_reported_like_an_erased_one(full, log):
    path = "exhibits/sha256/ab/file"
    former = sha256((full / path).read_bytes()).hexdigest()
    log.append(SEALED_OFF, subject=former, digests={path: former})
    (full / path).unlink()
    assert (_faults(full), verify_workspace(full).erased) == ({}, (path,))


def test_an_erased_file_that_is_there_again_is_a_fault(full, log):
    path = "exhibits/sha256/ab/file"
    data = (full / path).read_bytes()
    tombstone(log, path, reason_code="retention-ended")
    (full / path).write_bytes(data)
    assert "still there" in _faults(full)[path]


@pytest.mark.parametrize("path", ["keys/log.key", "keys/log.pub", "log/entries.jsonl", "cache/x", "no/such/file"])
def test_only_evidence_that_the_log_vouches_for_can_be_erased(full, log, path):
    with pytest.raises(WrongUsage):
        tombstone(log, path, reason_code="retention-ended")
    assert _faults(full) == {}


def test_a_reason_is_a_code_and_not_a_sentence(full, log):
    with pytest.raises(WrongUsage):
        tombstone(log, "leadline.toml", reason_code="asked for by someone")


def test_a_broken_entry_does_not_hide_the_rest(full):
    path = full / "log" / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"seq":1', b'"seq":7'))
    _replace(full / "leadline.toml", b"")
    found = verify_workspace(full)
    assert [(fault.path, fault.entry) for fault in found.faults] == [
        ("log/entries.jsonl", 1),
        ("leadline.toml", 2),
    ]
    assert found.entries == 3


@pytest.mark.parametrize("name", ["log/entries.jsonl", "log/leaves", "log/checkpoints", "keys/log.pub", "keys/log.key"])
def test_an_exchanged_part_of_the_log_is_named(full, tmp_path, name):
    other = Log.create(tmp_path / "other", "unit.example/desk")
    _replace(full / name, (other.workspace / name).read_bytes())
    assert name in _faults(full)


def test_only_the_exchanged_public_key_is_named_because_the_private_key_tells_what_it_was(full, tmp_path):
    other = Log.create(tmp_path / "other", "unit.example/desk")
    _replace(full / "keys/log.pub", (other.workspace / "keys/log.pub").read_bytes())
    assert set(_faults(full)) == {"keys/log.pub"}


def test_a_workspace_without_its_log_is_all_faults(full):
    for path in sorted((full / "log").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert {"log/entries.jsonl", "log/leaves", "log/checkpoints"} <= set(_faults(full))


def test_a_folder_that_is_no_workspace_is_refused(tmp_path):
    with pytest.raises(WrongUsage):
        verify_workspace(tmp_path)


def test_a_sound_workspace_is_verified_while_somebody_writes(full, log):
    with log.writing("run"):
        assert verify_workspace(full).faults == ()


def test_faults_while_somebody_writes_are_put_off_and_never_called_sound(full, log):
    with log.writing("run"):
        (full / "lake" / "half").write_bytes(b"x")
        with pytest.raises(Busy, match="lake/half"):
            verify_workspace(full)


def test_a_rollback_shows_only_against_a_checkpoint_kept_outside(full, log):
    saved = {name: (full / name).read_bytes() for name in _evidence(full)}
    log.append("a:b:c")
    outside = log.checkpoint()
    assert verify_workspace(full, witnessed=[outside]).faults == ()
    for name, data in saved.items():
        _replace(full / name, data)
    assert verify_workspace(full).faults == ()
    (fault,) = verify_workspace(full, witnessed=[outside]).faults
    assert "outside" in fault.problem


def test_a_log_signed_anew_shows_only_against_a_checkpoint_kept_outside(full, log):
    outside = log.checkpoint()
    _rewrite(full, log)
    assert verify_workspace(full).faults == ()
    assert verify_workspace(full, witnessed=[outside]).faults


def _rewrite(workspace, log):
    """What the holder of the private key can do: a different history under the same key."""
    from leadline.seal.commit import prepare
    from leadline.seal.entry import Draft
    from leadline.seal.merkle import Frontier

    tree, parts = Frontier(), []
    for entry in log.entries():
        draft = Draft(entry.action, subject=entry.subject, digests=entry.digests, manifests=entry.manifests)
        parts.append(prepare(tree, [draft], at="2019-09-20T02:15:00.000000Z", signer=log._signer))
        tree = parts[-1].tree
    for name, field in (("entries.jsonl", "lines"), ("leaves", "leaves"), ("checkpoints", "note")):
        (workspace / "log" / name).write_bytes(b"".join(getattr(part, field) for part in parts))
    for payload in (workspace / "log" / "payloads").iterdir():
        payload.unlink()


def test_a_checkpoint_of_somebody_else_from_outside_is_refused(full, tmp_path):
    other = Log.create(tmp_path / "other", "unit.example/desk")
    assert verify_workspace(full, witnessed=[other.checkpoint()]).faults
