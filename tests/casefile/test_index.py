"""The copy of a run's candidates: rebuilt it is the same, paged it is whole, filtered it is what the facts say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.casefile.actions.leads import open_leads
from leadline.casefile.evidence import run_of
from leadline.casefile.index.build import build_index, drop_index, index_digest
from leadline.casefile.index.filters import ORDERS, Filter
from leadline.casefile.index.pages import accounts, count, facets, indexed, line, neighbours, page
from leadline.casefile.models import IndexedCandidate, IndexedRun
from leadline.errors import NotThere, WrongUsage
from leadline.inquiry.candidates import rows_of, select_candidates
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from tests.desk_cast import Evidence, Staff


@pytest.fixture
def copy(police: Staff, tip: Evidence) -> IndexedRun:
    return build_index(run_of(police.admin, tip.run), actor=police.admin)


def test_rebuilt_it_is_the_same(police: Staff, tip: Evidence, copy: IndexedRun) -> None:
    again = build_index(run_of(police.admin, tip.run), actor=police.admin)
    assert (again.digest, again.cube, again.rows) == (copy.digest, copy.cube, len(tip.accounts))
    assert index_digest(tip.run, actor=police.admin) == copy.digest


def test_a_changed_copy_has_another_digest(police: Staff, tip: Evidence, copy: IndexedRun) -> None:
    IndexedCandidate.scoped.visible_to(police.admin).filter(rank=1).update(score=1)
    assert index_digest(tip.run, actor=police.admin) != copy.digest


def test_it_says_what_the_facts_say(police: Staff, tip: Evidence, copy: IndexedRun) -> None:
    shown = page(copy, Filter(), actor=police.admin).lines
    facts = list(rows_of(select_candidates(run_of(police.admin, tip.run))))
    for one, fact in zip(shown, facts, strict=True):
        for name in ("rank", "account_key", "level", "score", "holder_certainty", "jurisdiction", "evidence_expires"):
            assert getattr(one, name) == fact[name]
        assert one.caveats == tuple(fact["caveats"])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_paged_forwards_and_back_it_is_whole(police: Staff, copy: IndexedRun, order: str, size: int) -> None:
    wanted, place, seen, places = Filter(order=order), "", [], []
    while True:
        shown = page(copy, wanted, place=place, size=size, actor=police.admin)
        seen += [one.account_key for one in shown.lines]
        places.append(shown)
        if not shown.following:
            break
        place = shown.following
    assert tuple(seen) == accounts(copy, wanted, actor=police.admin)
    assert len(seen) == copy.rows
    back = page(copy, wanted, place=places[-1].preceding, size=size, actor=police.admin)
    assert back.lines == places[-2].lines


def test_counts_beside_the_list_are_what_the_filters_give(police: Staff, copy: IndexedRun) -> None:
    for name, words in facets(copy, Filter()).items():
        for word, number in words.items():
            wanted = Filter.read({name: [word]})
            assert len(accounts(copy, wanted, actor=police.admin)) == number
            assert count(copy, wanted, actor=police.admin).rows == number


def test_text_is_found_in_any_case_and_signs_are_no_wildcards(police: Staff, copy: IndexedRun) -> None:
    assert accounts(copy, Filter.read({"text": ["OLICE-3"]}), actor=police.admin) == ("police-3",)
    for sign in ("%", "_", "\\", "'"):
        assert accounts(copy, Filter.read({"text": [sign]}), actor=police.admin) == ()


def test_accounts_with_and_without_a_lead(police: Staff, tip: Evidence, copy: IndexedRun) -> None:
    open_leads(tip.chosen(tip.accounts[1]), "one", actor=police[Role.ANALYST])
    assert accounts(copy, Filter(leads="with"), actor=police.admin) == (tip.accounts[1],)
    assert len(accounts(copy, Filter(leads="without"), actor=police.admin)) == copy.rows - 1
    assert line(copy, tip.accounts[1], actor=police.admin).lead_state == "open"
    assert neighbours(copy, 2, Filter(), actor=police.admin) == (tip.accounts[0], tip.accounts[2])


def test_another_agency_has_no_such_index(police: Staff, customs: Staff, tip: Evidence, copy: IndexedRun) -> None:
    with pytest.raises(NotThere):
        indexed(tip.run, actor=customs.admin)
    assert not page(copy, Filter(), actor=customs.admin).lines
    with pytest.raises(NotThere):
        run_of(customs.admin, tip.run)


def test_dropped_it_is_gone(police: Staff, tip: Evidence, copy: IndexedRun) -> None:
    drop_index(tip.run, actor=police.admin)
    assert not IndexedCandidate.scoped.visible_to(police.admin).exists()
    with pytest.raises(NotThere):
        indexed(tip.run, actor=police.admin)


@pytest.mark.parametrize(
    "stated",
    [
        {"level": ["urgent"]},
        {"order": ["score; drop"]},
        {"jurisdiction": ["nz"]},
        {"expires_by": ["soon"]},
        {"caveat": ["%"]},
    ],
)
def test_words_that_are_none_are_refused(stated: dict[str, list[str]]) -> None:
    with pytest.raises(WrongUsage):
        Filter.read(stated)


@pytest.mark.parametrize("place", [">x", "1", ">", ">1;", ">2020-13-01,4", "<1,", ">٣"])
def test_a_place_that_is_none_is_refused(police: Staff, copy: IndexedRun, place: str) -> None:
    with pytest.raises(WrongUsage):
        page(copy, Filter(order="expiry"), place=place, actor=police.admin)


def test_a_filter_written_to_a_url_reads_back(copy: IndexedRun) -> None:
    wanted = Filter.read({"level": ["high", "low"], "jurisdiction": ["-"], "text": ["A"], "order": ["recent"]})
    assert Filter.read(wanted.words()) == wanted
