"""The middle step of a receipt: all of `tip.toml` and every file checked, and all faults told at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from leadline.reading.streams import MAX_RATIO
from leadline.seal.manifest import TipFile
from leadline.stages.intake.columns import PACKED
from leadline.stages.intake.declaration import MAX_BYTES, Declaration, Stated, read_declaration
from leadline.stages.intake.declaration import NAME as DECLARATION
from leadline.stages.intake.detection import how_to_read
from leadline.stages.intake.examination import examine
from leadline.stages.intake.gaps import gaps_of
from leadline.stages.intake.refusal import BundleRefused, all_of, leave_out
from leadline.vocabulary.scales import FileKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.facts.engine import Engine
    from leadline.facts.runs import Progress
    from leadline.stages.intake.copying import Copied
    from leadline.stages.intake.detection import Format
    from leadline.stages.intake.examination import Examined


@dataclass(frozen=True)
class Rules:
    """By what a bundle is checked: the log formats there are, an engine for patterns, what was asked for."""

    formats: Sequence[Format]
    engine: Engine
    as_is: bool = False
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A bundle without a fault, ready to be sealed."""

    declaration: Declaration
    files: tuple[TipFile, ...]
    gaps: tuple[str, ...]


def check(copies: Sequence[Copied], rules: Rules, *, progress: Progress, threads: int = 2) -> Checked:
    """Check the copied files of a bundle, in path order. :class:`BundleRefused` tells every fault found."""
    _raise(_media_faults(copies))
    declaration = _declaration(copies, rules)
    exhibits = [_Exhibit.of(same, declaration) for same in _by_bytes(copies)]
    seen = _examined(exhibits, progress, threads)
    faults: list[BundleRefused] = []
    files: list[tuple[TipFile, Examined]] = []
    for exhibit, examined in zip(exhibits, seen, strict=True):
        try:
            files.append(_file(len(files), exhibit, examined, rules))
        except BundleRefused as fault:
            faults.append(fault)
    _raise(faults)
    return Checked(declaration, tuple(file for file, _ in files), gaps_of(declaration, files))


def _raise(faults: list[BundleRefused]) -> None:
    if faults:
        raise all_of(faults)


def _media_faults(copies: Sequence[Copied]) -> list[BundleRefused]:
    return [_media(copied.path, copied.media) for copied in copies if copied.media]


def _media(path: str, what: str) -> BundleRefused:
    return BundleRefused(
        f"is or holds what Leadline does not keep: {what}.", code="media", where=path, advice=leave_out(path)
    )


def _declaration(copies: Sequence[Copied], rules: Rules) -> Declaration:
    stated = next((copied for copied in copies if copied.path == DECLARATION), None)
    if stated is None:
        return Declaration()
    with stated.file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    return read_declaration(
        data,
        paths={*(copied.path for copied in copies), *rules.left_out},
        formats=tuple(one.name for one in rules.formats),
        engine=rules.engine,
    )


# --- exhibits --------------------------------------------------------------------------------------------


def _by_bytes(copies: Sequence[Copied]) -> list[list[Copied]]:
    """Files with equal bytes together, each group and all groups in path order."""
    groups: dict[str, list[Copied]] = {}
    for copied in copies:
        groups.setdefault(copied.digest.sha256, []).append(copied)
    return list(groups.values())


@dataclass(frozen=True)
class _Exhibit:
    """Bytes that stand once or several times in the bundle, and what `tip.toml` says of them."""

    copied: Copied
    also_as: tuple[str, ...]
    stated: Stated

    @classmethod
    def of(cls, same: list[Copied], declaration: Declaration) -> _Exhibit:
        stated = [declaration.files[one.path] for one in same if one.path in declaration.files]
        for other in stated[1:]:
            if not other.same_reading(stated[0]) and same[0].digest.bytes:
                raise BundleRefused(
                    f"has the same bytes as {stated[0].path}, and tip.toml says something else of it.",
                    code="declaration",
                    where=f"{DECLARATION}, line {other.line}",
                    advice="Say the same of both.",
                )
        return cls(same[0], tuple(one.path for one in same[1:]), stated[0] if stated else Stated(same[0].path))


def _examined(exhibits: Sequence[_Exhibit], progress: Progress, threads: int) -> list[Examined]:
    progress.begin("reading to the end", sum(one.copied.digest.bytes for one in exhibits))
    lock = Lock()

    def advance(amount: int) -> None:
        with lock:
            progress.advance(amount)

    def one(exhibit: _Exhibit) -> Examined:
        return examine(exhibit.copied.file, exhibit.copied.path, advance=advance)

    with ThreadPoolExecutor(max(1, threads), thread_name_prefix="examine") as pool:
        seen = list(pool.map(one, exhibits))
    progress.end()
    return seen


def _file(number: int, exhibit: _Exhibit, seen: Examined, rules: Rules) -> tuple[TipFile, Examined]:
    path = exhibit.copied.path
    _refuse_unfit(path, seen, as_is=rules.as_is)
    stated = exhibit.stated
    if path == DECLARATION:
        stated = replace(stated, kind=FileKind.OTHER)
    reading = how_to_read(path, seen, stated, rules.formats, as_is=rules.as_is)
    digest = exhibit.copied.digest
    file = TipFile(
        no=number,
        path=path,
        kind=reading.kind,
        format=reading.format,
        sha256=digest.sha256,
        sha1=digest.sha1,
        md5=digest.md5,
        bytes=digest.bytes,
        compression=seen.compression,
        zone=reading.zone,
        requests=stated.requests,
        columns=reading.columns,
        values=stated.values,
        unmapped=reading.unmapped,
        fault=seen.fault or reading.fault,
        also_as=exhibit.also_as,
    )
    return file, replace(seen, unzoned=reading.unzoned)


def _refuse_unfit(path: str, seen: Examined, *, as_is: bool) -> None:
    if seen.media:
        raise _media(path, seen.media)
    if seen.too_dense:
        raise BundleRefused(
            f"unpacks to more than {MAX_RATIO} times its size.", code="ratio", where=path, advice=leave_out(path)
        )
    if seen.fault and seen.compression in PACKED:
        # What of it could not be read could not be looked at either, so it is not sealed as it is.
        raise BundleRefused(seen.fault, code="packed", where=path, advice=leave_out(path))
    if seen.fault and not as_is:
        raise BundleRefused(
            seen.fault,
            code="stream-broken",
            where=path,
            advice=f"Ask for the file again, or seal it with its fault: --as-is. Or: {leave_out(path)}",
        )
