"""A linter that keeps the rules to SQL which gives the same rows on every engine: what is not allowed is refused.

An allow-list, because a list of bans never ends: most differences between engines are silent. It needs
sqlglot, a development dependency, and is run by `python -m leadline.facts.rules_lint PATH...`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from leadline.facts.patterns import pattern_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlglot.expressions import Expr

_MACRO = re.compile(r"^create or replace macro (\w+)\(", re.MULTILINE | re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHAPE = _words(
    """Select With CTE Union Except Intersect From Join Table TableAlias Alias Where Group Having Order Ordered
    Column Identifier Dot Star Literal Boolean Null Paren Placeholder Parameter DataType Cast Tuple Subquery
    And Or Not EQ NEQ GT GTE LT LTE Is In Between NullSafeEQ NullSafeNEQ Exists Case If
    Add Sub Mul IntDiv Mod Neg DPipe Distinct Filter Window WindowSpec Struct PropertyEQ Array Lambda
    Kwarg"""
)
"""What a statement may be built of, as sqlglot names it."""

FUNCTIONS = _words(
    """Count Sum Min Max LogicalOr LogicalAnd ArrayAgg RowNumber Rank DenseRank Lead Lag
    Coalesce Nullif Least Greatest Abs
    ArraySort ArrayToString Transform
    SHA2 StartsWith SplitPart Split Substring Length"""
)
"""Functions that mean the same everywhere, as sqlglot names them. Aggregates and windows; null handling and
integers (least and greatest skip NULL on both engines); sorted lists; text that no locale touches."""

_PATTERN_MACROS = frozenset({"whole_match", "first_group"})
_PLAIN_TYPES = frozenset({"BIGINT", "INT", "TEXT", "VARCHAR", "BOOLEAN"})
_CASTS_OF_NOTHING = frozenset({"Null", "Placeholder", "Parameter", "Array"})
_TIE = re.compile(r"(^at|_at|^accesses|^bytes|^points|^score|^share|^weight|^first_\w+|^last_\w+)$")
_IN_LAMBDA = frozenset({"Lambda", "Column", "Identifier", "Dot"})
_JOINS = frozenset({"", "INNER", "LEFT", "FULL", "SEMI", "ANTI", "CROSS", "OUTER"})


@dataclass(frozen=True)
class Fault:
    """One thing in a rule that does not travel: the line in its file, from 1, and the reason."""

    line: int
    reason: str


def macros_of(prelude: str) -> frozenset[str]:
    """The names of the macros that a prelude defines, in lower case."""
    return frozenset(name.lower() for name in _MACRO.findall(prelude))


def shipped_macros() -> frozenset[str]:
    """The macros of Leadline's own prelude."""
    return macros_of(files("leadline.facts").joinpath("prelude.sql").read_text(encoding="utf-8"))


def faults_in_rule(text: str, *, macros: frozenset[str] | None = None) -> tuple[Fault, ...]:
    """Every reason why the text of a rule is refused, by line; empty where it travels."""
    from sqlglot import parse
    from sqlglot.errors import SqlglotError

    try:
        statements = [statement for statement in parse(text, read="duckdb") if statement is not None]
    except SqlglotError as error:
        return (Fault(1, f"it does not parse: {str(error).splitlines()[0]}"),)
    known = shipped_macros() if macros is None else macros
    found = [*_file_faults(text, statements)]
    for statement in statements:
        found.extend(_tree_faults(statement, known))
    return tuple(sorted(set(found), key=lambda fault: (fault.line, fault.reason)))


def faults_in_prelude(text: str) -> tuple[Fault, ...]:
    """Every reason why a prelude is refused: a macro without a comment, or with a name that is taken."""
    from sqlglot.parser import Parser

    found: list[Fault] = []
    lines = text.splitlines()
    for macro in _MACRO.finditer(text):
        line = text.count("\n", 0, macro.start()) + 1
        if line < 2 or not lines[line - 2].startswith("--"):
            found.append(Fault(line, f"{macro[1]} has no comment above it that gives its reason"))
        if macro[1].upper() in Parser.FUNCTIONS:
            found.append(Fault(line, f"{macro[1]} is the name of a function that sqlglot rewrites; choose another"))
    return tuple(found)


def _file_faults(text: str, statements: list[Expr]) -> Iterator[Fault]:
    if not text.startswith("--"):
        yield Fault(1, "no comment at the head gives the reason of this rule")
    if len(statements) != 1:
        yield Fault(1, f"{len(statements)} statements: a rule file holds exactly one SELECT")
    for line in _lines_of_len(text):
        yield Fault(line, "len: lists and text have lengths of different names; use length for text")
    for statement in statements:
        if _kind(statement) not in {"Select", "Union", "Except", "Intersect"}:
            yield Fault(_line(statement), f"{_kind(statement)}: a rule is one SELECT and nothing else")


