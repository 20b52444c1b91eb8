"""VICS documents as inventories: every version, every odd way in which exports are written, hostile ones refused."""

from __future__ import annotations

import base64
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.cli.main import run
from leadline.errors import InputRefused
from leadline.reading import vics
from leadline.reading.records import Record, Refusal
from leadline.reading.vics import vics_records
from tests.intake.bundles import FILES, LOG, entries_of, make_folder, nothing_kept

if TYPE_CHECKING:
    from pathlib import Path

MD5, SHA1, SHA256, PDQ = "a" * 32, "b" * 40, "c" * 64, "d" * 64
CASES = "http://vics.example/DataModels/2.0.xml/US/$metadata#Cases"
MEDIA = "http://vics.example/DataModels/1.3.xml#Media"
ENTRY: dict[str, Any] = {
    "MediaID": 7,
    "Category": 1,
    "MD5": MD5.upper(),
    "SHA1": f" {SHA1} ",
    "MediaSize": "488",
    "IsPrecategorized": "true",
    "Comments": "words",
    "AlternativeHashes": [{"HashName": "SHA-256", "HashValue": SHA256}, {"HashName": "PDQ", "HashValue": PDQ}],
    "MediaFiles": [{"FileName": "a1", "FilePath": "c\\k1", "Created": "/Date(1546300800000)/", "MD5": MD5}],
}


def document(*entries: Any, context: str = CASES, **more: Any) -> bytes:
    listed: Any = [{"CaseID": "c", "TotalMediaFiles": 99, "Media": list(entries)}]
    key = "@odata.context" if "2.0" in context else "odata.metadata"
    return json.dumps({key: context, "value": list(entries) if context.endswith("Media") else listed, **more}).encode()


def read(content: bytes) -> list[Record | Refusal]:
    return list(vics_records(lambda: io.BytesIO(content), where="inventory.json"))


def fields(content: bytes) -> list[dict[str, str]]:
    return [one.fields for one in read(content) if isinstance(one, Record)]


# --- shapes


