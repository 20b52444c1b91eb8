"""What comes back: rows are taken or refused one by one, counted once, history stays, every recipient is told."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.cli.main import run as leadline
from leadline.dispatch.approving import approve
from leadline.dispatch.drafting import Wanted, draft
from leadline.dispatch.ledger import read_order, referral_of
from leadline.dispatch.returning import counted, preview, take
from leadline.dispatch.sealing import seal
from leadline.dispatch.signatures import signer
from leadline.dispatch.stated import imported
from leadline.errors import InputRefused, IntegrityBroken
from leadline.inquiry.verify import verify
from leadline.reference.partners.register import Stated, add_partner
from leadline.seal.dsse import key_text
from leadline.seal.envelope import open_package
from leadline.stages.referral.order import Kind
from tests.dispatch.conftest import ANALYST, APPROVER, CLERK, Desk

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.stages.referral.order import Order


@pytest.fixture
def gone(desk: Desk, tmp_path: Path) -> Order:
    """A package that the FBI has opened into `opened`."""
    (order,) = draft(desk.workspace, Wanted(partner="FBI"), by=ANALYST)
    approve(desk.workspace, order.referral, by=APPROVER)
    done = seal(desk.workspace, order.referral, tmp_path / "p.age")
    open_package(done.sealed.path, [desk.identities["FBI"]], tmp_path / "opened")
    return order


def filled(tmp_path: Path, *rows: dict[str, Any]) -> bytes:
    """The CSV form of the package, its first rows filled in."""
    listed = list(csv.DictReader((tmp_path / "opened" / "return-form.csv").read_text(encoding="utf-8").splitlines()))
    for row, said in zip(listed, rows, strict=False):
        row.update(said)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    return stream.getvalue().encode()


ARREST = {"outcome": "arrest", "arrests": "1", "children_safeguarded": "2", "position_of_trust": "yes"}


def test_leads_of_referrals_that_are_not_named_read_as_ones_that_never_went_out(
    desk: Desk, gone: Order, tmp_path: Path
) -> None:
    data = filled(tmp_path, ARREST)
    assert len(preview(desk.workspace, data, among={gone.referral}).accepted) == 1
    (refused,) = preview(desk.workspace, data, among=set()).rejected
    assert refused.reason == "no lead of this name went out to this partner"


def test_a_filled_form_is_shown_then_imported_and_counted(desk: Desk, gone: Order, tmp_path: Path) -> None:
    seen = preview(desk.workspace, filled(tmp_path, ARREST, {"outcome": "no-further-action"}))
    assert (len(seen.accepted), seen.rejected, seen.empty) == (2, (), len(gone.items) - 2)
    assert imported(desk.workspace) == [], "a preview writes nothing"
    take(desk.workspace, seen, by=CLERK)
    sums = counted(imported(desk.workspace))
    assert (sums["arrests"], sums["children_safeguarded"], sums["positions_of_trust"]) == (1, 2, 1)
    assert sums["outcome_no_further_action"] == 1
    assert not verify(desk.workspace).faults


def test_the_same_form_twice_counts_once_and_a_correction_keeps_what_was_said(
    desk: Desk, gone: Order, tmp_path: Path
) -> None:
    for said in (ARREST, ARREST, {**ARREST, "children_safeguarded": "1"}):
        take(desk.workspace, preview(desk.workspace, filled(tmp_path, said)), by=CLERK)
    rows = imported(desk.workspace)
    assert [row["children_safeguarded"] for row in rows] == [2, 1]
    assert counted(rows)["children_safeguarded"] == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({**ARREST, "lead": "P-0000000000000000-00001"}, "no lead of this name"),
        ({**ARREST, "check": "22"}, "was mistyped"),
        ({**ARREST, "outcome": "something"}, "outcome is none of"),
        ({**ARREST, "arrests": "many"}, "no whole number"),
        ({**ARREST, "arrests": "-1"}, "no whole number"),
        ({**ARREST, "outcome_on": "soon"}, "no date"),
        ({**ARREST, "outcome_on": "2199-01-01"}, "in the future"),
        ({**ARREST, "position_of_trust": "perhaps"}, "position_of_trust"),
        ({**ARREST, "partner_reference": "a name, and words"}, "no short reference"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line_and_the_others_are_taken(
    desk: Desk, gone: Order, tmp_path: Path, said: dict[str, Any], reason: str
) -> None:
    assert len(gone.items) >= 2
    seen = preview(desk.workspace, filled(tmp_path, said, ARREST))
    assert [(one.line, reason in one.reason) for one in seen.rejected] == [(2, True)]
    assert len(seen.accepted) == 1


def test_csv_workbook_and_json_say_the_same(desk: Desk, gone: Order, tmp_path: Path) -> None:
    form = json.loads((tmp_path / "opened" / "return-form.json").read_text(encoding="utf-8"))
    form["rows"][0].update({**ARREST, "arrests": 1})
    book = openpyxl.load_workbook(tmp_path / "opened" / "return-form.xlsx")
    heads = [cell.value for cell in book["Returns"][1]]
    for name, value in {**ARREST, "arrests": 1.0}.items():
        book["Returns"].cell(2, heads.index(name) + 1, value)
    stream = io.BytesIO()
    book.save(stream)
    shown = [
        preview(desk.workspace, data).accepted
        for data in (filled(tmp_path, ARREST), json.dumps(form).encode(), stream.getvalue())
    ]
    assert shown[0] == shown[1] == shown[2] != ()


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"{}", b"PK\x03\x04", b"\xff\xfe\x00", b"[1]"])
def test_what_is_no_form_is_refused_whole(desk: Desk, gone: Order, data: bytes) -> None:
    with pytest.raises(InputRefused):
        preview(desk.workspace, data)


def test_a_signature_counts_only_by_a_key_of_the_register(desk: Desk, gone: Order, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    add_partner(desk.workspace, Stated("FBI", sign_key=key_text(key.public_key())), by=CLERK)
    data = filled(tmp_path, ARREST)
    assert signer(desk.workspace, data, key.sign(data).hex().encode()) == "FBI"
    with pytest.raises(IntegrityBroken):
        signer(desk.workspace, data + b" ", key.sign(data))
    with pytest.raises(IntegrityBroken):
        signer(desk.workspace, data, Ed25519PrivateKey.generate().sign(data))


def test_a_partner_that_signs_speaks_for_its_own_leads_alone(desk: Desk, gone: Order, tmp_path: Path) -> None:
    seen = preview(desk.workspace, filled(tmp_path, ARREST), signed_by="INTERPOL")
    assert "no lead of this name" in seen.rejected[0].reason


def test_when_a_holder_is_cleared_every_recipient_gets_a_notice_once(desk: Desk, gone: Order, tmp_path: Path) -> None:
    cleared = {"outcome": "cleared"}
    (notice,) = take(desk.workspace, preview(desk.workspace, filled(tmp_path, cleared)), by=CLERK)
    order = read_order(desk.workspace, referral_of(desk.workspace, notice))
    assert (order.kind, order.partner, order.about) == (Kind.CLEARED, "FBI", gone.referral)
    assert len(order.items) == 1
    again = {**cleared, "partner_reference": "A-1"}
    assert take(desk.workspace, preview(desk.workspace, filled(tmp_path, again)), by=CLERK) == []
    approve(desk.workspace, notice, by=APPROVER)
    done = seal(desk.workspace, notice, tmp_path / "n.age")
    open_package(done.sealed.path, [desk.identities["FBI"]], tmp_path / "notice")
    assert json.loads((tmp_path / "notice" / "leads.jsonl").read_text(encoding="utf-8")).keys() == {
        "lead",
        "check",
        "account_key",
        "data_subject",
    }


def test_the_command_shows_first_and_imports_with_yes(
    desk: Desk, gone: Order, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = tmp_path / "form.csv"
    form.write_bytes(filled(tmp_path, ARREST))
    for words in (["returns", str(form), "--json"], ["returns", str(form), "--yes", "--json"], ["returns", "--json"]):
        assert leadline(["--workspace", str(desk.workspace), *words]) == 0
    shown, done, figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (shown["imported"], done["imported"], done["accepted"]) == (False, True, 1)
    assert figures["counts"]["children_safeguarded"] == 2
