"""The linter of rules refuses what engines read differently, and lets through what the rules need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.facts.patterns import pattern_faults, repeats_a_group
from leadline.facts.rules_lint import Fault, faults_in_prelude, faults_in_rule, macros_of, main

if TYPE_CHECKING:
    from pathlib import Path

MACROS = frozenset({"whole_match", "first_group", "thousandths", "micros", "try_int"})
HEAD = "-- The reason of this rule.\n"

# What is refused: a word of the reason, and a statement that earns it.
BAD = [
    ("which table", "select a from t as x"),
    ("which table", "select count(a) as n from t as x"),
    ("not on the list", "select x.a / 2 as b from t as x"),
    ("integers", "select 1.5 as a from t as x"),
    ("integers", "select 1e3 as a from t as x"),
    ("cast to DATE", "select cast(x.a as date) as d from t as x"),
    ("cast to DATE", "select date '2019-09-20' as d from t as x"),
    ("cast to DOUBLE", "select x.a::double as d from t as x"),
    ("cast to INT128", "select x.a::hugeint as d from t as x"),
    ("not on the list", "select try_cast(x.a as bigint) as b from t as x"),
    ("bigint", "select sum(x.a) as n from t as x"),
    ("the order is lost", "select list_sort(list(x.a order by x.b)) as b, x.c from t as x group by x.c"),
    ("without list_sort", "select list(x.a) filter (where x.a is not null) as b, x.c from t as x group by x.c"),
    ("may be NULL", "select list_sort(list(x.a)) as b, x.c from t as x group by x.c"),
    ("whole table", "select list_sort(list({'a': x.a})) as b from t as x"),
    ("sort upwards", "select list_sort(x.l, 'desc') as b from t as x"),
    ("lambda", "select list_transform(x.l, lambda p: thousandths(p.a)) as b from t as x"),
    ("lambda", "select list_transform(x.l, lambda p: p.a || 'b') as b from t as x"),
    ("settles ties", "select row_number() over (partition by x.k order by x.accessed_at) as n from t as x"),
    ("settles ties", "select lead(x.a) over (order by x.line + 1) as n from t as x"),
    ("settles ties", "select row_number() over (order by x.k, x.points desc) as n from t as x"),
    ("without an order", "select row_number() over (partition by x.k) as n from t as x"),
    ("not on the list", "select epoch_us(x.a) as n from t as x"),
    ("not on the list", "select date_diff('day', x.a, x.b) as n from t as x"),
    ("not on the list", "select strftime(x.a, '%Y') as n from t as x"),
    ("not on the list", "select extract('hour' from x.a) as n from t as x"),
    ("not on the list", "select x.a + interval 1 day as b from t as x"),
    ("not on the list", "select x.a at time zone 'UTC' as b from t as x"),
    ("not on the list", "select current_date as d from t as x"),
    ("not on the list", "select now() as d from t as x"),
    ("not on the list", "select random() as d from t as x"),
    ("not on the list", "select x.a from t as x where x.b like 'a%'"),
    ("not on the list", "select x.a from t as x where regexp_matches(x.b, 'a')"),
    ("not on the list", "select regexp_replace(x.a, 'b', 'c') as b from t as x"),
    ("not on the list", "select lower(x.a) as b from t as x"),
    ("not on the list", "select concat(x.a, 'b') as b from t as x"),
    ("not on the list", "select x.l[1] as b from t as x"),
    ("not on the list", "select x.l[1:2] as b from t as x"),
    ("not on the list", "select [y for y in x.l] as b from t as x"),
    ("not on the list", "select string_agg(x.a, ',') as b, x.c from t as x group by x.c"),
    ("not on the list", "select any_value(x.a) as b, x.c from t as x group by x.c"),
    ("not on the list", "select arg_max(x.a, x.b) as b, x.c from t as x group by x.c"),
    ("not on the list", "select first(x.a) as b, x.c from t as x group by x.c"),
    ("not on the list", "select avg(x.a) as b, x.c from t as x group by x.c"),
    ("not on the list", "select round(x.a) as b, exp(x.a) as c from t as x"),
    ("not on the list", "select hash(x.a) as b from t as x"),
    ("not on the list", "select x.* from read_parquet('f') as x"),
    ("not on the list", "select x.a from t as x limit 3"),
    ("not on the list", "select x.a from t as x qualify row_number() over (order by x.b) = 1"),
    ("not on the list", "select v.a from (values (1), (2)) as v(a)"),
    ("recursive", "with recursive r as (select 1 as a) select r.a from r as r"),
    ("may hide a file", "select x.a from 'f.parquet' as x"),
    ("may hide a file", 'select x."A" from t as x'),
    ("bare `*`", "select * from t as x"),
    ("name the columns", "select x.* exclude (a) from t as x"),
    ("asof", "select x.a from t as x asof join u as y on x.a >= y.a"),
    ("using", "select x.a from t as x join u as y using (k)"),
    ("query within", "select x.a from (select y.a from t as y) as x"),
    ("query within", "select (select max(y.a) from u as y) as b from t as x"),
    ("by name", "select x.a from t as x union all by name select y.a from u as y"),
    ("distinct on", "select distinct on (x.a) x.a from t as x"),
    ("group by all", "select x.a from t as x group by all"),
    ("by a position", "select x.a from t as x group by 1"),
    ("from 1 on", "select substr(x.a, 0, 2) as b from t as x"),
    ("from 1 on", "select substr(x.a, x.b, 2) as b from t as x"),
    ("from 1 on", "select substr(x.a, length(x.b) + 0, 2) as b from t as x"),
    ("from 1 on", "select substr(x.a, length(x.b) - 3) as b from t as x"),
    ("len", "select len(x.a) as b from t as x"),
    ("give it a name", "select x.a + 1 from t as x"),
    ("without a name", "select x.a from t as x where x.a = ?"),
    ("without a name", "select x.a from t as x where x.a = $1"),
    ("pattern", "select x.a from t as x where whole_match(x.a, 'a.*')"),
    ("once a row", "select x.a from t as x where whole_match(x.a, x.pattern)"),
    ("one SELECT", "create table a as select 1 as b"),
    ("statements", "select 1 as a; select 2 as b"),
    ("statements", ""),
    ("does not parse", "select from where"),
]

GOOD = [
    "select x.a, x.s.f as b from t as x where x.a = $threshold and x.b in ('a', 'b') order by x.a",
    "select x.a from t as x where x.b between 1 and 2 or x.c is distinct from 'd' or x.e is null or not x.f",
    "select (x.a * 2 + 1) // 2 as b, x.a % 2 as c, -x.a as d, abs(x.a) as e from t as x",
    "select cast(x.a as bigint) as b, x.b::varchar as c, x.c::boolean as d from t as x",
    "select cast(null as date) as a, cast($day as date) as b, cast([] as varchar[]) as c",
    "select count(*) as n, count(distinct x.a) as m, cast(sum(x.b) as bigint) as s, min(x.a) as a from t as x",
    "select count(*) filter (where x.a = 1) as n, x.b from t as x group by x.b having count(*) > 1",
    "select cast(sum(x.a) over (partition by x.b) as bigint) as n from t as x",
    "select row_number() over (partition by x.k order by x.accessed_at desc, x.line) as n from t as x",
    "select rank() over (order by x.points desc) as n, lead(x.a) over (order by x.as_of) as b from t as x",
    "select list_sort(list(distinct x.a) filter (where x.a is not null)) as b, x.c from t as x group by x.c",
    "select list_sort(list({'place': x.p, 'said': x.s})) as b, x.c from t as x group by x.c",
    "select array_to_string(list_transform(x.l, lambda p: p.said), '|') as b from t as x",
    "select x.country || ':' || thousandths(x.share) as b, micros(x.a) as c, try_int(x.b) as d from t as x",
    "select split_part(x.a, '/', 2) as b, starts_with(x.a, 'b') as c, sha256(x.a) as d, length(x.a) as e from t as x",
    "select case when x.a then 1 else 0 end as b, coalesce(x.b, '') as c, nullif(x.c, '') as d from t as x",
    "select greatest(x.a, 0) as b, least(x.a, 1000) as c, substr(x.b, 1, 10) as d from t as x",
    "select substring(x.a, length(split_part(x.a, '!', 1)) + 2) as b from t as x",
    "select x.a from t as x left join u as y on y.k = x.k and y.a <= x.b where y.k is null",
    "select x.a from t as x semi join u as y on y.k = x.k anti join v as z on z.k = x.k cross join w as q",
    "select x.a from t as x where x.b in (select y.b from u as y) and exists (select 1 from v as z where z.a = x.a)",
    "select x.a from t as x union all select y.a from u as y",
    "with a as (select x.a from t as x), b as (select distinct a.a from a as a) select b.* from b as b",
    "select x.a from t as x where whole_match(x.p, $pattern) and whole_match(x.p, '/c/[^/]+/o/([^/?]+)')",
]


def reasons(statement: str) -> str:
    return "\n".join(fault.reason for fault in faults_in_rule(HEAD + statement, macros=MACROS))


@pytest.mark.parametrize(("word", "statement"), BAD, ids=[statement for _, statement in BAD])
def test_what_engines_read_differently_is_refused(word: str, statement: str) -> None:
    assert word in reasons(statement)


@pytest.mark.parametrize("statement", GOOD)
def test_what_travels_is_let_through(statement: str) -> None:
    assert reasons(statement) == ""


def test_a_rule_without_a_reason_at_its_head_is_refused() -> None:
    assert faults_in_rule("select x.a from t as x", macros=MACROS) == (
        Fault(1, "no comment at the head gives the reason of this rule"),
    )


def test_a_fault_names_the_line_that_has_it() -> None:
    rule = HEAD + "select\n    x.a,\n    lower(x.b) as b\nfrom t as x"
    assert [fault.line for fault in faults_in_rule(rule, macros=MACROS)] == [4]


def test_a_macro_is_allowed_only_where_the_prelude_has_it() -> None:
    assert faults_in_rule(HEAD + "select our_own(x.a) as b from t as x", macros=MACROS)
    prelude = "-- Why.\ncreate or replace macro our_own(t) as epoch_us(t);\n"
    assert macros_of(prelude) == {"our_own"}
    assert not faults_in_rule(HEAD + "select our_own(x.a) as b from t as x", macros=macros_of(prelude))


def test_a_macro_needs_a_comment_and_a_name_of_its_own() -> None:
    bare = "create or replace macro ours(t) as t;\n"
    taken = "-- Why.\ncreate or replace macro utc_date(t) as t;\n"
    assert "has no comment" in faults_in_prelude(bare)[0].reason
    assert "sqlglot rewrites" in faults_in_prelude(taken)[0].reason
    assert not faults_in_prelude("-- Why.\n" + bare)


def test_the_command_prints_file_line_and_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules").mkdir()
    rule = tmp_path / "rules" / "x.sql"
    rule.write_text(HEAD + "select lower(x.a) as b from t as x")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f"{rule}:2: 'LOWER(x.a)'")
    rule.write_text(HEAD + "select x.a from t as x")
    assert main([str(tmp_path)]) == 0


@pytest.mark.parametrize("pattern", ["(?:ab)*", "(ab)+", "(?:a|b){2,}", r"((?:\\.[^\"]*)*)", "x(?:[)]y)+", r"(\))*"])
def test_a_group_repeated_without_limit_is_found(pattern: str) -> None:
    assert repeats_a_group(pattern)


@pytest.mark.parametrize("pattern", ["(ab)?", "(?:ab){1,3}", "[^)]*", r"\)*", "(a[)]*)", "a*b+", "()"])
def test_other_repeats_are_left_alone(pattern: str) -> None:
    assert not repeats_a_group(pattern)


@pytest.mark.parametrize(
    "pattern", [".", "^a", "a$", r"\s", r"\d", r"\bx", "(?i)a", "(?P<x>a)", "[[:alpha:]]", r"[\w]"]
)
def test_a_pattern_that_engines_read_differently_is_refused(pattern: str) -> None:
    assert pattern_faults(pattern)


@pytest.mark.parametrize("pattern", [r"[^\n]", r"\.\[\]", "(?:a|b)?", "[0-9]{1,3}", r"a\nb", '"([^"]*)"', "[.$^]"])
def test_a_pattern_that_travels_is_let_through(pattern: str) -> None:
    assert pattern_faults(pattern) == ()
