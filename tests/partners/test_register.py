"""The register: two persons vouch for a key, nothing goes to a partner on hold, each state goes where the data say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyrage
import pytest

from leadline.errors import WrongUsage
from leadline.inquiry.verify import verify
from leadline.reference.partners.partner import Partner
from leadline.reference.partners.register import Stated, add_partner, check_key, known, partners, revoke
from leadline.reference.partners.routing import members, one_each, recipients
from leadline.seal.dsse import fingerprint
from leadline.workspace import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 25)
AFTER_ALL = date(2199, 1, 1)
ADA, BO = "ada", "bo"


def new_key() -> str:
    return str(pyrage.x25519.Identity.generate().to_public())


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "w")


def added(workspace: Path, code: str = "FBI", **more: str) -> Partner:
    return add_partner(workspace, Stated(code, age_recipient=new_key(), valid_until="2199-01-01", **more), by=ADA)


def test_a_known_agency_brings_name_jurisdictions_and_channel(workspace: Path) -> None:
    one = added(workspace)
    assert (one.jurisdictions, one.channel) == (("US",), known()["FBI"].channel)
    assert partners(workspace)["FBI"] == one


def test_the_six_partners_and_three_domestic_agencies_are_known_and_none_has_a_key() -> None:
    assert set(known()) == {"AFP", "DIA", "EUROPOL", "FBI", "INTERPOL", "NCA", "NZC", "NZP", "RCMP"}
    assert not [one.code for one in known().values() if one.keys or one.assurance]


def test_a_new_partner_is_on_hold_until_it_was_assessed(workspace: Path) -> None:
    assert added(workspace).state(DAY) == "on-hold: no valid assurance"
    assured = add_partner(workspace, Stated("FBI", assurance_until="2199-01-01"), by=ADA)
    assert assured.state(date(2199, 1, 1)) == "ready"
    assert assured.state(date(2199, 1, 2)) == "on-hold: no key in force, no valid assurance"


def test_a_second_person_vouches_for_the_fingerprint_and_nobody_twice(workspace: Path) -> None:
    key = added(workspace).keys[0]
    stated = fingerprint(key.age_recipient)
    with pytest.raises(WrongUsage, match="vouched for this key already"):
        check_key(workspace, "FBI", stated=stated, by=" ADA ")
    with pytest.raises(WrongUsage, match="not the fingerprint"):
        check_key(workspace, "FBI", stated="0" * 64, by=BO)
    assert check_key(workspace, "FBI", stated=stated, by=BO).keys[0].vouching() == {ADA, BO}


def test_a_revoked_key_serves_no_more_and_does_not_come_back(workspace: Path) -> None:
    key = added(workspace).keys[0]
    assert revoke(workspace, "FBI", reason="lost", by=BO).key(DAY) is None
    with pytest.raises(WrongUsage, match="was revoked"):
        add_partner(workspace, Stated("FBI", age_recipient=key.age_recipient), by=ADA)
    with pytest.raises(WrongUsage, match="no key in force"):
        revoke(workspace, "FBI", reason="again", by=BO)


def test_a_new_key_ends_the_one_before_it_and_must_be_checked_anew(workspace: Path) -> None:
    first = added(workspace).keys[0]
    check_key(workspace, "FBI", stated=fingerprint(first.age_recipient), by=BO)
    one = added(workspace)
    assert [bool(key.revoked_on) for key in one.keys] == [True, False]
    assert one.keys[1].vouching() == {ADA}


@pytest.mark.parametrize(
    ("stated", "what"),
    [
        (Stated("FBI", age_recipient="age1nothing"), "no age recipient"),
        (Stated("FBI", age_recipient=new_key(), sign_key="00"), "no Ed25519"),
        (Stated("fbi!", name="x"), "no code"),
        (Stated("NEW"), "no name"),
        (Stated("NEW", name="x", jurisdictions=("Atlantis",)), "no jurisdiction"),
        (Stated("FBI", assurance_until="soon"), "no date"),
        (Stated("FBI", threshold=1200), "between 0 and 1"),
    ],
)
def test_what_cannot_be_is_not_written(workspace: Path, stated: Stated, what: str) -> None:
    with pytest.raises(Exception, match=what):
        add_partner(workspace, stated, by=ADA)
    assert partners(workspace) == {}


def test_every_change_is_sealed_and_an_edited_register_is_refused(workspace: Path) -> None:
    added(workspace)
    assert not verify(workspace).faults
    (file,) = (workspace / "exhibits" / "partners").iterdir()
    file.chmod(0o600)
    file.write_bytes(file.read_bytes().replace(b"FBI", b"FBJ"))
    with pytest.raises(Exception, match="was changed"):
        partners(workspace)


def test_a_state_goes_to_its_own_partner_and_the_rest_of_the_world_through_interpol() -> None:
    listed = list(known().values())
    assert [one.code for one in recipients(listed, "US", DAY)] == ["FBI"]
    assert [one.code for one in recipients(listed, "FJ", DAY)] == ["INTERPOL"]
    assert [one.code for one in recipients(listed, "NZ", DAY)] == ["NZP"]


def test_a_state_of_the_union_goes_to_europol_and_to_its_own_partner() -> None:
    own = Partner("DEX", "Example Office", ("DE",), "by hand")
    assert [one.code for one in recipients([*known().values(), own], "DE", DAY)] == ["DEX", "EUROPOL"]
    assert [one.code for one in recipients(known().values(), "FR", DAY)] == ["EUROPOL"]


def test_who_is_in_the_union_depends_on_the_day() -> None:
    assert "GB" in members("EU", date(2020, 1, 31))
    assert "GB" not in members("EU", date(2020, 2, 1))
    assert len(members("EU", DAY)) == 27


def test_who_passes_on_gets_one_package_a_state() -> None:
    assert [code for code, one in sorted(known().items()) if one_each(one)] == ["EUROPOL", "INTERPOL"]
