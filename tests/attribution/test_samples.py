"""Real address tables and the real addresses of a real log: country, kind, and where tables disagree."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from leadline.facts.tables import AddressRow
from leadline.reference.store import add_networks, pinned_editions
from leadline.workspace import make_workspace
from tests.attribution.world import World

if TYPE_CHECKING:
    from pathlib import Path


TABLES = {
    "ipfire": ("iplists/tor_geoipdb_ipfire_geoip.csv.gz", None),
    "vpn": ("iplists/x4bnet_output_vpn_ipv4.txt", "vpn"),
    "datacenter": ("iplists/x4bnet_output_datacenter_ipv4.txt", "hosting"),
    "relay": ("iplists/misp_icloud-private-relay.json", "relay"),
    "asn": ("mmdb/GeoLite2-ASN-Test.mmdb", None),
    "connection": ("mmdb/GeoIP2-Connection-Type-Test.mmdb", None),
    "anonymous": ("mmdb/GeoIP2-Anonymous-IP-Test.mmdb", None),
}


@pytest.mark.samples
def test_real_tables_give_country_and_kind_and_show_their_disagreement(samples: Path, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    for name, (path, kind) in TABLES.items():
        edition = add_networks(workspace, samples / path, as_of=date(2026, 6, 1), name=name, kind=kind)
        assert edition.rows
    world = World(tmp_path, references=pinned_editions(workspace))
    log = (samples / "weblogs/elastic_apache_combined.log").read_text(errors="replace")
    seen = sorted(set(re.findall(r"^([0-9.]+) ", log, re.MULTILINE)))
    for ip in seen:
        world.access(None, "2015-05-17T10:00:00", ip, relevant=False)
    rows = world.attributed().rows(AddressRow)
    assert {r["remote_ip"] for r in rows} == set(seen)
    named = {r["remote_ip"]: r["country"] for r in rows if r["table_name"] == "ipfire"}
    assert len(named) > 1_700
    assert named["83.149.9.216"] == "RU"
    assert all("table-newer-than-access" in r["caveats"] for r in rows if r["table_name"])
    assert {r["kind"] for r in rows} >= {"unknown", "hosting", "vpn"}


@pytest.mark.samples
def test_two_country_tables_disagree_on_a_few_of_a_hundred_real_addresses(samples: Path, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    add_networks(workspace, samples / TABLES["ipfire"][0], as_of=date(2026, 6, 1), name="ipfire")
    country = workspace / "tmp" / "registered.csv"
    from leadline.reference.registration import registered_countries

    log = (samples / "weblogs/elastic_apache_combined.log").read_text(errors="replace")
    seen = sorted(set(re.findall(r"^([0-9.]+) ", log, re.MULTILINE)))
    rows = [f"{ip},{ip},{code}" for ip, code in zip(seen, registered_countries(seen), strict=True)]
    country.write_text("\n".join(["first,last,country", *rows]))
    add_networks(workspace, country, as_of=date(2026, 6, 1), name="registered")
    world = World(tmp_path, references=pinned_editions(workspace))
    for ip in seen:
        world.access(None, "2026-07-01T10:00:00", ip, relevant=False)
    found = [r for r in world.attributed().rows(AddressRow) if r["table_name"] == "registered"]
    disagreeing = [r for r in found if r["disagreeing"]]
    assert 40 <= len(disagreeing) <= 120
    assert all(r["disagreeing"][0].startswith("ipfire:") for r in disagreeing)


def test_without_a_table_the_registration_table_serves(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    world = World(tmp_path, references=pinned_editions(workspace))
    world.access("a", "2026-11-01T10:00:00", "1.1.1.1")
    world.access("a", "2026-11-01T10:00:00", "10.0.0.1")
    world.record("a", signup_ip="8.8.8.8", signup_at=None)
    found = world.attributed()
    (listed,) = found.addresses("1.1.1.1")
    assert (listed["country"], listed["kind"], listed["table_name"]) == ("AU", "unknown", "registration")
    assert found.attribution("a")["jurisdiction"] == "AU"
    assert found.addresses("10.0.0.1")[0]["kind"] == "special"
