"""From the case file to the evidence: a run that an actor's agency owns, and whether accounts are in it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings

from leadline.casefile.models import Agency, Member
from leadline.errors import NotThere, WrongUsage
from leadline.facts.lake import stamp_of
from leadline.facts.tables import CandidateRow
from leadline.inquiry.runs import open_run
from leadline.stages.intake.tips import load_tip
from leadline.vocabulary.identifiers import parse_run, parse_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.casefile.models.base import Actor
    from leadline.facts.lake import Stamp
    from leadline.inquiry.runs import RunView
    from leadline.seal.manifest import TipManifest

_KEPT_OPEN = 32
"""Runs that this process need not look for in the log again: what the log once vouched for it vouches for ever."""
_PRESENT = "select count(*) as n from wanted as w join candidate as c on c.account_key = w.account_key"


def workspace() -> Path:
    """The workspace over which the desk stands."""
    return Path(settings.LEADLINE_WORKSPACE)


def agency_code(actor: Actor) -> str:
    """The code that the tips and runs of the actor's agency carry."""
    return actor.agency.code if isinstance(actor, Member) else Agency.register.code_of(actor.agency_id)


def run_of(actor: Actor, run: str) -> RunView:
    """A complete run of the actor's agency; another agency's is not there."""
    try:
        record = workspace() / "lake" / parse_run(run) / "run.json"
        view = _opened(workspace(), run, stamp_of(record))
    except WrongUsage as error:
        raise NotThere("there is no such run.", advice="See the list of tips.") from error
    if view.record["agency"] != agency_code(actor):
        raise NotThere("there is no such run.", advice="See the list of tips.")
    return view


@lru_cache(maxsize=_KEPT_OPEN)
def _opened(folder: Path, run: str, _stamp: Stamp) -> RunView:
    """Remembered while the record of the run is the same file: taking an account out of a run replaces it."""
    return open_run(folder, run)


def tip_of(actor: Actor, tip: str) -> TipManifest:
    """A sealed tip of the actor's agency; another agency's is not there."""
    try:
        manifest = load_tip(workspace(), parse_tip(tip))
    except WrongUsage as error:
        raise NotThere("there is no such tip.", advice="See the list of tips.") from error
    if manifest.agency != agency_code(actor):
        raise NotThere("there is no such tip.", advice="See the list of tips.")
    return manifest


def refuse_strangers(view: RunView, accounts: Sequence[str]) -> None:
    """:class:`NotThere` unless every account is a candidate of the run, each named once."""
    wanted = pa.table({"account_key": pa.array(accounts, pa.string())})
    with view.engine(CandidateRow) as engine:
        engine.table("wanted", wanted)
        (found,) = engine.rows(_PRESENT)
    if found["n"] != len(accounts) or len(set(accounts)) != len(accounts):
        raise NotThere("an account of the selection is no candidate of its run.", advice="Make the selection again.")
