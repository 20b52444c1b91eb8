"""Place 1 of the field's published order: a child at immediate risk."""

from __future__ import annotations

from leadline.stages.priority.contract import weights
from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="child-at-immediate-risk",
    version=1,
    title="A child at immediate risk",
    ask="Ask the child-protection service and the police whether a child is at risk from the account's holder now.",
    points=weights().steps["child-at-immediate-risk", "yes"][0].points,
    yes_means="an authority says that a child is at immediate risk",
    place=1,
    safeguarding_days=1,
)
