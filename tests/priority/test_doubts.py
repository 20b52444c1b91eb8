"""Each check answers yes, no or unknown from the evidence, and the doubts alone set the holder's certainty.

Every scene is one account of one invented tip; the stages run once, and each test looks at one account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from leadline.vocabulary.scales import State
from tests.priority.world import BROWSER, World, at

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKS = (
    "attempts-only",
    "automated-client",
    "carrier-nat-without-port",
    "crawler",
    "only-anonymised-addresses",
    "provider-says-compromised",
    "reported-as-victim",
    "shared-address",
    "signs-of-compromise",
    "single-accident",
)
Values = dict[str, Any]
Deed = tuple[str, str, int, Values]
"""Action, object, seconds after the first moment, further values of the access."""
DAY = 86_400
HOME: Values = {"accesses": 10}


def views(times: int = 10, *, every: int = DAY, **values: Any) -> list[Deed]:
    """Views of so many objects, one after the other."""
    return [("view", f"o{number}", number * every, values) for number in range(times)]


@dataclass(frozen=True)
class Scene:
    """What one account did, where it was seen, what the provider says of it, and what follows."""

    follows: str
    """The answer, the certainty, or words of the next check."""
    deeds: Sequence[Deed] = field(default_factory=views)
    seen: Sequence[Values] = ()
    record: Values | None = None
    reported: Sequence[Values] = ()


def gone(client: str | None, *, day: int = 11, last: int = 10, country: str = "AU") -> tuple[list[Deed], list[Values]]:
    """Ten days at home until ``last``, then one view from another country with this client on ``day``."""
    home = {"accesses": 10, "first_access": at(0), "last_access": at(last)}
    away = {"accesses": 1, "country": country, "first_access": at(day), "last_access": at(day)}
    return [*views(), ("view", "o1", day * DAY, {"user_agent": client})], [home, away]


def moved(follows: str, client: str | None, **values: Any) -> Scene:
    deeds, seen = gone(client, **values)
    return Scene(follows, deeds, seen)


def agents(follows: str, *names: str) -> dict[str, Scene]:
    return {f"agent {name}": Scene(follows, views(user_agent=name)) for name in names}


def kinds(follows: str, *named: str) -> Scene:
    return Scene(follows, seen=[{"kind": kind, "accesses": 5} for kind in named])


SCENES: dict[str, dict[str, Scene]] = {
    "shared-address": {
        "mostly shared": Scene("yes", seen=[{"accesses": 6, "accounts_here": 5}, {"accesses": 4}]),
        "half shared": Scene("yes", seen=[{"accesses": 5, "accounts_here": 5}, {"accesses": 5}]),
        "less than half shared": Scene("no", seen=[{"accesses": 4, "accounts_here": 5}, {"accesses": 6}]),
        "a household": Scene("no", seen=[{"accesses": 10, "accounts_here": 4}]),
        "an anonymiser": Scene(
            "unknown", seen=[{"accesses": 10, "accounts_here": 90, "kind": "vpn", "carries": False}]
        ),
        "seen nowhere": Scene("unknown"),
    },
    "carrier-nat-without-port": {
        "no port": Scene("yes", seen=[{"kind": "cgnat", "accesses": 10, "without_port": 10}]),
        "mostly with port": Scene("no", seen=[{"kind": "cgnat", "accesses": 10, "without_port": 2}]),
        "mostly elsewhere": Scene("no", seen=[{"kind": "cgnat", "accesses": 2, "without_port": 2}, {"accesses": 8}]),
        "a line needs no port": Scene("no", seen=[{"kind": "access", "accesses": 10, "without_port": 10}]),
        "a use nobody knows": Scene("unknown", seen=[{"kind": "unknown", "accesses": 10, "without_port": 10}]),
    },
    "crawler": {
        "a crawler": kinds("yes", "crawler"),
        "now and then a crawler": kinds("yes", "access", "crawler"),
        "no crawler": kinds("no", "tor", "vpn"),
        "no table says": kinds("unknown", "unknown", "special"),
    },
    "only-anonymised-addresses": {
        "anonymisers": kinds("yes", "tor", "vpn"),
        "hosting and relays": kinds("yes", "hosting", "relay"),
        "a line as well": kinds("no", "tor", "access"),
        "something unknown as well": kinds("unknown", "vpn", "unknown"),
        "a crawler's": kinds("unknown", "crawler"),
        "none at all": kinds("unknown"),
    },
    "automated-client": {
        **agents(
            "yes",
            "Mozilla/5.0 (compatible; Googlebot/2.1)",
            "Examplebot",
            "LinkPreview/1.2 (+https://preview.example/bot)",
            "facebookexternalhit/1.1",
            "WhatsApp/2.19.81 A",
            "curl/7.64.0",
            "python-requests/2.21",
            "HotlineCrawler/3.0",
            "Mozilla/5.0 HeadlessChrome/74",
        ),
        **agents("no", BROWSER, "Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_S)", "Botany/1.0", "Java Browser", ""),
        "a preview now and then": Scene("no", [*views(10), *views(9, user_agent="LinkPreview/1.2")]),
        "mostly previews": Scene("yes", [*views(9), *views(10, user_agent="LinkPreview/1.2")]),
        "no client named": Scene("unknown", views(user_agent=None)),
        "a hundred objects in a second": Scene("yes", views(100, every=0, user_agent=None)),
        "less than a hundred": Scene("unknown", views(99, every=0, user_agent=None)),
        "attempts in a second": Scene("no", views(120, every=0, succeeded=False, status=429)),
        "a day without sleep": Scene("yes", [("view", "o1", 3600 * (hour - 12), {}) for hour in range(22)]),
        "a long day": Scene("no", [("view", "o1", 3600 * (hour - 12), {}) for hour in range(21)]),
    },
    "signs-of-compromise": {
        "place and client at once": moved("yes", "Other/1"),
        "a traveller keeps the client": moved("no", BROWSER),
        "a new client at home": moved("no", "Other/1", country="NZ"),
        "a move long after": moved("no", "Other/1", day=60, last=20),
        "no client known": Scene("unknown", views(user_agent=None), seen=[HOME]),
        "no place known": Scene("unknown", seen=[{"kind": "tor", "country": "", "carries": False, "accesses": 10}]),
    },
    "provider-says-compromised": {
        "flagged": Scene("yes", record={"compromised": True}),
        "cleared by the provider": Scene("no", record={"compromised": False}),
        "a record that does not say": Scene("unknown", record={"compromised": None}),
        "no record": Scene("unknown"),
    },
    "reported-as-victim": {
        "a victim": Scene("yes", reported=[{"role": "victim"}]),
        "a victim in one report of two": Scene("yes", reported=[{}, {"role": "victim"}]),
        "reported": Scene("no", reported=[{}]),
        "an account of a victim's acquaintance": Scene("no", reported=[{"role": "associated"}]),
        "of another service": Scene("unknown", reported=[{"role": "victim", "third_party": True}]),
        "in no report": Scene("unknown"),
    },
    "single-accident": {
        "one look": Scene("yes", views(1)),
        "a retry within a minute": Scene("yes", [("view", "o1", 0, {}), ("view", "o1", 60, {})]),
        "one attempt": Scene("yes", views(1, succeeded=False)),
        "again after a minute": Scene("no", [("view", "o1", 0, {}), ("view", "o1", 61, {})]),
        "a second object": Scene("no", views(2, every=1)),
        "one download": Scene("unknown", [("download", "o1", 0, {})]),
        "one upload": Scene("no", [("upload", "o1", 0, {})]),
        "one sharing": Scene("no", [("share", "o1", 0, {})]),
        "one listing": Scene("no", [("list", "k1", 0, {})]),
    },
    "attempts-only": {
        "refused twice": Scene("yes", views(2, succeeded=False, status=404)),
        "refused once": Scene("no", [*views(1, succeeded=False, status=404), *views(1)]),
        "no status beside it": Scene("unknown", [*views(1, succeeded=False, status=404), *views(1, status=None)]),
        "no status at all": Scene("unknown", views(2, status=None)),
        "some status": Scene("no", [*views(1), *views(1, status=None)]),
    },
}
CERTAINTIES: dict[str, Scene] = {
    "home": Scene("firm", seen=[HOME], record={"compromised": False}),
    "home without a record": Scene("firm", seen=[HOME]),
    "half at home": Scene("firm", seen=[{"accesses": 5}, {"accesses": 5, "kind": "tor", "carries": False}]),
    "less than half at home": Scene("weak", seen=[{"accesses": 4}, {"accesses": 6, "kind": "tor", "carries": False}]),
    "a phone": Scene("weak", seen=[{"accesses": 10, "kind": "mobile"}]),
    "a use nobody knows": Scene("weak", seen=[{"accesses": 10, "kind": "unknown"}]),
    "a shared address": Scene("weak", seen=[{"accesses": 10, "accounts_here": 7}]),
    "a program": Scene("weak", views(user_agent="curl/7"), [HOME]),
    "no client named": Scene("weak", views(user_agent=None), [HOME]),
    "one look": Scene("weak", views(1), [{"accesses": 1}]),
    "some ports": Scene("weak", seen=[{"accesses": 10, "kind": "cgnat", "without_port": 6}]),
    "no port": Scene("unknown", seen=[{"accesses": 10, "kind": "cgnat", "without_port": 10}]),
    "an anonymiser": Scene("unknown", seen=[{"accesses": 10, "kind": "vpn", "carries": False}]),
    "flagged": Scene("unknown", seen=[HOME], record={"compromised": True}),
    "a victim": Scene("unknown", seen=[HOME], reported=[{"role": "victim"}]),
    "a crawler": Scene("unknown", seen=[{"accesses": 9}, {"accesses": 1, "kind": "crawler", "carries": False}]),
    "seen nowhere": Scene("unknown"),
}
NEXT: dict[str, Scene] = {
    "flagged": Scene("why it marks the account as compromised", seen=[HOME], record={"compromised": True}),
    "a victim": Scene("victim-identification unit before anything else", seen=[HOME], reported=[{"role": "victim"}]),
    "a crawler": Scene("who runs the crawler", seen=[{**HOME, "kind": "crawler"}], record={}),
    "taken over": moved("changes of password around 2019-03-12", "Other/1"),
    "a program": Scene("which program made these accesses", views(user_agent="curl/7"), [HOME], {}),
    "no port": Scene("source ports of 10 accesses", seen=[{**HOME, "kind": "cgnat", "without_port": 10}], record={}),
    "hidden": Scene("sign-ins outside the cache", seen=[{**HOME, "kind": "tor"}], record={}),
    "hidden without a record": Scene("record of the account: sign-up address", seen=[{**HOME, "kind": "tor"}]),
    "home without a record": Scene("for the record of the account.", seen=[HOME]),
    "home with a record": Scene("Find the record holder", seen=[HOME], record={}),
}
ALL = {**SCENES, "certainty": CERTAINTIES, "next": NEXT}


def stage(world: World, account: str, scene: Scene) -> None:
    for action, key, second, values in scene.deeds:
        listing = action == "list"
        name = key if listing else f"{account} {key}"
        if not listing and name not in world.known:
            world.listed(name, added_at=at(-1))
        world.access(account, action, name, at(seconds=second), **values)
    for sighting in scene.seen:
        world.seen(account, **sighting)
    if scene.record is not None:
        world.record(account, **scene.record)
    for party in scene.reported:
        world.reported(account, **party)


@pytest.fixture(scope="module")
def candidates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The candidates of all scenes by `group/scene`."""
    world = World(tmp_path_factory.mktemp("scenes"))
    for group, scenes in ALL.items():
        for name, scene in scenes.items():
            stage(world, f"{group}/{name}", scene)
    return {row["account_key"]: row for row in world.rank()}


