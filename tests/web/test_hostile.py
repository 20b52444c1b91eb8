"""Sixty hostile strings in every text from evidence: no script runs, no policy is broken, nothing acts on a reader."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from leadline import jobs
from leadline.casefile.actions.jobs import FORMATS, ask_export
from leadline.casefile.actions.leads import open_leads
from leadline.casefile.export import exported_file
from leadline.casefile.index.filters import Filter
from leadline.casefile.models import Exhibit, IndexedCandidate, Lead, Person
from leadline.cli.main import run as leadline
from leadline.dispatch.ledger import read_order, referral_of
from leadline.seal.envelope import open_package
from leadline.vocabulary.casework import Role
from tests.web.browser import SITE, chromium, page_of
from tests.web.hostile import HIDDEN, STRINGS
from tests.web.hostile_world import everybody_of, hostile_world, taken_in
from tests.web.survey import survey
from tests.web.undone import Answer, Asker, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from leadline.casefile.models import Member
    from tests.conftest import DrillFigure
    from tests.web.hostile_world import Hostile
    from tests.web.offers import Field

WATCH = """
document.addEventListener('securitypolicyviolation', (event) => {
  (window.broken ||= []).push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
"""Runs in every page before anything of it does, whatever its policy is."""
ACTING = """
() => [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes]
  .filter(({name, value}) => /^(on|hx-on|data-hx-on|style$|srcdoc$)/.test(name) ||
    (/^(href|src|action|formaction|data|xlink:href)$/.test(name) &&
      /^\\s*(javascript|data:text|vbscript)/i.test(value)))
  .map(({name, value}) => `${one.tagName} ${name}=${value.slice(0, 80)}`))
"""
"""What in a page would act: handlers, styles, and addresses that are scripts. The desk's own pages have none."""
SIDEWAYS = "() => document.documentElement.scrollWidth - window.innerWidth"
NARROW = 320
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
COMMANDS = ("rejects", "candidates", "addresses", "requests", "returned", "clusters", "collection", "origin", "rulings")


class Recorder(Desk):
    """Keeps each page that it was answered with."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Answer] = {}

    def ask(self, who: Asker, method: str, address: str, body: tuple[Field, ...] = (), **how: Any) -> Answer:
        answer = super().ask(who, method, address, body, **how)
        if dict(answer.headers).get("Content-Type", "").startswith("text/html") and b"<html" in answer.body:
            self.pages[f"{method} {address} {body}"] = answer
        return answer


@pytest.fixture(autouse=True)
def _no_heart_and_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 3600)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def shown(page: Page, answer: Answer) -> list[str]:
    """What is wrong with the page when Chromium shows this answer, with its headers, as it came."""
    headers = {name: value for name, value in answer.headers if name.lower() not in ("content-length", "location")}

    def fulfilled(route: Route) -> None:
        route.fulfill(status=answer.status, headers=headers, body=answer.body)

    page.route("**/as-it-came", fulfilled)
    page.goto(SITE + "/as-it-came")
    page.unroute("**/as-it-came", fulfilled)
    wrong = [f"acts: {one}" for one in page.evaluate(ACTING)]
    wrong += [f"the policy was broken: {one}" for one in page.evaluate("() => window.broken || []")]
    wrong += ["a script ran"] if page.evaluate("() => window.ran") else []
    found = page.content()
    wrong += [f"{char!r} as it is" for char in HIDDEN if char in found]
    wide = page.evaluate(SIDEWAYS)
    wrong += [f"{wide} px too wide"] if wide > 0 else []
    said, page.said[:] = list(page.said), []  # type: ignore[attr-defined]
    return wrong + [one for one in said if "status of" not in one]


def faults(pages: dict[str, Answer], page: Page) -> Iterator[str]:
    """What is wrong with each of these pages."""
    page.add_init_script(WATCH)
    for name, answer in pages.items():
        yield from (f"{name}: {one}" for one in shown(page, answer))


def all_texts(desk: Recorder, who: Asker, member: Member) -> None:
    """Ask for the page of every account, person and exhibit, and for what is masked on them."""
    for lead in Lead.scoped.visible_to(member):
        for what in ("record", "lines"):
            desk.ask(who, "POST", f"/leads/{lead.pk}/text/", (("what", what), ("which", "all")))
        desk.ask(who, "GET", f"/leads/{lead.pk}/")
    for candidate in IndexedCandidate.scoped.visible_to(member):
        desk.ask(who, "GET", f"/candidates/{candidate.pk}/")
    for path, model in (("persons", Person), ("exhibits", Exhibit)):
        for row in model.scoped.visible_to(member):
            desk.ask(who, "GET", f"/{path}/{row.pk}/")


def cells(path: str, data: bytes) -> Iterator[str]:
    """What is wrong with the cells of a table for people: one that a spreadsheet would reckon with."""
    if path.endswith(".xlsx"):
        sheets = load_workbook(io.BytesIO(data)).worksheets
        found = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
        yield from (f"{path}: a formula in {cell.coordinate}" for cell in found if cell.data_type not in ("s", "n"))
        texts = [str(cell.value) for cell in found if cell.data_type == "s"]
    else:
        texts = [cell for row in csv.reader(io.StringIO(data.decode(), newline="")) for cell in row]
    yield from (f"{path}: {text[:30]!r}" for text in texts if text.startswith(FORMULAS))


def exported(world: Hostile) -> dict[str, bytes]:
    """The whole list of candidates in each format, as the worker writes it."""
    run, analyst = world.at.desk.evidence.run, world.at.desk.police[Role.ANALYST]
    made = {}
    for kind in FORMATS:
        job = ask_export(run, Filter.read({}), kind, "For the file.", actor=analyst)
        assert jobs.work_once()
        made[f"export.{kind}"] = exported_file(job).read_bytes()
    return made


def opened(world: Hostile, folder: Path) -> dict[str, bytes]:
    """The files of the sealed package, as its recipient opens it."""
    order = read_order(world.at.workspace, referral_of(world.at.workspace, world.sealed))
    (sealed,) = world.at.workspace.rglob(f"{world.sealed}*.age")
    open_package(sealed, [world.at.identities[order.partner]], folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def typed(world: Hostile, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """What commands put on a terminal that would act there."""
    here = ("--workspace", str(world.at.workspace))
    for command in COMMANDS:
        for arguments in ([command], [command, "--format", "csv"], [command, "--format", "jsonl"]):
            capsys.readouterr()
            leadline([*arguments, *here])
            said = "".join(capsys.readouterr())
            yield from (f"{arguments}: {char!r}" for char in sorted(set(said)) if char in HIDDEN)
    for account in world.at.desk.evidence.accounts:
        capsys.readouterr()
        assert leadline(["explain", *here, "--", account]) == 0
        yield from (f"explain: {char!r}" for char in set("".join(capsys.readouterr())) if char in HIDDEN)


@pytest.mark.drill
def test_sixty_hostile_strings_act_nowhere(
    transactional_db: None,
    settings: Any,
    tmp_path: Path,
    drill_figure: DrillFigure,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = hostile_world(STRINGS, settings, tmp_path)
    files = {**exported(world), **opened(world, tmp_path / "opened")}
    desk, who = Recorder(), Asker.of(world.everybody, "everybody")
    found = survey(desk, who, most=2)
    all_texts(desk, who, world.everybody)
    index = Answer(200, (("Content-Type", "text/html"),), files["index.html"], frozenset())
    with chromium() as browser:
        client = world.at.desk.as_(world.everybody)
        wrong = [*faults({**desk.pages, "index.html of the package": index}, page_of(browser, client))]
        wrong += faults(desk.pages, page_of(browser, client, width=NARROW))
    in_files = [one for path, data in files.items() if path.endswith((".csv", ".xlsx")) for one in cells(path, data)]
    monkeypatch.setattr("leadline.cli.options._on_a_terminal", lambda: True)
    on_terminal = list(typed(world, capsys))
    drill_figure("strings, each in every text field", len(STRINGS))
    drill_figure("accounts, as keys that are such strings", len(world.at.desk.evidence.accounts))
    drill_figure("classes of address", len(found.keys))
    drill_figure("pages shown in Chromium, each at two widths", len(desk.pages))
    drill_figure("scripts run, policies broken, handlers, hidden characters, sideways scrolls", len(wrong))
    drill_figure("files of exports and of a package", len(files))
    drill_figure("cells that begin a formula", len(in_files))
    drill_figure("characters that act on a terminal", len(on_terminal))
    assert wrong == found.faults == in_files == on_terminal == []


def test_a_few_hostile_strings_act_on_no_page_of_an_account(
    transactional_db: None, settings: Any, tmp_path: Path
) -> None:
    sample = [STRINGS[place] for place in (0, 23, 37, 52, 54, 57)]
    made = taken_in(sample, settings, tmp_path)
    member = everybody_of(made.police)
    open_leads(made.evidence.chosen(*made.evidence.accounts[:2]), "First look.", actor=made.police[Role.ANALYST])
    desk, who = Recorder(), Asker.of(member, "everybody")
    for address in ("/tips/", f"/tips/{made.evidence.tip}/", "/candidates/", "/leads/", "/jobs/"):
        desk.ask(who, "GET", address)
    all_texts(desk, who, member)
    with chromium() as browser:
        assert list(faults(desk.pages, page_of(browser, made.as_(member), width=NARROW))) == []
    assert len(desk.pages) == 5 + 2 * 3 + len(made.evidence.accounts)
