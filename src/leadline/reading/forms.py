"""Every form in which records come that are no log: CSV, JSON lines, Parquet, spreadsheets, VICS documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.reading.records import read_records
from leadline.reading.vics import vics_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from leadline.reading.records import Record, Refusal

PLAIN = ("csv", "jsonl", "parquet", "xlsx")
"""Lines of text (of Parquet and xlsx once they are unpacked) whose fields have names of the provider's own."""


def records_in(opened: Callable[[], BinaryIO], form: str, *, where: str) -> Iterator[Record | Refusal]:
    """All records of a file in its order; ``opened`` gives its unpacked bytes from the beginning.

    A record's line is a physical line in the plain forms and the number of its entry in a document.
    :class:`InputRefused` where the file as a whole breaks a rule of its form.
    """
    if form == "vics":
        yield from vics_records(opened, where=where)
        return
    with opened() as stream:
        found = read_records(stream, "jsonl" if form in {"parquet", "xlsx"} else form)
        # The header of a sheet is its first row, and is no line of what is unpacked.
        yield from found if form != "xlsx" else (one._replace(line=one.line + 1) for one in found)
