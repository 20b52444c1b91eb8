"""The walls, tried at every address that the resolver knows, by everybody, on every kind of object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadline.casefile.evidence import workspace
from leadline.casefile.models import Lead
from leadline.vocabulary.casework import Role
from leadline.web import frame
from tests.web.matrix import METHODS, READING, Matrix, every_target, made_up, surveyed, unmet, visitor
from tests.web.pinned import pinned
from tests.web.replay import Disk, Turn, asker, fill, founded, play
from tests.web.routes import place_of
from tests.web.undone import Desk, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import DrillFigure
    from tests.web.conftest import Held
    from tests.web.matrix import Side
    from tests.web.offers import Offer
    from tests.web.pinned import Draws
    from tests.web.replay import Played
    from tests.web.walled_world import World

    Scripts = Callable[[World], list[list[Turn]]]

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


@pytest.fixture(scope="module")
def mine(worlds: tuple[World, World]) -> Side:
    """The first agency's side, with one object of each class."""
    return surveyed(worlds[0], 1)


def test_each_class_of_request_is_answered_as_it_must_be(worlds: tuple[World, World], mine: Side) -> None:
    theirs = visitor(worlds[1])
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


class Leak:
    """A number that counts across agencies, where the version should stand on every page."""

    def __str__(self) -> str:
        return f"0.{Lead._base_manager.count()}"


def played_twice(world: World, held: Held, disk: Path, accounts: int, scripts: Scripts) -> tuple[list[list[str]], int]:
    """What was answered otherwise, of each script, once the other agency is full; and how many leads that has.

    The last script is played with a :class:`Leak`.
    """
    with held.free(), pinned() as draws:
        draws.begin("askers")
        made, kept = scripts(world), Disk(disk)
        with undone():
            staff = founded(draws)
            empty = played(made, kept, draws)
            number = fill(staff, world, accounts=accounts, draws=draws)
            full = played(made, Disk(disk.with_name(f"{disk.name}-full")), draws)
        kept.put_back()
    return [one.unlike(other, script) for one, other, script in zip(full, empty, made, strict=True)], number


def played(scripts: list[list[Turn]], disk: Disk, draws: Draws) -> list[Played]:
    """Every script from the same state of the database and of the disk; the last one with a leak."""
    found = []
    for script in scripts:
        with pytest.MonkeyPatch.context() as patch:
            if script is scripts[-1]:
                patch.setattr(frame, "__version__", Leak())
            found.append(play(script, draws))
        disk.put_back()
    return found


@pytest.mark.drill
def test_what_an_agency_is_answered_does_not_change_by_a_byte_when_another_one_works(
    worlds: tuple[World, World], mine: Side, held: Held, tmp_path: Path
) -> None:
    def scripts(world: World) -> list[list[Turn]]:
        people = {str(role): asker(world.staff[role], str(role)) for role in Role}
        table, script = agreed(), []
        for turn, offer in enumerate(every_target(mine)):
            able = [name for name in table.get(mine_cell(mine, offer), []) if name in people] or list(people)
            script.append(Turn(people[able[turn % len(able)]], offer))
        return [script, script[:3]]

    (unlike, leaked), leads = played_twice(worlds[0], held, tmp_path / "disk", 30, scripts)
    assert leads == 30
    assert unlike == []
    assert leaked, "a counter across agencies was planted"


def mine_cell(side: Side, offer: Offer) -> str:
    return Matrix(Desk(), [side]).cell(side, offer, offer.method)


@pytest.mark.drill
def test_whole_sessions_of_an_agency_do_not_change_by_a_byte_when_another_one_has_hundreds_of_everything(
    worlds: tuple[World, World], held: Held, tmp_path: Path, drill_figure: DrillFigure
) -> None:
    found, counted = surveyed(worlds[0], 3), []

    def scripts(world: World) -> list[list[Turn]]:
        people = [asker(world.staff[role], str(role)) for role in Role]
        everybody = asker(world.everybody, "everybody")
        apart = [Turn(who, offer) for offer in every_target(found) for who in people]
        session = [Turn(everybody, offer, kept=is_of_the_desk(offer)) for offer in every_target(found)]
        counted.extend(offer.method for _, offer in ((t.who, t.offer) for t in (*apart, *session)))
        return [apart, session, session[:9]]

    (apart, session, leaked), leads = played_twice(worlds[0], held, tmp_path / "disk", 400, scripts)
    drill_figure("leads of the agency that is empty first and full then", leads)
    drill_figure("requests of the other agency, each played twice", len(counted))
    drill_figure("of them GET", counted.count("GET"))
    drill_figure("classes of address", len(found.found.keys))
    drill_figure("answers that differ by a byte of status, headers or body", len(apart) + len(session))
    drill_figure("answers that differ where a counter across agencies was planted, of 9", len(leaked))
    assert apart + session == []
    assert leaked


def is_of_the_desk(offer: Offer) -> bool:
    """Whether what it changes may stay in a session: whoever signs out or loses a factor asks for nothing more."""
    return not place_of(offer.address).route.startswith(("account_", "mfa_", "settings-person"))
