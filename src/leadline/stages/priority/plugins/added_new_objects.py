"""Objects that the account added and that stood nowhere in the tip before, by their digest."""

from __future__ import annotations

from leadline.stages.priority.contract import Factor, Measure, weights

PLUGIN = Factor(
    name="added-new-objects",
    version=1,
    title="Added new objects",
    measures=(Measure("c.new_objects_contributed", weights().steps["added-new-objects", "objects"]),),
    reason=(
        "cast(c.new_objects_contributed as varchar) || ' of the ' || cast(c.objects_contributed as varchar)"
        " || ' objects added have a digest that no object of the tip had before'"
    ),
    rising=(({}, {"new_objects_contributed": 1}), ({"new_objects_contributed": 2}, {"new_objects_contributed": 9})),
    nothing=({"objects_contributed": 50, "objects_uploaded": 50},),
)
