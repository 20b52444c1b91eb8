"""Listings made by other tools are read whole: each line is an entry or an anomaly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.errors import InputRefused
from leadline.stages.devices.contract import KINDS, Item, Notes
from leadline.stages.devices.run import kind_of

if TYPE_CHECKING:
    from pathlib import Path

LISTINGS = [kind for kind in KINDS.all() if kind.listing]
GOOD = [(kind.name, text) for kind in LISTINGS for text in kind.good]
BAD = [(kind.name, text) for kind in LISTINGS for text in kind.bad]


def items(path: Path) -> tuple[list[Item], Notes]:
    notes = Notes()
    return list(kind_of(path).open(path).items(notes)), notes


@pytest.mark.parametrize(("name", "text"), GOOD, ids=[f"{name} {at}" for at, (name, _) in enumerate(GOOD)])
def test_a_good_example_is_recognised_and_gives_an_entry_with_digests(name: str, text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "listing"
    path.write_bytes(text)
    assert kind_of(path).name == name
    found, notes = items(path)
    assert found
    assert all(item.digests and not item.problem for item in found)
    assert notes.found == []


@pytest.mark.parametrize(("name", "text"), BAD, ids=[f"{name} {at}" for at, (name, _) in enumerate(BAD)])
def test_a_bad_example_is_not_recognised(name: str, text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "listing"
    path.write_bytes(text)
    assert not KINDS.get(name).recognises(path)


def test_what_nothing_recognises_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague")
    with pytest.raises(InputRefused, match="no source"):
        kind_of(path)


def test_cloud_exports_may_write_digests_in_base64_and_their_own_column_names(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('Name,Length,"MD5 Hash"\nk1,3,kAFQmDzST7DWlj99KOF/cg==\nk2,,\nk3,0,1B2M2Y8AsgTpgAmY7PhCfg==\n')
    first, second, empty = items(path)[0]
    assert first.digests == {"md5": "900150983cd24fb0d6963f7d28e17f72"}
    assert second.problem == "the listing has no digest of it"
    assert (empty.size, empty.problem) == (None if empty.digests == {} else 0, empty.problem)


def test_a_name_with_commas_or_quotes_survives_in_a_hashdeep_listing(tmp_path: Path) -> None:
    path = tmp_path / "listing"
    digest = "a" * 32
    path.write_text(f"%%%% HASHDEEP-1.0\n%%%% size,md5,filename\n## $ x\n1,{digest},a, b.bin\n2,{digest},plain\n3\n")
    found, notes = items(path)
    assert [item.path for item in found] == ["a, b.bin", "plain"]
    assert notes.found == [("line-unreadable", "line 6", "not the format")]


def test_lines_that_are_no_text_are_anomalies_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "listing.csv"
    path.write_bytes(b"path,md5\nx," + b"a" * 32 + b"\n\xff\xfe\ny," + b"b" * 32 + b"\nz\n")
    found, notes = items(path)
    assert [item.path for item in found] == ["x", "y"]
    assert [(what, place) for what, place, _ in notes.found] == [
        ("line-unreadable", "line 3"),
        ("line-unreadable", "line 5"),
    ]
