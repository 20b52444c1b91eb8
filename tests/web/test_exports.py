"""An export holds every row of its filter, says how many and its digest, and cannot become a formula."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from leadline import jobs
from leadline.casefile import export
from leadline.casefile.evidence import run_of
from leadline.casefile.models import AuditEvent, Job
from leadline.inquiry.candidates import rows_of, select_candidates
from leadline.vocabulary.casework import Role

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.web.conftest import Desk


def exported(desk: Desk, kind: str, **wanted: str) -> HttpResponse:
    """The file that an export makes, asked for on the list and fetched from its job."""
    client = desk.as_(desk.police[Role.ANALYST])
    told = {"run": desk.evidence.run, "format": kind, "reason": "For the file.", **wanted}
    place = client.post("/candidates/export/", told).headers["Location"]
    assert jobs.work_once()
    assert "Download the file" in client.get(place).content.decode()
    return client.get(f"{place}file/")


@pytest.fixture(autouse=True)
def _no_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 3600)


def content(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_each_format_holds_all_rows_of_the_filter_and_the_audit_keeps_rows_and_digest(desk: Desk) -> None:
    for kind in ("csv", "json", "xlsx"):
        answer = exported(desk, kind)
        body = content(answer)
        detail = json.loads(AuditEvent.scoped.visible_to(desk.police.admin).order_by("-seq")[0].detail)
        assert detail["sha256"] == hashlib.sha256(body).hexdigest() == answer.headers["Leadline-SHA-256"]
        assert detail["rows"] == len(rows(kind, body)) == len(desk.evidence.accounts)


def rows(kind: str, body: bytes) -> list[object]:
    if kind == "json":
        return [json.loads(line) for line in body.splitlines()]
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(body.decode())))
    sheet = load_workbook(io.BytesIO(body), read_only=True).worksheets[1]
    return list(sheet.iter_rows(min_row=2, values_only=True))


def test_a_filter_narrows_the_export(desk: Desk) -> None:
    found = rows("csv", content(exported(desk, "csv", text="police-3")))
    assert [row["account_key"] for row in found] == ["police-3"]  # type: ignore[index]


def test_who_may_not_export_and_another_agency_get_nothing(desk: Desk) -> None:
    told = {"run": desk.evidence.run, "format": "csv", "reason": "For the file."}
    assert desk.as_(desk.police[Role.LIAISON]).post("/candidates/export/", told).status_code == 403
    assert desk.as_(desk.customs[Role.ANALYST]).post("/candidates/export/", told).status_code == 404
    place = desk.as_(desk.police[Role.ANALYST]).post("/candidates/export/", told).headers["Location"]
    assert desk.as_(desk.police[Role.ANALYST]).get(f"{place}file/").status_code == 404
    assert jobs.work_once()
    assert desk.as_(desk.police[Role.LIAISON]).get(f"{place}file/").status_code == 403
    assert desk.as_(desk.customs[Role.ANALYST]).get(f"{place}file/").status_code == 404


def test_a_file_that_is_not_what_was_written_is_not_handed_out(desk: Desk) -> None:
    content(exported(desk, "csv"))
    job = Job.scoped.visible_to(desk.police.admin).get()
    path = export.exported_file(job)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    assert desk.as_(desk.police[Role.ANALYST]).get(f"/jobs/{job.pk}/file/").status_code == 404


@pytest.mark.parametrize("key", ["=1+1", "+1", "-1", "@sum", "\t=1"])
def test_no_cell_for_people_begins_a_formula_and_json_stays_exact(
    desk: Desk, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = run_of(desk.police[Role.ANALYST], desk.evidence.run)
    (first, *_) = rows_of(select_candidates(view))
    monkeypatch.setattr(export, "rows_of", lambda _: iter([{**first, "account_key": key}]))
    found = {}
    for kind in export.LAYOUTS:
        stream = io.BytesIO()
        assert export.write_candidates(view, [key], kind, stream) == 1
        found[kind] = stream.getvalue()
    assert json.loads(found["json"])["account_key"] == key
    assert next(csv.DictReader(io.StringIO(found["csv"].decode(), newline="")))["account_key"] == f"'{key}"
    sheet = load_workbook(io.BytesIO(found["xlsx"])).worksheets[1]
    names = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, names.index("account_key") + 1)
    assert (cell.data_type, cell.value) == ("s", f"'{key}")
    assert sheet.cell(2, names.index("score") + 1).data_type == "n"
