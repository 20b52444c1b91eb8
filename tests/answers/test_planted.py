"""What the inventor plants in answers is refused, every time, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.inquiry.requests import select_requests
from leadline.inquiry.runs import open_run
from leadline.papers import take_in
from leadline.synthetic.answers import MISTAKES, invent_answers, write_answers

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = {
    "request_id": "ABCDEFGHJKLM", "check_digit": "23", "holder": "Access NZ (invented)", "address": "240.1.0.57",
    "port": 40_012, "instant_utc": "2019-03-02T10:25:07Z", "instant_local": "2019-03-02T23:25:07+13:00",
    "resolvable": True,
}  # fmt: skip


def test_over_twenty_seeds_the_planted_rows_are_refused_and_no_others(prepared: Path, tmp_path: Path) -> None:
    workspace = prepared / "workspace"
    asked = list(select_requests(open_run(workspace)))
    planted = 0
    for seed in range(20):
        answers = invent_answers(asked, seed)
        form = tmp_path / f"answers-{seed}.csv"
        write_answers(answers, form)
        refused = {one["row"] for one in take_in(workspace, form, kind="answers", preview=True).rejects}
        assert refused == answers.planted.keys(), seed
        planted += len(answers.planted)
    assert planted > 20


def test_every_mistake_changes_the_answer_and_the_same_seed_gives_the_same_answers() -> None:
    asked = [{**REQUEST, "address": f"240.1.{number // 200}.{number % 200 + 21}"} for number in range(800)]
    answers = invent_answers(asked, 7)
    assert answers == invent_answers(asked, 7)
    assert set(answers.planted.values()) == {*MISTAKES, "the same answer twice", "two answers that contradict"}
