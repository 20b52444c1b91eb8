"""From a draft to a sealed package and beyond: two persons, assured partners, exact content, and silence that shows."""

from __future__ import annotations

import json
import random
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run as leadline
from leadline.dispatch import staying
from leadline.dispatch.approving import approve, withdraw
from leadline.dispatch.drafting import Marking, Wanted, draft, draft_about, keep, plan
from leadline.dispatch.following import alarms, mark, own
from leadline.dispatch.ledger import APPROVED, order_path, referral_of, referrals
from leadline.dispatch.sealing import exposure, letter, rebuilt, seal, seal_all
from leadline.errors import ApprovalMissing, Conflict, InputRefused, LeadlineError, WrongUsage
from leadline.inquiry.candidates import as_json, rows_of, select_candidates
from leadline.inquiry.runs import open_run
from leadline.inquiry.verify import verify
from leadline.reference.partners.register import Stated, add_partner, partners, revoke
from leadline.seal.envelope import open_package
from leadline.seal.log import Log
from leadline.stages.referral.columns import required
from leadline.stages.referral.order import Kind, Order
from leadline.vocabulary.digests import sha256_of
from leadline.vocabulary.handling import MarkedAbove
from leadline.vocabulary.instants import now
from tests.dispatch.conftest import ANALYST, APPROVER, CLERK, Desk

if TYPE_CHECKING:
    from pathlib import Path


def drafted(desk: Desk, partner: str = "FBI", **more: object) -> Order:
    return draft(desk.workspace, Wanted(partner=partner, **more), by=ANALYST)[0]  # type: ignore[arg-type]


def approved(desk: Desk, partner: str = "FBI") -> Order:
    order = drafted(desk, partner)
    approve(desk.workspace, order.referral, by=APPROVER)
    return order


def opened(desk: Desk, package: Path, out: Path, partner: str = "FBI") -> dict[str, bytes]:
    open_package(package, [desk.identities[partner]], out)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def candidates(desk: Desk) -> list[dict[str, object]]:
    rows = rows_of(select_candidates(open_run(desk.workspace)))
    return [as_json(row) for row in rows]


# --- drafting ------------------------------------------------------------------------------------------------


def test_a_draft_holds_each_candidate_of_the_jurisdiction_once_or_says_why_not(desk: Desk) -> None:
    order = drafted(desk)
    theirs = [row["account_key"] for row in candidates(desk) if row["jurisdiction"] == "US"]
    assert sorted([*(item.account for item in order.items), *(one.account for one in order.left_out)]) == sorted(theirs)
    assert [item.account for item in order.leads] == [key for key in theirs if key in {i.account for i in order.leads}]


def test_an_unanswered_required_check_keeps_an_account_back_with_the_reason(desk: Desk) -> None:
    orders = draft(desk.workspace, Wanted(), by=ANALYST)
    doubtful = {
        str(row["account_key"])
        for row in candidates(desk)
        if row["jurisdiction"]
        and any(d["check"] in {r.check for r in required()} and d["state"] == "unknown" for d in row["doubts"])  # type: ignore[attr-defined]
    }
    assert doubtful, "the invented tip has none: choose another seed"
    left_out = {one.account: one.reason for order in orders for one in order.left_out}
    assert set(left_out) == doubtful
    assert all("is not answered" in reason for reason in left_out.values())


def test_whom_a_report_names_as_a_victim_goes_to_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # The invented tip has no reports; an answer of yes to another check stands for it.
    stands_for = "carrier-nat-without-port"
    monkeypatch.setattr(staying, "VICTIM", stands_for)
    named = {
        str(row["account_key"])
        for row in candidates(desk)
        if row["jurisdiction"] and {"check": stands_for, "state": "yes"}.items() <= _doubt(row, stands_for).items()
    }
    assert named, "the invented tip has none: choose another seed"
    orders = draft(desk.workspace, Wanted(), by=ANALYST)
    assert not named & {item.account for order in orders for item in order.items}
    left_out = {one.account: one.reason for order in orders for one in order.left_out}
    assert all("a report names" in left_out[account] for account in named)


def _doubt(row: dict[str, object], check: str) -> dict[str, object]:
    (found,) = [one for one in row["doubts"] if one["check"] == check]  # type: ignore[attr-defined]
    return dict(found)


