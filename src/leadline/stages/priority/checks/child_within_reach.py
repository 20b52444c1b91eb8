"""Place 2 of the published order: a child within reach of somebody about whom there is a finding already."""

from __future__ import annotations

from leadline.stages.priority.contract import weights
from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="child-within-reach",
    version=1,
    title="A child within reach of somebody with an earlier finding",
    ask=(
        "Ask the criminal record and the child-protection register whether a child lives within reach of a "
        "person with an earlier finding."
    ),
    points=weights().steps["child-within-reach", "yes"][0].points,
    yes_means="a register says that a child is within reach of a person with an earlier finding of harm",
    place=2,
    safeguarding_days=1,
)
