"""A saved search gives its list again and says how many rows there are since a colleague looked last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.casefile.actions.leads import open_leads
from leadline.casefile.models import AuditEvent, IndexedCandidate, SavedSearch
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.conftest import Desk


def saved(desk: Desk, client: Client, **told: str) -> SavedSearch:
    client.post("/searches/save/", {"name": "Mine", "searched": "leads", "state": "open", **told})
    return SavedSearch.scoped.visible_to(desk.police.admin).get(name=told.get("name", "Mine"))


def row(client: Client) -> str:
    page = client.get("/searches/").content.decode()
    return re.sub(r"<[^>]+>|\s+", " ", page[page.index("<tbody") : page.index("</tbody")])


def test_a_search_gives_its_list_again_and_counts_from_the_last_look(desk: Desk) -> None:
    analyst = desk.police[Role.ANALYST]
    client = desk.as_(analyst)
    mine = saved(desk, client)
    assert "not looked at yet" in row(client)
    assert client.post(f"/searches/{mine.pk}/").headers["Location"] == "/leads/?state=open"
    assert "the same as" in row(client)
    open_leads(desk.evidence.chosen(*desk.evidence.accounts[2:4]), "Two more.", actor=analyst)
    assert re.search(r"3 .*2 more *since", row(client))
    client.post(f"/searches/{mine.pk}/")
    assert "the same as" in row(client)
    last = AuditEvent.scoped.visible_to(analyst).order_by("-seq")[0]
    assert (last.action, last.thing) == ("search:row:looked-at", mine.pk)


def test_a_search_of_candidates_keeps_its_filter_and_nothing_else(desk: Desk) -> None:
    client = desk.as_(desk.police[Role.ANALYST])
    level = IndexedCandidate.scoped.visible_to(desk.police.admin).get(account_key="police-3").level
    told = {"searched": "candidates", "level": level, "text": "Police-3", "place": ">3", "name": "Low"}
    kept = saved(desk, client, **{**told, "state": ""})
    assert kept.words == {"level": [level], "text": ["police-3"]}
    assert " 1 " in row(client)
    assert client.post(f"/searches/{kept.pk}/").headers["Location"] == f"/candidates/?level={level}&text=police-3"
    assert client.post("/searches/save/", {**told, "level": "urgent"}).status_code == 400
    assert client.post("/searches/save/", {**told, "searched": "audit"}).status_code == 400


def test_a_teams_search_is_the_teams_and_ones_own_is_nobody_elses(desk: Desk) -> None:
    investigator, neighbour = desk.police[Role.INVESTIGATOR], desk.police.neighbour
    client = desk.as_(investigator)
    own, teams = saved(desk, client), saved(desk, client, name="Ours", for_team="1")
    assert teams.team_id == investigator.team_id
    mate = desk.police[Role.MANAGER]
    mate.team_id = investigator.team_id
    mate.save()
    assert [name in row(desk.as_(mate)) for name in ("Mine", "Ours")] == [False, True]
    assert desk.as_(mate).post(f"/searches/{teams.pk}/forget/").status_code == 409
    assert desk.as_(mate).post(f"/searches/{own.pk}/forget/").status_code == 404
    for stranger in (neighbour, desk.customs[Role.INVESTIGATOR]):
        for search in (own, teams):
            assert desk.as_(stranger).post(f"/searches/{search.pk}/").status_code == 404
    assert client.post(f"/searches/{own.pk}/forget/").status_code == 302
    assert AuditEvent.scoped.visible_to(desk.police.admin).order_by("-seq")[0].action == "search:register:forgotten"
    assert not SavedSearch.scoped.visible_to(desk.police.admin).filter(pk=own.pk).exists()


def test_who_may_not_read_a_list_saves_no_search_of_it(desk: Desk) -> None:
    client = desk.as_(desk.police[Role.AUDITOR])
    told = {"name": "Mine", "searched": "leads", "state": "open"}
    assert client.post("/searches/save/", told).status_code == 403
    assert not SavedSearch.scoped.visible_to(desk.police.admin).exists()
    analyst = desk.as_(desk.police[Role.ANALYST])
    assert analyst.post("/searches/save/", {**told, "for_team": "1"}).status_code == 409
    saved(desk, analyst)
    assert analyst.post("/searches/save/", told).status_code == 409
