"""The walls in the source: one door to rows, and verbs that are one transaction with a named actor and an entry."""

from __future__ import annotations

import ast

import pytest

from tests.house.tree import python, tree

_DESK = [
    path for path in python() if path.startswith(("src/leadline/casefile", "src/leadline/web", "src/leadline/jobs"))
]
_DOORS = {"objects", "_default_manager", "_base_manager", "_queryset_class"}
_MAKERS = {
    "src/leadline/casefile/models/base.py",
    "src/leadline/casefile/models/agency.py",
    "src/leadline/casefile/models/member.py",
}
_TURNING = "src/leadline/casefile/turning.py"
_SIGNING_IN = {
    "src/leadline/casefile/reading.py",
    "src/leadline/web/adapters.py",
    "src/leadline/web/views/identity.py",
    _TURNING,
}
"""Where somebody is found by login or by an identity provider, before there is an actor; and where secrets of second
factors, which are no agency's rows, are encrypted anew."""
_ACTIONS = "src/leadline/casefile/actions/"
_VERBS = [path for path in _DESK if path.startswith(_ACTIONS) and not path.endswith("__init__.py")]


def _other_doors(module: ast.Module) -> list[str]:
    found = [node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute) and node.attr in _DOORS]
    raw = [node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute) and node.attr in {"raw", "extra"}]
    return found + raw


_MIGRATIONS = "src/leadline/casefile/migrations/"
"""They change rows of every agency while nobody is signed in, and models as they were have no scoped door."""


@pytest.mark.parametrize("path", [path for path in _DESK if path not in _MAKERS and not path.startswith(_MIGRATIONS)])
def test_rows_are_reached_through_the_scoped_door_alone(path: str) -> None:
    allowed = ["objects"] if path in _SIGNING_IN else []
    assert _other_doors(tree(path)) == allowed


@pytest.mark.parametrize("text", ["Lead.objects.get(pk=1)", "Lead._default_manager", "rows.raw('select 1')"])
def test_the_test_sees_another_door(text: str) -> None:
    assert _other_doors(ast.parse(text))


def _public(path: str) -> list[ast.FunctionDef]:
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def _is_verb(function: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "decision" for mark in function.decorator_list)


@pytest.mark.parametrize("path", _VERBS)
def test_a_verb_names_its_actor_by_keyword_and_asks_the_policy(path: str) -> None:
    for function in _public(path):
        if not _is_verb(function):
            continue
        assert "actor" in [argument.arg for argument in function.args.kwonlyargs], function.name
        assert _calls(function) & {"permit"}, function.name


def _calls(function: ast.FunctionDef) -> set[str]:
    """Names that the function calls, in itself."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {call.id for call in calls if isinstance(call, ast.Name)}
