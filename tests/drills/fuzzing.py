"""Coverage-guided fuzzing of one reader: `python -m tests.drills.fuzzing TARGET -max_total_time=60`.

Run by `test_fuzz_readers.py`; needs the package atheris (Google's fuzzer for Python).
"""

from __future__ import annotations

import io
import sys
from functools import partial
from typing import TYPE_CHECKING

import atheris

if TYPE_CHECKING:
    from collections.abc import Callable

with atheris.instrument_imports(include=["leadline"]):
    from leadline.errors import LeadlineError
    from leadline.reading.formats import LOG_FORMATS
    from leadline.reading.lines import Blocks, readable
    from leadline.reading.media import MediaScan, media_kind
    from leadline.reading.parquet import parquet_pieces
    from leadline.reading.records import Record, read_records
    from leadline.reading.reports import REPORT_FORMATS, Report, ReportFormat
    from leadline.reading.streams import open_stream
    from leadline.reading.vics import vics_records
    from leadline.vocabulary.endpoints import parse_address


def lines(data: bytes) -> None:
    """Every line that a text editor counts is readable or refused, once."""
    counted = 0
    for block in Blocks(io.BytesIO(data), chunk=64):
        cut = readable(block)
        counted += cut.lines.num_rows + cut.refused.num_rows
    text = data.removeprefix(b"\xef\xbb\xbf")
    assert counted == text.count(b"\n") + (not text.endswith(b"\n") and bool(text))


def csv_records(data: bytes) -> None:
    """Records and refusals begin on lines of their own, in order; a header that is none is refused in words."""
    try:
        begins = [found.line for found in read_records(io.BytesIO(data), "csv")]
    except LeadlineError:
        return
    assert begins == sorted(set(begins))


def json_records(data: bytes) -> None:
    """One record or refusal a line."""
    found = list(read_records(io.BytesIO(data), "jsonl"))
    assert all(isinstance(one.fields, dict) for one in found if isinstance(one, Record))
    assert len({one.line for one in found}) == len(found)


def streams(data: bytes) -> None:
    """Damage is a fault that tells itself, never anything else."""
    for compression in ("gz", "zst"):
        try:
            open_stream(io.BytesIO(data), compression).read(1 << 20)
        except LeadlineError:
            continue


def documents(data: bytes) -> None:
    """A document is read or refused in words; Parquet and VICS as well as reports."""
    readings: list[Callable[[], object]] = [
        lambda: list(vics_records(lambda: io.BytesIO(data), where="x")),
        lambda: list(parquet_pieces(io.BytesIO(data))),
        *(partial(_reported, form, data) for form in REPORT_FORMATS.all()),
    ]
    for reading in readings:
        try:
            reading()
        except LeadlineError as refused:
            assert refused.advice  # noqa: PT017  either outcome is right


def _reported(form: ReportFormat, data: bytes) -> list[Report]:
    return list(form.read(io.BytesIO(data), "x"))


def detection(data: bytes) -> None:
    """A format scores any sample between 0 and 100."""
    sample = data.decode("utf-8", "replace").splitlines()
    assert all(0 <= form.recognises(sample) <= 100 for form in LOG_FORMATS.all())


def words(data: bytes) -> None:
    """Addresses and media are told or not, whatever the bytes."""
    found = parse_address(data.decode("latin-1"))
    assert found is None or len(found.key) == 32
    media_kind(data, "a.log")
    MediaScan().see(data)


TARGETS = {one.__name__: one for one in (lines, csv_records, json_records, streams, documents, detection, words)}

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    # What a first call loads once would count as a hang on a busy machine.
    TARGETS[sys.argv[1]](b"\n")
    atheris.Fuzz()
