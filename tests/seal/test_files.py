"""Durable writing: a file is there whole or not at all."""

from __future__ import annotations

import stat

import pytest

from leadline.errors import IntegrityBroken
from leadline.seal import files


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_read_only_and_replaced_whole(tmp_path):
    path = tmp_path / "a" / "b" / "file"
    files.write_durably(path, b"one", scratch=tmp_path / "tmp")
    files.write_durably(path, b"two", scratch=tmp_path / "tmp")
    assert path.read_bytes() == b"two"
    assert _mode(path) == 0o444
    assert not any((tmp_path / "tmp").iterdir())


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    files.write_durably(path, b"old")
    monkeypatch.setattr(files, "rename", _fail)
    with pytest.raises(OSError, match="No space"):
        files.write_durably(path, b"new")
    assert path.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def _fail(*_):
    raise OSError(28, "No space left on device")


def test_everything_is_synced_before_it_gets_its_name_and_the_folder_after(tmp_path, monkeypatch):
    order = []
    real_sync, real_rename = files.sync, files.rename
    monkeypatch.setattr(files, "sync", lambda path: (order.append(("sync", path.name)), real_sync(path)))
    monkeypatch.setattr(files, "rename", lambda old, new: (order.append(("rename", new.name)), real_rename(old, new)))
    finished = tmp_path / "finished"
    finished.write_bytes(b"x")
    files.publish(finished, tmp_path / "shelf" / "final")
    assert order == [
        ("sync", tmp_path.name),
        ("sync", "finished"),
        ("rename", "final"),
        ("sync", "shelf"),
    ]


def test_a_folder_is_published_with_all_its_files_synced_and_read_only(tmp_path, monkeypatch):
    synced = []
    real_sync = files.sync
    monkeypatch.setattr(files, "sync", lambda path: (synced.append(path.name), real_sync(path)))
    stage = tmp_path / "stage"
    (stage / "inner").mkdir(parents=True)
    (stage / "one").write_bytes(b"1")
    (stage / "inner" / "two").write_bytes(b"2")
    files.publish_folder(stage, tmp_path / "final")
    assert synced == ["two", "inner", "one", "stage", tmp_path.name]
    assert not stage.exists()
    assert _mode(tmp_path / "final" / "inner" / "two") == 0o444


def test_a_published_folder_is_never_written_over(tmp_path):
    (tmp_path / "final").mkdir()
    (tmp_path / "stage").mkdir()
    with pytest.raises(IntegrityBroken):
        files.publish_folder(tmp_path / "stage", tmp_path / "final")
    assert (tmp_path / "stage").is_dir()


def test_a_link_is_not_followed_when_appending(tmp_path):
    (tmp_path / "target").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError):
        files.append_durably(tmp_path / "link", b"x")


def test_bytes_are_appended_and_cut_and_a_file_is_taken_away(tmp_path):
    path = tmp_path / "file"
    files.append_durably(path, b"abc")
    files.append_durably(path, b"def")
    files.cut_durably(path, 4)
    assert path.read_bytes() == b"abcd"
    files.remove_durably(path)
    files.remove_durably(path)
    assert not path.exists()
