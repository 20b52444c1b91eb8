"""On how many days, and over how long a time, the account came back."""

from __future__ import annotations

from leadline.stages.priority.contract import Factor, Measure, weights

PLUGIN = Factor(
    name="persistence",
    version=1,
    title="Persistence",
    measures=(
        Measure("c.days_active", weights().steps["persistence", "days"]),
        Measure("c.span_days", weights().steps["persistence", "span"]),
    ),
    reason=(
        "'active on ' || cast(c.days_active as varchar) || ' days (UTC) from ' || c.first_day || ' to ' || c.last_day"
        " || ', ' || cast(c.span_days as varchar) || ' days apart'"
    ),
    rising=(
        ({"days_active": 1}, {"days_active": 2, "span_days": 1}),
        ({"days_active": 5, "span_days": 10}, {"days_active": 5, "span_days": 100}),
    ),
    nothing=({"days_active": 1, "objects_opened": 500, "objects_contributed": 5},),
)
