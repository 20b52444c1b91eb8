"""From what is ticked in a list, or from its whole filter, to the candidates over which a decision is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.casefile.actions.leads import Chosen
from leadline.casefile.index import pages
from leadline.casefile.models import IndexedCandidate, IndexedRun, Member, Tip
from leadline.casefile.policy import Verb, permit
from leadline.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.casefile.index.filters import Filter


def current_copy(tip: str, *, actor: Member) -> IndexedRun:
    """The index that lists answer from: of a tip, or of the one that was taken on last.

    :class:`NotThere` while there is none.
    """
    rows = Tip.scoped.visible_to(actor).exclude(current_run="")
    rows = rows.filter(tip=tip) if tip else rows.order_by("-created_at", "pk")
    found = IndexedRun.scoped.visible_to(actor).filter(run__in=rows.values("current_run")[:1]).first()
    if found is None:
        raise NotThere("no candidates are listed yet.", advice="Receive a tip and run it; its list is then made.")
    return found


def candidate_named(name: str, *, actor: Member) -> IndexedCandidate:
    """One candidate by the name of its row."""
    permit(actor, Verb.CANDIDATE_READ)
    found = IndexedCandidate.scoped.visible_to(actor).filter(pk=name).first()
    if found is None:
        raise NotThere("there is no such entry.", advice="See the list that you came from.")
    return found


def ticked(copy: IndexedRun, names: Sequence[str], *, actor: Member) -> Chosen:
    """The candidates that were ticked, in the order of work; :class:`NotThere` where one is not in the run."""
    rows = IndexedCandidate.scoped.visible_to(actor).filter(run=copy.run, pk__in=set(names)).order_by("rank")
    accounts = tuple(rows.values_list("account_key", flat=True))
    if len(accounts) != len(set(names)):
        raise NotThere("a ticked row is not in this list any more.", advice="Make the selection again.")
    return Chosen(copy.run, {"ticked": str(len(accounts))}, accounts)


def everything(copy: IndexedRun, wanted: Filter, *, actor: Member) -> Chosen:
    """All candidates of a filter, in its order."""
    return Chosen(copy.run, wanted.wording(), pages.accounts(copy, wanted, actor=actor))
