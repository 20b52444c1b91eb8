"""An outside assessment such as KIRAT: its level, assessor, date and version are kept; Leadline imitates none."""

from __future__ import annotations

from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="outside-assessment",
    version=1,
    title="An outside assessment such as KIRAT",
    ask="Have a trained assessor apply the unit's own tool; Leadline computes none.",
    points=0,
    yes_means="an assessor has applied a tool of their own",
    assessment=True,
)
