"""Code stays small and says what it is for: short functions, short files, docstrings, no naive instants."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.house import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = [path for path in tree.python() if path.startswith("src/")]
BY_HAND = [path for path in SOURCE if "/migrations/" not in path]
"""Migrations are written by Django."""
NAIVE = {"utcnow", "utcfromtimestamp", "today"}
"""Calls that give an instant without a zone, or a day of nobody knows where."""
NEEDS_ZONE = {"now": 1, "fromtimestamp": 2}
"""Calls that give a zone only where one is passed, and how many positional arguments that takes."""


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def naive_calls(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        given = len(node.args) + len(node.keywords)
        if node.func.attr in NAIVE or given < NEEDS_ZONE.get(node.func.attr, 0):
            yield node.lineno


@pytest.mark.parametrize("line", ["datetime.now()", "datetime.utcnow()", "date.today()", "datetime.fromtimestamp(1)"])
def test_an_instant_without_a_zone_is_found(line: str) -> None:
    assert list(naive_calls(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "datetime.now(tz=UTC)", "datetime.fromtimestamp(1, UTC)", "now()"]
)
def test_an_instant_with_a_zone_is_left_alone(line: str) -> None:
    assert not list(naive_calls(ast.parse(line)))


def test_no_instant_is_made_without_a_zone() -> None:
    found = [f"{path}:{line}" for path in tree.python() for line in naive_calls(tree.tree(path))]
    assert not found, "\n".join(path for path in found if "test_shape_of_code" not in path)


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{path}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in SOURCE
        for node in functions(tree.tree(path))
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > 50
    ]
    assert not long, "\n".join(long)


def test_half_of_all_functions_have_ten_lines_at_most() -> None:
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for path in SOURCE
        for node in functions(tree.tree(path))
        if node.end_lineno is not None
    )
    assert lengths[len(lengths) // 2] <= 10


def test_no_source_file_is_longer_than_400_lines() -> None:
    long = [f"{path}: {len(tree.lines(path))}" for path in BY_HAND if len(tree.lines(path)) > 400]
    assert not long, "\n".join(long)


@pytest.mark.parametrize("path", tree.python())
def test_a_module_begins_by_saying_what_it_is_for(path: str) -> None:
    said = ast.get_docstring(tree.tree(path)) or ""
    first = said.split("\n\n")[0]
    assert first.endswith((".", "?", "`")), f"{path} has no docstring whose first sentence has an end"


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.rpartition("/")[0] for path in SOURCE}
    assert not [folder for folder in folders if f"{folder}/__init__.py" not in SOURCE and folder != "src"]
