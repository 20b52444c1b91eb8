"""Error rates are counted rightly, and the page says first what they do not mean."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from leadline.errors import IntegrityBroken, LeadlineError
from leadline.synthetic import evaluate, invent, product
from leadline.synthetic.answer_rates import bound, measure_answers
from leadline.synthetic.answers import InventedAnswers
from leadline.synthetic.danger import REGIMES
from leadline.synthetic.error_rates import FIRST_SENTENCE, interval, page, shows_no_lift
from leadline.synthetic.measures import CHECKS, Measured, measure, read_truth
from leadline.synthetic.truth import DOUBTS

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.synthetic import Invented

ACCOUNTS = 20


def told(number: int, **changed: str) -> dict[str, str]:
    """The truth of one account that nothing is special about."""
    plain = {"account": f"a{number}", "network": "home", "answer": "NZ", "accounts_at_address": "1"}
    plain |= dict.fromkeys(DOUBTS, "no") | {f"danger-{regime}": "no" for regime in REGIMES}
    return plain | changed


def candidate(number: int, **changed: Any) -> dict[str, Any]:
    doubts = [{"check": check, "state": "no", "reason": "."} for check in CHECKS]
    return {"account_key": f"a{number}", "rank": number + 1, "jurisdiction": "NZ", "doubts": doubts} | changed


def world() -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    return [told(number) for number in range(ACCOUNTS)], [candidate(number) for number in range(ACCOUNTS)]


def test_jurisdictions_are_right_wrong_or_abstained() -> None:
    truth, found = world()
    found[0]["jurisdiction"], found[1]["jurisdiction"], found[2]["jurisdiction"] = "AU", "", None
    figures = measure(truth, found).figures
    assert figures["jurisdiction right"] == Fraction(17, 20)
    assert figures["jurisdiction wrong"] == Fraction(1, 20)
    assert figures["jurisdiction abstained"] == Fraction(2, 20)
    assert "jurisdiction abstained rightly" not in figures


def test_abstaining_where_nothing_can_be_told_counts_apart() -> None:
    truth, found = world()
    for number in (0, 1, 2, 3):
        truth[number] = told(number, answer="abstain", network="tor")
    found[0]["jurisdiction"] = found[1]["jurisdiction"] = found[2]["jurisdiction"] = ""
    measured = measure(truth, found)
    assert measured.figures["jurisdiction abstained rightly"] == Fraction(3, 4)
    assert measured.figures["jurisdiction right"] == 1
    assert measured.by_network["tor", "placed all the same"] == 1


def test_a_doubt_is_recognised_or_a_false_alarm_or_unknown() -> None:
    truth, found = world()
    truth[0], truth[1] = told(0, crawler="yes"), told(1, crawler="yes")
    states = {0: "yes", 2: "yes", 3: "unknown"}
    for number, state in states.items():
        found[number]["doubts"] = [{"check": "crawler", "state": state, "reason": "."}]
    figures = measure(truth, found).figures
    assert figures["crawler recognised"] == Fraction(1, 2)
    assert figures["crawler false alarms"] == Fraction(1, 18)
    assert figures["crawler unknown"] == Fraction(1, 20)


def test_a_shared_address_counts_from_five_accounts_on() -> None:
    truth, found = world()
    truth[0], truth[1] = told(0, accounts_at_address="5"), told(1, accounts_at_address="4")
    found[0]["doubts"] = found[1]["doubts"] = [{"check": "shared-address", "state": "yes", "reason": "."}]
    figures = measure(truth, found).figures
    assert figures["shared-address recognised"] == 1
    assert figures["shared-address false alarms"] == Fraction(1, 19)


@pytest.mark.parametrize(
    ("dangerous", "caught", "lift", "auc"),
    [((0, 1), Fraction(1), Fraction(10), Fraction(1)), ((18, 19), Fraction(0), Fraction(0), Fraction(0)),
     ((0, 19), Fraction(1, 2), Fraction(5), Fraction(1, 2))],
)  # fmt: skip
def test_a_ranking_is_measured_by_what_its_top_holds(
    dangerous: tuple[int, ...], caught: Fraction, lift: Fraction, auc: Fraction
) -> None:
    truth, found = world()
    for number in dangerous:
        truth[number] = told(number, **{"danger-independent": "yes"})
    figures = measure(truth, list(reversed(found))).figures
    assert figures["independent caught in top 10 %"] == caught
    assert figures["independent lift in top 10 %"] == lift
    assert figures["independent AUC"] == auc


def test_candidates_of_other_accounts_are_refused() -> None:
    truth, found = world()
    with pytest.raises(IntegrityBroken, match="a0"):
        measure(truth, found[1:])


def test_a_candidate_given_twice_is_refused() -> None:
    truth, found = world()
    with pytest.raises(IntegrityBroken, match="21 candidates"):
        measure(truth, [*found, found[0]])


def with_lift(*lifts: Fraction) -> list[Measured]:
    names = [f"independent lift in top {top} %" for top in (5, 10, 20)]
    return [Measured(figures=dict.fromkeys(names, lift)) for lift in lifts]


def test_the_interval_lies_around_the_mean_and_within_the_values() -> None:
    found = interval(with_lift(*(Fraction(number, 10) for number in range(5, 16))), "independent lift in top 5 %")
    assert found is not None
    assert 0.5 < found.low < found.mean < found.high < 1.5
    assert found.seeds == 11


def test_the_interval_of_one_value_is_that_value() -> None:
    found = interval(with_lift(Fraction(1, 2)) * 4, "independent lift in top 5 %")
    assert found is not None
    assert (found.low, found.mean, found.high) == (0.5, 0.5, 0.5)


def test_a_lift_where_danger_is_independent_fails_the_control() -> None:
    held = with_lift(Fraction(8, 10), Fraction(11, 10), Fraction(12, 10))
    failed = with_lift(Fraction(13, 10), Fraction(14, 10), Fraction(15, 10))
    assert shows_no_lift(held)
    assert not shows_no_lift(failed)
    pages = [page(measured, accounts=20, first_seed=1, version="0") for measured in (held, failed)]
    assert "did not hold" not in pages[0]
    assert "did not hold" in pages[1]


def careful(truth: list[dict[str, str]]) -> list[dict[str, Any]]:
    """What a reader would hand over that makes no mistake and ranks by activity."""
    weights = {"added": 8, "downloaded": 2, "days": 2, "opened": 1}

    def activity(row: dict[str, str]) -> int:
        return sum(weight * int(row[name]) for name, weight in weights.items())

    busiest = sorted(truth, key=lambda row: (-activity(row), row["account"]))
    return [
        {
            "account_key": row["account"],
            "rank": rank,
            "jurisdiction": row["answer"].replace("abstain", ""),
            "doubts": [{"check": check, "state": row.get(check, "no"), "reason": "."} for check in CHECKS],
        }
        for rank, row in enumerate(busiest, start=1)
    ]


def test_a_careful_reader_is_found_careful_and_the_page_is_always_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stub(workspace: Path, invented: Invented) -> list[dict[str, Any]]:
        return careful(read_truth(invented.truth))

    def refused(workspace: Path, folder: Path, *, seed: int) -> tuple[InventedAnswers, dict[str, Any]]:
        return InventedAnswers(({}, {}), {2: "the port is left out"}), {"rejects": [{"row": 2}]}

    monkeypatch.setattr(product, "candidates", stub)
    monkeypatch.setattr(product, "answers", refused)
    pages = []
    for name in ("one.md", "two.md"):
        few = ["--seeds", "3", "--accounts", "200", "--link-seeds", "0", "--origin-seeds", "0"]
        evaluate.main([*few, "--out", str(tmp_path / "docs" / name)])
        pages.append((tmp_path / "docs" / name).read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    assert pages[0].splitlines()[2] == FIRST_SENTENCE
    assert "| right, of accounts that can be placed | 1.000 (1.000 to 1.000) |" in pages[0]
    assert "| abstained, of accounts that cannot be placed | 1.000 (1.000 to 1.000) |" in pages[0]
    assert "| the port is left out | 3 | 3 |" in pages[0]
    assert "None of 3 planted mistakes was accepted" in pages[0]


def test_a_planted_mistake_that_was_accepted_is_told_first() -> None:
    measured = Measured()
    measure_answers(measured, InventedAnswers(({}, {}), {2: "the port is left out"}), {"rejects": [{"row": 3}]})
    assert measured.figures == {"answers: mistakes refused": Fraction(0), "answers: good ones refused": Fraction(1)}
    assert bound([measured]).startswith("**1 planted mistakes were accepted**")


def test_danger_follows_activity_hides_from_it_or_has_nothing_to_do_with_it(tmp_path: Path) -> None:
    invented = invent(tmp_path / "tip", scale=evaluate.evaluation_scale(1_500), seed=5)
    truth = read_truth(invented.truth)
    figures = measure(truth, careful(truth)).figures
    assert figures["follows-activity AUC"] > Fraction(7, 10)
    assert figures["hidden-in-low-activity AUC"] < Fraction(4, 10)
    assert Fraction(4, 10) < figures["independent AUC"] < Fraction(6, 10)
    for regime in REGIMES:
        assert sum(row[f"danger-{regime}"] == "yes" for row in truth) == 75


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    invented = invent(tmp_path / "tip", scale="tiny", seed=5)
    (invented.bundle / "tip.toml").write_text("[[[")
    with pytest.raises(LeadlineError, match="ended with"):
        product.candidates(tmp_path / "workspace", invented)
