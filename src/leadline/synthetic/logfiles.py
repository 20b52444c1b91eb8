"""Writes lines into a log file, spoils the malformed ones on the way, and keeps what the truth must tell."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
import zstandard

from leadline.synthetic.faults import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from leadline.synthetic.chance import Ints
    from leadline.synthetic.lines import Lines
    from leadline.synthetic.wording import Format

_AT_ONCE = 250_000


@dataclass
class Written:
    """What the truth must know of the files written so far."""

    folder: Path
    """The bundle."""
    told: Callable[[int], None]
    """Called with the number of lines of each piece written."""
    lines: int = 0
    rejects: list[tuple[str, int, str]] = field(default_factory=list)
    """Path in the bundle, physical line, reason."""
    repeated: list[int] = field(default_factory=list)
    """Relevant accesses whose line stands in a second file as well."""
    by_key: dict[int, int] = field(default_factory=dict)

    def note(self, path: str, count: int, rejects: list[tuple[int, str]], keys: Ints) -> None:
        """Count a file: its lines, its malformed lines and the account each readable one names."""
        self.lines += count
        self.rejects += [(path, line, reason) for line, reason in rejects]
        self.note_keys(keys)

    def note_keys(self, keys: Ints) -> None:
        """Count readable lines by the account that they name."""
        numbers, counts = np.unique(keys[keys >= 0], return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            self.by_key[number] = self.by_key.get(number, 0) + count


@dataclass(frozen=True)
class Span:
    """Lines of a file that are to be written into a second file too: from ``first`` up to ``after``, from 0."""

    first: int
    after: int
    path: str


@dataclass(frozen=True)
class LogFile:
    """A log file to write."""

    path: str
    """In the bundle; its ending says how it is compressed."""
    form: Format
    spoil: Callable[[bytes, int, int], bytes]
    header: bytes = b""
    last: bytes = b""
    """A last line without its end; it is malformed: truncated."""
    again: Span | None = None


def write(written: Written, file: LogFile, lines: Lines) -> None:
    """Write a whole file; its lines are in the order given."""
    copied: list[bytes] = []
    offset = file.header.count(b"\n")
    rejects: list[tuple[int, str]] = []
    with compressed(written.folder / file.path) as out:
        out.write(file.header)
        for first in range(0, len(lines), _AT_ONCE):
            piece = lines.slice(first, first + _AT_ONCE)
            _write_piece(out, file, piece, first, copied)
            rejects += [(first + row + offset + 1, _reason(piece, row)) for row in np.flatnonzero(piece.fault).tolist()]
            written.told(len(piece))
        out.write(file.last)
    if file.last:
        rejects.append((len(lines) + offset + 1, "truncated"))
    written.note(file.path, len(lines) + bool(file.last), rejects, lines.key[lines.fault == 0])
    if file.again:
        _write_again(written, file.again, copied, lines, rejects)


def _write_piece(out: BinaryIO, file: LogFile, piece: Lines, first: int, copied: list[bytes]) -> None:
    text = file.form.text(piece)
    ends = np.frombuffer(text.buffers()[1], dtype=np.int32)[text.offset : text.offset + len(text) + 1]
    data = memoryview(text.buffers()[2])
    begin = 0
    for row in np.flatnonzero(piece.fault).tolist():
        out.write(data[ends[begin] : ends[row]])
        out.write(_spoiled(file, piece, data, ends, row))
        begin = row + 1
    out.write(data[ends[begin] : ends[len(text)]])
    if file.again:
        for row in range(max(0, file.again.first - first), max(0, min(len(piece), file.again.after - first))):
            good = bytes(data[ends[row] : ends[row + 1]])
            copied.append(_spoiled(file, piece, data, ends, row) if piece.fault[row] else good)


def _spoiled(file: LogFile, piece: Lines, data: memoryview, ends: Any, row: int) -> bytes:
    return file.spoil(bytes(data[ends[row] : ends[row + 1]]), int(piece.fault[row]), int(piece.port[row]))


def _write_again(
    written: Written, span: Span, copied: list[bytes], lines: Lines, rejects: list[tuple[int, str]]
) -> None:
    """The same lines in a second file, as when two servers hand over one piece of the log."""
    with compressed(written.folder / span.path) as out:
        out.write(b"".join(copied))
    piece = lines.slice(span.first, span.after)
    within = [(line - span.first, reason) for line, reason in rejects if span.first < line <= span.after]
    written.note(span.path, len(piece), within, piece.key[piece.fault == 0])
    written.repeated += piece.access[(piece.access >= 0) & (piece.fault == 0)].tolist()
    written.told(len(piece))


def _reason(piece: Lines, row: int) -> str:
    return str(REASONS[int(piece.fault[row])])


@contextmanager
def compressed(path: Path) -> Iterator[BinaryIO]:
    """A new file, compressed as its ending says, the same bytes at each writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as raw:
        if path.suffix == ".zst":
            with zstandard.ZstdCompressor(level=3, threads=2).stream_writer(raw, closefd=False) as packed:
                yield cast("BinaryIO", packed)
        elif path.suffix == ".gz":
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=5, mtime=0) as packed_gz:
                yield cast("BinaryIO", packed_gz)
        else:
            yield raw
