"""What a matching came to, in counts alone: the only thing that an examination of a listing gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadline.facts.engine import Engine

CLASSES = ("cache-opened", "cache", "known", "near", "unknown", "ignorable", "unreadable")
_BY_CLASS = "select f.finding_class as word, count(*) as n from finding as f group by f.finding_class"
STEP = 5
"""Of a listing, contents in sets are told in fives. Whoever writes one digest into a list of invented ones would else
read from the counts whether that digest is known, however long the list is."""
_SECRET = ("known", "near")
_MEDIA_BY_CLASS = """
select
    f.finding_class as word, count(*) as files,
    count(distinct coalesce(f.sha256, f.sha1, f.md5)) as contents
from finding as f
where f.media <> '' and f.finding_class in ('unknown', 'known', 'near')
group by f.finding_class
"""
_TO_LOOK_AT = (
    "select count(distinct coalesce(f.sha256, f.sha1, f.md5)) as n from finding as f where f.look_order is not null"
)
_UNKNOWN_MEDIA = """
select count(*) as files, count(distinct f.group_key) as groups
from finding as f
where f.finding_class = 'unknown' and f.media <> ''
"""
_HONEY = "select count(distinct m.identity) as n from set_match as m where m.honey"


def coarse_counts(engine: Engine) -> dict[str, Any]:
    """The same of a listing, as far as it may be told: in fives for what sets list, the rest counted as unknown.

    Groups are contents here, because what looks alike is grouped within a class.
    """
    told = counts(engine)
    classes: dict[str, int] = told["classes"]
    for name in _SECRET:
        rest = classes[name] % STEP
        classes[name] -= rest
        classes["unknown"] += rest
    media = {str(row["word"]): row for row in engine.rows(_MEDIA_BY_CLASS)}
    (look,) = engine.rows(_TO_LOOK_AT)
    return told | {
        "conflicts": told["conflicts"] - told["conflicts"] % STEP,
        "to_look_at": int(str(look["n"])),
        "unknown_media": {name: _as_unknown(media, of) for name, of in (("files", "files"), ("groups", "contents"))},
    }


def _as_unknown(media: dict[str, dict[str, Any]], of: str) -> int:
    found = {name: int(str(row[of])) for name, row in media.items()}
    return found.get("unknown", 0) + sum(found.get(name, 0) % STEP for name in _SECRET)


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
