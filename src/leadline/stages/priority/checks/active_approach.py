"""Place 3 of the published order: an approach to a child that goes on at present."""

from __future__ import annotations

from leadline.stages.priority.contract import weights
from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="active-approach",
    version=1,
    title="An approach to a child that goes on now",
    ask="Ask the provider and partner agencies whether the account's holder approaches children online at present.",
    points=weights().steps["active-approach", "yes"][0].points,
    yes_means="an authority says that a child is being approached at present",
    place=3,
    safeguarding_days=1,
)