def named(groups: dict[str, dict[str, Scene]]) -> list[Any]:
    return [
        pytest.param(group, name, scene.follows, id=f"{group}/{name}")
        for group, scenes in groups.items()
        for name, scene in scenes.items()
    ]


@pytest.mark.parametrize(("check", "name", "state"), named(SCENES))
def test_a_check_answers_from_the_evidence(candidates: dict[str, Any], check: str, name: str, state: str) -> None:
    doubts = {doubt["check"]: doubt for doubt in candidates[f"{check}/{name}"]["doubts"]}
    assert doubts[check]["state"] == state, doubts[check]["reason"]
    assert doubts[check]["reason"]


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_scene_for_each_answer(check: str) -> None:
    assert {scene.follows for scene in SCENES[check].values()} == set(State)


def test_all_checks_are_answered_in_the_order_of_their_names(candidates: dict[str, Any]) -> None:
    assert {tuple(doubt["check"] for doubt in row["doubts"]) for row in candidates.values()} == {CHECKS}


@pytest.mark.parametrize(("group", "name", "certainty"), named({"certainty": CERTAINTIES}))
def test_the_certainty_follows_from_the_doubts(
    candidates: dict[str, Any], group: str, name: str, certainty: str
) -> None:
    row = candidates[f"{group}/{name}"]
    assert row["holder_certainty"] == certainty, [doubt for doubt in row["doubts"] if doubt["state"] != "no"]


