"""What a matching came to, in counts alone: the only thing that an examination of a listing gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadline.facts.engine import Engine

CLASSES = ("cache-opened", "cache", "known", "near", "unknown", "ignorable", "unreadable")
_BY_CLASS = "select f.finding_class as word, count(*) as n from finding as f group by f.finding_class"
_UNKNOWN_MEDIA = """
select count(*) as files, count(distinct f.group_key) as groups
from finding as f
where f.finding_class = 'unknown' and f.media <> ''
"""
_HONEY = "select count(distinct m.identity) as n from set_match as m where m.honey"


def counts(engine: Engine) -> dict[str, Any]:
    """Files by class, distinct contents, groups to look at, and the pictures and videos that nothing lists."""
    counted = {str(row["word"]): int(str(row["n"])) for row in engine.rows(_BY_CLASS)}
    (media,) = engine.rows(_UNKNOWN_MEDIA)
    (honey,) = engine.rows(_HONEY)
    (look,) = engine.rows("select count(distinct l.look_order) as n from look as l")
    return {
        "distinct": engine.count("identity"),
        "classes": {name: counted.get(name, 0) for name in CLASSES},
        "conflicts": engine.count("conflict"),
        "to_look_at": int(str(look["n"])),
        "unknown_media": {name: int(str(media[name])) for name in ("files", "groups")},
        "honey": int(str(honey["n"])),
    }
