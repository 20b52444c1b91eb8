"""How many objects the account downloaded."""

from __future__ import annotations

from leadline.stages.priority.contract import Factor, Measure, weights

PLUGIN = Factor(
    name="downloads",
    version=1,
    title="Downloads",
    measures=(Measure("c.objects_downloaded", weights().steps["downloads", "objects"]),),
    reason=(
        "'downloaded ' || cast(c.objects_downloaded as varchar) || ' of the ' || cast(c.objects_opened as varchar)"
        " || ' objects opened, between ' || c.first_day || ' and ' || c.last_day"
    ),
    rising=(({}, {"objects_downloaded": 1}), ({"objects_downloaded": 3}, {"objects_downloaded": 300})),
    nothing=({"objects_opened": 400, "days_active": 9},),
    family="volume",
)
