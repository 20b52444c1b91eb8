"""How fast packages are made, sealed and opened, beside `json`, `csv`, `sha256sum` and the stock `age`.

    python -m benchmarks.referrals [LEADS] [STATES]

Invented candidates, addresses, requests and objects lie in the engine as a run's tables would; the orders share them
out over the states, the first of them the largest. Three figures:

- all packages, drafted orders to sealed files, processor and wall seconds, peak memory; beside them the same rows
  written as JSON lines and as CSV by the standard library alone, hashed by `sha256sum` and sealed by `age`: no letter,
  no workbook, no linked data, no inventory, no signature;
- one package of 300 leads, and opening it, beside `age --decrypt` of the same file;
- sealing alone, in megabytes a second, beside `sha256sum` and `age` one after the other.

`age` is measured where it is installed, else `pyrage` stands for it, and the table says so.
"""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadline.facts.engine import Engine
from leadline.facts.tables import AccountRecordRow, CandidateRow, ObjectRow, PresenceRow, RequestRow, SightingRow
from leadline.facts.tables.base import schema_of
from leadline.seal.envelope import open_package, seal_package
from leadline.stages.referral.contract import SAMPLE
from leadline.stages.referral.order import Item, Order
from leadline.stages.referral.run import Facts, Release, contents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEADS, STATES = 90_000, 130
OBJECTS, SEEN, ASKED, OPENED = 3_000, 3, 2, 12
LEVELS = ("very-high",) + ("high",) * 9 + ("medium",) * 30 + ("low",) * 60
AT = datetime(2019, 9, 21, 9, 30, tzinfo=UTC)
HEAD = {"sender": {"agency": "OURS", "name": "OURS"}, "recipient": {"agency": "THEIRS", "name": "T"}, "sequence": 1}
KEY, IDENTITY = Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())


def main(arguments: list[str]) -> None:
    """Measure and print."""
    leads, states = (int(given) for given in (*arguments, *(str(n) for n in (LEADS, STATES)[len(arguments) :])))
    with tempfile.TemporaryDirectory() as name, Engine(spill=Path(name)) as engine:
        folder = Path(name)
        orders = list(_orders(leads, states))
        _bring(engine, orders)
        facts = Facts(engine, orders)
        print(f"{leads:,} leads, {states} packages (largest {len(orders[0].leads):,}), {len(set(LEVELS))} levels")
        whole = _measured(lambda: [_sealed(facts, order, folder / f"{order.referral}.age") for order in orders])
        bare = _measured(lambda: [_bare(facts, order, folder) for order in orders])
        _show("all packages", whole, bare)
        print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
        _one(facts, orders, folder)
        _stream(folder)


def _one(facts: Facts, orders: list[Order], folder: Path) -> None:
    nearest = min(orders, key=lambda order: abs(len(order.leads) - 300))
    package, opened = folder / "one.age", folder / "opened"
    made = _measured(lambda: _sealed(facts, nearest, package))
    _show(f"one package of {len(nearest.leads)} leads", made, _measured(lambda: _bare(facts, nearest, folder)))
    own = _measured(lambda: open_package(package, [IDENTITY], opened))
    _show("opening it", own, _measured(lambda: _age("--decrypt", package, folder / "plain.zip")))


def _stream(folder: Path) -> None:
    piece, count = os.urandom(1 << 20), 256
    own = _measured(lambda: seal_package(HEAD, [("data.bin", [piece] * count)], key=KEY, recipient=RECIPIENT,
                                         out=folder / "big.age"))  # fmt: skip
    plain = folder / "big.bin"
    plain.write_bytes(piece * count)

    def bare() -> None:
        subprocess.run(["sha256sum", plain], check=True, capture_output=True)
        _age("--encrypt", plain, folder / "bare.age")

    _show(f"sealing {count} MiB", own, _measured(bare))
    print(f"  {count * 1.048576 / own[0]:,.0f} MB a second of one processor")


def _sealed(facts: Facts, order: Order, out: Path) -> None:
    release = Release(at=AT, approved_by="an approver", channel="", sequence=1, about_package={})
    seal_package(HEAD, contents(facts.dossier(order, release)), key=KEY, recipient=RECIPIENT, out=out)


def _bare(facts: Facts, order: Order, folder: Path) -> None:
    """The rows alone, by the standard library, hashed and encrypted by the stock tools."""
    release = Release(at=AT, approved_by="an approver", channel="", sequence=1, about_package={})
    rows = facts.dossier(order, release).leads
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([[json.dumps(value) for value in row.values()] for row in rows])
    plain = folder / "bare.txt"
    plain.write_text("".join(json.dumps(row) + "\n" for row in rows) + text.getvalue(), encoding="utf-8")
    subprocess.run(["sha256sum", plain], check=True, capture_output=True)
    _age("--encrypt", plain, folder / "bare.age")


def _age(way: str, source: Path, target: Path) -> None:
    if shutil.which("age") is None:
        data = source.read_bytes()
        changed = (
            pyrage.decrypt(data, [IDENTITY]) if way == "--decrypt" else pyrage.encrypt(data, [IDENTITY.to_public()])
        )
        target.write_bytes(changed)
        return
    key = target.with_name("key.txt")
    key.write_text(f"{IDENTITY}\n")
    more = ["--identity", key] if way == "--decrypt" else ["--recipient", RECIPIENT]
    subprocess.run(["age", way, *more, "--output", target, source], check=True)


