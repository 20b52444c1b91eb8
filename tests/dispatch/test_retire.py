"""A cleared account is gone: from rows, orders, exhibits and payloads; everything else is as it was, and proves it."""

from __future__ import annotations

import gzip
import io
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyrage
import pytest
import zstandard

from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import Wanted, draft
from leadline.dispatch.identifying import identifiers, names
from leadline.dispatch.ledger import order_path, referrals
from leadline.dispatch.retiring import retire
from leadline.dispatch.sealing import seal
from leadline.errors import ApprovalMissing, WrongUsage
from leadline.inquiry.candidates import as_json, rows_of, select_candidates
from leadline.inquiry.explain import explain_account
from leadline.inquiry.runs import open_run
from leadline.inquiry.showing import log_showing
from leadline.inquiry.verify import verify
from tests.dispatch.conftest import ANALYST, APPROVER, Desk

if TYPE_CHECKING:
    from pathlib import Path

CUSTODIAN = pyrage.x25519.Identity.generate()


def taken_out(desk: Desk, account: str, *, second: str = APPROVER) -> object:
    return retire(
        desk.workspace,
        account,
        custodian=str(CUSTODIAN.to_public()),
        by=ANALYST,
        second=second,
        reason_code="cleared",
    )


def answers(workspace: Path) -> dict[str, Any]:
    rows = (as_json(row) for row in rows_of(select_candidates(open_run(workspace))))
    return {row["account_key"]: row for row in rows}


def decoded(workspace: Path) -> dict[str, str]:
    """Every file that can be read, Parquet as the text of its rows."""
    found = {}
    for file in sorted(workspace.rglob("*")):
        if file.is_file():
            whole = file.read_bytes().decode("utf-8", "replace")
            if file.suffix == ".parquet":
                whole += str(pq.read_table(file).to_pylist())
            found[file.relative_to(workspace).as_posix()] = whole
    return found


def test_nothing_of_the_account_is_left_and_nothing_of_the_others_has_changed(desk: Desk) -> None:
    workspace = desk.workspace
    (order,) = draft(workspace, Wanted(partner="FBI"), by=ANALYST)
    account = order.leads[0].account
    log_showing(workspace, "explain", run=open_run(workspace).run, filters={"account": account}, reason="", rows=1)
    before = answers(workspace)
    words = identifiers(workspace, account)
    assert len(words) > 1, "the provider's record says something of it"
    assert [path for path, text in decoded(workspace).items() if account in text]
    taken_out(desk, account)
    whole = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(words)))
    left = {path: found[0] for path, text in decoded(workspace).items() if (found := whole.search(text))}
    assert left == {}
    after = answers(workspace)
    assert account not in after
    assert after == {key: row for key, row in before.items() if key != account}
    found = verify(workspace)
    assert not found.faults
    assert any(path.startswith("exhibits/sha256/") for path in found.verification.erased)
    other = next(iter(after))
    assert explain_account(open_run(workspace), other)["candidate"] == after[other]
    with pytest.raises(WrongUsage):
        explain_account(open_run(workspace), account)


def test_the_custodian_can_open_what_was_sealed_off(desk: Desk) -> None:
    account = next(iter(answers(desk.workspace)))
    taken_out(desk, account)
    copies = sorted((desk.workspace / "exhibits" / "sealed-off").iterdir())
    assert copies
    plain = [pyrage.decrypt(copy.read_bytes(), [CUSTODIAN]) for copy in copies]
    assert any(account.encode() in data for data in plain)


def test_a_draft_that_held_the_account_must_be_approved_anew(desk: Desk) -> None:
    (order,) = draft(desk.workspace, Wanted(partner="FBI"), by=ANALYST)
    approve(desk.workspace, order.referral, by=APPROVER)
    taken_out(desk, order.leads[0].account)
    assert referrals(desk.workspace)[order.referral].state == "drafted"
    assert order.leads[0].account not in (desk.workspace / order_path(order.referral)).read_text(encoding="utf-8")


def test_recipients_are_told_before_the_account_goes(desk: Desk, tmp_path: Path) -> None:
    (order,) = draft(desk.workspace, Wanted(partner="FBI"), by=ANALYST)
    approve(desk.workspace, order.referral, by=APPROVER)
    seal(desk.workspace, order.referral, tmp_path / "p.age")
    account = order.leads[0].account
    with pytest.raises(ApprovalMissing, match="have not been told"):
        taken_out(desk, account)
    (notice,) = [ref for ref, one in referrals(desk.workspace).items() if one.state == "drafted"]
    approve(desk.workspace, notice, by=APPROVER)
    seal(desk.workspace, notice, tmp_path / "n.age")
    taken_out(desk, account)
    assert not verify(desk.workspace).faults


def test_one_person_alone_takes_nobody_out(desk: Desk) -> None:
    account = next(iter(answers(desk.workspace)))
    with pytest.raises(ApprovalMissing, match="two persons"):
        taken_out(desk, account, second=ANALYST.upper())
    assert account in answers(desk.workspace)


def _workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("second").append(["account_key", text])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _parquet(text: str) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"account_key": ["another", text]}), file, compression="zstd")
    return file.getvalue()


DRESSES = {
    "plain": lambda text: f"x,{text},y\n".encode(),
    "second gzip member": lambda text: gzip.compress(b"x\n") + gzip.compress(f"{text}\n".encode()),
    "second zstd frame": lambda text: zstandard.compress(b"x\n") + zstandard.compress(f"{text}\n".encode()),
    "gzip cut after it": lambda text: gzip.compress(f"{text}\n".encode() + bytes(range(256)) * 9)[:-20],
    "parquet": _parquet,
    "workbook": _workbook,
    "across two pieces": lambda text: b" " * ((1 << 20) - 2) + f"{text}\n".encode(),
    "at the very end": lambda text: f"x {text}".encode(),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("word", ["a0987698", "b<&>c", "q7"])
def test_a_file_that_names_the_account_is_known_in_every_dress(dress: str, word: str, tmp_path: Path) -> None:
    file = tmp_path / "exhibit"
    file.write_bytes(DRESSES[dress](word))
    assert names(file, frozenset({word}))
    file.write_bytes(DRESSES[dress]("somebody else"))
    assert not names(file, frozenset({word}))


def test_a_short_identifier_inside_another_word_is_nobodys(tmp_path: Path) -> None:
    file = tmp_path / "exhibit"
    for filler in (0, (1 << 20) - 1, (1 << 20) - 3):
        file.write_bytes(b" " * filler + b"xq7y q77 7q7")
        assert not names(file, frozenset({"q7"}))
