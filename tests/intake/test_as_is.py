"""Damaged evidence of every kind: refused with the ways out, or sealed as it is with its fault; never just lost."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadline.cli.main import run
from leadline.stages.intake.receive import receive
from tests.intake.bundles import FILES, INVENTORY, LOG, entries_of, make_folder, payload_of
from tests.reports.documents import DETAILS_XML, REPORT_XML, police

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Refusing = Callable[..., tuple[str, str]]


def parquet() -> bytes:
    held = io.BytesIO()
    columns = {"accessed_at": ["2019-03-01T10:00:00Z"], "remote_ip": ["240.1.0.5"], "action": ["view"]}
    pq.write_table(pa.table({**columns, "object_key": ["a1"]}), held)
    return held.getvalue()


def spreadsheet() -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(("account_key", "email"))
    book.active.append(("anna", "anna@mail.example"))
    book.save(held)
    return held.getvalue()


ENTRIES = [{"MediaID": n, "MD5": "a" * 32, "MediaFiles": [{"FileName": f"a{n}"}]} for n in range(1, 9)]
VICS = json.dumps({"odata.metadata": "http://vics.example/DataModels/1.3.xml#Media", "value": ENTRIES}).encode()
WHOLE: dict[str, bytes] = {
    "logs/more.log.gz": gzip.compress(LOG.encode() * 9, mtime=0),
    "more.parquet": parquet(),
    "people.xlsx": spreadsheet(),
    "more.csv.gz": gzip.compress(INVENTORY.encode() + b"a3,1,,\n" * 90, mtime=0),
    "vics.json": VICS,
    "vics.json.gz": gzip.compress(VICS, mtime=0),
    "report.xml": REPORT_XML.encode(),
    "report-2.xml.gz": gzip.compress(DETAILS_XML.encode(), mtime=0),
    "other.xml": b'<?xml version="1.0"?>\n<r><a>text</a></r>',
    "export.json": police(),
}
STATED = {
    "logs/more.log.gz": ("access-log", "combined"),
    "more.parquet": ("access-log", "parquet"),
    "people.xlsx": ("accounts", "xlsx"),
    "more.csv.gz": ("inventory", "csv"),
    "vics.json": ("inventory", "vics"),
    "vics.json.gz": ("inventory", "vics"),
    "report.xml": ("report", "cybertip-xml"),
    "report-2.xml.gz": ("report", "cybertip-xml"),
    "export.json": ("report", "cybertip-json"),
}
UNSEEN = ("more.parquet", "people.xlsx")
"""What of them is damaged could not be looked at for what may not be kept: they are never sealed as they are."""


def stated(*paths: str) -> bytes:
    told = [
        f'\n[[file]]\npath = "{path}"\nkind = "{STATED[path][0]}"\nformat = "{STATED[path][1]}"\n' for path in paths
    ]
    return FILES["tip.toml"] + "".join(told).encode()


def cut(content: bytes) -> bytes:
    return content[: len(content) * 3 // 4]


def empty(_: bytes) -> bytes:
    return b""


def garbage(content: bytes) -> bytes:
    return b"words and words\n" * (len(content) // 16 + 1)


@pytest.mark.parametrize("fault", [cut, empty, garbage])
@pytest.mark.parametrize("path", sorted(STATED))
def test_a_damaged_file_is_refused_with_the_ways_out_and_sealed_as_it_is_where_all_of_it_was_looked_at(
    path: str, fault: Callable[[bytes], bytes], refused: Refusing, workspace: Path, tmp_path: Path
) -> None:
    damaged = fault(WHOLE[path])
    bundle = make_folder(tmp_path / "bundle", {**FILES, "tip.toml": stated(path), path: damaged})
    if fault is cut:
        told, _ = refused(bundle)
        assert path in told
        assert f"--leave-out {path}" in told
        assert ("--as-is" in told) == (path not in UNSEEN)
    if path in UNSEEN:
        refused(bundle, as_is=True)
        return
    (file,) = [one for one in receive(workspace, bundle, as_is=True).manifest.files if one.path == path]
    assert (str(file.kind), file.format) == STATED[path]
    assert file.fault
    sealed = [payload_of(workspace, one) for one in entries_of(workspace) if one["action"] == "exhibit:file:sealed"]
    assert [one["fault"] for one in sealed if one["path"] == path] == [file.fault]


def test_what_was_sealed_as_it_is_ends_with_a_reject_and_all_before_the_damage_counts(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [path for path in WHOLE if path not in UNSEEN]
    tip = stated(*(path for path in paths if path in STATED))
    files = {**FILES, "tip.toml": tip, **{path: cut(WHOLE[path]) for path in paths}}

    def told(*arguments: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert run([*arguments, "--workspace", str(workspace)]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    told("receive", str(make_folder(tmp_path / "bundle", files)), "--as-is", "--json")
    (sums,) = told("run", "--json")
    assert sums["lines"] == sums["accesses"] + sums["rejects"]
    rejects = {one["path"]: one for one in told("rejects", "--format", "jsonl")}
    assert {path for path, one in rejects.items() if one["reason"] == "stream-broken"} == set(paths) - {"other.xml"}
    assert rejects["vics.json"]["line"] > 4
    assert rejects["report.xml"]["line"] > 10
    assert rejects["export.json"]["line"] == 1


def test_a_document_that_breaks_a_rule_is_never_sealed_as_it_is(refused: Refusing, tmp_path: Path) -> None:
    rules = {
        "report.xml": b"<!DOCTYPE report [<!ENTITY a 'b'>]>" + REPORT_XML.encode().partition(b"?>")[2],
        "other.xml": b"<?xml version='1.0'?><r xmlns='urn:example:x'/>",
        "export.json": b'{"reportedInformation": ' + b"[" * 100_000,
        "vics.json": VICS.replace(b'"MediaID": 1,', b'"MediaID": ' + b"[" * 40 + b"]" * 40 + b","),
    }
    for path, content in rules.items():
        told, _ = refused(make_folder(tmp_path / path, {"tip.toml": b"", path: content}), as_is=True)
        assert path in told
        assert "--leave-out" in told
        assert "--as-is" not in told


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("report.xml", "leadline.reading.markup.MAX_BYTES"),
        ("export.json", "leadline.stages.reports.plugins.cybertip_json._MAX_BYTES"),
        ("people.xlsx", "leadline.reading.workbook.MAX_BYTES"),
        ("more.parquet", "leadline.reading.parquet.MAX_GROUP"),
    ],
)
def test_what_is_too_large_is_refused_with_the_way_out(
    path: str, limit: str, refused: Refusing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, 100)
    bundle = make_folder(tmp_path / "bundle", {path: WHOLE[path]})
    for as_is in (False, True):
        told, _ = refused(bundle, as_is=as_is)
        assert path in told
        assert f"--leave-out {path}" in told


def test_a_time_that_was_cut_off_asks_for_no_zone(workspace: Path, tmp_path: Path) -> None:
    whole = b"object_key,size,added_at\n" + b"".join(b"a%d,1,2019-01-01T00:00:00Z\n" % n for n in range(2000))
    stream = zlib.compressobj(wbits=31)
    packed = stream.compress(whole[:-2]) + stream.flush(zlib.Z_SYNC_FLUSH)
    bundle = make_folder(tmp_path / "bundle", {"inventory.csv.gz": packed})
    (file,) = receive(workspace, bundle, as_is=True).manifest.files
    assert (file.zone, file.columns["added_at"]) == ("", "added_at")