SHAPES = {
    "2.0 cases": document(ENTRY),
    "2.0 with a byte-order mark": b"\xef\xbb\xbf" + document(ENTRY),
    "1.3 media": document(ENTRY, context=MEDIA),
    "the context last": json.dumps({"value": [ENTRY], "odata.metadata": MEDIA}).encode(),
    "one case that is no list": json.dumps({"@odata.context": CASES, "value": {"Media": [ENTRY]}}).encode(),
    "one entry that is no list": json.dumps({"@odata.context": CASES, "value": [{"Media": ENTRY}]}).encode(),
    "one hash that is no list": json.dumps({"odata.metadata": MEDIA, "value": ENTRY}).encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_entry_is_the_same_in_every_shape(shape: str) -> None:
    (one,) = read(SHAPES[shape])
    assert isinstance(one, Record)
    assert one.line == 1
    wanted = {
        "MediaID": "7",
        "FileName": "a1",
        "FilePath/FileName": "c/k1/a1",
        "SHA256": SHA256,
        "PDQ": PDQ,
        "MediaFiles.Created": "2019-01-01T00:00:00Z",
    }
    assert {name: one.fields[name] for name in wanted} == wanted
    version, country = ("1.3", "-") if "hash" in shape or "1.3" in shape or "last" in shape else ("2.0", "US")
    assert one.fields["CategoryScheme"] == f"project-vic:{country}:{version}"


@pytest.mark.parametrize(
    ("written", "given"),
    [(7, "7"), ("7", "7"), (7.0, "7.0"), ("", None), (None, None), (True, "true"), ([1], None), ({"a": 1}, None)],
)
def test_numbers_and_texts_are_texts_and_nothing_is_nothing(written: Any, given: str | None) -> None:
    (one,) = fields(document({**ENTRY, "MediaID": written}))
    assert one.get("MediaID") == given


def test_a_flag_of_precategorisation_gives_no_category() -> None:
    (one,) = fields(document({**ENTRY, "Category": None, "IsPrecategorized": True}))
    assert "Category" not in one
    assert "CategoryScheme" not in one


def test_an_entry_of_several_files_is_a_record_for_each_that_differs() -> None:
    files = [{"FileName": name, "FilePath": "x"} for name in ("a1", "a2", "a1")]
    found = read(document({**ENTRY, "MediaFiles": files}, {**ENTRY, "MediaFiles": None}, {"MediaID": "9"}))
    assert [(one.line, one.fields.get("FileName")) for one in found if isinstance(one, Record)] == [
        (1, "a1"),
        (1, "a2"),
        (2, None),
        (3, None),
    ]


def test_a_file_is_called_by_the_last_part_of_its_path_where_nothing_else_names_it() -> None:
    (one,) = fields(document({"MediaID": 1, "RelativeFilePath": "c\\k1/x\\a9", "MD5": MD5}))
    assert one["FileName"] == "a9"


def test_an_entry_that_is_none_is_refused_with_its_number() -> None:
    found = read(document(ENTRY, "a text", 5, ENTRY))
    assert [(one.line, one.reason) for one in found if isinstance(one, Refusal)] == [
        (2, "not-the-format"),
        (3, "not-the-format"),
    ]


HOSTILE = {
    "no model": b'{"value":[]}',
    "another model": document(context=CASES.replace("2.0", "9.0")),
    "a list and an object": b'{"odata.metadata":"%s","value":[],"value":{}}' % MEDIA.encode(),
    "cut off": document(ENTRY)[:-9],
    "more behind it": document(ENTRY) + b"{}",
    "no JSON": b"<vics/>",
    "nothing": b"",
    "too deep": b'{"odata.metadata":"%s","value":%s%s}' % (MEDIA.encode(), b"[" * 40, b"]" * 40),
    "deep without an end": b"[" * 500_000,
    "a key twice": document(ENTRY).replace(b'"MD5"', b'"MD5": "' + b"9" * 32 + b'", "MD5"', 1),
    "two lists": document(ENTRY, context=MEDIA)[:-1] + b',"value":[]}',
    "two models": document(ENTRY)[:-1] + b',"@odata.context":"' + CASES.encode() + b'"}',
    "a number of many digits": document(ENTRY).replace(b'"Category": 1', b'"Category": ' + b"1" * 5000),
    "many digits over two pieces": document({**ENTRY, "Tags": "x" * 65_000}).replace(
        b'"MediaFiles": [', b'"Series": ' + b"7" * 1200 + b', "MediaFiles": ['
    ),
    "a number that is none": document(ENTRY).replace(b'"Category": 1', b'"Category": NaN'),
    "an object of endless names": document({f"n{number}": 1 for number in range(10_001)}),
    "UTF-16": document(ENTRY).decode().encode("utf-16"),
    "bytes that are no UTF-8": document(ENTRY).replace(b"words", b"\xff\xfe"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_document_that_breaks_a_rule_is_refused_with_what_to_do(what: str) -> None:
    with pytest.raises(InputRefused) as caught:
        read(HOSTILE[what])
    assert caught.value.where == "inventory.json"
    assert caught.value.advice
    assert "words" not in str(caught.value)


def test_one_entry_may_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vics.Bounded.__init__, "__kwdefaults__", {"most": 1 << 17})
    with pytest.raises(InputRefused, match="longer"):
        read(document({**ENTRY, "Comments": "x" * (1 << 19)}))


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=5), st.integers(0, 9)), min_size=1, max_size=6),
    st.sampled_from(sorted(SHAPES)),
)
def test_a_spoiled_document_is_read_or_refused_and_nothing_else(
    spoils: list[tuple[int, bytes, int]], shape: str
) -> None:
    content = SHAPES[shape]
    for place, bits, dropped in spoils:
        at = place % (len(content) + 1)
        content = content[:at] + bits + content[at + dropped :]
    try:
        read(content)
    except InputRefused as refused:
        assert refused.advice  # noqa: PT017  either outcome is right


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80)
@given(st.lists(st.dictionaries(st.sampled_from([*ENTRY, "SHA256", "FileName"]), _VALUES, max_size=9), max_size=4))
def test_entries_of_any_values_are_records_of_texts(entries: list[dict[str, Any]]) -> None:
    found = read(document(*entries))
    assert {one.line for one in found} == set(range(1, len(entries) + 1))
    assert all(
        isinstance(text, str) and text for one in found if isinstance(one, Record) for text in one.fields.values()
    )


# --- through the command line


