"""An analyst seals a bundle: what comes out, what the log says, and what a second time does."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections import namedtuple
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from leadline.errors import Busy, IntegrityBroken, LeadlineError, WrongUsage
from leadline.seal.custody import verify_workspace
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.log import Log
from leadline.stages.intake.receive import receive
from leadline.stages.intake.tips import load_tip
from leadline.vocabulary.identifiers import TipId
from leadline.vocabulary.scales import FileKind
from tests.intake.bundles import (
    ACCOUNTS,
    FILES,
    LOG,
    entries_of,
    files_below,
    make_folder,
    make_workspace,
    make_zip,
    payload_of,
)

if TYPE_CHECKING:
    from tests.intake.conftest import Refusing


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "bundle", FILES)


def test_the_answer_is_the_contracts_object(workspace: Path, bundle: Path) -> None:
    answer = receive(workspace, bundle).to_json()
    assert list(answer) == ["tip", "exhibits", "left_out", "gaps"]
    assert answer["exhibits"] == [
        {
            "path": path,
            "sha256": hashlib.sha256(FILES[path]).hexdigest(),
            "bytes": len(FILES[path]),
            "kind": kind,
            "format": form,
        }
        for path, kind, form in (
            ("accounts.csv", "accounts", "csv"),
            ("inventory.csv", "inventory", "csv"),
            ("logs/access.log", "access-log", "combined"),
            ("tip.toml", "other", ""),
        )
    ]
    assert answer["left_out"] == []
    json.dumps(answer)


def test_every_exhibit_lies_read_only_under_its_digest_and_is_vouched_for(workspace: Path, bundle: Path) -> None:
    answer = receive(workspace, bundle)
    store = ExhibitStore(workspace)
    for file in answer.manifest.files:
        assert store.path(file.sha256).read_bytes() == FILES[file.path]
        assert store.path(file.sha256).stat().st_mode & 0o222 == 0
        assert (file.md5, file.sha1) == (
            hashlib.md5(FILES[file.path]).hexdigest(),
            hashlib.sha1(FILES[file.path]).hexdigest(),
        )
    assert verify_workspace(workspace).faults == ()
    assert files_below(workspace / "tmp") == []


def test_the_log_tells_of_each_exhibit_and_of_the_tip_and_names_no_path(workspace: Path, bundle: Path) -> None:
    answer = receive(workspace, bundle)
    entries = entries_of(workspace)[1:]
    assert [entry["action"] for entry in entries] == ["exhibit:file:sealed"] * 4 + ["tip:bundle:received"]
    assert [payload_of(workspace, entry)["path"] for entry in entries[:4]] == sorted(FILES)
    assert entries[4]["subject"] == answer.manifest.tip
    assert list(entries[4]["digests"]) == [f"exhibits/tips/{answer.manifest.tip}.json"]
    text = (workspace / "log/entries.jsonl").read_text()
    assert not any(name in text for name in ("access.log", "accounts.csv", 'bundle"', "anna"))


def test_the_manifest_says_how_each_file_is_read(workspace: Path, bundle: Path) -> None:
    receive(workspace, bundle)
    tip = load_tip(workspace)
    assert (tip.reference, tip.provider, tip.received_at, tip.cache_keys) == (
        "ESP-0042",
        "Example Cloud",
        "2019-09-20T02:15:00Z",
        ("k1",),
    )
    accounts, inventory, log, _ = tip.files
    assert [file.no for file in tip.files] == [0, 1, 2, 3]
    assert accounts.columns == {"user_id": "account_key", "created_at": "created_at"}
    assert accounts.unmapped == ("favourite_colour",)
    assert set(inventory.columns.values()) == {"object_key", "size", "sha256", "added_at"}
    (request,) = log.requests
    assert (request.method, request.action, request.object_group, request.account_group) == ("GET", "download", 1, 0)
    assert request.path == "/c/[^/]+/o/([^/?]+)/raw"


def test_columns_that_are_not_read_are_listed(workspace: Path, bundle: Path) -> None:
    assert receive(workspace, bundle).unmapped() == {"accounts.csv": ("favourite_colour",)}


def test_the_same_bundle_twice_is_one_tip_and_seals_nothing_new(workspace: Path, bundle: Path, tmp_path: Path) -> None:
    first = receive(workspace, bundle)
    kept = files_below(workspace / "exhibits")
    second = receive(workspace, make_zip(tmp_path / "same.zip", dict(reversed(FILES.items()))))
    assert second.again
    assert not first.again
    assert first.to_json() == second.to_json()
    assert files_below(workspace / "exhibits") == kept
    assert [entry["action"] for entry in entries_of(workspace)[-2:]] == ["tip:bundle:received", "tip:bundle:seen-again"]
    assert verify_workspace(workspace).faults == ()


def test_a_folder_and_a_zip_of_it_are_the_same_tip_in_two_workspaces(
    workspace: Path, bundle: Path, tmp_path: Path
) -> None:
    other = make_workspace(tmp_path / "other")
    zipped = shutil.make_archive(str(tmp_path / "zipped"), "zip", bundle)
    assert receive(workspace, bundle).to_json() == receive(other, Path(zipped)).to_json()


def test_another_byte_is_another_tip(workspace: Path, bundle: Path) -> None:
    first = receive(workspace, bundle)
    (bundle / "inventory.csv").write_bytes(FILES["inventory.csv"] + b"a2,1,,\n")
    assert receive(workspace, bundle).manifest.tip != first.manifest.tip
    assert len(files_below(workspace / "exhibits/tips")) == 2
    assert verify_workspace(workspace).faults == ()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_packed_logs_stay_packed_and_are_read(pack: object, workspace: Path, tmp_path: Path) -> None:
    packed = pack(LOG.encode() * 50)  # type: ignore[operator]
    bundle = make_folder(tmp_path / "b", {"access.log.packed": packed})
    (file,) = receive(workspace, bundle).manifest.files
    assert (file.kind, file.format) == (FileKind.ACCESS_LOG, "combined")
    assert file.compression in {"gz", "zst"}
    assert file.bytes == len(packed)


def test_equal_bytes_are_one_exhibit_with_all_its_names(workspace: Path, tmp_path: Path) -> None:
    bundle = make_folder(tmp_path / "b", {"b.log": LOG.encode(), "a.log": LOG.encode(), "c/d.log": LOG.encode()})
    answer = receive(workspace, bundle)
    (file,) = answer.manifest.files
    assert (file.path, file.also_as) == ("a.log", ("b.log", "c/d.log"))
    assert len(answer.to_json()["exhibits"]) == 1


def test_equal_bytes_take_what_is_said_of_any_of_them(workspace: Path, tmp_path: Path) -> None:
    tip = '[[file]]\npath = "z.csv"\nkind = "accounts"\n[file.columns]\nuser_id = "account_key"\n'
    files = {"tip.toml": tip.encode(), "a.csv": ACCOUNTS.encode(), "z.csv": ACCOUNTS.encode()}
    file = receive(workspace, make_folder(tmp_path / "b", files)).manifest.files[0]
    assert (file.path, file.also_as, file.kind) == ("a.csv", ("z.csv",), FileKind.ACCOUNTS)


def test_equal_bytes_said_to_be_different_things_are_refused(refused: Refusing, tmp_path: Path) -> None:
    tip = '[[file]]\npath = "a.log"\nformat = "combined"\n\n\n[[file]]\npath = "b.log"\nkind = "report"\n'
    files = {"tip.toml": tip.encode(), "a.log": LOG.encode(), "b.log": LOG.encode()}
    told, code = refused(make_folder(tmp_path / "b", files))
    assert "tip.toml, line 6" in told
    assert code == "declaration"


# --- what was left out, what was broken


def test_a_file_left_out_leaves_digest_size_and_reason(workspace: Path, bundle: Path) -> None:
    noise = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    (bundle / "scan.png").write_bytes(noise)
    answer = receive(workspace, bundle, leave_out=("scan.png",)).to_json()
    assert answer["left_out"] == [
        {"path": "scan.png", "sha256": hashlib.sha256(noise).hexdigest(), "bytes": len(noise), "reason": "image (PNG)"}
    ]
    assert not any(noise in path.read_bytes() for path in workspace.rglob("*") if path.is_file())
    assert payload_of(workspace, entries_of(workspace)[-1])["left_out"] == answer["left_out"]


def test_leaving_out_is_part_of_what_the_tip_is(workspace: Path, bundle: Path) -> None:
    whole = receive(workspace, bundle).manifest.tip
    part = receive(workspace, bundle, leave_out=("inventory.csv",))
    assert part.manifest.tip != whole
    assert part.manifest.left_out[0].reason == "on request"


def test_an_unknown_file_to_leave_out_is_wrong_usage_and_leaves_no_trace(workspace: Path, bundle: Path) -> None:
    before = len(entries_of(workspace))
    with pytest.raises(WrongUsage, match=r"logs/acces\.log"):
        receive(workspace, bundle, leave_out=("logs/acces.log",))
    assert len(entries_of(workspace)) == before
    assert not (workspace / "exhibits").exists()


BROKEN = gzip.compress(LOG.encode() * 40, mtime=0)[:-9]


def test_a_broken_stream_is_refused_with_the_two_ways_out(refused: Refusing, tmp_path: Path) -> None:
    told, code = refused(make_folder(tmp_path / "b", {"access.log.gz": BROKEN}))
    assert code == "stream-broken"
    assert "access.log.gz" in told
    assert "--as-is" in told
    assert "--leave-out access.log.gz" in told


def test_as_is_seals_a_broken_stream_with_its_fault(workspace: Path, tmp_path: Path) -> None:
    bundle = make_folder(tmp_path / "b", {"access.log.gz": BROKEN})
    (file,) = receive(workspace, bundle, as_is=True).manifest.files
    assert "ends early" in file.fault
    assert file.format == "combined"
    (sealed,) = [entry for entry in entries_of(workspace) if entry["action"] == "exhibit:file:sealed"]
    assert payload_of(workspace, sealed)["fault"] == file.fault


def test_as_is_makes_no_other_rule_softer(refused: Refusing, tmp_path: Path) -> None:
    _, code = refused(make_folder(tmp_path / "b", {"x.png": b"\x89PNG\r\n\x1a\n" + bytes(100)}), as_is=True)
    assert code == "media"


def test_a_file_named_gz_that_is_none_is_broken(refused: Refusing, tmp_path: Path) -> None:
    assert refused(make_folder(tmp_path / "b", {"access.log.gz": LOG.encode()}))[1] == "stream-broken"


def test_a_stream_that_unpacks_without_end_is_refused(
    refused: Refusing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadline.reading.streams.STREAM_RATIO_FREE", 1 << 20)
    bomb = gzip.compress(bytes(30 << 20))
    assert refused(make_folder(tmp_path / "b", {"access.log.gz": bomb}))[1] == "media"
    bomb = gzip.compress(LOG.encode()[:90] * 400_000)
    assert refused(make_folder(tmp_path / "c", {"access.log.gz": bomb}))[1] == "ratio"


def test_all_faults_are_told_at_once(refused: Refusing, tmp_path: Path) -> None:
    files = {"a.log.gz": BROKEN, "b.csv": b"x,y\n1,2\n", "c.csv": b"p,q\n1,2\n"}
    told, _ = refused(make_folder(tmp_path / "b", files))
    assert all(path in told for path in files)


# --- the machine around it


def test_a_folder_that_is_not_there_is_wrong_usage(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        receive(workspace, tmp_path / "nowhere")


def test_a_bundle_around_the_workspace_is_wrong_usage(tmp_path: Path) -> None:
    inner = make_workspace(tmp_path / "bundle/workspace")
    for path in (tmp_path / "bundle", inner, inner / "log"):
        with pytest.raises(WrongUsage, match="in one another"):
            receive(inner, path)


def test_too_little_space_stops_before_anything_is_copied(
    workspace: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(10, 9, 1))
    before = len(entries_of(workspace))
    with pytest.raises(LeadlineError, match="free"):
        receive(workspace, bundle)
    assert files_below(workspace / "tmp") == []
    assert len(entries_of(workspace)) == before


def test_a_workspace_that_is_held_is_busy(workspace: Path, bundle: Path) -> None:
    with Log.open(workspace).writing("run"), pytest.raises(Busy):
        receive(workspace, bundle)


def test_a_file_that_grows_while_it_is_read_is_refused(
    refused: Refusing, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadline.stages.intake.folder import FolderBundle

    whole = FolderBundle.open

    def growing(self: FolderBundle, member: object) -> object:
        with (bundle / "inventory.csv").open("ab") as target:
            target.write(b"a9,1,,\n")
        return whole(self, member)  # type: ignore[arg-type]

    monkeypatch.setattr(FolderBundle, "open", growing)
    assert refused(bundle)[1] == "changed"


def test_a_refused_bundle_leaves_its_digests(workspace: Path, refused: Refusing, tmp_path: Path) -> None:
    files = {"a.log": LOG.encode(), "b.csv": b"x,y\n1,2\n"}
    refused(make_folder(tmp_path / "b", files))
    trace = payload_of(workspace, entries_of(workspace)[-1])
    assert {one["path"]: one["sha256"] for one in trace["files"]} == {
        path: hashlib.sha256(data).hexdigest() for path, data in files.items()
    }
    assert trace["reason"]


def test_a_refused_zip_is_named_by_its_digest(workspace: Path, refused: Refusing, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.png": b"\x89PNG\r\n\x1a\n" + bytes(100)})
    refused(path)
    assert entries_of(workspace)[-1]["subject"] == hashlib.sha256(path.read_bytes()).hexdigest()


# --- tips


def test_the_only_tip_need_not_be_named_and_several_must(workspace: Path, bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no tip yet"):
        load_tip(workspace)
    first = receive(workspace, bundle).manifest
    assert load_tip(workspace) == first
    second = receive(workspace, make_folder(tmp_path / "b", {"a.log": LOG.encode()})).manifest
    with pytest.raises(WrongUsage) as caught:
        load_tip(workspace)
    assert first.tip in str(caught.value)
    assert second.tip in str(caught.value)
    assert load_tip(workspace, second.tip) == second
    with pytest.raises(WrongUsage, match="T-0000000000000000"):
        load_tip(workspace, TipId("T-0000000000000000"))


def test_a_manifest_that_was_changed_is_no_tip(workspace: Path, bundle: Path) -> None:
    tip = receive(workspace, bundle).manifest.tip
    path = workspace / f"exhibits/tips/{tip}.json"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"anna", b"anna").replace(b"ESP-0042", b"ESP-0043"))
    with pytest.raises(IntegrityBroken):
        load_tip(workspace)
    path.unlink()
    with pytest.raises(IntegrityBroken):
        load_tip(workspace)


def test_a_manifest_that_the_log_does_not_know_is_no_tip(workspace: Path, bundle: Path) -> None:
    receive(workspace, bundle)
    target = workspace / "exhibits/tips/T-0123456789abcdef.json"
    target.write_text("{}")
    assert load_tip(workspace).reference == "ESP-0042"
