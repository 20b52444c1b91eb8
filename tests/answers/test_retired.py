"""Who is taken out is taken out of what came back, too; what came back about others stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyrage

from tests.answers.test_answers import ANNA, BERT
from tests.answers.world import named
from tests.dispatch.test_retire import decoded

if TYPE_CHECKING:
    from tests.answers.world import Desk


def test_an_answer_about_the_holder_is_sealed_off_with_all_that_it_says_of_them(desk: Desk) -> None:
    asked = desk.requests()
    hers, his = asked[ANNA][0], asked[BERT][0]
    desk.answers("her.csv", [named(hers, "CUSTOMER-0001", subscriber_email="tav.rasko@mail.example")])
    desk.answers("his.csv", [named(his, "CUSTOMER-0002", subscriber_email="odo.lun@mail.example")])
    desk.says("run")
    before = desk.candidates()
    custodian = str(pyrage.x25519.Identity.generate().to_public())
    desk.says("retire", "anna", "--custodian", custodian, "--by", "ana", "--with", "ben")
    files = decoded(desk.workspace)
    for word in ("tav.rasko@mail.example", "CUSTOMER-0001", hers["request_id"]):
        assert [path for path, text in files.items() if word in text] == [], word
    for word in ("odo.lun@mail.example", "CUSTOMER-0002"):
        assert [path for path, text in files.items() if word in text], word
    after = desk.candidates()
    assert after == {account: row for account, row in before.items() if account != "anna"}
    desk.says("verify")
