"""What persons decide about pairs is an input of the next run; where they contradict one another, it shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from leadline.cli.main import run
from leadline.errors import InputRefused
from leadline.facts.tables.linkage import RulingHeardRow
from leadline.reference.rulings import read_rulings
from leadline.stages.linkage.clusters import MOST_MEMBERS
from leadline.synthetic.inventor import invent
from leadline.vocabulary.rulings import Ruling
from tests.linkage.cast import account, cast
from tests.linkage.worlds import Linked, link

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PHONE, OTHER_PHONE = "+64 0000 100001", "+64 0000 200002"


def ruled(pair: str, said: str, *, by: str = "officer", hours: int = 0) -> Ruling:
    """A ruling on two accounts of one letter each."""
    return Ruling(pair[0], pair[1], said, by, NOON + timedelta(hours=hours))


def states(found: Linked) -> dict[tuple[str, str], str]:
    """State by pair (both letters) and person."""
    return {(row["account_a"] + row["account_b"], row["ruled_by"]): row["state"] for row in found.rows(RulingHeardRow)}


def same_tablet(folder: Path, keys: str) -> Path:
    return cast(folder, *(account(key, device="tablet-77") for key in keys))


def test_a_ruling_of_same_joins_what_no_evidence_joins(tmp_path: Path) -> None:
    found = link(cast(tmp_path, account("a"), account("b")), rulings=[ruled("ab", "same")])
    assert found.found_pairs() == {("a", "b")}


@pytest.mark.parametrize("said", ["not", "unsure"])
def test_a_ruling_of_not_or_unsure_keeps_a_pair_from_being_one_person(tmp_path: Path, said: str) -> None:
    assert link(same_tablet(tmp_path, "ab"), rulings=[ruled("ab", said)]).found_pairs() == set()


def test_a_ruling_of_not_parts_a_cluster_that_a_third_account_would_join(tmp_path: Path) -> None:
    found = link(same_tablet(tmp_path, "abc"), rulings=[ruled("ab", "not")])
    assert found.found_pairs() == set()
    assert {(row["account_a"], row["account_b"]) for row in found.links("same-person").values()} == {
        ("a", "c"), ("b", "c"),
    }  # fmt: skip


def test_what_accounts_state_does_not_part_what_persons_ruled_to_be_one(tmp_path: Path) -> None:
    three = [
        account("a", display_name="Tavba Rasko", phone=PHONE),
        account("b"),
        account("c", display_name="Lumba Felgi", phone=OTHER_PHONE),
    ]
    found = link(cast(tmp_path, *three), rulings=[ruled("ab", "same"), ruled("bc", "same")])
    assert found.found_pairs() == {("a", "b"), ("a", "c"), ("b", "c")}


def test_persons_may_join_more_accounts_than_evidence_may(tmp_path: Path) -> None:
    keys = [chr(ord("A") + number) for number in range(MOST_MEMBERS + 5)]
    ruling = [ruled(a + b, "same") for a, b in pairwise(keys)]
    (members,) = link(cast(tmp_path, *(account(key) for key in keys)), rulings=ruling).clusters("same-person").values()
    assert members == keys


def test_of_one_persons_rulings_the_last_holds_and_the_first_stays_on_show(tmp_path: Path) -> None:
    rulings = [ruled("ab", "same"), ruled("ab", "not", hours=1)]
    found = link(same_tablet(tmp_path, "ab"), rulings=rulings)
    assert found.found_pairs() == set()
    assert sorted(row["state"] for row in found.rows(RulingHeardRow)) == ["holds", "superseded"]


def test_where_two_persons_disagree_the_pair_is_contested_and_not_one_person(tmp_path: Path) -> None:
    rulings = [ruled("ab", "same", by="one"), ruled("ab", "not", by="two", hours=1)]
    found = link(same_tablet(tmp_path, "ab"), rulings=rulings)
    assert found.found_pairs() == set()
    assert set(states(found).values()) == {"contested"}


def test_a_chain_of_same_that_a_ruling_of_not_contradicts_is_contested_whole(tmp_path: Path) -> None:
    rulings = [ruled("ab", "same"), ruled("bc", "same"), ruled("ac", "not"), ruled("de", "same")]
    found = link(cast(tmp_path, *(account(key) for key in "abcde")), rulings=rulings)
    assert found.found_pairs() == {("d", "e")}
    assert states(found) == {
        ("ab", "officer"): "contested",
        ("bc", "officer"): "contested",
        ("ac", "officer"): "holds",
        ("de", "officer"): "holds",
    }


def test_a_ruling_on_an_account_that_is_not_here_is_shown_as_such(tmp_path: Path) -> None:
    found = link(cast(tmp_path, account("a"), account("b")), rulings=[ruled("ax", "same")])
    assert states(found) == {("ax", "officer"): "not-here"}


def test_the_reason_of_a_ruling_is_told_with_it(tmp_path: Path) -> None:
    ruling = Ruling("a", "b", "same", "officer", NOON, "one handwriting in two letters")
    (heard,) = link(cast(tmp_path, account("a"), account("b")), rulings=[ruling]).rows(RulingHeardRow)
    assert heard["reason"] == "one handwriting in two letters"


def test_rulings_are_read_with_the_smaller_key_first_and_who_made_them(tmp_path: Path) -> None:
    path = tmp_path / "rulings.csv"
    path.write_text(
        "account_a,account_b,ruling,by,ruled_at\nz,a,same,officer,2026-01-31T09:00:00Z\nb,a,not,,\n", encoding="utf-8"
    )
    first, second = read_rulings(path, by="at-the-desk", at=NOON)
    assert (first.account_a, first.account_b, first.by) == ("a", "z", "officer")
    assert first.at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert (second.by, second.at) == ("at-the-desk", NOON)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a,b,perhaps,", "no ruling"),
        ("a,a,same,", "two different"),
        ("b,a,not,", "second ruling"),
        ("a,c,same,31 January", "instant"),
    ],
)
def test_a_ruling_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "rulings.csv"
    path.write_text(f"account_a,account_b,ruling,ruled_at\na,b,same,\n{line}\n", encoding="utf-8")
    with pytest.raises(InputRefused, match=words) as refused:
        read_rulings(path, by="officer", at=NOON)
    assert refused.value.where.endswith(":3")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rulings")
    invented = invent(folder / "invented", scale="tiny", seed=3)
    assert run(["init", str(folder / "workspace")]) == 0
    for command in (["receive", str(invented.bundle)], ["run"]):
        assert run([*command, "--workspace", str(folder / "workspace")]) == 0
    return folder / "workspace"


def test_an_analyst_rules_and_the_next_run_is_another_run_that_obeys(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def asked(*command: str) -> list[dict[str, object]]:
        capsys.readouterr()
        assert run([*command, "--json", "--workspace", str(workspace)]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    accounts = [str(row["account_key"]) for row in asked("candidates")]
    free = sorted(set(accounts) - {str(row["account_key"]) for row in asked("clusters")})
    a, b = free[:2]
    (tmp_path / "rulings.csv").write_text(f"account_a,account_b,ruling,by\n{b},{a},same,an officer\n")
    (first,) = asked("run")
    (added,) = asked("rulings", "add", str(tmp_path / "rulings.csv"))
    assert (added["rulings"], added["added"]) == (1, 1)
    (again,) = asked("rulings", "add", str(tmp_path / "rulings.csv"))
    assert (again["added"], again["sha256"]) == (0, added["sha256"])
    assert [row["state"] for row in asked("rulings", "list")] == ["not-run"]
    (second,) = asked("run")
    assert second["run"] != first["run"]
    together = {row["cluster"] for row in asked("clusters") if row["account_key"] in {a, b}}
    assert len(together) == 1
    assert [row["state"] for row in asked("rulings", "list")] == ["holds"]
    (told,) = asked("explain", a)
    assert [(link["account_key"], link["ruling"]) for link in told["links"] if link["ruling"]] == [(b, "same")]
    assert all(link["evidence"][-1]["sum"] == link["bits"] for link in told["links"])
    assert [one["ruled_by"] for one in told["rulings"]] == ["an officer"]
    assert asked("verify")


def test_a_changed_snapshot_of_rulings_is_named(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = (workspace / "exhibits/rulings").glob("*.json")
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole.replace(b"same", b"samE"))
    try:
        assert run(["verify", "--workspace", str(workspace)]) == 4
        assert path.name in "".join(capsys.readouterr())
        assert run(["run", "--workspace", str(workspace)]) == 4
    finally:
        path.write_bytes(whole)
