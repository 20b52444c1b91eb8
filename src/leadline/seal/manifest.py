"""What is in a tip: the sealed record of its files and of how they are to be read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from leadline.vocabulary.identifiers import TipId
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class RequestPattern:
    """Which requests are which action; see the contract, *Request patterns*.

    ``path`` is RE2 with its groups numbered; ``object_group``, ``account_group`` and ``cache_group`` say which
    group (from 1) holds what, 0 where the pattern has none. ``written`` is the pattern as `tip.toml` has it.
    """

    method: str
    action: str
    written: str
    path: str
    object_group: int = 0
    account_group: int = 0
    cache_group: int = 0


@dataclass(frozen=True)
class TipFile:
    """One file of a tip. ``no`` counts from 0 in path order; equal bytes appear once, the rest in ``also_as``."""

    no: int
    path: str
    kind: FileKind
    format: str
    """Name of the log format, or csv/jsonl for records, or of the report format; empty for other."""
    sha256: str
    sha1: str
    md5: str
    bytes: int
    compression: str = "plain"
    """plain, gz or zst."""
    zone: str = ""
    """IANA zone or UTC, where `tip.toml` gave one because the lines carry none."""
    requests: tuple[RequestPattern, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    """Their column name → ours."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Our column → their value → ours (at present only `action`)."""
    unmapped: tuple[str, ...] = ()
    """Their columns that are left out."""
    fault: str = ""
    """A broken stream sealed with --as-is: what was wrong."""
    also_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A file that was left out of the tip on request: digest, size and reason are all that is kept."""

    path: str
    sha256: str
    bytes: int
    reason: str


@dataclass(frozen=True)
class TipManifest:
    """A sealed tip."""

    tip: TipId
    reference: str
    provider: str
    agency: str
    received_at: str
    """The instant `tip.toml` states, ISO 8601 Z; empty where it states none."""
    cache_keys: tuple[str, ...]
    files: tuple[TipFile, ...]
    left_out: tuple[LeftOut, ...] = ()
    gaps: tuple[str, ...] = ()

    def of_kind(self, kind: FileKind) -> tuple[TipFile, ...]:
        return tuple(file for file in self.files if file.kind == kind)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for canonical JSON."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> TipManifest:
        """The manifest that :meth:`to_json` wrote."""
        return cls(
            tip=TipId(stated["tip"]),
            reference=stated["reference"],
            provider=stated["provider"],
            agency=stated["agency"],
            received_at=stated["received_at"],
            cache_keys=tuple(stated["cache_keys"]),
            files=tuple(_file(item) for item in stated["files"]),
            left_out=tuple(LeftOut(**item) for item in stated["left_out"]),
            gaps=tuple(stated["gaps"]),
        )


def _file(stated: Mapping[str, Any]) -> TipFile:
    return TipFile(
        **{
            **stated,
            "kind": FileKind(stated["kind"]),
            "requests": tuple(RequestPattern(**item) for item in stated["requests"]),
            "unmapped": tuple(stated["unmapped"]),
            "also_as": tuple(stated["also_as"]),
        }
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, FileKind) else value
