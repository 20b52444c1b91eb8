"""Every document format keeps its promise on the sample dossier, and says nothing that the order does not name."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from leadline.errors import WrongUsage
from leadline.seal.archive import is_member_path
from leadline.stages.referral.columns import DEFAULT, ON_REQUEST, read_columns
from leadline.stages.referral.contract import DOCUMENTS, FORMULA, SAMPLE, Dossier
from leadline.stages.referral.run import contents

if TYPE_CHECKING:
    from leadline.stages.referral.contract import DocumentFormat, Example

EVERY = DOCUMENTS.all()
CASES = [pytest.param(one, example, id=f"{one.name}-{example.path}") for one in EVERY for example in one.examples]
WHOLE = replace(SAMPLE, order=replace(SAMPLE.order, documents=("stix",)))


def made(dossier: Dossier) -> dict[str, bytes]:
    return {path: b"".join(pieces) for path, pieces in contents(dossier)}


@pytest.fixture(scope="module")
def package() -> dict[str, bytes]:
    return made(WHOLE)


@pytest.mark.parametrize(("document", "example"), CASES)
def test_a_format_makes_what_its_examples_say(document: DocumentFormat, example: Example) -> None:
    data = {path: b"".join(pieces) for path, pieces in document.files(WHOLE)}[example.path]
    text = data.decode("utf-8", "replace")
    assert not [part for part in example.holds if part not in text]
    assert not [part for part in example.lacks if part in text]


def test_a_package_holds_what_the_contract_lists(package: dict[str, bytes]) -> None:
    promised = {"leads.csv", "leads.jsonl", "case.jsonld", "cover.pdf", "return-form.csv", "index.html", "verify.py"}
    assert promised <= set(package)
    assert [path for path in package if path.startswith("requests/") and path.endswith(".csv")]
    assert all(is_member_path(path) for path in package)


def test_stix_is_there_only_where_the_order_names_it(package: dict[str, bytes]) -> None:
    assert "leads.stix.json" in package
    assert "leads.stix.json" not in made(SAMPLE)


def test_the_same_dossier_gives_the_same_bytes_in_another_process(package: dict[str, bytes]) -> None:
    program = (
        "import hashlib, json, dataclasses\n"
        "from leadline.stages.referral.contract import SAMPLE\n"
        "from leadline.stages.referral.run import contents\n"
        "whole = dataclasses.replace(SAMPLE, order=dataclasses.replace(SAMPLE.order, documents=('stix',)))\n"
        "print(json.dumps({p: hashlib.sha256(b''.join(b)).hexdigest() for p, b in contents(whole)}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {path: hashlib.sha256(data).hexdigest() for path, data in package.items()}


def test_the_index_names_every_file_but_itself(package: dict[str, bytes]) -> None:
    page = package["index.html"].decode()
    assert [path for path in package if f'href="{path}"' not in page] == ["index.html"]


@pytest.mark.parametrize("name", sorted(ON_REQUEST))
def test_a_column_beyond_the_order_leaves_in_no_file(name: str) -> None:
    hidden = "canary-of-a-column"
    leads = tuple({**row, name: hidden} for row in SAMPLE.leads)
    assert hidden in b"".join(made(replace(SAMPLE, leads=leads)).values()).decode("utf-8", "replace")
    from leadline.stages.referral.columns import values_of

    kept = tuple(values_of({**row, name: hidden}, SAMPLE.order.columns) for row in SAMPLE.leads)
    assert hidden not in b"".join(made(replace(SAMPLE, leads=kept)).values()).decode("utf-8", "replace")


def test_an_order_may_name_only_columns_of_the_closed_list() -> None:
    assert read_columns(["score", "email"]) == (
        "lead",
        "check",
        "account_key",
        "data_subject",
        "score",
        "email",
    )
    assert read_columns(DEFAULT) == DEFAULT
    with pytest.raises(WrongUsage, match="may have a column 'password'"):
        read_columns(["password"])


@pytest.mark.parametrize("path", ["leads.xlsx", "return-form.xlsx"])
def test_a_workbook_holds_text_and_no_formula(package: dict[str, bytes], path: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(package[path]))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}


def test_a_key_that_would_be_a_formula_is_text_for_people_and_exact_for_machines(package: dict[str, bytes]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(package["leads.xlsx"]))["Leads"]
    assert sheet.cell(2, 3).value == f"'{FORMULA}"
    assert json.loads(package["leads.jsonl"].splitlines()[0])["account_key"] == FORMULA


def test_a_request_to_verify_says_nothing_of_what_was_done(package: dict[str, bytes]) -> None:
    (row,) = [json.loads(line) for line in package["to-verify.jsonl"].splitlines()]
    assert not set(row) & {"score", "level", "reasons", "doubts", "objects_opened", "bytes", "holder_certainty"}
    assert row["lead"] not in package["leads.csv"].decode()


def test_the_letter_is_accessible_and_dated_by_the_approval(package: dict[str, bytes]) -> None:
    letter = package["cover.pdf"]
    assert b"pdfuaid" in letter
    assert b"D:20190921" in letter


def test_no_script_or_sign_in_a_key_keeps_the_letter_from_being_set() -> None:
    keys = ("＜script＞", "張三", "ไทย", "שלום", "\U0001f600", "a\u0304\u0300", "\u202e\ud7ff\ue000", "ā ё ω")
    leads = tuple({**lead, "account_key": key} for lead in WHOLE.leads[:1] for key in keys)
    items = tuple(replace(WHOLE.order.leads[0], account=key) for key in keys)
    dossier = replace(WHOLE, leads=leads, order=replace(WHOLE.order, leads=items))
    assert made(dossier)["cover.pdf"].startswith(b"%PDF")


def test_a_lead_sheet_says_in_words_and_lists_what_is_unknown_and_holds_every_column_of_the_order() -> None:
    from leadline.stages.referral.plugins.cover_letter import content

    columns = (*DEFAULT, "email")
    leads = tuple({**row, "email": "holder@mail.example"} for row in SAMPLE.leads)
    sheet = content(replace(SAMPLE, order=replace(SAMPLE.order, columns=columns), leads=leads))["sheets"][0]
    lists = {part["title"]: part["items"] for part in sheet["lists"]}
    assert lists["Not known, which never means no"] == ["position of trust"]
    assert lists["To be kept in mind"] == ["carrier NAT without a port"]
    told = dict(sheet["rows"])
    assert told["email"] == "holder@mail.example"
    shown = {name.replace(" ", "_") for name in told} | {"lead", "check", "reasons", "doubts", "caveats", "unknowns"}
    assert set(columns) - shown == {"requests"}, "requests stand in a folder of their own"
    assert not [value for value in told.values() if "|" in value]


def test_the_linked_data_conform_to_case(package: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "case.jsonld"
    file.write_bytes(package["case.jsonld"])
    done = case_validate(file)
    assert done.returncode == 0, done.stdout + done.stderr
    file.write_bytes(package["case.jsonld"].replace(b"accountIdentifier", b"accountIdentifer"))
    assert case_validate(file).returncode != 0, "a misspelt concept must be seen"


def case_validate(file: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("case_validate")
    return subprocess.run([command, file, "--built-version", "case-1.5.0"], capture_output=True, text=True, check=False)


def test_the_stix_bundle_is_one_that_its_library_reads(package: dict[str, bytes]) -> None:
    import stix2

    bundle = stix2.parse(package["leads.stix.json"].decode(), allow_custom=False)
    assert {one.type for one in bundle.objects} >= {"user-account", "ipv4-addr", "ipv6-addr", "relationship"}


def test_the_hash_inventory_is_one_that_the_hash_set_reader_takes(package: dict[str, bytes], tmp_path: Path) -> None:
    from leadline.reference.hashsets.vics import document_of

    file = tmp_path / "inventory.json"
    file.write_bytes(package["inventory.vics.json"])
    assert document_of(file).version == "2.0"
