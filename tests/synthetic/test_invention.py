"""An invented tip is what its truth says, always the same, and plainly invented."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import defaultdict
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import numpy as np
import pytest

from leadline.errors import WrongUsage
from leadline.synthetic import SCALES, Invented, invent, listing, scaled
from leadline.synthetic.population import CONDUCTS, NETS, plan
from leadline.vocabulary.scales import RejectReason
from tests.house.words import unspoken
from tests.synthetic import plain_reader
from tests.synthetic.plain_places import Tables, answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INVENTED_SPACE = (ip_network("240.0.0.0/4"), ip_network("2001:db8::/32"))
V4 = re.compile(rb"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])")
V6 = re.compile(rb"(?<![0-9a-f:])[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}(?![0-9a-f:])")
HOSTS = re.compile(rb"(?:https?://|(?<!\")@)([a-z0-9.-]+)")


def digests(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=["tiny", "small"])
def invented(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Invented:
    return invent(tmp_path_factory.mktemp("invented") / "tip", scale=request.param, seed=7)


@pytest.fixture(scope="module")
def bundle(invented: Invented) -> plain_reader.Bundle:
    return plain_reader.read(invented.bundle)


@pytest.fixture(scope="module")
def truth(invented: Invented) -> dict[str, dict[str, str]]:
    return {row["account"]: row for row in rows(invented.truth / "accounts.csv")}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        invent(tmp_path / name, scale="tiny", seed=3)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_another_tip(tmp_path: Path) -> None:
    for seed in (3, 4):
        invent(tmp_path / str(seed), scale="tiny", seed=seed)
    one, two = digests(tmp_path / "3"), digests(tmp_path / "4")
    assert {name for name in one if one[name] == two.get(name)} == {
        "bundle/tip.toml", *(name for name in one if name.startswith("tables/"))
    }  # fmt: skip


def test_an_invention_that_is_there_already_is_left_as_it_is(tmp_path: Path) -> None:
    first = invent(tmp_path / "tip", scale="tiny", seed=3)
    (first.truth / "accounts.csv").write_text("touched")
    assert invent(tmp_path / "tip", scale="tiny", seed=3) == first
    assert (first.truth / "accounts.csv").read_text() == "touched"


def test_an_interrupted_invention_is_made_anew(tmp_path: Path) -> None:
    invent(tmp_path / "whole", scale="tiny", seed=3)
    broken = invent(tmp_path / "broken", scale="tiny", seed=3)
    (tmp_path / "broken" / "invention.json").rename(tmp_path / "broken" / "invention.begun")
    (broken.bundle / "accounts.csv").write_text("half")
    invent(tmp_path / "broken", scale="tiny", seed=3)
    assert digests(tmp_path / "broken") == digests(tmp_path / "whole")


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WrongUsage, match="something else"):
        invent(tmp_path, scale="tiny", seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_scale_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no scale 'vast'"):
        invent(tmp_path / "tip", scale="vast", seed=1)


def test_the_bundle_has_exactly_the_lines_of_its_scale(invented: Invented, bundle: plain_reader.Bundle) -> None:
    scale = SCALES["tiny" if invented.sums["accounts"] == SCALES["tiny"].accounts else "small"]
    assert bundle.lines == invented.sums["lines"] == scale.lines


def test_rejects_lie_on_exactly_the_lines_that_the_truth_names(invented: Invented, bundle: plain_reader.Bundle) -> None:
    told = {(row["file"], int(row["line"]), row["reason"]) for row in rows(invented.truth / "rejects.csv")}
    assert bundle.rejects == told


def test_every_reason_but_a_broken_stream_is_planted(invented: Invented) -> None:
    planted = {row["reason"] for row in rows(invented.truth / "rejects.csv")}
    assert planted == {reason.value for reason in RejectReason} - {RejectReason.STREAM_BROKEN}


def test_the_sums_are_those_of_a_plain_reading(invented: Invented, bundle: plain_reader.Bundle) -> None:
    relevant = bundle.relevant()
    logged = [reject for reject in bundle.rejects if reject[0].startswith("logs/")]
    read = {
        "lines": bundle.lines,
        "accesses": len(bundle.accesses),
        "rejects": len(logged),
        "relevant": len(relevant),
        "other": len(bundle.accesses) - len(relevant),
        "without_account": sum(not access.account for access in relevant),
        "accounts": len({access.account for access in relevant} - {""}),
    }
    assert {name: invented.sums[name] for name in read} == read
    assert read["lines"] == read["accesses"] + read["rejects"]


def test_figures_of_every_account_are_those_of_a_plain_reading(
    invented: Invented, bundle: plain_reader.Bundle, truth: dict[str, dict[str, str]]
) -> None:
    read = plain_reader.figures(bundle, Tables(invented.bundle.parent / "tables").starts())
    assert read.keys() == truth.keys()
    for account, figures in read.items():
        told = {name: truth[account][name] for name in figures}
        assert told == {name: str(value) for name, value in figures.items()}, account


def test_a_plain_reading_of_the_tables_gives_every_planted_answer(
    invented: Invented, bundle: plain_reader.Bundle, truth: dict[str, dict[str, str]]
) -> None:
    tables = Tables(invented.bundle.parent / "tables")
    mine = defaultdict(list)
    for access in bundle.relevant():
        mine[access.account].append(access)
    read = {account: answer(tables, mine[account]) for account in truth}
    assert read == {account: row["answer"] for account, row in truth.items()}


def test_every_conduct_and_every_network_occurs(truth: dict[str, dict[str, str]]) -> None:
    assert {row["conduct"] for row in truth.values()} == set(CONDUCTS)
    assert {row["network"] for row in truth.values()} == set(NETS)


def test_carrier_nat_is_seen_with_ports_and_without(
    bundle: plain_reader.Bundle, truth: dict[str, dict[str, str]]
) -> None:
    for network, with_port in (("cgnat-port", True), ("cgnat-no-port", False)):
        accounts = {account for account, row in truth.items() if row["network"] == network}
        ports = {access.port != "" for access in bundle.relevant() if access.account in accounts}
        assert ports == {with_port}


def test_accounts_taken_over_change_place_and_client_at_once(
    bundle: plain_reader.Bundle, truth: dict[str, dict[str, str]]
) -> None:
    seen = defaultdict(list)
    for access in bundle.relevant():
        if access.account and truth[access.account]["conduct"] == "compromised":
            seen[access.account].append(access)
    assert seen
    for accesses in seen.values():
        accesses.sort(key=lambda access: access.at)
        half = len(accesses) // 2
        blocks = [{str(access.address).rpartition(".")[0].rpartition(".")[0] for access in part}
                  for part in (accesses[:half], accesses[-half:])]  # fmt: skip
        clients = [{access.agent for access in part} for part in (accesses[:half], accesses[-half:])]
        assert not blocks[0] & blocks[1]
        assert not clients[0] & clients[1]


def test_persons_share_accounts_and_homes(invented: Invented) -> None:
    told = rows(invented.truth / "persons.csv")
    assert len({row["person"] for row in told}) < len(told)
    assert len({row["household"] for row in told}) <= len({row["person"] for row in told})


@pytest.mark.parametrize("invented", ["small"], indirect=True)
def test_spellings_that_trap_a_reader_occur(invented: Invented) -> None:
    text = b"".join(plain_reader.content(path) for path in (invented.bundle / "logs").iterdir())
    for spelling in (b"::ffff:24", b"%eth0 ", b'\\"portable\\"', b"\\x22", b'"HEAD /c/', "é".encode(), b'""small""'):
        assert spelling in text, spelling
    assert b"PUT /c/k1/o/" in text


def test_objects_are_uploaded_that_no_inventory_lists(bundle: plain_reader.Bundle) -> None:
    stray = [access for access in bundle.accesses if access.action == "upload" and access.item not in bundle.inventory]
    assert any(access.done for access in stray)


def every_file(invented: Invented) -> Iterator[bytes]:
    for path in sorted(invented.bundle.parent.rglob("*")):
        if path.is_file():
            yield plain_reader.content(path)


def test_no_address_lies_outside_the_invented_space(invented: Invented) -> None:
    found = set()
    for data in every_file(invented):
        found |= {
            text.decode() for text in V4.findall(re.sub(rb"(?:Browser|Chrome|AppleWebKit|Safari)/[0-9.]+", b"", data))
        }
        found |= {text.decode() for text in V6.findall(data) if text.startswith(b"2") and b"::" in text}
    outside = []
    for text in found:
        try:
            known = ip_address(text)
        except ValueError:
            continue
        if not any(known in space for space in INVENTED_SPACE if space.version == known.version):
            outside.append(text)
    assert len(found) > 100
    assert not outside


def test_only_example_domains_occur(invented: Invented) -> None:
    found = {host for data in every_file(invented) for host in HOSTS.findall(data)}
    assert found
    assert all(host.endswith(b".example") for host in found), found


def test_no_word_occurs_that_is_not_to_stand_anywhere(invented: Invented) -> None:
    said = set()
    for data in every_file(invented):
        said |= set(re.findall(rb"[A-Za-z]{3,}", data)) if len(data) < 20_000_000 else set()
    found = [word for word in said if unspoken(word.decode())]
    assert len(said) > 100
    assert not found


def test_the_bundle_holds_no_part_of_the_truth(invented: Invented) -> None:
    names = {path.name for path in invented.bundle.rglob("*")}
    assert not names & {path.name for path in invented.truth.iterdir()} - {"accounts.csv"}
    header = (invented.bundle / "accounts.csv").read_text(encoding="utf-8").splitlines()[0]
    assert not {"answer", "conduct", "network"} & set(header.split(","))
    assert not any("danger" in line for line in (invented.bundle / "tip.toml").read_text().splitlines())


def test_the_operation_has_exactly_125_accounts_of_new_zealand_behind_71_persons() -> None:
    scale = SCALES["operation"]
    for seed in (1, 2019):
        population = plan(scale, seed)
        of_nz = np.array([said == "NZ" for said in population.answers()])
        assert len(population) == 90_000
        assert int(of_nz.sum()) == 125
        assert len(np.unique(population.person[of_nz])) == 71
        assert len(set(population.answers()) - {"abstain"}) == 130


def test_lines_of_a_month_are_in_time_order(bundle: plain_reader.Bundle) -> None:
    by_file = defaultdict(list)
    for access in bundle.accesses:
        by_file[access.file].append(access.at)
    months = [instants for path, instants in by_file.items() if "portal" in path]
    assert len(months) == 8
    assert all(instants == sorted(instants) for instants in months)


def test_a_scaled_operation_keeps_the_proportions_and_refuses_what_cannot_be() -> None:
    half = scaled(lines=10_000_000)
    assert (half.lines, half.accounts, half.records) == (10_000_000, 45_000, 500_000)
    with pytest.raises(WrongUsage, match="do not hold"):
        scaled(lines=100_000, accounts=90_000)


def test_a_scaled_operation_is_invented_with_its_number_of_lines(tmp_path: Path) -> None:
    invented = invent(tmp_path / "tip", scale=scaled(lines=60_000, accounts=400), seed=5)
    assert plain_reader.read(invented.bundle).lines == 60_000
    assert json.loads((invented.truth / "sums.json").read_text()) == invented.sums


def test_reports_say_what_the_truth_tells(invented: Invented, bundle: plain_reader.Bundle) -> None:
    told = [tuple(row.values()) for row in rows(invented.truth / "reports.csv")]
    assert sorted(told) == sorted((path, key, role, str(seen), yes) for path, key, role, seen, yes in bundle.said)
    assert {role for _, _, role, _, _ in told} == {"reported", "victim"}
    assert {yes for *_, yes in told} == {"", "yes"}
    accounts = {row["account"] for row in rows(invented.truth / "accounts.csv")}
    assert {role for _, account, role, _, _ in told if account not in accounts} == {"victim"}


def test_the_cache_is_listed_in_two_forms_that_share_some_objects(invented: Invented) -> None:
    document = json.loads((invented.bundle / listing.PATH).read_text(encoding="utf-8-sig"))
    entries = [one for one in document["value"][0]["Media"] if isinstance(one, dict) and "MediaFiles" in one]
    named = {entry["MediaFiles"][0]["FileName"] for entry in entries}
    listed = {row["item"] for row in rows(invented.bundle / "inventory.csv")} - {""}
    assert named - listed
    assert named & listed
    assert listed - named


@pytest.mark.samples
def test_invented_reports_are_valid_by_the_schema_itself(invented: Invented, samples: Path) -> None:
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(samples / "ncmec" / "cyber_tipline.xsd"))
    documents = sorted((invented.bundle / "tipline").glob("*.xml"))
    assert len(documents) > 1
    for path in documents:
        schema.assertValid(etree.parse(path))