def _lines_of_len(text: str) -> Iterator[int]:
    """Where `len(` stands: sqlglot reads it as `length`, so that the tree does not show it."""
    from sqlglot import tokenize

    tokens = tokenize(text, read="duckdb")
    for token, following in pairwise(tokens):
        if token.text.lower() == "len" and following.text == "(":
            yield token.line


def _tree_faults(statement: Expr, macros: frozenset[str]) -> Iterator[Fault]:
    for node in statement.walk():
        reason = _not_allowed(node, macros)
        if reason:
            yield Fault(_line(node), reason)
            continue
        check = _CHECKS.get(_kind(node))
        for fault in check(node) if check else ():
            yield Fault(_line(node), fault)


def _not_allowed(node: Expr, macros: frozenset[str]) -> str:
    kind = _kind(node)
    if kind in SHAPE or kind in FUNCTIONS:
        return ""
    if kind == "Anonymous":
        return "" if str(node.this).lower() in macros else f"{str(node.this).lower()}() is not on the list"
    return f"{node.sql(dialect='duckdb')[:60]!r} ({kind}) is not on the list"


# --- one check a kind of node ---------------------------------------------------------------------------


def _literal(node: Expr) -> Iterator[str]:
    if not node.is_string and not re.fullmatch(r"[0-9]+", str(node.this)):
        yield f"{node.this}: rules calculate in integers, never in decimals or floats"


def _identifier(node: Expr) -> Iterator[str]:
    if node.args.get("quoted"):
        yield f'"{node.this}": quoted names differ between engines and may hide a file'


def _column(node: Expr) -> Iterator[str]:
    if not node.args.get("table") and node.name not in _lambda_names(node) and not _is_star_of_count(node):
        yield f"{node.name}: write which table the column is of"


def _star(node: Expr) -> Iterator[str]:
    if any(node.args.values()):
        yield "`*` with except, replace or rename: name the columns"
    if _kind(node.parent) == "Select":
        yield "a bare `*`: write which table it is of, or name the columns"


def _parameter(node: Expr) -> Iterator[str]:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", str(node.this or "")):
        yield "a parameter without a name: write $name"


def _cast(node: Expr) -> Iterator[str]:
    wanted = node.args["to"].sql(dialect="duckdb").upper()
    if node.args.get("safe"):
        yield "try_cast reads text differently on each engine: use try_int"
    elif wanted not in _PLAIN_TYPES and _kind(node.this) not in _CASTS_OF_NOTHING:
        yield f"cast to {wanted}: only a parameter, NULL or an empty list may become one; use a macro"


def _sum(node: Expr) -> Iterator[str]:
    if not any(_kind(above) == "Cast" for above in _above(node, stop="Select")):
        yield "sum: wrap it in cast(… as bigint), for its type differs between engines"


def _list(node: Expr) -> Iterator[str]:
    if any(_kind(inner) == "Order" for inner in node.walk()):
        yield "list(… order by …): the order is lost; use list_sort(list(…))"
    filtered = _kind(node.parent) == "Filter"
    outer = node.parent.parent if filtered and node.parent else node.parent
    if _kind(outer) != "ArraySort":
        yield "list without list_sort has no order"
    of = node.this.expressions[0] if _kind(node.this) == "Distinct" else node.this
    if not filtered and _kind(of) != "Struct":
        yield "list of what may be NULL: add filter (where … is not null)"
    select = next((above for above in _above(node) if _kind(above) == "Select"), None)
    if select is not None and not select.args.get("group"):
        yield "list over a whole table gives NULL or [] by engine: group it"


def _list_sort(node: Expr) -> Iterator[str]:
    if node.args.get("asc") is not None or node.args.get("expression") is not None:
        yield "list_sort with an order of its own: sort upwards only"


def _lambda(node: Expr) -> Iterator[str]:
    for inner in node.walk():
        if _kind(inner) not in _IN_LAMBDA:
            yield "only plain field access works inside a lambda on every engine"
            return


def _window(node: Expr) -> Iterator[str]:
    if _kind(node.this) in {"Rank", "DenseRank"}:
        return
    order = node.args.get("order")
    if order is None:
        if _kind(node.this) in {"RowNumber", "Lead", "Lag"}:
            yield "a window without an order"
        return
    last = order.expressions[-1].this
    if _kind(last) != "Column" or _TIE.search(last.name):
        yield f"a window ordered last by {last.sql(dialect='duckdb')}: end with a column that settles ties"


def _join(node: Expr) -> Iterator[str]:
    words = {str(node.args.get(part) or "").upper() for part in ("method", "side", "kind")}
    if not words <= _JOINS:
        yield f"{' '.join(sorted(words - _JOINS)).lower()} join is not on the list"
    if node.args.get("using"):
        yield "join … using: write the condition with on"


