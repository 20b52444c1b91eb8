"""Who the operator of an identifier in the account's record says its customer is: a source of its own."""

from __future__ import annotations

from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="identifier-confirmed",
    version=1,
    title="An identifier that its own operator confirms",
    ask=(
        "Ask the operator of the e-mail address, telephone number or payment in the account's record who its "
        "customer is."
    ),
    points=0,
    yes_means="an operator other than the record holder names its customer",
    confirms="identifier",
)
