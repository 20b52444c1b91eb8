"""One session of one agency, played while another agency is empty and again while it is full, compared byte by byte."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.test import Client

from leadline.casefile.actions import cases, leads, tips
from leadline.casefile.actions.exhibits import register_exhibit
from leadline.casefile.actions.jobs import MOST_WAITING, ask_index
from leadline.casefile.evidence import workspace
from leadline.casefile.models import Job, Lead
from leadline.casefile.sealing import seal_rows
from leadline.errors import Busy
from leadline.pipeline import run_tip
from leadline.stages.intake.receive import receive
from leadline.vocabulary.casework import JobState, Role
from leadline.vocabulary.identifiers import parse_tip
from tests.desk_cast import Evidence, accounts_of, bundle_of, staff_of
from tests.web.signing_in import signed_in
from tests.web.stocked import stock
from tests.web.undone import Asker, undone
from tests.web.walled_world import canary, work_through

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.casefile.models import Member
    from tests.desk_cast import Staff
    from tests.web.offers import Offer
    from tests.web.pinned import Draws
    from tests.web.walled_world import World

FULL = "harbour"
"""Code of the agency that is empty first, and full then."""
Heard = tuple[int, tuple[tuple[str, str], ...], bytes]
"""Status, headers as they were sent, and body."""


@dataclass(frozen=True)
class Turn:
    """One request of a session; `kept` where what it changes stays for the rest of the session."""

    who: Asker
    offer: Offer
    kept: bool = False


@dataclass
class Played:
    """What came back in one playing of a script."""

    heard: list[Heard] = field(default_factory=list)

    def unlike(self, other: Played, script: Sequence[Turn]) -> list[str]:
        """Requests that were answered by other bytes, each with the first place where they part."""
        pairs = zip(script, self.heard, other.heard, strict=True)
        return [
            f"{one.who.name} {one.offer.method} {one.offer.address}: {_parts(a, b)}" for one, a, b in pairs if a != b
        ]


def _parts(one: Heard, other: Heard) -> str:
    if one[:2] != other[:2]:
        heads = sorted({*one[1]} ^ {*other[1]})
        return f"{one[0]} is not {other[0]}; headers {heads}"
    at = next((n for n, (a, b) in enumerate(zip(one[2], other[2], strict=False)) if a != b), 0)
    return f"{one[2][max(0, at - 60) : at + 60]!r} is not {other[2][max(0, at - 60) : at + 60]!r}"


def play(script: Sequence[Turn], draws: Draws) -> Played:
    """Send the requests in order; of the whole nothing stays."""
    played, client = Played(), Client(raise_request_exception=False)
    with undone():
        for number, turn in enumerate(script):
            draws.begin(f"request {number}")
            with nullcontext() if turn.kept else undone():
                played.heard.append(_heard(client, turn))
    return played


def _heard(client: Client, turn: Turn) -> Heard:
    client.cookies = SimpleCookie({name: one.value for name, one in turn.who.cookies.items()})
    sent = urlencode(turn.offer.body).encode() if turn.offer.method == "POST" else b""
    kind = "application/x-www-form-urlencoded"
    answer = client.generic(turn.offer.method, turn.offer.address, sent, content_type=kind)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    cookies = tuple(("Set-Cookie", one.OutputString()) for one in answer.cookies.values())
    return answer.status_code, (*answer.headers.items(), *cookies), content


class Disk:
    """The workspace with what lies beside it, kept as it is to be put back."""

    def __init__(self, spare: Path) -> None:
        self.here, self.spare = workspace().parent, spare
        shutil.copytree(self.here, spare, symlinks=True)

    def put_back(self) -> None:
        """As it was when this was made."""
        shutil.rmtree(self.here)
        shutil.copytree(self.spare, self.here, symlinks=True)


def founded(draws: Draws) -> Staff:
    """The other agency: its people, and nothing that they have done."""
    draws.begin(FULL)
    return staff_of(FULL, "customs")


def fill(staff: Staff, world: World, *, accounts: int, draws: Draws) -> int:
    """Work of the other agency: every kind of it, with the first one's texts, account keys and exhibit numbers.

    Returns how many leads it has then.
    """
    draws.begin(f"{FULL} works")
    evidence = _evidence(world, accounts)
    mark, analyst, manager = canary(world.code), staff[Role.ANALYST], staff[Role.MANAGER]
    tips.list_run(evidence.run, actor=analyst)
    few = Evidence(FULL, evidence.tip, evidence.run, evidence.accounts[:5])
    work_through(staff, few, mark)
    stock(staff, few, mark)
    if rest := evidence.accounts[5:]:
        leads.open_leads(evidence.chosen(*rest), f"All of them {mark}", actor=analyst)
    opened = list(Lead.scoped.visible_to(analyst).filter(state="open").order_by("pk").values_list("pk", flat=True))
    for number, lead in enumerate(opened[::4]):
        cases.open_case(f"Case {number} {mark}", [lead], actor=manager)
        register_exhibit(f"EX {number}", place=mark, actor=analyst)
    _fill_queue(evidence.run, analyst)
    seal_rows(staff.admin.agency_id)
    return Lead.scoped.visible_to(analyst).count()


def _fill_queue(run: str, analyst: Member) -> None:
    waiting = Job.scoped.visible_to(analyst).filter(state=JobState.WAITING).count()
    for _ in range(MOST_WAITING - waiting):
        try:
            ask_index(run, actor=analyst)
        except Busy:
            return


def _evidence(world: World, accounts: int) -> Evidence:
    """A tip with the first agency's account keys and more, of another provider, so that no claim is in common."""
    with TemporaryDirectory() as folder:
        bundle = bundle_of(Path(folder), world.code, accounts=accounts)
        told = (bundle / "tip.toml").read_text(encoding="utf-8").replace("Example Cloud", "Other Cloud")
        (bundle / "tip.toml").write_text(told, encoding="utf-8")
        tip = receive(workspace(), bundle, agency=FULL).manifest.tip
    run = run_tip(workspace(), parse_tip(tip)).accounting.run
    return Evidence(FULL, tip, run, accounts_of(workspace(), run))


def asker(member: Member, name: str) -> Asker:
    """Somebody with a session whose key is drawn as everything is."""
    return Asker(name, member.agency.code, signed_in(member).cookies)
