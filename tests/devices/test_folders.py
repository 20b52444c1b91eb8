"""A folder is read without a trace: no link followed, nothing written, every oddity said."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from leadline.stages.devices.contract import Item, Notes
from leadline.stages.devices.hashing import hash_items
from leadline.stages.devices.run import kind_of
from tests.devices.desk import digests


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "device"
    (root / "b" / "inner").mkdir(parents=True)
    (root / "a.bin").write_bytes(b"a")
    (root / "b" / "inner" / "deep.bin").write_bytes(b"deep")
    return root


def walked(root: Path) -> tuple[list[Item], Notes]:
    notes = Notes()
    return list(kind_of(root).open(root).items(notes)), notes


def test_links_and_special_files_are_noted_and_never_opened(tree: Path) -> None:
    (tree / "outside").symlink_to("/")
    (tree / "loop").symlink_to(tree)
    os.mkfifo(tree / "pipe")
    found, notes = walked(tree)
    assert [item.path for item in found] == ["a.bin", "b/inner/deep.bin"]
    assert {(what, place) for what, place, _ in notes.found} == {
        ("link", "outside"),
        ("link", "loop"),
        ("special-file", "pipe"),
    }


def test_names_of_any_bytes_are_shown_without_loss(tree: Path) -> None:
    for name in (b"\xff\xfe", b"new\nline", b"\x1b[31mred", "e\u0301\u202e.bin".encode()):
        (tree / os.fsdecode(name)).write_bytes(name)
    found, _ = walked(tree)
    paths = {item.path for item in found}
    assert {"\\xff\\xfe", "new\\nline", "\\x1b[31mred"} <= paths
    assert all(path.isprintable() for path in paths)
    assert all(hashed.digest is not None for hashed in hash_items(found, parallel=True))


def test_digests_are_those_of_the_bytes_in_the_order_of_the_walk(tree: Path) -> None:
    data = [os.urandom(size) for size in (0, 1, 4095, 4 << 20, (4 << 20) + 1, 9 << 20)]
    for at, piece in enumerate(data):
        (tree / f"f{at}").write_bytes(piece)
    found, _ = walked(tree)
    hashed = {one.item.path: one.digest for one in hash_items(found, parallel=True)}
    for at, piece in enumerate(data):
        digest = hashed[f"f{at}"]
        assert digest is not None
        assert {"md5": digest.md5, "sha1": digest.sha1, "sha256": digest.sha256} == digests(piece)
    assert list(hashed) == [item.path for item in found]


def test_nothing_about_the_folder_changes_by_examining_it(tree: Path) -> None:
    source = kind_of(tree).open(tree)
    before, times = source.proof(), {path: path.stat().st_atime_ns for path in tree.rglob("*.bin")}
    list(hash_items(source.items(Notes()), parallel=True))
    assert source.proof() == before
    assert {path: path.stat().st_atime_ns for path in times} == times


@pytest.mark.parametrize("change", ["new", "gone", "content", "time"])
def test_the_proof_shows_every_change(tree: Path, change: str) -> None:
    source = kind_of(tree).open(tree)
    before = source.proof()
    target = tree / "a.bin"
    if change == "new":
        (tree / "b" / "another").touch()
    elif change == "gone":
        target.unlink()
    elif change == "content":
        target.write_bytes(b"other")
    else:
        os.utime(target, ns=(0, 1))
    assert source.proof() != before


def test_a_file_that_goes_or_becomes_a_link_meanwhile_is_unreadable(tree: Path) -> None:
    (tree / "c.bin").write_bytes(b"c")
    found, _ = walked(tree)
    (tree / "a.bin").unlink()
    (tree / "c.bin").unlink()
    (tree / "c.bin").symlink_to(tree / "b")
    problems = {one.item.path: one.problem for one in hash_items(found, parallel=False)}
    assert problems["b/inner/deep.bin"] == ""
    assert problems["a.bin"].startswith("cannot be read")
    assert problems["c.bin"].startswith("cannot be read")


def test_a_file_that_grows_while_it_is_read_is_unreadable(tree: Path) -> None:
    found, _ = walked(tree)
    (tree / "a.bin").write_bytes(b"a and more")
    (one,) = [one for one in hash_items(found, parallel=False) if one.item.path == "a.bin"]
    assert "changed while it was read" in one.problem


def test_a_file_that_claims_more_than_it_holds_is_not_read_to_its_end(tree: Path) -> None:
    with (tree / "sparse").open("wb") as stream:
        stream.truncate(1 << 40)
    found, _ = walked(tree)
    problems = {one.item.path: one.problem for one in hash_items(found, parallel=True)}
    assert problems["sparse"].startswith("sparse")


def test_a_pipe_put_in_place_of_a_file_does_not_hang_the_examination(tree: Path) -> None:
    found, _ = walked(tree)
    (tree / "a.bin").unlink()
    os.mkfifo(tree / "a.bin")
    done: list[str] = []
    worker = threading.Thread(target=lambda: done.extend(one.problem for one in hash_items(found, parallel=False)))
    worker.start()
    worker.join(timeout=20)
    assert not worker.is_alive()
    assert done[0].startswith("cannot be read")


def test_hundreds_of_levels_are_walked(tmp_path: Path) -> None:
    root = tmp_path / "deep"
    root.mkdir()
    here = root
    for _ in range(400):
        here = here / "d"
        here.mkdir()
    (here / "bottom").write_bytes(b"x")
    found, notes = walked(root)
    assert [Path(item.path).name for item in found] == ["bottom"]
    assert notes.found == []