SECOND = {
    "MediaID": "8",
    "Category": "5",
    "MD5": base64.b64encode(bytes.fromhex("e" * 32)).decode(),
    "MediaSize": 500,
    "MediaFiles": [{"FileName": "a2"}, {"FileName": "a2-copy"}],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert run(["init", str(tmp_path / "workspace")]) == 0
    return tmp_path / "workspace"


def offered(tmp_path: Path, inventory: bytes, *, name: str = "inventory.json", declared: str = "") -> Path:
    files = {path: data for path, data in FILES.items() if path != "inventory.csv"}
    log = LOG + LOG.splitlines()[0].replace("/o/a1/", "/o/a2-copy/") + "\n"
    tip = FILES["tip.toml"].decode() + declared
    return make_folder(
        tmp_path / "bundle", {**files, name: inventory, "logs/access.log": log.encode(), "tip.toml": tip.encode()}
    )


def told(capsys: pytest.CaptureFixture[str], workspace: Path, *arguments: str) -> Any:
    capsys.readouterr()
    assert run([*arguments, "--json", "--workspace", str(workspace)]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("packed", [False, True])
def test_a_case_export_is_the_inventory_of_a_run(
    packed: bool, tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = document(ENTRY, SECOND, {"MediaID": 9, "MD5": MD5})
    name = "inventory.json.gz" if packed else "inventory.json"
    bundle = offered(tmp_path, gzip.compress(content) if packed else content, name=name)
    received = told(capsys, workspace, "receive", str(bundle))
    assert ("inventory", "vics") in {(one["kind"], one["format"]) for one in received["exhibits"]}
    assert any(gap.startswith("no-inventory-dates") for gap in received["gaps"])
    assert not any(gap.startswith("no-inventory:") for gap in received["gaps"])
    sums = told(capsys, workspace, "run")
    # a1 and a2-copy were opened; bert's request of a2 matches no pattern; the third entry has no name.
    assert (sums["accesses"], sums["relevant"], sums["candidates"]) == (3, 2, 1)
    assert run(["rejects", "--format", "jsonl", "--workspace", str(workspace)]) == 0
    rejects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["path"], one["line"], one["reason"]) for one in rejects] == [(name, 3, "missing-field")]
    rows = inventory_of(workspace)
    assert [(row["line"], row["object_key"], row["size"]) for row in rows] == [
        (1, "a1", 488),
        (2, "a2", 500),
        (2, "a2-copy", 500),
    ]
    assert (rows[0]["md5"], rows[0]["sha1"], rows[0]["sha256"], rows[0]["pdq"]) == (MD5, SHA1, SHA256, PDQ)
    assert (rows[0]["category"], rows[0]["category_scheme"]) == ("1", "project-vic:US:2.0")
    assert rows[1]["md5"] == "e" * 32
    assert rows[0]["added_at"] is None


def inventory_of(workspace: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    (path,) = (workspace / "lake").glob("R-*/inventory*.parquet")
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_tip_toml_says_which_name_is_the_objects_and_which_date_is_meant(
    tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = (
        '\n[[file]]\npath = "inventory.json"\nkind = "inventory"\n[file.columns]\nMediaID = "object_key"\n'
        '"MediaFiles.Created" = "added_at"\n'
    )
    told(capsys, workspace, "receive", str(offered(tmp_path, document(ENTRY, SECOND), declared=declared)))
    assert told(capsys, workspace, "run")["relevant"] == 0
    rows = inventory_of(workspace)
    assert [row["object_key"] for row in rows] == ["7", "8"]
    assert rows[0]["added_at"].isoformat() == "2019-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (HOSTILE["another model"], "data model"),
        (HOSTILE["cut off"], "JSON"),
        (document({"Category": 1}), "object_key"),
        (document({**ENTRY, "MediaFiles": [{"FileName": "a1", "Created": "2019-01-01T00:00:00"}]}), "time zone"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_and_nothing_is_kept(
    content: bytes, says: str, tmp_path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(entries_of(workspace))
    declared = '\n[[file]]\npath = "inventory.json"\nkind = "inventory"\nformat = "vics"\n'
    declared += '[file.columns]\n"MediaFiles.Created" = "added_at"\n' if b"Created" in content else ""
    assert run(["receive", str(offered(tmp_path, content, declared=declared)), "--workspace", str(workspace)]) == 3
    shown = capsys.readouterr().err
    assert "inventory.json" in shown
    assert says in shown
    nothing_kept(workspace, before)
