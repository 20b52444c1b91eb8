"""Lines that are JSON objects, read in Python: no key twice, no number that is none, no nesting without end."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pyarrow as pa

from leadline.reading.layouts import OUR_COLUMNS, ObjectLayout, columns_of
from leadline.reading.lines import BATCH_ROWS, REFUSED, readable, refused_rows
from leadline.stages.accesses.pieces import PARTS, Batch, field_places, parts_of
from leadline.vocabulary.scales import RejectReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leadline.reading.formats import LogFormat
    from leadline.reading.lines import Block, Blocks
    from leadline.seal.manifest import TipFile
    from leadline.stages.accesses.pieces import Values

    Stated = dict[str, object]

_NAMES = (*OUR_COLUMNS.values(), "method", "path")
_SPACE = " \t\r\n"
_METHOD, _PATH = _NAMES.index("method"), _NAMES.index("path")
_REQUEST = re.compile(r"([^ ]+) ([^ ?]+)(?:\?[^ ]*)? HTTP/[^ ]*", re.ASCII)


def object_batches(form: LogFormat, file: TipFile, blocks: Blocks) -> Iterator[Batch]:
    """The lines of a file of JSON objects, each with the texts of the fields that we read."""
    if not isinstance(form.layout, ObjectLayout):
        raise TypeError(f"{form.name} has no objects")
    own = form.layout.columns
    pick = _by_path(_with_mapped(own, file.columns)) if own else _by_name(file.columns)
    values: Values = {
        "delimiter": ",",
        "times": form.times,
        "nothing": "",
        "spare_end": False,
        "is_table": not own,
        "open_line": 0,
        "fields": len(_NAMES),
        "day": "",
        "dated": False,
        **field_places({name: place for place, name in enumerate(_NAMES, start=1)}),
    }
    for block in blocks:
        cut, refused = _read(block, pick)
        yield Batch(cut, refused, values)


def _read(block: Block, pick: Callable[[Stated], list[str | None]]) -> tuple[pa.Table, pa.Table]:
    whole = readable(block)
    lines, texts = whole.lines["line"].to_pylist(), whole.lines["text"].to_pylist()
    refused: dict[int, RejectReason] = {}
    parts: list[list[str | None]] = []
    read: list[bool] = []
    open_line = block.first + len(block) - 1 if block.open_end else 0
    for line, text in zip(lines, texts, strict=True):
        try:
            parts.append(pick(_object(text)))
            read.append(True)
        except (ValueError, RecursionError):
            read.append(False)
            cut_off = line == open_line and not text.rstrip().endswith("}")
            refused[line - block.first] = RejectReason.TRUNCATED if cut_off else RejectReason.NOT_THE_FORMAT
    kept = whole.lines.filter(pa.array(read, pa.bool_())).combine_chunks()
    table = kept.append_column(PARTS.field("parts"), parts_of(parts, len(_NAMES)))
    return pa.Table.from_batches(table.to_batches(max_chunksize=BATCH_ROWS), PARTS), pa.concat_tables(
        [REFUSED.empty_table(), whole.refused, refused_rows(block, refused)]
    )


def _object(text: str) -> Stated:
    """The one object of a line; ValueError where it is none."""
    stripped = text.strip(_SPACE)
    stated, end = _DECODE(stripped)
    if type(stated) is not dict or end != len(stripped):
        raise ValueError("no object, or more than one")
    if "\\u" in text:
        json.dumps(stated, ensure_ascii=False).encode()  # half a surrogate pair is no text
    return stated


def _by_name(mapping: Mapping[str, str]) -> Callable[[Stated], list[str | None]]:
    """Pick our fields from the keys of the object itself, mapped as the columns of a table are."""
    known: dict[tuple[str, ...], list[str | None]] = {}

    def pick(stated: Stated) -> list[str | None]:
        names = tuple(stated)
        if names not in known:
            if len(known) > 1000:
                known.clear()
            fields = columns_of(names, mapping)
            theirs = {field: name for name, field in fields.items()}
            known[names] = [theirs.get(field) for field in _NAMES]
        found = [None if name is None else stated[name] for name in known[names]]
        return [value if value is None or type(value) is str else _text(value) for value in found]

    return pick


def _with_mapped(own: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The format's own keys, and before them those that `tip.toml` maps.

    A mapped key stands alone for its field: where a line lacks it, the address of a server in between must not
    take its place. An account may still be named by the format's own key.
    """
    mapped = {theirs: OUR_COLUMNS[ours] for theirs, ours in mapping.items() if ours in OUR_COLUMNS}
    alone = set(mapped.values()) - {"account"}
    return mapped | {key: field for key, field in own.items() if field not in alone and key not in mapped}


def _by_path(columns: Mapping[str, str]) -> Callable[[Stated], list[str | None]]:
    """Pick our fields by the paths of the format's own keys; of several for one field the first that has a value."""
    paths = [_paths(columns, name) for name in _NAMES]
    requests = _paths(columns, "request")

    def pick(stated: Stated) -> list[str | None]:
        found = [_first_of(stated, of) for of in paths]
        line = _first_of(stated, requests)
        if not any(found) and line is None:
            raise ValueError("none of the format's keys")
        parts = [value if value is None or type(value) is str else _text(value) for value in found]
        return _with_request(parts, line) if requests else parts

    return pick


def _paths(columns: Mapping[str, str], name: str) -> list[tuple[str, ...]]:
    return [
        path for key, field in columns.items() if field == name for path in dict.fromkeys([(key,), (*key.split("."),)])
    ]


def _with_request(parts: list[str | None], line: object) -> list[str | None]:
    """The parts, with what a whole request line says where no key of its own did."""
    read = _REQUEST.fullmatch(line) if isinstance(line, str) else None
    if read:
        parts[_METHOD] = parts[_METHOD] or read[1]
        parts[_PATH] = parts[_PATH] or read[2]
    return parts


def _first_of(stated: Stated, paths: Sequence[Sequence[str]]) -> object:
    return next((value for path in paths if (value := _follow(stated, path)) is not None), None)


def _follow(stated: Stated, path: Sequence[str]) -> object:
    found: object = stated
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _text(value: object) -> str:
    """Numbers as they are written, `true` and `false`, lists and objects as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _without_twins(pairs: list[tuple[str, object]]) -> Stated:
    stated = dict(pairs)
    if len(stated) != len(pairs):
        raise ValueError("a key twice")
    return stated


_DECODE = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_without_twins
).raw_decode
