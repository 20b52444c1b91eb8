"""How many objects, and how much of the cache, the account opened."""

from __future__ import annotations

from leadline.stages.priority.contract import Factor, Measure, weights

PLUGIN = Factor(
    name="breadth",
    version=1,
    title="Breadth",
    measures=(
        Measure("c.objects_opened", weights().steps["breadth", "objects"]),
        Measure("c.opened_share", weights().steps["breadth", "share"]),
    ),
    reason=(
        "'opened ' || cast(c.objects_opened as varchar) || ' of ' || cast(c.cache_objects as varchar)"
        " || ' listed objects (a share of ' || thousandths(c.opened_share) || ') between '"
        " || c.first_day || ' and ' || c.last_day"
    ),
    rising=(
        ({}, {"objects_opened": 1}),
        ({"objects_opened": 20, "opened_share": 2}, {"objects_opened": 20, "opened_share": 400}),
    ),
    nothing=({"days_active": 20, "span_days": 90},),
    family="volume",
)
