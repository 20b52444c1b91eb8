"""Every registered factor, a stranger's included, keeps the promises of the contract."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.errors import LeadlineError
from leadline.facts.engine import Engine
from leadline.facts.rules_lint import faults_in_rule
from leadline.stages.priority.contract import CONDUCT, FACTORS, TEXTS, Factor, Measure, Step, weights
from leadline.stages.priority.run import points_rule

PROTECTED = re.compile(
    r"account_key|countr|jurisdiction|address|remote|kind|agent|session|client|head|status|port|email|phone|payment"
    r"|declared|device|holder|caveat|doubt|certainty|compromised"
)
"""Who, where or with which program: nothing that an account holder can choose or cannot help moves a score."""
NUMBERS = sorted(CONDUCT.keys() - TEXTS)
ALL = [pytest.param(factor, id=factor.name) for factor in FACTORS.all()]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Engine(spill=tmp_path_factory.mktemp("spill"), threads=1, memory_mb=200) as opened:
        yield opened


def judged(engine: Engine, factor: Factor, *conducts: dict[str, int]) -> list[dict[str, Any]]:
    """Points and reason that a factor gives each of these conducts."""
    texts = dict.fromkeys(TEXTS, "2019-03-01")
    rows = [
        {"account_key": f"a{number:04}", **dict.fromkeys(NUMBERS, 0), **texts, **conduct}
        for number, conduct in enumerate(conducts)
    ]
    engine.table("conduct", pa.Table.from_pylist(rows))
    engine.rule("point", points_rule((factor,)), journal=False)
    return engine.rows("select p.points, p.reason from point as p order by p.account_key")


def test_the_factors_of_the_log_stage_are_there() -> None:
    assert FACTORS.names() == ("added-new-objects", "added-objects", "breadth", "downloads", "persistence")


@pytest.mark.parametrize("factor", ALL)
def test_more_grave_conduct_gives_more_points(engine: Engine, factor: Factor) -> None:
    for less, more in factor.rising:
        low, high = judged(engine, factor, less, more)
        assert 0 <= low["points"] < high["points"]


@pytest.mark.parametrize("factor", ALL)
def test_conduct_that_it_does_not_mean_gives_nothing(engine: Engine, factor: Factor) -> None:
    assert [row["points"] for row in judged(engine, factor, *factor.nothing)] == [0] * len(factor.nothing)


@pytest.mark.parametrize("factor", ALL)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_figure_that_rises_ever_lowers_the_points(engine: Engine, factor: Factor, data: st.DataObject) -> None:
    base = {name: data.draw(st.integers(0, 2000), label=name) for name in sorted(factor.reads() - TEXTS)}
    more = [{**base, name: value + data.draw(st.integers(1, 500))} for name, value in base.items()]
    first, *raised = judged(engine, factor, base, *more)
    assert all(row["points"] >= first["points"] for row in raised)


@pytest.mark.parametrize("factor", ALL)
def test_the_reason_names_every_figure_that_it_rests_on(engine: Engine, factor: Factor) -> None:
    figures = {name: 7000 + number for number, name in enumerate(NUMBERS)}
    (row,) = judged(engine, factor, figures)
    for measure in factor.measures:
        for name in re.findall(r"c\.([a-z_]+)", measure.sql):
            plain, thousandths = str(figures[name]), f"{figures[name] // 1000}.{figures[name] % 1000:03d}"
            assert plain in row["reason"] or thousandths in row["reason"], name


@pytest.mark.parametrize("factor", ALL)
def test_its_points_are_whole_numbers_from_the_table(engine: Engine, factor: Factor) -> None:
    judged(engine, factor, factor.rising[-1][1])
    (kind,) = engine.rows("select typeof(p.points) as name from point as p")
    assert kind["name"] in {"INTEGER", "BIGINT"}
    if FACTORS.origin(factor.name) == "leadline":
        steps = [measure.steps for measure in factor.measures]
        assert steps == [found for (name, _), found in weights().steps.items() if name == factor.name]


@pytest.mark.parametrize("factor", ALL)
def test_it_reads_nothing_that_can_be_chosen_and_owns_that_it_is_unvalidated(factor: Factor) -> None:
    assert not [name for name in factor.reads() if PROTECTED.search(name)]
    assert factor.reads()
    assert not factor.validated


@pytest.mark.parametrize("factor", ALL)
def test_its_rule_is_sql_that_travels(factor: Factor) -> None:
    assert faults_in_rule(points_rule((factor,))) == ()


def test_conduct_itself_holds_nothing_that_can_be_chosen() -> None:
    assert not [name for name in CONDUCT if PROTECTED.search(name)]


GOOD = Factor(
    name="shared-objects",
    version=1,
    title="Shared objects",
    measures=(Measure("c.objects_shared", (Step(1, 10), Step(5, 20))),),
    reason="'shared ' || cast(c.objects_shared as varchar) || ' objects'",
    rising=(({}, {"objects_shared": 1}),),
    nothing=({"objects_opened": 5},),
)


def test_a_strangers_factor_counts_as_soon_as_it_is_registered(engine: Engine) -> None:
    with FACTORS.use_temporarily(GOOD):
        assert "shared-objects" in FACTORS.names()
        assert judged(engine, FACTORS.get("shared-objects"), {"objects_shared": 6}) == [
            {"points": 20, "reason": "shared 6 objects"}
        ]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"name": "Shared"}, "small letters"),
        ({"reason": "'from ' || c.jurisdiction"}, "jurisdiction"),
        ({"measures": (Measure("c.user_agents", (Step(1, 10),)),)}, "user_agents"),
        ({"measures": (Measure("c.objects_shared", (Step(1, 20), Step(2, 10))),)}, "rise"),
        ({"measures": (Measure("c.objects_shared", (Step(2, 10), Step(2, 20))),)}, "rise"),
        ({"measures": (Measure("c.objects_shared", (Step(0, 10),)),)}, "rise"),
        ({"measures": (Measure("c.objects_shared", ()),)}, "rise"),
        ({"rising": ()}, "example"),
        ({"nothing": ()}, "example"),
    ],
)
def test_a_factor_that_breaks_a_promise_is_refused_with_the_reason(broken: dict[str, Any], said: str) -> None:
    with pytest.raises(LeadlineError, match=said):
        dataclasses.replace(GOOD, **broken)


def test_a_family_without_a_cap_is_refused() -> None:
    with pytest.raises(LeadlineError, match="no cap"):
        points_rule((dataclasses.replace(GOOD, family="nobody"),))


def test_the_table_of_points_says_since_when_and_why() -> None:
    path = Path("src/leadline/stages/priority/weights.csv")
    rows = (Path(__file__).resolve().parents[2] / path).read_text().splitlines()
    assert rows[0] == "subject,measure,at_least,points,version,since,reason"
    for row in rows[1:]:
        _, _, at_least, points, version, since, reason = row.split(",", 6)
        assert at_least.isdecimal()
        assert points.isdecimal()
        assert version.isdecimal()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", since)
        assert reason
