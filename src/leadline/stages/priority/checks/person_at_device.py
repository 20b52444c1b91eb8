"""Who sat at the device: the subscriber of a line is not yet that person."""

from __future__ import annotations

from leadline.stages.priority.returnable import Check

PLUGIN = Check(
    name="person-at-device",
    version=1,
    title="Who sat at the device",
    ask="Find out who used the line at these moments: the subscriber is not yet a person who acted.",
    points=0,
    yes_means="an investigation says who used the device",
    confirms="person",
)
