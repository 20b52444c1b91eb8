"""Place 4 of the published order: objects that appear to come from the account's holder."""

from __future__ import annotations

from leadline.stages.priority.contract import weights
from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="apparent-source",
    version=1,
    title="Objects that appear to come from the account's holder",
    ask=(
        "Ask the victim-identification unit whether objects that the account added appear nowhere before and "
        "point to a source."
    ),
    points=weights().steps["apparent-source", "yes"][0].points,
    yes_means="a victim-identification unit says that the account's holder appears to be the source of objects",
    place=4,
    safeguarding_days=7,
)
