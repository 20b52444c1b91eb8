"""What an examination counted for an account is sealed as a paper of its tip, and the next run takes it in."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from leadline import examination
from leadline.seal.custody import verify_workspace
from leadline.seal.exhibits import ExhibitStore
from leadline.seal.returned import Paper, papers_of
from leadline.stages.answers.forms import RESULT_COUNTS
from leadline.stages.answers.said import result_rows
from leadline.vocabulary.identifiers import TipId
from tests.devices.desk import TIP
from tests.devices.test_examinations import CONTENTS, device, listing, with_everything

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.desk import Desk

__all__ = ["device"]
ACCOUNT = "account 1"


def papers(desk: Desk) -> tuple[Paper, ...]:
    return papers_of(desk.workspace, TipId(TIP))


def test_the_counts_come_back_under_the_account_and_no_path_with_them(desk: Desk, device: Path, tmp_path: Path) -> None:
    with_everything(desk, tmp_path)
    done = desk.examine(device, account=ACCOUNT, key_file=desk.key_file)
    (paper,) = papers(desk)
    with ExhibitStore(desk.workspace).open(paper.sha256) as stream:
        content = stream.read()
    (row,) = result_rows(paper, 0, io.BytesIO(content)).to_pylist()
    assert (row["account_key"], row["examination"], row["problem"], row["missing"]) == (ACCOUNT, done.id, "", "")
    assert row["examined_at"] is not None
    counts = {name: row[name] for name in RESULT_COUNTS}
    assert counts == {
        **{name.replace("-", "_"): count for name, count in done.record["classes"].items()},
        "files": len(CONTENTS),
        "unknown_groups": 0,
    }
    assert not [name for name in CONTENTS if name.encode() in content]
    assert verify_workspace(desk.workspace).faults == ()


def test_an_examination_for_no_account_tells_no_lead(desk: Desk, device: Path, tmp_path: Path) -> None:
    with_everything(desk, tmp_path)
    desk.examine(device)
    assert papers(desk) == ()


def test_a_listing_tells_no_lead(desk: Desk, tmp_path: Path) -> None:
    with_everything(desk, tmp_path)
    desk.examine(listing(tmp_path, *CONTENTS.values(), b"five"), account=ACCOUNT, key_file=desk.key_file)
    assert papers(desk) == ()


def test_a_crash_before_the_paper_is_made_good_and_it_is_told_once(
    desk: Desk, device: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_everything(desk, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(examination, "seal_paper", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.examine(device, account=ACCOUNT)
    assert papers(desk) == ()
    desk.examine(device, account=ACCOUNT)
    assert len(papers(desk)) == 1
    assert desk.actions().count("returned:paper:sealed") == 1
    assert desk.actions().count("device:examination:completed") == 1
