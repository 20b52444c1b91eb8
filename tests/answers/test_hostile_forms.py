"""Forms as spreadsheets and hands leave them: other line ends, encodings, formulas, rows by the ten thousand."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.answers.world import named

if TYPE_CHECKING:
    from tests.answers.world import Desk

ANNA = "240.1.0.5"


def text_of(rows: list[dict[str, str]], **dialect: str) -> str:
    """A CSV of these rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), **dialect)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def preview(desk: Desk, content: bytes, *, code: int = 0) -> str:
    """What `answers FILE --preview --json` prints for these bytes."""
    target = desk.folder / "form.csv"
    target.write_bytes(content)
    return desk.says("answers", str(target), "--preview", "--json", code=code)


@pytest.mark.parametrize(
    ("form", "encoding"),
    [({"lineterminator": "\r\n"}, "utf-8-sig"), ({"delimiter": ";"}, "utf-8"), ({"quoting": csv.QUOTE_ALL}, "utf-8")],
)
def test_line_ends_a_mark_of_order_and_other_separators_change_nothing(
    shared_desk: Desk, form: dict[str, str], encoding: str
) -> None:
    rows = [named(shared_desk.requests()[ANNA][0], "C-1", subscriber_name="Zoë Räsko")]
    assert '"accepted": 1' in preview(shared_desk, text_of(rows, **form).encode(encoding))


def test_a_row_in_another_encoding_is_refused_and_the_others_are_read(shared_desk: Desk) -> None:
    good = named(shared_desk.requests()[ANNA][0], "C-1")
    header, row = text_of([good]).splitlines()
    other = row.replace("C-1", "Zoë").encode("latin-1")
    said = preview(shared_desk, b"\n".join((header.encode(), other, row.encode(), b"")))
    assert '"accepted": 1' in said
    assert '"bad-encoding"' in said
    preview(shared_desk, text_of([good]).encode("utf-16"), code=3)


@pytest.mark.parametrize(
    "left", ["=HYPERLINK(A1)", "1.23457E+11", "-1,2E+05", "#NAME?", "#REF!", "#N/A", "#DIV/0!", "########"]
)
def test_a_formula_or_what_a_spreadsheet_left_of_a_number_names_nobody(shared_desk: Desk, left: str) -> None:
    asked = shared_desk.requests()[ANNA]
    said = shared_desk.answers("sheet.csv", [named(asked[0], left), named(asked[1], "+64 12E4 #7")], "--preview")
    assert [(one["row"], one["reason"]) for one in said["rejects"]] == [(2, "bad-answer")]
    assert "spreadsheet" in said["rejects"][0]["detail"]


def test_ten_thousand_answers_to_one_request_contradict_and_cost_no_more_than_their_number(shared_desk: Desk) -> None:
    row = named(shared_desk.requests()[ANNA][0], "C")
    said = shared_desk.answers(
        "many.csv", [row | {"subscriber": f"C-{number}"} for number in range(10_000)], "--preview"
    )
    assert (said["rows"], said["accepted"], said["conflicts"]) == (10_000, 0, 10_000)
