"""A position of trust: it raises the clock of those who protect children, and gives no points."""

from __future__ import annotations

from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="position-of-trust",
    version=1,
    title="Work with authority over children",
    ask="Ask the licensing registers whether the account's holder works or volunteers with children.",
    points=0,
    yes_means="a register says that the account's holder works with children: no evidence of conduct, and no points",
    safeguarding_days=1,
)
