"""Handling: what is marked above its recipient cannot leave, whatever the marking and whoever the recipient."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import InputRefused
from leadline.vocabulary.handling import (
    Clearance,
    Handling,
    HandlingCode,
    MarkedAbove,
    Pap,
    Subject,
    Tlp,
    parse_codes,
    parse_tlp,
    refusals,
    refuse_above,
    strictest,
)

AGENCIES = ("OURS", "THEIRS", "THIRD")
TEXTS = ("No copy leaves the unit.", "Ask before any interview.")
CODES = st.one_of(
    st.just(frozenset({HandlingCode.H0})),
    st.frozensets(st.sampled_from([HandlingCode.H1, HandlingCode.H2, HandlingCode.H3]), min_size=1),
)


@st.composite
def markings(draw: st.DrawFn) -> Handling:
    codes = draw(CODES)
    return Handling(
        tlp=draw(st.sampled_from(Tlp)),
        pap=draw(st.sampled_from(Pap)),
        codes=codes,
        evaluation=draw(st.sampled_from("ABCX")) + draw(st.sampled_from("1234")),
        authority="Example Act, section 1",
        originator=draw(st.sampled_from(AGENCIES)),
        restrictions=draw(st.sampled_from(TEXTS)) if HandlingCode.H3 in codes else "",
        subjects=draw(st.frozensets(st.sampled_from(Subject), min_size=1)),
        release_to=draw(st.frozensets(st.sampled_from(AGENCIES))),
    )


@st.composite
def recipients(draw: st.DrawFn) -> Clearance:
    return Clearance(
        agency="THEIRS",
        tlp=draw(st.sampled_from(Tlp)),
        pap=draw(st.sampled_from(Pap)),
        codes=draw(st.frozensets(st.sampled_from(HandlingCode))),
        restrictions=draw(st.frozensets(st.sampled_from(TEXTS))),
        subjects=draw(st.frozensets(st.sampled_from(Subject))),
    )


def may_have(content: Handling, recipient: Clearance) -> bool:
    """The rule once more, written the other way round: everything that must hold."""
    strict = {"TLP:CLEAR": 0, "TLP:GREEN": 1, "TLP:AMBER": 2, "TLP:AMBER+STRICT": 3, "TLP:RED": 4}
    quiet = {"PAP:CLEAR": 0, "PAP:GREEN": 1, "PAP:AMBER": 2, "PAP:RED": 3}
    named = "THEIRS" in content.release_to or content.originator == "THEIRS"
    return (
        strict[content.tlp] <= strict[recipient.tlp]
        and quiet[content.pap] <= quiet[recipient.pap]
        and content.codes <= recipient.codes
        and content.subjects <= recipient.subjects
        and (content.restrictions == "" or content.restrictions in recipient.restrictions)
        and (named or (content.tlp != "TLP:RED" and "H2" not in content.codes and content.originator == "OURS"))
    )


@given(markings(), recipients())
def test_only_what_the_recipient_may_have_is_let_through(content: Handling, recipient: Clearance) -> None:
    assert (refusals(content, recipient, sender="OURS") == ()) == may_have(content, recipient)


@given(st.lists(markings(), min_size=1, max_size=5), recipients())
def test_one_piece_above_the_recipient_stops_the_whole(contents: list[Handling], recipient: Clearance) -> None:
    named = [(f"lead {number}", content) for number, content in enumerate(contents)]
    if all(may_have(content, recipient) for content in contents):
        refuse_above(named, recipient, sender="OURS")
    else:
        with pytest.raises(MarkedAbove):
            refuse_above(named, recipient, sender="OURS")


@given(st.lists(markings(), min_size=1, max_size=3))
def test_the_marking_of_a_whole_lets_nobody_in_whom_a_part_keeps_out(parts: list[Handling]) -> None:
    willing = Clearance(
        "THEIRS", Tlp.RED, Pap.RED, frozenset(HandlingCode), frozenset({*TEXTS, "; ".join(TEXTS)}), frozenset(Subject)
    )
    try:
        whole = strictest(parts, sender="OURS")
    except InputRefused:
        others = {part.originator for part in parts} - {"OURS"}
        assert len(others) > 1 or any(others.isdisjoint({part.originator, *part.release_to}) for part in parts)
    else:
        if not refusals(whole, willing, sender="OURS"):
            assert all(not refusals(part, willing, sender="OURS") for part in parts)


def test_a_whole_names_its_originator_only_where_the_senders_own_parts_do() -> None:
    theirs = Handling(
        tlp=Tlp.CLEAR, pap=Pap.CLEAR, codes=parse_codes("H0"), evaluation="A1", authority="Example Act, section 1",
        originator="THEIRS", subjects=frozenset({Subject.ACCOUNT_HOLDER}),
    )  # fmt: skip
    ours = replace(theirs, codes=parse_codes("H2"), originator="OURS")
    with pytest.raises(InputRefused, match="THEIRS, OURS"):
        strictest([theirs, ours], sender="OURS")
    assert strictest([theirs, replace(ours, release_to=frozenset({"THEIRS"}))], sender="OURS").originator == "THEIRS"


@given(markings())
def test_a_recipient_that_has_undertaken_nothing_gets_nothing(content: Handling) -> None:
    with pytest.raises(MarkedAbove):
        refuse_above([("a lead", content)], Clearance("THEIRS"), sender="OURS")


@given(markings())
def test_a_marking_is_read_back_as_it_was_written(content: Handling) -> None:
    assert Handling.from_json(content.to_json()) == content


@given(markings(), st.sampled_from(["tlp", "codes", "authority", "subjects", "restrictions"]))
def test_a_marking_with_a_part_missing_is_none(content: Handling, key: str) -> None:
    stated = content.to_json()
    del stated[key]
    with pytest.raises(InputRefused):
        Handling.from_json(stated)


@pytest.mark.parametrize("text", ["", "AMBER", "tlp:red", "TLP: RED", "TLP:ORANGE"])
def test_a_label_that_is_not_known_is_an_error_and_no_default(text: str) -> None:
    with pytest.raises(InputRefused):
        parse_tlp(text)


def test_the_label_of_the_earlier_version_is_read_as_its_successor() -> None:
    assert parse_tlp("TLP:WHITE") is Tlp.CLEAR


@pytest.mark.parametrize("codes", ["H0+H1", "H3"])
def test_codes_that_contradict_themselves_are_refused(codes: str) -> None:
    with pytest.raises(InputRefused):
        Handling(Tlp.AMBER, Pap.GREEN, parse_codes(codes), "B2", "Example Act", "OURS")


@pytest.mark.parametrize("evaluation", ["", "D1", "A5", "AA", "b2"])
def test_an_evaluation_outside_the_grid_is_refused(evaluation: str) -> None:
    with pytest.raises(InputRefused):
        Handling(Tlp.AMBER, Pap.GREEN, parse_codes("H1"), evaluation, "Example Act", "OURS")