def test_below_the_threshold_nobody_is_a_lead(desk: Desk) -> None:
    add_partner(desk.workspace, Stated("FBI", threshold=1000), by=CLERK)
    order = drafted(desk)
    certain = {row["account_key"] for row in candidates(desk) if row["confidence"] == 1.0}
    assert {item.account for item in order.leads} <= certain
    assert order.to_verify


def test_the_rest_of_the_world_goes_through_interpol_one_package_a_state(desk: Desk) -> None:
    orders = draft(desk.workspace, Wanted(), by=ANALYST)
    states = {row["jurisdiction"] for row in candidates(desk)} - {"", "US"}
    assert {order.jurisdictions[0] for order in orders if order.partner == "INTERPOL"} == states
    assert all(len(order.jurisdictions) == 1 for order in orders)


def test_a_plan_holds_only_the_accounts_that_are_named_and_nothing_is_written_before_it_is_kept(desk: Desk) -> None:
    theirs = [str(row["account_key"]) for row in candidates(desk) if row["jurisdiction"] == "US"][:3]
    planned = plan(desk.workspace, Wanted(accounts=frozenset(theirs)), by=ANALYST)
    assert not referrals(desk.workspace)
    order = keep(desk.workspace, planned, by=ANALYST)[0]
    held = [*(item.account for item in order.items), *(one.account for one in order.left_out)]
    assert (sorted(held), order.partner) == (sorted(theirs), "FBI")
    assert list(referrals(desk.workspace)) == [order.referral]


def test_without_a_partner_nothing_can_be_drafted(worked: Path) -> None:
    with pytest.raises(WrongUsage, match="has no partner"):
        draft(worked, Wanted(), by=ANALYST)


@pytest.mark.parametrize(
    ("marking", "error"),
    [
        (Marking(tlp="TLP:RED"), MarkedAbove),
        (Marking(pap="PAP:RED"), MarkedAbove),
        (Marking(codes="H3", restrictions="only for one case"), MarkedAbove),
        (Marking(codes="H2", originator="ELSEWHERE"), MarkedAbove),
        (Marking(originator="ELSEWHERE"), MarkedAbove),
        (Marking(tlp="amber"), InputRefused),
        (Marking(codes="H3"), InputRefused),
    ],
)
def test_what_is_marked_above_what_the_partner_may_have_is_not_even_drafted(
    desk: Desk, marking: Marking, error: type[LeadlineError]
) -> None:
    with pytest.raises(error):
        drafted(desk, marking=marking)
    assert referrals(desk.workspace) == {}


# --- two persons ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [ANALYST, ANALYST.upper(), f"  {ANALYST} "])
def test_the_drafter_never_approves_under_any_spelling(desk: Desk, name: str) -> None:
    order = drafted(desk)
    with pytest.raises(ApprovalMissing, match="second person"):
        approve(desk.workspace, order.referral, by=name)
    assert referral_of(desk.workspace, order.referral).state == "drafted"


def test_nothing_is_sealed_without_approval(desk: Desk, tmp_path: Path) -> None:
    order = drafted(desk)
    with pytest.raises(ApprovalMissing, match="is not approved"):
        seal(desk.workspace, order.referral, tmp_path / "p.age")
    assert not (tmp_path / "p.age").exists()


def test_an_approval_forged_by_the_drafter_in_the_log_does_not_count(desk: Desk, tmp_path: Path) -> None:
    order = drafted(desk)
    sha256 = referral_of(desk.workspace, order.referral).sha256
    Log.open(desk.workspace).append(APPROVED, subject=order.referral, payload={"by": ANALYST, "order_sha256": sha256})
    with pytest.raises(ApprovalMissing, match="approved by its drafter"):
        seal(desk.workspace, order.referral, tmp_path / "p.age")


