"""Objects that the account added to the cache, by the log or as an inventory names it."""

from __future__ import annotations

from leadline.stages.priority.contract import Factor, Measure, weights

PLUGIN = Factor(
    name="added-objects",
    version=1,
    title="Added objects",
    measures=(Measure("c.objects_contributed", weights().steps["added-objects", "objects"]),),
    reason=(
        "'added ' || cast(c.objects_contributed as varchar) || ' listed objects, of these '"
        " || cast(c.objects_uploaded as varchar) || ' by an upload in the log; dates of adding: '"
        " || c.first_added_day || ' to ' || c.last_added_day"
    ),
    rising=(({}, {"objects_contributed": 1}), ({"objects_contributed": 2}, {"objects_contributed": 40})),
    nothing=({"objects_opened": 900, "objects_downloaded": 900, "days_active": 90, "objects_shared": 3},),
)