def _measured(do: Callable[[], Any]) -> tuple[float, float]:
    """Processor seconds, children's included, and wall seconds."""
    before, began = os.times(), time.monotonic()
    do()
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), time.monotonic() - began


def _show(what: str, own: tuple[float, float], bare: tuple[float, float]) -> None:
    tool = "age" if shutil.which("age") else "pyrage for age"
    ratio = own[0] / bare[0] if bare[0] else float("nan")
    print(f"{what}: {own[0]:.2f} processor s, {own[1]:.2f} s; bare ({tool}) {bare[0]:.2f} s: {ratio:.1f} times")


def _orders(leads: int, states: int) -> Iterator[Order]:
    """The accounts shared out: the k-th state has 1/k of what the first has, and each has one at least."""
    weights = [1 / place for place in range(1, states + 1)]
    number = 0
    for place, weight in enumerate(weights, 1):
        share = max(1, round(leads * weight / sum(weights))) if place < states else max(1, leads - number)
        ref = f"P-{place:016x}"
        named = tuple(Item(f"{ref}-{k:05d}", f"account-{number + k:07d}") for k in range(1, share + 1))
        number += share
        yield replace(SAMPLE.order, referral=ref, leads=named, to_verify=(), left_out=())


def _bring(engine: Engine, orders: list[Order]) -> None:
    accounts = [item.account for order in orders for item in order.leads]
    engine.table("candidate", _table(CandidateRow, [_candidate(k, key) for k, key in enumerate(accounts, 1)]))
    engine.table("sighting", _table(SightingRow, [row for k, key in enumerate(accounts) for row in _seen(k, key)]))
    engine.table("request", _table(RequestRow, [row for k, key in enumerate(accounts) for row in _asked(k, key)]))
    engine.table("presence", _table(PresenceRow, [row for k, key in enumerate(accounts) for row in _opened(k, key)]))
    engine.table("object", _table(ObjectRow, [_object(k) for k in range(OBJECTS)]))
    engine.table("account_record", _table(AccountRecordRow, []))


def _table(fact: Any, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows with what the table needs besides: zeros, empty texts, no lists."""
    schema = schema_of(fact)
    usual = {field.name: None if field.nullable else _usual(field.type) for field in schema}
    return pa.Table.from_pylist([{**usual, **row} for row in rows], schema=schema)


def _usual(kind: pa.DataType) -> object:
    if pa.types.is_timestamp(kind):
        return AT
    if pa.types.is_list(kind):
        return []
    return "" if pa.types.is_string(kind) else False if pa.types.is_boolean(kind) else 0


def _candidate(rank: int, account: str) -> dict[str, Any]:
    row = {name: SAMPLE.leads[0][name] for name in ("provider", "jurisdiction", "next_check", "holder_certainty")}
    factors = (("breadth", 240), ("repeat", 120), ("recent", 80), ("volume", 30))
    checks = (
        "crawler",
        "single-accident",
        "signs-of-compromise",
        "shared-address",
        "impossible-travel",
        "link-preview",
    )
    return {
        **row,
        "rank": rank,
        "account_key": account,
        "level": LEVELS[rank % len(LEVELS)],
        "score": 640,
        "confidence": 913,
        "days_active": 12,
        "objects_opened": OPENED,
        "reasons": [{"factor": name, "points": points, "reason": f"{points} of 4,000"} for name, points in factors],
        "doubts": [{"check": name, "state": "no", "reason": "0 of 60 accesses"} for name in checks],
        "caveats": ["cgnat-no-port"],
        "unknowns": ["position-of-trust", "child-in-household"],
        "evidence_expires": date(2019, 12, 1),
    }


def _seen(number: int, account: str) -> Iterator[dict[str, Any]]:
    for k in range(SEEN):
        address = f"240.{number % 250}.{number // 250 % 250}.{k}"
        more = {"kind": "access", "country": "NZ", "holder": "Example Access", "accesses": 20}
        yield {"account_key": account, "address": address, "remote_ip": address, "period": 0, **more}


def _asked(number: int, account: str) -> Iterator[dict[str, Any]]:
    for k in range(ASKED):
        more = {"check_digit": "7K", "holder": "Example Access", "country": "NZ", "zone": "Pacific/Auckland"}
        address = f"240.{number % 250}.{number // 250 % 250}.{k}"
        yield {"account_key": account, "request_id": f"Q-{number:07d}-{k}", "remote_ip": address, **more}


def _opened(number: int, account: str) -> Iterator[dict[str, Any]]:
    for k in range(OPENED):
        more = {"file": 1, "line": number * OPENED + k, "presence": "present", "opened": True}
        yield {"account_key": account, "object_key": f"k-{(number * 7 + k * k) % OBJECTS}", **more}


def _object(number: int) -> dict[str, Any]:
    digests = {"md5": "0" * 32, "sha1": "1" * 40, "sha256": f"{number:064x}"}
    return {"object_key": f"k-{number}", "listed": True, "size": 2048, "category": "1", **digests}


if __name__ == "__main__":
    main(sys.argv[1:])