def test_an_order_that_changed_after_the_approval_is_not_sealed(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    data = replace(order, words="more").to_bytes()
    path = order_path(order.referral)
    (desk.workspace / path).chmod(0o600)
    (desk.workspace / path).write_bytes(data)
    with pytest.raises(LeadlineError, match="was changed"):
        seal(desk.workspace, order.referral, tmp_path / "p.age")
    Log.open(desk.workspace).append("referral:order:rewritten", subject=order.referral, digests={path: sha256_of(data)})
    with pytest.raises(ApprovalMissing, match="changed after it was approved"):
        seal(desk.workspace, order.referral, tmp_path / "p.age")


def test_a_partner_without_assurance_or_key_gets_nothing(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    revoke(desk.workspace, "FBI", reason="lost", by=CLERK)
    with pytest.raises(ApprovalMissing, match="no key in force"):
        seal(desk.workspace, order.referral, tmp_path / "p.age")
    add_partner(desk.workspace, Stated("NZP", age_recipient=str(desk.identities["INTERPOL"].to_public())), by=CLERK)
    for other in draft(desk.workspace, Wanted(partner="NZP", jurisdiction="NZ"), by=ANALYST):
        approve(desk.workspace, other.referral, by=APPROVER)
        with pytest.raises(ApprovalMissing, match="no valid assurance"):
            seal(desk.workspace, other.referral, tmp_path / "p.age")


def test_a_key_that_one_person_alone_has_vouched_for_is_not_used(desk: Desk, tmp_path: Path) -> None:
    order = drafted(desk)
    approve(desk.workspace, order.referral, by=CLERK)
    with pytest.raises(ApprovalMissing, match="Only one person has vouched"):
        seal(desk.workspace, order.referral, tmp_path / "p.age")


def test_a_thousand_random_approvals_seal_nothing_that_two_persons_and_the_register_do_not_carry(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadline.dispatch import sealing

    chance = random.Random(11)
    names = (ANALYST, "ANA", " ana", APPROVER, CLERK, "dora")
    order = drafted(desk)
    ref = order.referral
    base = referral_of(desk.workspace, ref)
    register = partners(desk.workspace)
    sealed = 0
    for _ in range(1000):
        by, sha256 = chance.choice(names), chance.choice((base.sha256, "0" * 64))
        assured, listed, keyed = (chance.random() < 0.7 for _ in range(3))
        one = replace(register["FBI"], assurance=register["FBI"].assurance if assured else None)
        one = one if keyed else replace(one, keys=())
        monkeypatch.setattr(sealing, "partners", lambda _, one=one, listed=listed: {"FBI": one} if listed else {})
        tried = replace(base, steps=[*base.steps, _approval(by, sha256)] if chance.random() < 0.8 else base.steps)
        try:
            sealing._ready(desk.workspace, tried, {})
        except ApprovalMissing:
            continue
        sealed += 1
        assert by.strip().lower() not in (ANALYST, CLERK)
        assert assured
        assert listed
        assert keyed
        assert sha256 == base.sha256
    assert 0 < sealed < 500


def _approval(by: str, sha256: str):  # type: ignore[no-untyped-def]
    from leadline.dispatch.ledger import Step

    return Step(APPROVED, "2026-11-25T10:00:00.000000Z", {"by": by, "order_sha256": sha256}, {})


# --- the package ---------------------------------------------------------------------------------------------


def test_the_partner_opens_exactly_what_was_approved(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    done = seal(desk.workspace, order.referral, tmp_path / "p.age")
    files = opened(desk, done.sealed.path, tmp_path / "out")
    rows = [json.loads(line) for line in files["leads.jsonl"].splitlines()]
    assert [(row["lead"], row["account_key"]) for row in rows] == [(i.lead, i.account) for i in order.leads]
    assert {tuple(row) for row in rows} == {order.columns}
    truth = {row["account_key"]: row for row in candidates(desk)}
    for row in rows:
        for name in ("score", "level", "confidence", "first_access", "reasons", "doubts", "holder_certainty"):
            assert row[name] == truth[row["account_key"]][name]
    assert not verify(desk.workspace).faults


def test_a_package_says_nothing_of_accounts_that_are_not_in_it(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    files = opened(desk, seal(desk.workspace, order.referral, tmp_path / "p.age").sealed.path, tmp_path / "out")
    others = {str(row["account_key"]) for row in candidates(desk)} - {item.account for item in order.items}
    whole = b"\n".join(files.values()).decode("utf-8", "replace")
    for name in files:
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(tmp_path / "out" / name) as book:
                whole += "".join(book.read(part).decode("utf-8", "replace") for part in book.namelist())
    assert others
    assert not [key for key in others if key in whole]


def test_requests_go_only_to_holders_of_the_partners_own_state(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    files = opened(desk, seal(desk.workspace, order.referral, tmp_path / "p.age").sealed.path, tmp_path / "out")
    asked = [name for name in files if name.startswith("requests/")]
    assert asked
    assert all(name.startswith("requests/requests-us-") for name in asked)


def test_the_same_order_is_the_same_package_below_the_encryption(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    first = seal(desk.workspace, order.referral, tmp_path / "1.age")
    again = seal(desk.workspace, order.referral, tmp_path / "2.age")
    assert first.sealed.manifest_sha256 == again.sealed.manifest_sha256
    assert first.sequence == again.sequence == 1


def test_a_sealed_package_can_be_made_again_and_a_letter_read_before_anybody_approved(
    desk: Desk, tmp_path: Path
) -> None:
    order = drafted(desk)
    assert letter(desk.workspace, order.referral).startswith(b"%PDF")
    with pytest.raises(Conflict):
        rebuilt(desk.workspace, order.referral, tmp_path / "early.age")
    approve(desk.workspace, order.referral, by=APPROVER)
    sealed = seal(desk.workspace, order.referral, tmp_path / "a.age").sealed
    steps = len(referral_of(desk.workspace, order.referral).steps)
    again = rebuilt(desk.workspace, order.referral, tmp_path / "b.age")
    assert again.manifest_sha256 == sealed.manifest_sha256
    cover = sha256_of(letter(desk.workspace, order.referral))
    assert cover in {one["sha256"] for one in again.manifest["files"]}
    assert len(referral_of(desk.workspace, order.referral).steps) == steps


def test_packages_to_one_key_are_numbered_without_a_gap(desk: Desk, tmp_path: Path) -> None:
    orders = draft(desk.workspace, Wanted(partner="INTERPOL"), by=ANALYST)[:3]
    for order in orders:
        approve(desk.workspace, order.referral, by=APPROVER)
    wanted = [(order.referral, tmp_path / f"{order.referral}.age") for order in orders]
    assert [done.sequence for done in seal_all(desk.workspace, wanted)] == [1, 2, 3]


def test_an_exposure_report_lists_what_was_sealed_to_the_key_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    order, other = approved(desk), approved(desk, "INTERPOL")
    done = seal(desk.workspace, order.referral, tmp_path / "1.age")
    seal(desk.workspace, other.referral, tmp_path / "2.age")
    (row,) = exposure(desk.workspace, str(desk.identities["FBI"].to_public()))
    assert (row["referral"], row["sha256"], row["accounts"]) == (order.referral, done.sealed.sha256, len(order.items))


def test_the_log_holds_no_account_key(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    seal(desk.workspace, order.referral, tmp_path / "p.age")
    entries = (desk.workspace / "log" / "entries.jsonl").read_text(encoding="utf-8")
    assert not [item.account for item in order.items if item.account in entries]


# --- afterwards ----------------------------------------------------------------------------------------------


def test_a_draft_is_withdrawn_and_a_package_that_has_gone_is_recalled_by_another(desk: Desk, tmp_path: Path) -> None:
    first = drafted(desk)
    assert withdraw(desk.workspace, first.referral, by=ANALYST, reason="wrong level").state == "withdrawn"
    with pytest.raises(Conflict):
        approve(desk.workspace, first.referral, by=APPROVER)
    order = approved(desk)
    seal(desk.workspace, order.referral, tmp_path / "p.age")
    recall = draft_about(desk.workspace, order.referral, Kind.RECALL, by=ANALYST, words="sent in error")
    assert referral_of(desk.workspace, order.referral).state == "sealed", "nothing is recalled before it is approved"
    approve(desk.workspace, recall.referral, by=APPROVER)
    done = seal(desk.workspace, recall.referral, tmp_path / "r.age")
    assert referral_of(desk.workspace, order.referral).state == "recalled"
    files = opened(desk, done.sealed.path, tmp_path / "out")
    assert {tuple(json.loads(line)) for line in files["leads.jsonl"].splitlines()} == {
        ("lead", "check", "account_key", "data_subject")
    }
    assert json.loads(files["manifest.json"])["about"] == order.referral


def test_what_a_partner_has_had_can_be_left_out_of_the_next(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    seal(desk.workspace, order.referral, tmp_path / "p.age")
    (delta,) = draft(desk.workspace, Wanted(partner="FBI", only_new=True), by=ANALYST)
    assert (delta.kind, delta.items) == (Kind.DELTA, ())
    assert {one.account for one in delta.left_out} >= {item.account for item in order.items}


def test_a_state_that_has_had_no_package_gets_a_referral_and_no_supplement_to_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    first, *_ = draft(desk.workspace, Wanted(partner="INTERPOL"), by=ANALYST)
    approve(desk.workspace, first.referral, by=APPROVER)
    seal(desk.workspace, first.referral, tmp_path / "p.age")
    for order in draft(desk.workspace, Wanted(partner="INTERPOL", only_new=True), by=ANALYST):
        same = order.jurisdictions == first.jurisdictions
        assert (order.kind, order.about) == ((Kind.DELTA, first.referral) if same else (Kind.REFERRAL, ""))


def test_steps_go_forward_only_and_only_after_sealing(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    with pytest.raises(Conflict):
        mark(desk.workspace, order.referral, "dispatched", by=CLERK)
    seal(desk.workspace, order.referral, tmp_path / "p.age")
    assert mark(desk.workspace, order.referral, "acknowledged", by=CLERK).state == "acknowledged"
    with pytest.raises(Conflict):
        mark(desk.workspace, order.referral, "dispatched", by=CLERK)


def test_silence_raises_an_alarm_until_the_package_is_heard_of(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    ref = order.referral
    seal(desk.workspace, ref, tmp_path / "p.age")
    assert [one.kind for one in alarms(desk.workspace, at=now() + timedelta(days=3))] == ["not-dispatched"]
    mark(desk.workspace, ref, "dispatched", by=CLERK)
    assert alarms(desk.workspace, at=now()) == []
    assert [one.kind for one in alarms(desk.workspace, at=now() + timedelta(days=400))] == [
        "not-acknowledged",
        "not-answered",
    ]
    mark(desk.workspace, ref, "acknowledged", by=CLERK)
    assert [one.kind for one in alarms(desk.workspace, at=now() + timedelta(days=400))] == ["not-answered"]


def test_who_owns_an_alarm_owns_it_only_from_when_it_rang(desk: Desk, tmp_path: Path) -> None:
    order = approved(desk)
    seal(desk.workspace, order.referral, tmp_path / "p.age")
    own(desk.workspace, order.referral, by=CLERK)
    (alarm,) = alarms(desk.workspace, at=now() + timedelta(days=3))
    assert alarm.owner == "", "it was taken on before there was anything to own"


# --- the command line ----------------------------------------------------------------------------------------


def test_the_commands_keep_the_contracts_exit_codes(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str) -> tuple[int, str]:
        code = leadline(["--workspace", str(desk.workspace), *words])
        return code, capsys.readouterr().out

    code, out = told("refer", "--partner", "FBI", "--by", ANALYST, "--json")
    ref = json.loads(out)["referral"]
    package = str(tmp_path / "p.age")
    assert code == 0
    assert told("seal", ref, "--out", package)[0] == 5
    assert told("approve", ref, "--by", ANALYST)[0] == 5
    assert told("approve", ref, "--by", APPROVER, "--json")[0] == 0
    assert told("seal", ref, "--out", package, "--json")[0] == 0
    key = str(desk.key_files["FBI"])
    assert told("open", package, "--identity", str(desk.key_files["INTERPOL"]), "--out", str(tmp_path / "o"))[0] == 4
    assert not (tmp_path / "o").exists()
    assert told("open", package, "--identity", key, "--out", str(tmp_path / "o"))[0] == 0
    assert told("open", package, "--identity", key, "--out", str(tmp_path / "o2"))[0] == 4, "a replay"
    assert not (tmp_path / "o2").exists()
    assert told("recall", ref, "--by", ANALYST, "--json")[0] == 0
    assert told("partners", "revoke", "FBI", "--reason", "lost", "--json")[0] == 0
    assert told("seal", ref, "--out", str(tmp_path / "q.age"))[0] == 5
    assert told("referrals", "list")[0] == 0
    assert told("seal", "P-0000", "--out", package)[0] == 2
