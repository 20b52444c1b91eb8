"""A child in the household: it concerns those who protect children, and is no evidence of conduct."""

from __future__ import annotations

from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="child-in-household",
    version=1,
    title="A child in the household",
    ask="Ask the population register whether a child lives in the household.",
    points=0,
    yes_means="a register says that a child lives in the household: no evidence of conduct, and no points",
    safeguarding_days=7,
)
