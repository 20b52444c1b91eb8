"""Rows of delimited text, streamed and bounded, for the readers of hash sets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from leadline.errors import InputRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leadline.reference.hashsets.contract import Tally

_LONGEST = 1 << 20


def lines(path: Path, tally: Tally) -> Iterator[tuple[int, str]]:
    """Physical lines from 1, without their ends; what is no UTF-8, or too long, is noted and passed over."""
    with path.open("rb") as stream:
        number = 0
        while piece := stream.readline(_LONGEST):
            number += 1
            if number == 1:
                _refuse_binary(path, piece)
                piece = piece.removeprefix(b"\xef\xbb\xbf")
            if len(piece) == _LONGEST and not piece.endswith(b"\n"):
                tally.rows += 1
                tally.refuse(f"line {number}", "too-long")
                _skip_line(stream)
                continue
            text = _decoded(piece)
            if text is None:
                tally.rows += 1
                tally.refuse(f"line {number}", "bad-encoding")
            elif text.strip():
                yield number, text


def rows(path: Path, tally: Tally, *, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Cells of each line with its number; a record lies on one line, as hash lists have it."""
    for number, text in lines(path, tally):
        try:
            yield number, next(csv.reader(io.StringIO(text), delimiter=delimiter))
        except (csv.Error, StopIteration):
            tally.rows += 1
            tally.refuse(f"line {number}", "not-the-format")


def _refuse_binary(path: Path, piece: bytes) -> None:
    if b"\x00" in piece[:4096]:
        raise InputRefused("this is no text.", where=path.name, advice="Give the format with --kind.")


def _decoded(piece: bytes) -> str | None:
    try:
        return piece.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return None


def _skip_line(stream: io.BufferedReader) -> None:
    while piece := stream.readline(_LONGEST):
        if piece.endswith(b"\n"):
            return
