"""Place 5 of the published order: repeat conduct."""

from __future__ import annotations

from leadline.stages.priority.contract import weights
from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="earlier-finding",
    version=1,
    title="An earlier finding about the same person",
    ask="Ask the criminal record and earlier cases whether there is a finding about the same person.",
    points=weights().steps["earlier-finding", "yes"][0].points,
    yes_means="a register holds an earlier finding about the same person",
    place=5,
    safeguarding_days=7,
)
