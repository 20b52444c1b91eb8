"""The text of single lines of sealed logs, read again from the exhibits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.reading.lines import Blocks
from leadline.reading.streams import open_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leadline.seal.exhibits import ExhibitStore
    from leadline.seal.manifest import TipFile

MAX_SHOWN = 4_000
"""Bytes of a line that are given."""
_CHUNK = 4 << 20


def line_texts(
    exhibits: ExhibitStore, files: Mapping[int, TipFile], wanted: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    """(file, line) → the line as it stands there, its first :data:`MAX_SHOWN` bytes; other bytes than UTF-8 escaped.

    Each file is read from its beginning to the last line that is wanted of it. Of a record over several lines it is
    the first line. What a reader shows on a terminal still has control characters in it.
    """
    by_file: dict[int, set[int]] = {}
    for file, line in wanted:
        by_file.setdefault(file, set()).add(line)
    return {(no, line): text for no, lines in by_file.items() for line, text in _of(exhibits, files[no], lines).items()}


def _of(exhibits: ExhibitStore, file: TipFile, lines: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    with exhibits.open(file.sha256) as raw:
        for block in Blocks(open_stream(raw, file.compression), chunk=_CHUNK):
            for line in sorted(line for line in lines if block.first <= line < block.first + len(block)):
                row = line - block.first
                whole = block.data[block.starts[row] : min(block.ends[row], block.starts[row] + MAX_SHOWN)]
                found[line] = whole.decode("utf-8", "backslashreplace")
            if len(found) == len(lines):
                break
    return found
