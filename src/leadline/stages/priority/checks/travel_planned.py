"""Travel: it raises the clock of those who protect children, and gives no points."""

from __future__ import annotations

from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="travel-planned",
    version=1,
    title="Travel to where children are at risk",
    ask="Ask the border agency whether the account's holder is about to travel.",
    points=0,
    yes_means="a border agency says that the holder is about to travel: no evidence of conduct, and no points",
    safeguarding_days=1,
)
