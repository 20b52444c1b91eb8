"""What a CyberTip says is taken by an allow-list and checked again; of everything else only the leaving is told."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from leadline.reading.reports import REPORT_FORMATS, Report, incident_code
from leadline.seal.manifest import TipFile
from leadline.stages.reports.rows import Rows
from leadline.vocabulary.instants import iso_z
from leadline.vocabulary.scales import FileKind
from tests.reports.documents import DETAILS_XML, MD5, REPORT_XML, SECRET, SHA1, SHA256, police

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = {"cybertip-xml": REPORT_XML.encode(), "cybertip-json": police()}


def one(form: str, content: bytes) -> Report:
    (report,) = REPORT_FORMATS.get(form).read(io.BytesIO(content), "report")
    return report


def rows(form: str, content: bytes, *, zone: str = "") -> Rows:
    file = TipFile(0, "report", FileKind.REPORT, form, "0" * 64, "0" * 40, "0" * 32, len(content), zone=zone)
    return Rows(file, 1, one(form, content))


def events(made: Rows) -> list[tuple[Any, ...]]:
    return [
        (
            row["kind"],
            row["remote_ip"],
            row["remote_port"],
            iso_z(row["happened_at"]) if row["happened_at"] else None,
            row["zone_stated"],
            row["proxy"],
        )
        for row in made.tables()["reported_event"]
    ]


@pytest.mark.samples
@pytest.mark.parametrize("document", [REPORT_XML, DETAILS_XML])
def test_the_invented_documents_are_valid_by_the_schema_itself(document: str, samples: Path) -> None:
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(samples / "ncmec" / "cyber_tipline.xsd"))
    schema.assertValid(etree.fromstring(document.encode()))


@pytest.mark.samples
def test_every_type_of_incident_of_the_schema_has_its_code_and_no_words(samples: Path) -> None:
    from lxml import etree

    schema = etree.parse(samples / "ncmec" / "cyber_tipline.xsd")
    space = {"x": "http://www.w3.org/2001/XMLSchema"}
    words = schema.xpath('//x:simpleType[@name="incidentType"]//x:enumeration/@value', namespaces=space)
    assert [incident_code(word) for word in words] == [f"type-{n}" for n in range(1, 9)]
    assert [incident_code(word) for word in (words[0] + " ", "")] == ["other", ""]


def test_an_account_is_taken_with_what_names_and_places_it() -> None:
    report = one("cybertip-xml", REPORT_XML.encode())
    anna, linked, dora, second = report.parties
    assert (anna.role, anna.account_key, anna.service, anna.screen_name) == (
        "reported",
        "anna",
        "Example Cloud",
        "anna-1",
    )
    assert (anna.emails, anna.phones, anna.devices) == (("anna@mail.example",), ("+640000 000 001",), ("IMEI:0001",))
    assert (anna.compromised, anna.disabled, anna.third_party, anna.prior_reports) == (False, True, None, 2)
    assert anna.country == ""  # A1 is no country
    assert (linked.role, linked.account_key) == ("associated", "anna-2")
    assert (dora.role, dora.account_key, dora.emails, dora.screen_name) == ("victim", "dora", (), "")
    assert (second.role, second.account_key, second.emails) == ("associated", "dora-2", ())
    assert (report.incident, report.escalated) == ("type-5", True)


def test_addresses_ports_and_zones_are_checked_though_the_schema_does_not() -> None:
    made = rows("cybertip-xml", REPORT_XML.encode())
    assert events(made) == [
        ("login", "240.1.0.5", 50000, "2019-09-18T22:00:00Z", True, True),
        ("upload", "240.1.0.6", None, None, False, None),
    ]
    assert [place for place, _ in made.refused] == [(41, "bad-address")]


def test_a_zone_that_the_tip_names_dates_what_states_none_and_is_not_called_stated() -> None:
    made = rows("cybertip-xml", REPORT_XML.encode(), zone="Pacific/Auckland")
    assert events(made)[1] == ("upload", "240.1.0.6", None, "2019-09-18T22:00:00Z", False, None)


@pytest.mark.parametrize("text", ["yesterday", "2019-02-30T00:00:00Z", "20190919"])
def test_a_time_that_is_none_is_a_reject_and_its_words_are_not_kept(text: str) -> None:
    made = rows("cybertip-xml", REPORT_XML.replace("2019-09-19T10:00:00+12:00", text).encode())
    (event, _) = made.tables()["reported_event"]
    assert event["happened_at"] is None
    assert (("bad-time" in {reason for (_, reason), _ in made.refused}), event["time_text"]) == (
        True,
        None if text == "yesterday" else text,
    )


def test_a_file_is_known_by_its_digests_and_who_viewed_it_is_never_guessed() -> None:
    (file,) = one("cybertip-xml", DETAILS_XML.encode()).files
    assert file.digests == {"md5": MD5, "sha1": SHA1, "sha256": SHA256}
    assert (file.viewed, file.public, file.classification) == ("no", "not-stated", "B2")
    (silent,) = one("cybertip-json", police()).files
    assert (silent.viewed, silent.digests) == ("not-stated", {"md5": MD5})


def test_two_digests_of_one_kind_that_differ_leave_the_second_out() -> None:
    text = DETAILS_XML.replace('hashType="SHA-1">' + SHA1, 'hashType="MD5">' + "f" * 32)
    report = one("cybertip-xml", text.encode())
    assert report.files[0].digests["md5"] == MD5
    assert report.left_out["fileDetails/originalFileHash"] == ("f" * 32, "AAAA")


def test_a_police_export_gives_the_same_kind_of_facts() -> None:
    made = rows("cybertip-json", police())
    tables = made.tables()
    (account,) = tables["reported_account"]
    assert (account["account_key"], account["emails"], account["phones"], account["screen_name"]) == (
        "anna",
        ["anna@mail.example"],
        ["+640000000001"],
        "anna-1",
    )
    assert [(row["kind"], row["remote_ip"], row["remote_port"]) for row in tables["reported_event"]] == [
        ("unknown", "240.1.0.7", None),
        ("upload", "240.1.0.5", 50000),
    ]
    assert (tables["report"][0]["report_id"], tables["report"][0]["incident"]) == ("7", "type-5")


@pytest.mark.parametrize("changes", [{"reportedPeople": None}, {"uploadedFiles": []}, {"incidentSummary": "x"}])
def test_a_police_export_whose_parts_are_null_or_odd_is_still_read(changes: dict[str, Any]) -> None:
    assert one("cybertip-json", police(**changes)).report_id == "7"


@pytest.mark.parametrize("form", DOCUMENTS)
def test_no_table_holds_a_word_of_free_text_and_every_leaving_is_told(form: str) -> None:
    made = rows(form, DOCUMENTS[form])
    tables = made.tables()
    assert SECRET not in str(tables)
    left = {row["element"]: row for row in tables["report_omission"]}
    wanted = (
        {
            "comment",
            "report/additionalInfo",
            "personOrUserReported/profileBio",
            "victimPerson/firstName",
            "email/@verified",
            "victim/screenName",
        }
        if form == "cybertip-xml"
        else {"person/additionalInformations", "file/filename", "file/ncmecTags", "sourceCaptures/value"}
    )
    assert wanted <= set(left)
    if form == "cybertip-xml":
        info = left["report/additionalInfo"]
        assert (info["occurrences"], info["characters"]) == (1, len(SECRET))


@pytest.mark.parametrize("document", [REPORT_XML, DETAILS_XML])
def test_every_text_and_attribute_of_a_document_is_taken_or_left_out(document: str) -> None:
    from xml.etree import ElementTree as Tree

    report = one("cybertip-xml", document.encode())
    left = sorted(text for texts in report.left_out.values() for text in texts)
    taken = str(replace(report, left_out={})).lower()
    for element in Tree.fromstring(document).iter():
        attributes = (value for name, value in element.attrib.items() if not name.startswith("{"))
        for text in ((element.text or "").strip(), *attributes):
            if text and text in left:
                left.remove(text)
            elif text and text not in {"true", "false", "0", "HASH", "MD5", "SHA-1", "1", "2"}:
                assert text.lower().removeprefix("misleading ")[:8] in taken or incident_code(text) in taken
    empty = {element.tag for element in Tree.fromstring(document).iter() if not element.text}
    assert set(left) <= empty | set(report.left_out.get("comment", ()))


def test_a_name_that_is_not_the_schemas_is_left_out_with_its_content() -> None:
    text = REPORT_XML.replace("<reporter>", "<some-words-of-theirs>x</some-words-of-theirs><reporter>")
    left = one("cybertip-xml", text.encode()).left_out
    assert left["report/(unknown)"] == ("x",)
    assert "some-words" not in str(list(left))
