"""Facts of an examination: what a device or store holds, what of it is known, and the order to look at it."""

from __future__ import annotations

from datetime import datetime

from leadline.facts.tables.base import Fact


class EntryRow(Fact):
    """One file, data stream or line of a listing. Grain: entry."""

    table = "entry"
    key = ("entry",)

    entry: int
    """Number in the order of the walk, from 0; for a listing the number of its record."""
    path: str
    """As the source names it, bytes that are no UTF-8 as ``\\xNN``; in a partitioned image the volume comes first."""
    volume: str
    """Which volume of a partitioned image, as ``vol0``; empty elsewhere."""
    deleted: bool
    """The file system says that the entry was deleted; its content is what can still be read."""
    size: int | None
    modified_at: datetime | None
    media: str
    """picture, video, or empty: by the first bytes, in a listing by the name alone."""
    md5: str | None
    sha1: str | None
    sha256: str | None
    pdq: str | None
    """Of a picture. Those of a video's key frames stand in the table `frame`."""
    pdq_quality: int | None
    problem: str
    """Why the content could not be read, in a few words; empty where it could."""


class FrameRow(Fact):
    """One key frame of a video, none of the same hash twice. Grain: (entry, number)."""

    table = "frame"
    key = ("entry", "number")

    entry: int
    number: int
    """From 0, in the order of the video."""
    at_ms: int
    """Milliseconds into the video."""
    pdq: str
    quality: int


class AnomalyRow(Fact):
    """One thing about a source that a reader of the findings must know. Grain: (place, what, number)."""

    table = "anomaly"
    key = ("what", "place", "number")

    what: str
    """A word of `vocabulary`: link, special-file, volume-encrypted, changed-while-read and the like."""
    place: str
    number: int
    """Tells anomalies of one kind at one place apart, from 0."""
    detail: str


class IdentityRow(Fact):
    """One content, however many copies of it there are. Grain: identity."""

    table = "identity"
    key = ("identity",)

    identity: str
    """The strongest digest that the source gives, as ``sha256:…``, ``sha1:…`` or ``md5:…``."""
    media: str
    """picture, video, or empty."""
    md5: str | None
    sha1: str | None
    sha256: str | None
    pdq: str | None
    pdq_quality: int | None
    size: int | None
    copies: int
    first_entry: int


class CacheMatchRow(Fact):
    """One content that is an object of the tip's cache. Grain: (identity, object_key)."""

    table = "cache_match"
    key = ("identity", "object_key")

    identity: str
    object_key: str
    opened_at: datetime | None
    """When the account of the examination first opened the object; NULL where it did not, or none was named."""
    basis: str
    """The strongest digest that is equal: sha256, sha1, md5."""
    agrees: bool
    """Every digest that both sides have is equal."""


class SetMatchRow(Fact):
    """One content that stands in a hash set. Grain: (identity, set_no, item)."""

    table = "set_match"
    key = ("identity", "set_no", "item")

    identity: str
    set_no: int
    """Number of the set edition in the examination's record, from 0."""
    item: int
    """Number of the record within the set."""
    basis: str
    agrees: bool
    role: str
    """listed or ignorable."""
    standing: int
    """Place in `reference.hashsets.standing.STANDINGS`: 0 is the gravest, 5 ignorable."""
    scheme: str
    country: str
    model: str
    """Version of the scheme."""
    code: str
    honey: bool


class NearMatchRow(Fact):
    """One content whose PDQ lies near a known one. A candidate, never an identity. Grain: (identity, source, ref)."""

    table = "near_match"
    key = ("identity", "source", "ref")

    identity: str
    source: str
    """cache, or the number of the set edition."""
    ref: str
    """The object's key, or the number of the record in the set."""
    distance: int
    """Bits that differ, 0 to 31 of 256: of the picture, or of the nearest key frame of the video."""


class AlikeRow(Fact):
    """One picture or video that looks like another of its class that leads a group. Grain: identity."""

    table = "alike"
    key = ("identity",)

    identity: str
    leader: str
    """Identity of the leader: the first of the group in the order of looking. A leader names itself."""
    distance: int
    """Bits that differ from the leader's, 0 to 31 of 256; of a video the most among its key frames that are near."""


class ConflictRow(Fact):
    """One contradiction that waits for a person. Grain: (identity, what)."""

    table = "conflict"
    key = ("identity", "what")

    identity: str
    what: str
    """digests-disagree, categories-disagree, listed-and-ignorable."""
    sides: str
    """What stands against what, joined by ``|``."""


class FindingRow(Fact):
    """The verdict on one entry. Grain: entry."""

    table = "finding"
    key = ("entry",)

    entry: int
    path: str
    size: int | None
    media: str
    """picture, video, or empty."""
    md5: str | None
    sha1: str | None
    sha256: str | None
    pdq: str | None
    finding_class: str
    """cache-opened, cache, known, near, unknown, ignorable, unreadable."""
    group_key: str
    """Equal for equal contents and, within a class, for those that look alike; empty where nothing could be read."""
    copies: int
    """Files of this very content."""
    group_files: int
    """Files of the whole group."""
    alike: int | None
    """Bits by which it differs from the group's leader: 0 the same content or picture, up to 31; of a video the most
    among its key frames that are near. NULL where there is nothing to look at."""
    object_key: str | None
    opened_at: datetime | None
    set_names: str
    """Every set that lists it, joined by ``|``."""
    category: str | None
    scheme: str | None
    dissent: bool
    """The sources do not agree; see the conflict table."""
    basis: str
    """The strongest equal digest, ``pdq`` for a near one, or empty."""
    collision_possible: bool
    """Equal by MD5 or SHA-1 alone."""
    distance: int | None
    look_order: int | None
    """Which group to look at first, from 1; equal for the whole group; NULL where there is nothing to look at."""
    deleted: bool
    problem: str


class CoverageRow(Fact):
    """What looking at the first groups covers. Grain: look_order."""

    table = "coverage"
    key = ("look_order",)

    look_order: int
    group_key: str
    finding_class: str
    contents: int
    """Distinct contents of the group."""
    files: int
    files_so_far: int
    share_so_far: int
    """Thousandths of all files that are to be looked at."""


DEVICE: tuple[type[Fact], ...] = (
    EntryRow,
    FrameRow,
    AnomalyRow,
    IdentityRow,
    CacheMatchRow,
    SetMatchRow,
    NearMatchRow,
    ConflictRow,
    AlikeRow,
    FindingRow,
    CoverageRow,
)
"""Fact tables of an examination, in the order in which it makes them."""
