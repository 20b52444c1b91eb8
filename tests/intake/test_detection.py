"""What `tip.toml` does not say is told from the files; what cannot be told safely is refused with the line to add."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from leadline.stages.intake.receive import receive
from leadline.vocabulary.scales import FileKind
from tests.intake.bundles import INVENTORY, LOG, make_folder

if TYPE_CHECKING:
    from pathlib import Path

    from leadline.seal.manifest import TipManifest
    from tests.intake.conftest import Refusing

ACCESSES = "accessed_at,account_key,remote_ip,action,object_key\n{time},anna,240.1.0.5,view,a1\n"
ZONED = ACCESSES.format(time="2019-03-06T00:00:00Z")
UNZONED = ACCESSES.format(time="2019-03-06 00:00:00")
TOML = '[[file]]\npath = "{path}"\n{more}\n'


def sealed(workspace: Path, folder: Path, files: dict[str, str | bytes], tip: str = "") -> TipManifest:
    return receive(workspace, bundle(folder, files, tip)).manifest


def bundle(folder: Path, files: dict[str, str | bytes], tip: str = "") -> Path:
    data = {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}
    return make_folder(folder / "b", data | ({"tip.toml": tip.encode()} if tip else {}))


KINDS: dict[str, tuple[str | bytes, FileKind, str]] = {
    "access.log": (LOG, FileKind.ACCESS_LOG, "combined"),
    "x.txt": (LOG, FileKind.ACCESS_LOG, "combined"),
    "access.log.gz": (gzip.compress(LOG.encode()), FileKind.ACCESS_LOG, "combined"),
    "events.csv": (ZONED, FileKind.ACCESS_LOG, "csv"),
    "bom.csv": ("\ufeff" + ZONED, FileKind.ACCESS_LOG, "csv"),
    "events.tsv": (ZONED.replace(",", "\t"), FileKind.ACCESS_LOG, "csv"),
    "events.jsonl": (
        json.dumps(dict(zip(*[line.split(",") for line in ZONED.splitlines()], strict=True))) + "\n",
        FileKind.ACCESS_LOG,
        "jsonl",
    ),
    "list.csv": (INVENTORY, FileKind.INVENTORY, "csv"),
    "list.jsonl": ('{"object_key": "a1", "size": 3}\n', FileKind.INVENTORY, "jsonl"),
    "people.csv": ("account_key;email\nanna;a@mail.example\n", FileKind.ACCOUNTS, "csv"),
    "people.jsonl": ('{"account_key": "anna"}\n', FileKind.ACCOUNTS, "jsonl"),
    "report.txt": ("What we did, in words.\n", FileKind.REPORT, ""),
    "notes.md": ("some notes\n", FileKind.OTHER, ""),
    "empty.log": ("", FileKind.OTHER, ""),
    "blank.csv": ("\n \n", FileKind.OTHER, ""),
    "page.html": ("<html><body>a page</body></html>\n", FileKind.OTHER, ""),
}


@pytest.mark.parametrize("path", KINDS)
def test_what_a_file_is_can_be_told_from_its_contents(path: str, workspace: Path, tmp_path: Path) -> None:
    content, kind, form = KINDS[path]
    (file,) = sealed(workspace, tmp_path, {path: content}).files
    assert (file.kind, file.format) == (kind, form)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("data.csv", "a,b\n1,2\n"),
        ("data.jsonl", '{"a": 1}\n'),
        ("x.log", "what is this\n"),
        ("x.log.gz", gzip.compress(b"?\n", mtime=0)),
    ],
)
def test_records_that_nobody_can_place_are_refused_with_the_line_to_add(
    path: str, content: str | bytes, refused: Refusing, tmp_path: Path
) -> None:
    told, code = refused(bundle(tmp_path, {path: content}))
    assert code == "kind"
    assert f'path = "{path}"' in told
    assert "kind = " in told


def test_a_log_of_no_known_format_is_refused_with_the_formats(refused: Refusing, tmp_path: Path) -> None:
    told, code = refused(
        bundle(tmp_path, {"a.log": "odd lines\n"}, TOML.format(path="a.log", more='kind = "access-log"'))
    )
    assert code == "format"
    assert "combined" in told


def test_a_log_that_is_plainly_of_another_format_is_refused(refused: Refusing, tmp_path: Path) -> None:
    w3c = "#Version: 1.0\n#Fields: date time c-ip\n2019-01-01 00:00:00 240.0.0.1\n"
    files = {"a.log": LOG, "b.log": w3c}
    tip = TOML.format(path="b.log", more='kind = "access-log"\nformat = "combined"')
    told, code = refused(bundle(tmp_path, files, tip))
    assert code == "format"
    assert 'format = "w3c"' in told


def test_a_declared_log_of_malformed_lines_is_taken_as_it_is(workspace: Path, tmp_path: Path) -> None:
    tip = TOML.format(path="a.log", more='kind = "access-log"\nformat = "combined"')
    tip_files = sealed(workspace, tmp_path, {"a.log": "no line of a log\n\n"}, tip).files
    assert tip_files[0].format == "combined"


def test_an_empty_log_needs_its_format_said(refused: Refusing, workspace: Path, tmp_path: Path) -> None:
    tip = TOML.format(path="a.log", more='kind = "access-log"')
    assert refused(bundle(tmp_path, {"a.log": ""}, tip))[1] == "format"
    said = tip + 'format = "combined"\n'
    assert sealed(workspace, tmp_path, {"a.log": ""}, said).files[0].kind == FileKind.ACCESS_LOG


SAMPLES = {
    "elastic_apache_combined.log": "combined",
    "plaso_apache_access.log": "combined",
    "plaso_aws_elb_access.log": "elb",
    "plaso_iis7_owa.log": "w3c",
    "plaso_iis10.log": "w3c",
    "awsdocs_s3_access.log": "s3",
    "awsdocs_cloudfront.log": "cloudfront",
}


@pytest.mark.samples
@pytest.mark.parametrize("name", SAMPLES)
def test_real_logs_are_told_apart_without_a_word_said(
    name: str, samples: Path, workspace: Path, tmp_path: Path
) -> None:
    content = (samples / "weblogs" / name).read_bytes()
    (file,) = sealed(workspace, tmp_path, {"some.txt": content}).files
    assert (file.kind, file.format) == (FileKind.ACCESS_LOG, SAMPLES[name])


# --- zones


def test_times_without_a_zone_are_refused_with_the_line_to_add(refused: Refusing, tmp_path: Path) -> None:
    told, code = refused(bundle(tmp_path, {"events.csv": UNZONED}))
    assert code == "zone"
    assert 'zone = "UTC"' in told
    assert "events.csv" in told


def test_a_zone_that_is_said_is_kept_and_asked_to_be_proved(workspace: Path, tmp_path: Path) -> None:
    tip = sealed(
        workspace, tmp_path, {"events.csv": UNZONED}, TOML.format(path="events.csv", more='zone = "Pacific/Auckland"')
    )
    assert tip.files[0].zone == "Pacific/Auckland"
    assert any(gap.startswith("no-zone-proof") for gap in tip.gaps)


@pytest.mark.parametrize("value", ["2019-01-01", "2019-01-01T00:00:00", "2019-01-01 10:00:00.5"])
@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("list.csv", "object_key,added_at\na1,{}\n"),
        ("list.csv", "object_key,removed_at\na1,\na2,{}\n"),
        ("people.csv", "account_key,signup_at\nx,{}\n"),
    ],
)
def test_dates_of_records_need_a_zone_too(value: str, path: str, row: str, refused: Refusing, tmp_path: Path) -> None:
    assert refused(bundle(tmp_path, {path: row.format(value)}))[1] == "zone"


def test_a_missing_zone_far_down_in_a_large_file_is_seen_at_its_end(refused: Refusing, tmp_path: Path) -> None:
    rows = "".join(f"a{n},2019-01-01T00:00:00Z\n" for n in range(30_000))
    assert (
        refused(bundle(tmp_path, {"list.csv": "object_key,added_at\n" + rows + "z,2019-01-01T00:00:00\n"}))[1] == "zone"
    )


@pytest.mark.parametrize("value", ["", "2019-01-01T00:00:00Z", "2019-01-01T00:00:00+13:00", "unknown"])
def test_empty_dates_and_dates_with_a_zone_need_none(value: str, workspace: Path, tmp_path: Path) -> None:
    assert sealed(workspace, tmp_path, {"list.csv": f"object_key,added_at\na1,{value}\n"}).files[0].zone == ""


# --- columns


def test_a_column_that_is_neither_there_nor_mapped_is_named_with_those_that_are(
    refused: Refusing, tmp_path: Path
) -> None:
    tip = TOML.format(path="e.csv", more='kind = "access-log"\nformat = "csv"\n[file.columns]\nwhen = "accessed_at"')
    told, code = refused(bundle(tmp_path, {"e.csv": "when,ip,what,item\n2019-01-01T00:00:00Z,240.0.0.1,view,a\n"}, tip))
    assert code == "columns"
    assert "no column remote_ip" in told
    assert '"ip", "what", "item"' in told
    assert '"<their name>" = "remote_ip"' in told


@pytest.mark.parametrize(("kind", "missing"), [("accounts", "account_key"), ("inventory", "object_key")])
def test_records_without_their_key_are_refused(kind: str, missing: str, refused: Refusing, tmp_path: Path) -> None:
    tip = TOML.format(path="e.csv", more=f'kind = "{kind}"')
    assert f"no column {missing}" in refused(bundle(tmp_path, {"e.csv": "a,b\n1,2\n"}, tip))[0]


def test_a_mapping_of_a_column_that_is_not_there_is_refused(refused: Refusing, tmp_path: Path) -> None:
    tip = TOML.format(path="e.csv", more='kind = "accounts"\n[file.columns]\nuser = "account_key"')
    told, code = refused(bundle(tmp_path, {"e.csv": "User,b\n1,2\n"}, tip))
    assert code == "columns"
    assert "'user'" in told
    assert '"User"' in told


def test_what_is_mapped_goes_before_what_has_our_name(workspace: Path, tmp_path: Path) -> None:
    tip = TOML.format(path="e.csv", more='kind = "accounts"\n[file.columns]\nuser = "account_key"')
    file = sealed(workspace, tmp_path, {"e.csv": "account_key,user,email\n1,anna,x\n"}, tip).files[0]
    assert file.columns == {"user": "account_key", "email": "email"}
    assert file.unmapped == ("account_key",)


def test_keys_that_come_late_in_json_lines_are_found(workspace: Path, tmp_path: Path) -> None:
    rows = '{"account_key": "a"}\n{"account_key": "b", "colour": "red", "email": "x"}\n'
    (file,) = sealed(workspace, tmp_path, {"p.jsonl": rows}).files
    assert set(file.columns) == {"account_key", "email"}
    assert file.unmapped == ("colour",)


@pytest.mark.parametrize("header", ["account_key,a,a", 'account_key,"a', "account_key,\xff"])
def test_a_header_that_cannot_be_read_is_refused(header: str, refused: Refusing, tmp_path: Path) -> None:
    data = header.encode("latin-1") + b"\n1,2,3\n"
    tip = TOML.format(path="e.csv", more='kind = "accounts"\nformat = "csv"')
    told, code = refused(bundle(tmp_path, {"e.csv": data}, tip))
    assert code == "header"
    assert "e.csv, line 1" in told


# --- gaps


def gaps(tip: TipManifest) -> list[str]:
    return [gap.partition(":")[0] for gap in tip.gaps]


def test_a_tip_of_one_log_lacks_everything_else(workspace: Path, tmp_path: Path) -> None:
    assert gaps(sealed(workspace, tmp_path, {"access.log": LOG})) == [
        "no-tip-reference",
        "no-account-records",
        "no-inventory",
        "no-port",
    ]


def test_a_whole_tip_lacks_nothing(workspace: Path, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "e.csv": "accessed_at,account_key,remote_ip,remote_port,action,object_key,status\n"
        "2019-03-06T00:00:00Z,anna,240.1.0.5,50000,view,a1,200\n",
        "list.csv": INVENTORY,
        "people.csv": "account_key\nanna\n",
    }
    assert gaps(sealed(workspace, tmp_path, files, '[tip]\nreference = "R"\n')) == []


def test_a_table_of_accesses_tells_what_it_lacks(workspace: Path, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "e.csv": "accessed_at,remote_ip,action,object_key\n2019-03-06T00:00:00Z,240.1.0.5,view,a1\n",
        "list.csv": "object_key\na1\n",
    }
    assert {"no-port", "no-status", "no-account", "no-inventory-dates", "no-inventory-digests"} <= set(
        gaps(sealed(workspace, tmp_path, files))
    )


def log_of(*days: int) -> str:
    line = '240.1.0.5 - anna [{:02d}/Mar/2019:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n'
    return "".join(line.format(day) for day in days)


def missing(tip: TipManifest) -> str:
    return next((gap.split(":")[1].strip() for gap in tip.gaps if gap.startswith("days-missing")), "")


def test_days_without_a_line_between_the_first_and_the_last_are_told(workspace: Path, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.log": log_of(1, 2, 2, 3), "b.log": log_of(7, 9)}
    assert missing(sealed(workspace, tmp_path, files)) == "2019-03-04..2019-03-06, 2019-03-08"


def test_days_are_told_of_logs_that_fill_one_anothers_holes(workspace: Path, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.log": log_of(1, 3, 5), "b.log.gz": gzip.compress(log_of(2, 4).encode())}
    assert missing(sealed(workspace, tmp_path, files)) == ""


def test_nothing_is_said_of_days_where_a_log_is_not_in_order(workspace: Path, tmp_path: Path) -> None:
    assert missing(sealed(workspace, tmp_path, {"a.log": log_of(5, 1, 9)})) == ""