@pytest.mark.parametrize(("group", "name", "asked"), named({"next": NEXT}))
def test_the_next_check_is_the_one_that_moves_most(
    candidates: dict[str, Any], group: str, name: str, asked: str
) -> None:
    assert asked in candidates[f"{group}/{name}"]["next_check"]


@pytest.mark.parametrize(
    ("account", "caveat"),
    [
        ("crawler/a crawler", "crawler"),
        ("automated-client/mostly previews", "automated-client"),
        ("signs-of-compromise/place and client at once", "signs-of-compromise"),
        ("provider-says-compromised/flagged", "provider-says-compromised"),
        ("shared-address/mostly shared", "shared-address"),
        ("attempts-only/refused twice", "attempts-only"),
        ("single-accident/one look", "single-access"),
    ],
)
def test_a_doubt_that_is_answered_yes_is_a_caveat_as_well(
    candidates: dict[str, Any], account: str, caveat: str
) -> None:
    assert caveat in candidates[account]["caveats"]
    assert caveat not in candidates["certainty/home"]["caveats"]


def test_doubts_leave_the_score_alone(candidates: dict[str, Any]) -> None:
    same = [
        row["score"]
        for account, row in candidates.items()
        if account.startswith("certainty/") and row["days_active"] == 10
    ]
    assert len(same) == len(CERTAINTIES) - 1
    assert len(set(same)) == 1


def test_the_reasons_of_a_doubt_name_its_figures(candidates: dict[str, Any]) -> None:
    doubts = {
        doubt["check"]: doubt["reason"]
        for doubt in candidates["signs-of-compromise/place and client at once"]["doubts"]
    }
    assert doubts["signs-of-compromise"] == (
        "on 2019-03-12 the first access from AU was also the first with another client, while NZ was in use"
    )
    doubts = {doubt["check"]: doubt["reason"] for doubt in candidates["shared-address/mostly shared"]["doubts"]}
    assert doubts["shared-address"].startswith("6 of 10 accesses")
    doubts = {
        doubt["check"]: doubt["reason"]
        for doubt in candidates["automated-client/a hundred objects in a second"]["doubts"]
    }
    assert "no access names its client program" not in doubts["automated-client"]
    assert "at most 100 objects opened within a second" in doubts["automated-client"]
