"""Hash sets are stored keyed: a copy of the workspace answers nothing, and everything in it is sealed."""

from __future__ import annotations

import shutil
from datetime import date
from hashlib import md5, sha256
from typing import TYPE_CHECKING

import pytest

from leadline.errors import InputRefused, WrongUsage
from leadline.reference.hashsets.opening import open_sets
from leadline.reference.hashsets.store import SetEdition, add_hashset, editions, in_force
from leadline.seal.custody import verify_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.desk import Desk

DIGESTS = [sha256(b"%d" % n).hexdigest() for n in range(50)] + [md5(b"%d" % n).hexdigest() for n in range(50)]
SPACE = "https://hashsharing.ncmec.org/hashsharing/v2"


def add(
    desk: Desk, path: Path, *, name: str = "unit", day: int = 1, kind: str = "list", honey: bool = False
) -> SetEdition:
    return add_hashset(
        desk.workspace,
        path,
        kind=kind,
        as_of=date(2019, 9, day),
        authority="order 7",
        name=name,
        key_file=desk.key_file,
        honey=honey,
    )


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "list.txt"
    path.write_text("\n".join(DIGESTS) + f"\n{'z' * 32}\n")
    return path


def feed(folder: Path, name: str, *bodies: str) -> Path:
    path = folder / name
    path.write_text(f'<queryResult xmlns="{SPACE}">{"".join(bodies)}</queryResult>')
    return path


def image(number: int, digest: str) -> str:
    return f'<image><member id="1"/><id>{number}</id><fingerprints><md5>{digest}</md5></fingerprints></image>'


def test_no_digest_of_a_set_lies_in_the_workspace(desk: Desk, listed: Path) -> None:
    added = add(desk, listed)
    assert (added.records, added.refused) == (100, {"no-md5": 1})
    bytes_there = b"".join(path.read_bytes() for path in desk.workspace.rglob("*") if path.is_file())
    for digest in DIGESTS:
        assert digest.encode() not in bytes_there
        assert bytes.fromhex(digest)[:12] not in bytes_there
    assert desk.key_file.read_text().split()[1].encode() not in bytes_there


def test_without_the_key_a_set_cannot_be_opened(desk: Desk, listed: Path, tmp_path: Path) -> None:
    add(desk, listed)
    assert open_sets(desk.workspace, None) is None
    other = tmp_path / "other.key"
    other.write_text(f"leadline-hashset-key-1 {'0' * 64}\n")
    with pytest.raises(WrongUsage, match="does not open"):
        open_sets(desk.workspace, other)


def test_a_perceptual_hash_comes_out_only_with_the_key_and_only_unharmed(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"pdq\n{'f0' * 32}\n")
    edition = add(desk, path)
    assert edition.digests["pdq"] == 1
    opened = open_sets(desk.workspace, desk.key_file)
    assert opened is not None
    words, items = opened.perceptual(0)
    assert [f"{int(word):016x}" for word in words[0]] == ["f0" * 8] * 4
    assert items.tolist() == [0]
    assert bytes.fromhex("f0" * 12) not in (edition.folder / "pdq.parquet").read_bytes()


def test_the_key_may_not_lie_in_the_workspace(desk: Desk, listed: Path) -> None:
    desk.key_file = desk.workspace / "cache" / "sets.key"
    with pytest.raises(WrongUsage, match="may not lie in the workspace"):
        add(desk, listed)
    assert not desk.key_file.exists()


def test_a_second_set_needs_the_key_of_the_first(desk: Desk, listed: Path, tmp_path: Path) -> None:
    add(desk, listed)
    desk.key_file = tmp_path / "new.key"
    with pytest.raises(WrongUsage, match="another one"):
        add(desk, listed, name="second")


def test_the_same_set_twice_is_one_and_another_file_needs_another_date(desk: Desk, listed: Path) -> None:
    first = add(desk, listed)
    assert add(desk, listed).sha256 == first.sha256
    assert len(editions(desk.workspace)) == 1
    listed.write_text(DIGESTS[0])
    with pytest.raises(WrongUsage, match="another file"):
        add(desk, listed)
    assert add(desk, listed, day=2).records == 1
    assert [edition.as_of for edition in in_force(desk.workspace)] == ["2019-09-02"]


def test_the_same_set_under_the_same_key_has_the_same_bytes(desk: Desk, listed: Path, tmp_path: Path) -> None:
    first = add(desk, listed)
    copied = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    listed.write_text("\n".join(reversed(DIGESTS)))
    second = add(desk, listed, name="turned")
    assert second.records == first.records
    assert (second.folder / "rows.bin").read_bytes() != copied["rows.bin"]
    again = add(desk, listed, name="again")
    assert (again.folder / "rows.bin").read_bytes() == (second.folder / "rows.bin").read_bytes()


def test_a_refused_set_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("no digests here\n")
    before = desk.actions()
    with pytest.raises(InputRefused):
        add(desk, path)
    assert desk.actions() == before
    assert not (desk.workspace / "lake" / "hashsets").exists()
    assert not [p for p in (desk.workspace / "tmp").rglob("*") if p.is_file()]


def test_a_feed_forgets_what_a_later_edition_removes_or_replaces(desk: Desk, tmp_path: Path) -> None:
    first = feed(tmp_path, "one.xml", image(1, "a" * 32), image(2, "b" * 32), image(2, "c" * 32))
    second = feed(tmp_path, "two.xml", '<deletedImage><member id="1"/><id>1</id></deletedImage>', image(3, "d" * 32))
    assert add(desk, first, kind="ncmec", name="feed").records == 2
    assert add(desk, second, kind="ncmec", name="feed", day=2).records == 1
    opened = open_sets(desk.workspace, desk.key_file)
    assert opened is not None
    assert [edition.as_of for edition in opened.editions] == ["2019-09-01", "2019-09-02"]
    assert len(opened.later_records(0)) == 1
    assert opened.later_records(1) == []


def test_a_changed_byte_of_a_set_is_named_by_verify(desk: Desk, listed: Path) -> None:
    edition = add(desk, listed)
    assert verify_workspace(desk.workspace).faults == ()
    target = edition.folder / "rows.bin"
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.chmod(0o600)
    target.write_bytes(bytes(data))
    (fault,) = verify_workspace(desk.workspace).faults
    assert fault.path.endswith(f"{edition.id}/rows.bin")


def test_a_copied_workspace_says_nothing_elsewhere(desk: Desk, listed: Path, tmp_path: Path) -> None:
    desk.key_file = tmp_path / "home" / "default.key"
    add(desk, listed)
    copy = tmp_path / "copied"
    shutil.copytree(desk.workspace, copy)
    assert open_sets(copy, None) is None
