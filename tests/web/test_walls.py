"""The walls, tried at every address that the resolver knows, by everybody, on every kind of object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.evidence import workspace
from tests.web.matrix import METHODS, READING, Matrix, every_target, made_up, surveyed, unmet, visitor
from tests.web.undone import Desk

if TYPE_CHECKING:
    from tests.conftest import DrillFigure
    from tests.web.matrix import Side
    from tests.web.walled_world import World

pytestmark = pytest.mark.django_db
WHO_MAY = Path(__file__).parent / "who_may.json"
"""Who passes at each class of request, as a person has read and agreed to it. How many classes are missing here, the
drill says; a line that a change makes wrong is a decision about permissions, and is looked at as one."""


def files() -> list[tuple[str, int, int]]:
    """What lies in the workspace as evidence: no request of the matrix may touch it."""
    found = []
    for room in ("exhibits", "lake", "log", "keys"):
        found += [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in (workspace() / room).rglob("*")]
    return sorted(found)


def agreed() -> dict[str, list[str]]:
    """The table of who may."""
    return json.loads(WHO_MAY.read_text(encoding="utf-8")) if WHO_MAY.exists() else {}


def test_each_class_of_request_is_answered_as_it_must_be(worlds: tuple[World, World]) -> None:
    mine, theirs = surveyed(worlds[0], 1), visitor(worlds[1])
    matrix, table, before = Matrix(Desk(), [mine, theirs]), agreed(), files()
    for turn, offer in enumerate(every_target(mine)):
        cell = matrix.cell(mine, offer, offer.method)
        may_not = [name for name in mine.roles if name not in table.get(cell, mine.roles)]
        for name in may_not[turn % max(1, len(may_not)) :][:1]:
            matrix.own(mine, offer, offer.method, mine.roles[name])
        matrix.stranger(offer, offer.method, mine.strangers[turn % len(mine.strangers)])
        matrix.own(mine, offer, METHODS[-1 - turn % 3], mine.everybody)
        matrix.foreign(offer, offer.method, theirs.everybody)
        matrix.absent(mine, offer, offer.method, mine.everybody)
    for offer in made_up(mine.found):
        matrix.nothing(mine, offer, mine.everybody)
        for who in mine.strangers:
            matrix.stranger(offer, offer.method, who)
    assert matrix.wrong == []
    assert files() == before
    assert {cell: matrix.passed[cell] - {*table[cell], "everybody"} for cell in table} == {
        cell: set() for cell in table
    }


def written(table: dict[str, list[str]]) -> None:
    """Write the table anew, for a person to read; it is made where the file is not there."""
    lines = (f"{json.dumps(cell)}: {json.dumps(names)}" for cell, names in table.items())
    WHO_MAY.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def at_home(matrix: Matrix, mine: Side) -> None:
    """Everybody of the agency, with every method, at every address that the survey found."""
    people = (mine.everybody, *mine.roles.values())
    for offer in every_target(mine):
        for who in people:
            matrix.own(mine, offer, offer.method, who)
    for offer in {offer.address: offer for offer in every_target(mine)}.values():
        for method in (method for method in METHODS if method != offer.method):
            for who in people:
                matrix.own(mine, offer, method, who)


def visited(matrix: Matrix, here: Side, there: Side) -> None:
    """Strangers and the other agency's people at an agency's addresses; and where nothing is."""
    for offer in every_target(here):
        for who in (*here.strangers, *there.strangers):
            matrix.stranger(offer, offer.method, who)
        for who in (there.everybody, *there.roles.values()):
            matrix.foreign(offer, offer.method, who)
            for method in ("HEAD", "DELETE"):
                matrix.foreign(offer, method, who)
        matrix.absent(here, offer, offer.method, here.everybody)
    for offer in made_up(here.found):
        for who in (here.everybody, *here.roles.values()):
            matrix.nothing(here, offer, who)
        for who in here.strangers:
            matrix.stranger(offer, offer.method, who)


@pytest.mark.drill
def test_the_whole_matrix(worlds: tuple[World, World], drill_figure: DrillFigure) -> None:
    mine, theirs = surveyed(worlds[0], 4), surveyed(worlds[1], 4)
    matrix, before = Matrix(Desk(), [mine, theirs]), files()
    at_home(matrix, mine)
    for here, there in ((mine, theirs), (theirs, mine)):
        visited(matrix, here, there)
    passed = {cell: sorted(names - {"everybody"}) for cell, names in sorted(matrix.passed.items()) if names}
    shown = {cell: names for cell, names in passed.items() if cell.split(" ")[1] not in READING[1:]}
    asked = matrix.desk.asked
    drill_figure("requests", sum(asked.values()))
    drill_figure("by method", ", ".join(f"{method} {number}" for method, number in sorted(asked.items())))
    drill_figure("classes of address", len({*mine.found.keys, *theirs.found.keys}))
    drill_figure("routes that lead to nothing in these worlds", ", ".join(unmet(mine.found)) or 0)
    drill_figure("foreign objects held against absent ones", matrix.pairs)
    drill_figure("foreign canaries, changes by the unauthorised, other faults", len(matrix.wrong))
    if not agreed():
        written(shown)
    assert matrix.wrong == []
    assert files() == before
    table = agreed()
    assert {cell: names for cell, names in shown.items() if cell in table} == table
    drill_figure("classes of request that the agreed table does not name yet", len(set(shown) - set(table)))
    assert sum(asked.values()) >= 25_000