def _subquery(node: Expr) -> Iterator[str]:
    if _kind(node.parent) not in {"In", "Exists", "Union", "Except", "Intersect"}:
        yield "a query within a query: give it a name with `with`"


def _select(node: Expr) -> Iterator[str]:
    for clause in ("limit", "offset", "qualify", "pivots", "laterals", "sample", "windows"):
        if node.args.get(clause):
            yield f"{clause} is not on the list"
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        yield "distinct on: use row_number with an order that settles ties"
    if node.parent is None or _kind(node.parent) == "CTE":
        for said in node.expressions:
            if _kind(said) not in {"Alias", "Column", "Star"}:
                yield f"{said.sql(dialect='duckdb')[:40]}: give it a name with `as`"


def _set_operation(node: Expr) -> Iterator[str]:
    if node.args.get("by_name"):
        yield "by name is not on the list: name the columns in one order"


def _group(node: Expr) -> Iterator[str]:
    if node.args.get("all") or node.args.get("cube") or node.args.get("rollup"):
        yield "group by all, cube or rollup: name the columns"
    if any(_kind(key) == "Literal" for key in node.expressions):
        yield "group by a position: name the column"


def _with(node: Expr) -> Iterator[str]:
    if node.args.get("recursive"):
        yield "recursive is not on the list"


def _substring(node: Expr) -> Iterator[str]:
    start = node.args["start"]
    surely = start.expression if _kind(start) == "Add" and _kind(start.this) == "Length" else start
    if _kind(surely) != "Literal" or int(surely.name) < 1:
        yield "substr must begin at a number from 1 on, or at length(…) + such a number: engines disagree below 1"


def _macro(node: Expr) -> Iterator[str]:
    if str(node.this).lower() not in _PATTERN_MACROS:
        return
    pattern = node.expressions[1]
    if _kind(pattern) == "Literal":
        yield from (f"pattern: {reason}" for reason in pattern_faults(pattern.name))
    elif _kind(pattern) not in {"Placeholder", "Parameter"}:
        yield "a pattern that is no literal and no $parameter is compiled once a row"


_CHECKS: dict[str, Callable[[Expr], Iterator[str]]] = {
    "Anonymous": _macro,
    "ArrayAgg": _list,
    "ArraySort": _list_sort,
    "Cast": _cast,
    "Column": _column,
    "Except": _set_operation,
    "Group": _group,
    "Identifier": _identifier,
    "Intersect": _set_operation,
    "Join": _join,
    "Lambda": _lambda,
    "Literal": _literal,
    "Parameter": _parameter,
    "Placeholder": _parameter,
    "Select": _select,
    "Star": _star,
    "Subquery": _subquery,
    "Substring": _substring,
    "Sum": _sum,
    "Union": _set_operation,
    "Window": _window,
    "With": _with,
}


# --- the tree -------------------------------------------------------------------------------------------


def _kind(node: object) -> str:
    return type(node).__name__


def _above(node: Expr, *, stop: str = "") -> Iterator[Expr]:
    above = node.parent
    while above is not None and _kind(above) != stop:
        yield above
        above = above.parent


def _lambda_names(node: Expr) -> set[str]:
    lambdas = [above for above in _above(node) if _kind(above) == "Lambda"]
    return {name.name for one in lambdas for name in one.expressions}


def _is_star_of_count(node: Expr) -> bool:
    return _kind(node.this) == "Star"


def _line(node: Expr) -> int:
    """The first line that sqlglot knows of, in the node or else above it."""
    for near in (*node.walk(), *_above(node)):
        line = near.meta.get("line")
        if isinstance(line, int):
            return line
    return 1


# --- the command ----------------------------------------------------------------------------------------


def rule_files(paths: Iterable[Path]) -> list[Path]:
    """The SQL files at or below the paths, in order."""
    found = (file for path in paths for file in (sorted(path.rglob("*.sql")) if path.is_dir() else [path]))
    return sorted(set(found))


def faults_in_file(path: Path) -> tuple[Fault, ...]:
    """The faults of one file: as a prelude if it is called so, as a rule otherwise."""
    text = path.read_text(encoding="utf-8")
    return faults_in_prelude(text) if path.name == "prelude.sql" else faults_in_rule(text)


def main(arguments: list[str] | None = None) -> int:
    """Print `file:line: reason` for every fault; 1 if there is any."""
    paths = [Path(given) for given in (sys.argv[1:] if arguments is None else arguments)]
    said = [f"{file}:{fault.line}: {fault.reason}" for file in rule_files(paths) for fault in faults_in_file(file)]
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
