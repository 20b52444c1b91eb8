"""Account records that come as a spreadsheet are read row by row; what it could hide or reckon is refused."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.cli.main import run
from leadline.reading.streams import StreamBroken
from leadline.reading.workbook import workbook_pieces
from tests.intake.bundles import FILES, entries_of, make_folder, nothing_kept
from tests.reading.test_media import NOISE, SIGNATURES

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("user_id", "created_at", "phone", "declared_country", "compromised")
SEEN = datetime(2018, 1, 1, 10, 30)  # noqa: DTZ001  a spreadsheet knows no zone
ROWS: tuple[tuple[Any, ...], ...] = (
    HEADER,
    ("anna", SEEN, 64000000001, "NZ", True),
    (None,) * 5,
    ("bert", date(2018, 6, 1), "+64 0000 000 002", None, False),
    (None, None, 5, None, None),
)


def packed(rows: tuple[tuple[Any, ...], ...] = ROWS, *, epoch: datetime | None = None, merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


PARTS = ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml")


def with_part(name: str, content: bytes) -> bytes:
    held = io.BytesIO(packed())
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, content)
    return held.getvalue()


def replaced(name: str, old: bytes, new: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed())) as source, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.infolist():
            content = source.read(one)
            target.writestr(one.filename, content.replace(old, new, 1) if one.filename == name else content)
    return held.getvalue()


def lines(content: bytes) -> list[dict[str, Any] | None]:
    found = b"".join(workbook_pieces(io.BytesIO(content))).split(b"\n")[:-1]
    return [json.loads(line) if line else None for line in found]


@pytest.mark.parametrize("epoch", [None, openpyxl.utils.datetime.CALENDAR_MAC_1904])
def test_rows_are_lines_and_dates_are_the_same_in_both_calendars(epoch: datetime | None) -> None:
    anna, empty, bert, nameless = lines(packed(epoch=epoch))
    assert anna == {
        "user_id": "anna",
        "created_at": "2018-01-01T10:30:00",
        "phone": 64000000001,
        "declared_country": "NZ",
        "compromised": True,
    }
    assert empty is None
    assert bert is not None
    assert bert["created_at"] == "2018-06-01T00:00:00"
    assert nameless == {**dict.fromkeys(HEADER), "phone": 5}


def test_a_column_that_nobody_filled_is_still_one(tmp_path: Path, workspace: Path) -> None:
    tip = FILES["tip.toml"].replace(b'user_id = "account_key"', b'user_id = "account_key"\ntel = "phone"')
    files = {**FILES, "tip.toml": tip.replace(b"accounts.csv", b"accounts.xlsx")}
    del files["accounts.csv"]
    files["accounts.xlsx"] = packed((("user_id", "tel"), ("anna", None), ("bert", "")))
    bundle = make_folder(tmp_path / "bundle", files)
    assert run(["receive", str(bundle), "--workspace", str(workspace)]) == 0


REFUSED = {
    "a formula": (packed((HEADER, ("anna", "=NOW()", 1, "NZ", True))), "formula in B2"),
    "merged cells": (packed(merge="A1:B1"), "merged"),
    "merged cells below": (packed(merge="A3:B3"), "merged"),
    "a header with a hole": (packed((("user_id", None, "phone"), ("anna", 1, 2))), "header"),
    "a header twice": (packed((("user_id", "user_id"), ("anna", "x"))), "twice"),
    "values beyond the header": (packed((("user_id",), ("anna", "x"))), "beyond"),
    "nothing": (packed(()), "header"),
    "a picture": (with_part("xl/media/image1.png", SIGNATURES["png"] + NOISE), "xl/media/image1.png"),
    "a macro": (with_part("xl/vbaProject.bin", NOISE), "vbaProject"),
    "a bomb": (with_part("xl/tables/table1.xml", b"a" * (8 << 20)), "times its size"),
    "a part that is no text": (with_part("docProps/custom.xml", NOISE), "no text"),
    "a document type": (
        replaced("xl/workbook.xml", b"<workbook ", b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook "),
        "entities",
    ),
    "bytes behind it": (packed() + NOISE, "behind its end"),
    "cut off": (packed()[:-30], "damaged"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_it_could_hide_or_reckon_is_refused_with_what_to_do(what: str) -> None:
    content, says = REFUSED[what]
    with pytest.raises(StreamBroken) as caught:
        lines(content)
    assert says in caught.value.message
    assert caught.value.advice


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6000), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=5))
def test_a_spoiled_file_is_read_or_refused_and_nothing_else(spoils: list[tuple[int, bytes, int]]) -> None:
    content = packed()
    for place, bits, dropped in spoils:
        at = place % (len(content) + 1)
        content = content[:at] + bits + content[at + dropped :]
    try:
        lines(content)
    except StreamBroken as broken:
        assert broken.advice  # noqa: PT017  either outcome is right


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=60),
    st.integers(0, 4000),
    st.sampled_from(PARTS),
)
def test_a_spoiled_part_is_read_or_refused_and_nothing_else(bits: bytes, place: int, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as source:
        whole = source.read(name)
    at = place % len(whole)
    try:
        lines(replaced(name, whole, whole[:at] + bits + whole[at + len(bits) :]))
    except StreamBroken as broken:
        assert broken.advice  # noqa: PT017  either outcome is right


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert run(["init", str(tmp_path / "workspace")]) == 0
    return tmp_path / "workspace"


def offered(tmp_path: Path, content: bytes, *, zone: str = 'zone = "Pacific/Auckland"\n') -> str:
    declared = FILES["tip.toml"].decode().replace('"accounts.csv"\nkind', f'"accounts.xlsx"\n{zone}kind')
    files = {path: data for path, data in FILES.items() if path != "accounts.csv"}
    return str(make_folder(tmp_path / "bundle", {**files, "tip.toml": declared.encode(), "accounts.xlsx": content}))


def told(capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: str) -> list[Any]:
    capsys.readouterr()
    assert run([*arguments, "--json", "--workspace", str(workspace)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_spreadsheet_of_accounts_goes_from_its_seal_to_an_explanation(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (received,) = told(capsys, workspace, "receive", offered(tmp_path, packed()))
    assert ("accounts", "xlsx") in {(one["kind"], one["format"]) for one in received["exhibits"]}
    told(capsys, workspace, "run")
    assert [(one["line"], one["reason"]) for one in told(capsys, workspace, "rejects")] == [
        (3, "empty-line"),
        (5, "missing-field"),
    ]
    (anna,) = told(capsys, workspace, "explain", "anna")
    record = anna["account_record"]
    assert (record["created_at"], record["phone"], record["compromised"], record["line"]) == (
        "2017-12-31T21:30:00Z",
        "64000000001",
        True,
        2,
    )


HELD = io.BytesIO()
HELD.write(b"PK\x03\x04" + NOISE)
with zipfile.ZipFile(HELD, "a") as _target, zipfile.ZipFile(io.BytesIO(packed())) as _source:
    for _one in _source.infolist():
        _target.writestr(_one.filename, _source.read(_one))
OFFERED = {what: content for what, (content, _) in REFUSED.items()} | {"bytes before it": HELD.getvalue()}


@pytest.mark.parametrize("what", ["a formula", "a picture", "bytes before it", "without a zone"])
def test_a_spreadsheet_that_cannot_be_read_is_refused_and_nothing_is_kept(
    what: str, tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(entries_of(workspace))
    content, zone = (packed(), "") if what == "without a zone" else (OFFERED[what], 'zone = "UTC"\n')
    bundle = offered(tmp_path, content, zone=zone)
    assert run(["receive", bundle, "--as-is", "--workspace", str(workspace)]) == 3
    assert "accounts.xlsx" in capsys.readouterr().err
    nothing_kept(workspace, before)
